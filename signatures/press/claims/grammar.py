"""What the words of a claim mean: one table for each language, and no word outside of them.

In a phrase `#` is the number and `@` the day. What is typed is folded as the search folds names,
and so are the phrases; where several fit, the longest counts. The first phrase of each meaning is
the one that we write ourselves.
"""

from enum import Enum


class Comparison(Enum):
    AT_LEAST = "at least"
    MORE = "more than"
    EXACTLY = "exactly"
    AT_MOST = "at most"
    FEWER = "fewer than"


class Unit(Enum):
    """What a checkpoint counts, and therefore what is known of every moment."""

    SIGNATURES = "signatures"
    PEOPLE = "people"
    ORGANISATIONS = "organisations"


class Day(Enum):
    ENDED = "by its end"
    NOT_BEGUN = "before it"


# Words that say who speaks of what, and change nothing.
FILLER = None
Meaning = Comparison | Unit | Day | None

ENGLISH: dict[Meaning, str] = {
    Comparison.AT_LEAST: "at least #, at least, or more, no fewer than #, not fewer than #, "
    "no less than #, not less than #, a minimum of #, > = #, ≥ #, # +",
    Comparison.MORE: "more than #, over #, above #, upwards of #, in excess of #, > #",
    Comparison.EXACTLY: "exactly #, exactly, precisely, = #",
    Comparison.AT_MOST: "at most #, at most, or fewer, or less, no more than #, "
    "not more than #, up to #, a maximum of #, < = #, ≤ #",
    Comparison.FEWER: "fewer than #, less than #, under #, below #, < #",
    Unit.SIGNATURES: "signatures, signature, signatories, signatory, people and organisations, "
    "people and organizations",
    Unit.PEOPLE: "people, person, persons, individuals",
    Unit.ORGANISATIONS: "organisations, organisation, organizations, organization",
    Day.ENDED: "by @, end of @, until @, till @, up to @, as of @",
    Day.NOT_BEGUN: "before @, before the @",
    FILLER: "#, @, a, a total of, already, an, are, as of now, at, been, by, had, has, have, "
    "in all, in total, is, it, its, letter, now, number of, of, on, open letter, so far, "
    "signed, that, the, there, this, to date, was, were",
}
ARABIC: dict[Meaning, str] = {
    Comparison.AT_LEAST: "ما لا يقل عن #, لا يقل عن #, لا تقل عن #, لا أقل من #, على الأقل, "
    "أو أكثر, فأكثر, أو يزيد",
    Comparison.MORE: "أكثر من #, ما يزيد على #, ما يزيد عن #, يزيد على #, يزيد عن #, "
    "تزيد على #, تزيد عن #, يتجاوز #, تتجاوز #, فوق #, يتجاوز, تتجاوز, تجاوز, تجاوزت, فاق, فاقت, "
    "يفوق, تفوق, أزيد من, ما يفوق, زاد على, زاد عن, زادت على, زادت عن",
    Comparison.EXACTLY: "بالضبط, بالتحديد, تحديدا, تماما",
    Comparison.AT_MOST: "لا أكثر من #, على الأكثر, ما لا يزيد على #, ما لا يزيد عن #, "
    "لا يزيد على #, لا يزيد عن #, لا تزيد على #, لا تزيد عن #, لا يتجاوز #, لا تتجاوز #, "
    "أو أقل, فأقل",
    Comparison.FEWER: "أقل من #, ما يقل عن #, يقل عن #, تقل عن #, دون #, تحت #",
    Unit.SIGNATURES: "توقيع, توقيعا, توقيعات, التوقيعات, تواقيع, موقع, موقعا, موقعين, موقعون, "
    "الموقعين, الموقعون, موقعة, موقع وموقعة, موقعا وموقعة, "
    "موقعين وموقعات, شخص ومؤسسة, أشخاص ومؤسسات, الأشخاص والمؤسسات",
    Unit.PEOPLE: "شخص, شخصا, أشخاص, الأشخاص, فرد, فردا, أفراد, الأفراد",
    Unit.ORGANISATIONS: "مؤسسة, مؤسسات, المؤسسات, منظمة, منظمات, المنظمات, جمعية, "
    "جمعيات, الجمعيات, هيئة, هيئات, الهيئات",
    Day.ENDED: "بحلول @, نهاية @, نهاية يوم @, بنهاية @, بنهاية يوم @",
    Day.NOT_BEGUN: "قبل @, قبل يوم @",
    FILLER: "الآن, الرسالة, العدد, المفتوحة, إلى, إلى الآن, إجمالا, بحلول, بلغ, حتى, حتى الآن, "
    "رسالة, عدد, على, في, قد, كان, كانت, لدى, لغاية, لقد, من الأشخاص, من التوقيعات, "
    "من المؤسسات, من الموقعين, من المنظمات, مفتوحة, هذه, هناك, وقع, وقعت, وقعها, وقعوا, يوم, "
    "عليها, عليه, بتاريخ, بلغت, جمعت, حصدت, نالت, حملت, وقعتها, وقعته, وقعه, صباح, مساء",
}
# Of other languages, whose dates are read too: what stands beside a day, or behind a number.
OTHERS: dict[Meaning, str] = {
    Unit.PEOPLE: "人, 명, 名",
    Day.ENDED: "am @, bis @, bis zum @, zum @, le @, au @, jusqu au @, el @, al @, hasta el @, "
    "il @, entro il @, em @, até @, к @, на @, 截至 @, 到 @, @ 까지, @ まで, @ तक",
    FILLER: "г, के",
}
LANGUAGES = {"en": ENGLISH, "ar": ARABIC}

