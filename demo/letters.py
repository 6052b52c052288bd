"""The demo's letters: the one that the site is about, in English and Arabic, and some smaller ones.

All of them, the city, the library and the ferries included, are invented.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Version:
    """A letter's text in one language; `body` is Markdown."""

    language: str
    title: str
    addressee: str
    body: str


@dataclass(frozen=True, slots=True)
class Statement:
    """A letter in its languages, the authoritative one first, and how far it has got: how many
    stand under it, how long ago it came out, whether it has been closed since, and how many left
    the list: withdrawn by themselves, removed by the organizers (one of whom came back). The one
    in the news has a press kit, a society's list and names to be named first; the one that is
    under attack has signatures that wait for vetting."""

    slug: str
    versions: tuple[Version, ...]
    signatures: int
    days_ago: int
    closed: bool = False
    withdrawn: int = 0
    removed: int = 0
    in_the_news: bool = False
    under_attack: bool = False
    audited: bool = False

    @property
    def signed(self) -> int:
        """All who ever did."""
        return self.signatures + self.withdrawn + max(0, self.removed - 1)


def letters() -> tuple[Statement, ...]:
    """The one that the demo is about comes first."""
    return (
        Statement(
            "ask-before-you-train",
            (ASK_IN_ENGLISH, ASK_IN_ARABIC),
            10_500,
            days_ago=5,
            withdrawn=7,
            removed=2,
            in_the_news=True,
        ),
        Statement(
            "names-on-covers",
            (NAMES_ON_COVERS,),
            1_204,
            days_ago=23,
            withdrawn=2,
            under_attack=True,
            audited=True,
        ),
        Statement("port-library", (PORT_LIBRARY,), 342, days_ago=9),
        Statement("ferry-lane-music-school", (MUSIC_SCHOOL,), 128, days_ago=61, closed=True),
    )


ASK_IN_ENGLISH = Version(
    language="en",
    title="Ask before you train on our work",
    addressee="To those who build generative AI, and to those who write its rules",
    body="""\
We write, compose, act, sing, film, draw, build and dance. It is how we earn our living, and it \
is how the places we come from remember themselves, argue with themselves and laugh at themselves.

Machines are now being trained on that work: on our novels and our scores, our voices, faces and \
photographs. Much of it was taken without a question, without a contract, and without a word to \
the people who made it. What comes out is then sold in the same markets where we try to sell our \
own. That something may be read, heard or looked at does not mean that it is free to take.

We are not against tools. Our trades have always welcomed new ones: the camera, the tape \
recorder, the synthesiser, the screen. Nor are we against science; many of us work beside \
researchers, and gladly. What we refuse is a business built on people’s work as though nobody had \
done it.

So we ask four things of you:

- **Ask first.** Train on creative work only with a licence from those who hold the rights in it. \
Silence is not a yes, and a form for objecting afterwards is not a question.
- **Pay fairly.** What is worth copying is worth paying for, and the money should reach those who \
made it, not only those who store it.
- **Name your sources.** Publish what your systems were trained on, in enough detail that a \
novelist, a singer or a small press can find their own work there.
- **Let us check.** Give independent people the right to examine those records, and give us a \
remedy when they prove wrong.

None of this is out of reach. Libraries, broadcasters, orchestras and publishers ask, license and \
keep their books every day, in every country. Systems that can read everything people have ever \
written can surely keep a list.

We would like to work with you. A culture that is asked, paid and named goes on making things \
worth learning from. One that is only harvested will, some day, fall silent. Ask us. Many of us \
will say yes.
""",
)

