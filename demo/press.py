"""What the demo's organizers tell the press, in both languages of the letter; all invented."""

from collections.abc import Sequence

from django.utils import translation

from campaign.letters import press_kit, press_pictures
from campaign.letters.models import Letter
from demo.picture import DESCRIPTIONS, drawn
from signatures.models import Signature

_KITS = {
    "en": {
        "embargo": "",
        "facts": """\
The letter was written over one winter by forty people from eleven trades, in English, and was \
translated into Arabic by six of them. Where the two differ, the English text counts.

It asks four things of those who build generative AI: to ask first, to pay fairly, to name their \
sources, and to let independent people check.

Whoever signs confirms their e-mail address. What else they have shown of themselves stands beside \
each name, with its date, and the counts are told by level.""",
        "organizers": """\
The Working Artists’ Council began this letter. It is an association of about nine hundred \
people who write, play, draw and build, founded in Saltmarsh eleven years ago.

Its board of five is elected every second year; nobody on it works for a company that builds or \
sells AI.""",
        "funding": """\
Members’ fees pay for the campaign: €4,200 so far, for printing and for translations. No company, \
party or government has given anything. Every gift above €500 would be named here: there was none.\
""",
        "contact_name": "Press office of the Working Artists’ Council",
        "contact_email": "press@working-artists.example",
        "contact_phone": "+353 1 555 0100",
    },
    "ar": {
        "embargo": "",
        "facts": """\
كُتبت الرسالة بالإنجليزية على مدى شتاء واحد، وشارك فيها أربعون شخصًا من إحدى عشرة مهنة، ونقلها إلى \
العربية ستة منهم. وحيث يختلف النصّان فالعبرة بالنص الإنجليزي.

تطلب الرسالة أربعة أمور ممن يبنون الذكاء الاصطناعي التوليدي: أن يسألوا أولًا، وأن يدفعوا بإنصاف، \
وأن يسمّوا مصادرهم، وأن يدعوا جهات مستقلة تتحقّق.

كل من يوقّع يؤكّد عنوان بريده. وما أظهره عن نفسه غير ذلك مذكور إلى جانب اسمه بتاريخه، والأعداد تُذكر \
بحسب المستوى.""",
        "organizers": """\
بدأ هذه الرسالة مجلس الفنانين العاملين، وهو جمعية تضم نحو تسعمئة شخص يكتبون ويعزفون ويرسمون \
ويبنون، تأسست في سولت مارش قبل أحد عشر عامًا.

يُنتخب مجلس إدارتها المؤلف من خمسة أعضاء كل سنتين، وليس فيهم من يعمل لدى شركة تبني الذكاء الاصطناعي \
أو تبيعه.""",
        "funding": """\
تُموَّل الحملة من اشتراكات الأعضاء: ٤٬٢٠٠ يورو حتى الآن، للطباعة والترجمة. لم تقدّم أي شركة أو حزب أو \
حكومة شيئًا. وكل هبة تتجاوز ٥٠٠ يورو تُذكر هنا باسم صاحبها: ولم تكن هناك أي هبة كهذه.""",
        "contact_name": "المكتب الصحفي لمجلس الفنانين العاملين",
        "contact_email": "press@working-artists.example",
        "contact_phone": "+353 1 555 0100",
    },
}
_QUOTES = {
    "en": (
        "I was paid for every page that I ever gave away. I would like to be asked about the rest.",
        "They say that it cannot be done. My publisher licenses a single photograph in an "
        "afternoon, and keeps the receipt.",
        "Nobody here wants to stop a machine. We want to be on its list.",
    ),
    "ar": (
        "لستُ ضد الآلة. أنا ضد أن يُؤخذ صوتي وأنا في الغرفة المجاورة.",
        "من يستطيع أن يقرأ كل شيء يستطيع أن يكتب قائمة بما قرأ.",
    ),
}
_CREDITS = {"en": "Working Artists’ Council", "ar": "مجلس الفنانين العاملين"}


def tell(*, letter: Letter, named: Sequence[Signature]) -> None:
    """Through the behaviours of the desk. The quotes are by those who are named first."""
    for language, fields in _KITS.items():
        # What it does not say is left to the site.
        kit = dict.fromkeys(press_kit.FIELDS, "") | fields
        press_kit.save_kit(letter=letter, language=language, **kit)
    for language, all_words in _QUOTES.items():
        speakers = [each for each in named if each.language == language]
        for words, speaker in zip(all_words, speakers, strict=False):
            press_kit.add_quote(
                letter=letter,
                language=language,
                words=words,
                speaker=speaker.name,
                about=_about(speaker, language),
                public_id=speaker.public_id,
            )
    picture = press_pictures.add_picture(
        letter=letter, data=drawn(), description=DESCRIPTIONS["en"], credit=_CREDITS["en"]
    )
    press_pictures.tell_in(
        picture=picture, language="ar", description=DESCRIPTIONS["ar"], credit=_CREDITS["ar"]
    )


def _about(speaker: Signature, language: str) -> str:
    with translation.override(language):
        profession = str(speaker.get_profession_display())
    return f"{profession} · {speaker.credit}" if speaker.credit else profession