# What multiplies the number before it, in the languages of the interface.
TIMES = {
    1_000: "k, thousand, thousands, ألف, ألفا, آلاف",
    1_000_000: "million, millions, مليون, مليونا, ملايين",
}
# Numbers in words: before what multiplies, and alone with what they count.
WORDS = {
    1: "one, a",
    2: "two",
    3: "three, ثلاثة",
    4: "four, أربعة",
    5: "five, خمسة",
    6: "six, ستة",
    7: "seven, سبعة",
    8: "eight, ثمانية",
    9: "nine, تسعة",
    10: "ten, عشرة",
    11: "eleven",
    12: "twelve",
    15: "fifteen",
    20: "twenty, عشرون, عشرين",
    30: "thirty, ثلاثون, ثلاثين",
    40: "forty, أربعون, أربعين",
    50: "fifty, خمسون, خمسين",
    100: "a hundred, one hundred, مئة, مائة",
}
# Arabic counts one and two without a number.
COUNTED = {
    "توقيع واحد": "1 توقيع",
    "شخص واحد": "1 شخص",
    "مؤسسة واحدة": "1 مؤسسة",
    "توقيعان": "2 توقيع",
    "توقيعين": "2 توقيع",
    "شخصان": "2 شخص",
    "شخصين": "2 شخص",
    "مؤسستان": "2 مؤسسة",
    "مؤسستين": "2 مؤسسة",
    "ألفان": "2 ألف",
    "ألفين": "2 ألف",
    "ألفي": "2 ألف",
    "مليونان": "2 مليون",
    "مليونين": "2 مليون",
}
# These leave open how much is missing, so there is no yes or no.
VAGUE = (
    "nearly, almost, about, around, roughly, approximately, circa, close, نحو, حوالي, زهاء, قرابة, "
    "تقريبا, يقارب, يقرب, يناهز, ~"
)

# Days from today, by name; weekdays are named by the CLDR.
NEAR = {
    "today": 0,
    "yesterday": -1,
    "the day before yesterday": -2,
    "day before yesterday": -2,
    "tomorrow": 1,
    "اليوم": 0,
    "أمس": -1,
    "الأمس": -1,
    "بالأمس": -1,
    "البارحة": -1,
    "أول أمس": -2,
    "أول من أمس": -2,
    "غدا": 1,
}
LAST = ("last {}", "{} الماضي")