ASK_IN_ARABIC = Version(
    language="ar",
    title="استأذنوا قبل أن تدرّبوا آلاتكم على أعمالنا",
    addressee="إلى من يبنون الذكاء الاصطناعي التوليدي، وإلى من يضعون قواعده",
    body="""\
نكتب ونلحّن ونمثّل ونغنّي ونصوّر ونرسم ونشيّد ونرقص. بهذا نكسب رزقنا، وبهذا تتذكّر البلاد التي \
جئنا منها نفسَها، وتجادل نفسَها، وتضحك من نفسها.

واليوم تُدرَّب الآلات على هذا العمل: على رواياتنا وألحاننا، وعلى أصواتنا ووجوهنا وصورنا. وقد أُخذ \
كثير منه بلا استئذان ولا عقد، وبلا كلمة تُقال لأصحابه. ثم يُباع ما تُخرجه تلك الآلات في الأسواق نفسها \
التي نحاول أن نبيع فيها أعمالنا. وليس كل ما يُقرأ أو يُسمع أو يُنظر إليه مباحًا لمن شاء أن يأخذه.

لسنا ضد الأدوات؛ فلطالما رحّبت مهننا بالجديد منها: آلة التصوير وشريط التسجيل والأورغ \
الإلكتروني والشاشة. ولسنا ضد العلم؛ فكثيرون منا يعملون إلى جانب الباحثين عن طيب خاطر. ما نرفضه هو \
أن تُبنى تجارة على عمل الناس كأنّ أحدًا لم يعمله.

لذلك نطلب منكم أربعة أمور:

- **استأذنوا أولًا.** لا تدرّبوا آلاتكم على عمل إبداعي إلا بترخيص من أصحاب الحقوق فيه. فالصمت ليس \
موافقة، واستمارة الاعتراض بعد فوات الأوان ليست استئذانًا.
- **ادفعوا بإنصاف.** ما يستحق أن يُنسخ يستحق أن يُدفع ثمنه، وينبغي أن يصل المال إلى من أبدعوا العمل، \
لا إلى من يخزّنونه وحدهم.
- **سمّوا مصادركم.** انشروا ما دُرّبت عليه أنظمتكم، بتفصيل يكفي لأن يعثر فيه الروائي والمغنّية ودار \
النشر الصغيرة على أعمالهم.
- **دعونا نتحقّق.** امنحوا جهات مستقلة حق فحص هذه السجلات، وامنحونا سبيلًا إلى الإنصاف إن تبيّن \
خطؤها.

ليس في هذا ما يتعذّر. فالمكتبات والإذاعات والفرق الموسيقية ودور النشر تستأذن وترخّص وتمسك دفاترها \
كل يوم، وفي كل بلد. والأنظمة القادرة على قراءة كل ما كتبه البشر لن يُعجزها أن تحفظ قائمة.

نودّ أن نعمل معكم. فالثقافة التي تُستأذن ويُدفع لها ويُذكر أصحابها تظلّ تصنع ما يستحق أن يُتعلَّم منه. \
أما التي لا يُراد منها إلا الحصاد فستصمت يومًا. اسألونا، وسيقول كثيرون منا: «نعم».
""",
)

NAMES_ON_COVERS = Version(
    language="en",
    title="Put the translator’s name on the cover",
    addressee="To everyone who publishes books in translation",
    body="""\
Every word that a reader meets in a translated book was chosen by someone whose name they have to \
look for. It stands on the fourth page, in the smallest type, between the paper and the printer.

We ask you to put it on the front cover, below the author’s, on every translated book that you \
print from now on; to give it in catalogues, in shops and in reviews that you supply; and to write \
this into your contracts, so that nobody has to ask for it.

It costs a line of type. It tells readers the truth about what they hold.
""",
)

PORT_LIBRARY = Version(
    language="ar",
    title="أبقوا مكتبة الميناء مفتوحة مساءً",
    addressee="إلى المجلس البلدي في مدينة المرسى الجديد",
    body="""\
في مكتبة الميناء طاولة طويلة تجاور النافذة. عليها كُتبت رسائل جامعية ودواوين وطلبات عمل، وعليها \
تعلّم أطفال كثيرون القراءة ريثما يعود آباؤهم من نوبة العمل.

علمنا أن المجلس ينوي إغلاق المكتبة عند الثالثة عصرًا توفيرًا للنفقات. ومن يعملون نهارًا، وهم أكثر \
سكان الحي، لن يجدوا بابها مفتوحًا بعد اليوم.

نطلب منكم ثلاثة أمور: أن تبقى المكتبة مفتوحة حتى الثامنة مساءً خمسة أيام في الأسبوع، وأن تُنشر كلفة \
ذلك بندًا بندًا، وأن يُسأل روّادها قبل أي قرار يخصّها.
""",
)

MUSIC_SCHOOL = Version(
    language="en",
    title="Keep the music school in Ferry Lane",
    addressee="To the city council of Saltmarsh",
    body="""\
For sixty-one years children from every part of Saltmarsh have carried violins, trumpets and one \
very large tuba up the stairs in Ferry Lane. Some of us were those children. The tuba is still \
there.

The council means to sell the building and to move lessons into rooms that other schools are not \
using, when they are not using them. An orchestra cannot be taught that way: it needs one room, \
kept for it, where the instruments can stay.

We ask you to keep the house, to publish what its repair would cost, and to let teachers, parents \
and pupils speak before you vote.
""",
)
