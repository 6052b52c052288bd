"""Professions and countries as claims name them, in the languages of the interface.

The first phrase of each in a language is the one that we write ourselves. Who is from where is
said with the country's name: "Egyptian actors" may be actors in France.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from signatures.models import Profession
from signatures.names import countries

# Plurals that are not the label with an s, and what else is said; one who acts is an actor.
_ENGLISH = {
    "actor": "actors, actor, actress, actresses",
    "craftsperson": "craftspeople, craftsperson, craftspersons",
    "filmmaker": "filmmakers, filmmaker, film makers, film maker",
}
# Broken plurals, and words that are put together; all others have their endings by rule.
_ARABIC = {
    "architect": "مهندسين معماريين, مهندسون معماريون, مهندس معماري, مهندسا معماريا, معماريين, "
    "المهندسين المعماريين",
    "author": "كتاب, كاتب, كاتبا, كاتبة, كاتبات, الكتاب, أدباء, أديب, أديبا, الأدباء",
    "choreographer": "مصممي رقصات, مصمم رقصات, مصممو رقصات",
    "cinematographer": "مديري تصوير, مدير تصوير, مديرو تصوير, مديرا تصوير",
    "comedian": "كوميديين, كوميديون, كوميدي, كوميديا, الكوميديين",
    "craftsperson": "حرفيين, حرفيون, حرفي, حرفيا, الحرفيين",
    "filmmaker": "سينمائيين, سينمائيون, سينمائي, سينمائيا, السينمائيين, صناع أفلام, صانع أفلام",
    "game_designer": "مصممي ألعاب, مصمم ألعاب, مصممو ألعاب",
    "illustrator": "رسامي كتب, رسام كتب",
    "journalist": "صحفيين, صحفيون, صحفي, صحفيا, صحفية, صحفيات, الصحفيين, صحافيين, صحافيون, صحافي, "
    "صحافيا, الصحافيين",
    "musician": "موسيقيين, موسيقيون, موسيقي, موسيقيا, موسيقية, موسيقيات, الموسيقيين",
    "photographer": "مصورين فوتوغرافيين, مصور فوتوغرافي, مصورا فوتوغرافيا",
    "playwright": "كتاب مسرح, كاتب مسرحي, كاتبا مسرحيا, كتاب مسرحيين, مسرحيين, مسرحيون",
    "poet": "شعراء, شاعر, شاعرا, شاعرة, شاعرات, الشعراء",
    "publisher": "ناشرين, ناشرون, ناشر, ناشرا, ناشرة, ناشرات, الناشرين",
    "scholar": "باحثين, باحثون, باحث, باحثا, باحثة, باحثات, الباحثين, أكاديميين, أكاديميون",
    "screenwriter": "كتاب سيناريو, كاتب سيناريو",
    "songwriter": "كتاب أغان, كاتب أغان, كتاب أغاني, كاتب أغاني",
    "sound_designer": "مصممي صوت, مصمم صوت, مصممو صوت",
    "voice_actor": "مؤدي أصوات, مؤدو أصوات, ممثلي صوت, ممثل صوت",
}
_ARABIC_BY_RULE = {
    "actor": "ممثل",
    "animator": "محرك رسوم",
    "composer": "مؤلف موسيقي",
    "dancer": "راقص",
    "designer": "مصمم",
    "director": "مخرج",
    "editor": "محرر",
    "painter": "رسام",
    "producer": "منتج",
    "sculptor": "نحات",
    "singer": "مغن",
    "translator": "مترجم",
}
_ENDINGS = ("ين", "ون", "", "ا", "ة", "ات")
# Beside their names in the CLDR.
_ALSO = {
    "CD": "DR Congo, Democratic Republic of the Congo",
    "CG": "Republic of the Congo",
    "CI": "Ivory Coast",
    "CZ": "Czech Republic",
    "GB": "UK, Britain, Great Britain",
    "MM": "Burma, Myanmar",
    "NL": "Holland",
    "TR": "Turkey",
    "US": "US, USA, United States of America, أمريكا, أميركا",
}
_FROM = {"en": ("from", "in", "from the", "in the"), "ar": ("من", "في")}


@dataclass(frozen=True, slots=True)
class Chosen:
    """A profession or a country, by its code; nothing without one."""

    field: str
    code: str

    def __bool__(self) -> bool:
        return bool(self.code)


def written(chosen: Chosen, interface: str) -> str:
    """In words that are read back the same."""
    if chosen.field == "country":
        return f"{_FROM[interface][0]} {countries.names(interface)[chosen.code]}"
    return next(_professions(chosen.code, interface))


def phrases() -> Iterator[tuple[Chosen, str]]:
    for interface in _FROM:
        for profession in Profession:
            if profession != Profession.OTHER:
                for phrase in _professions(profession.value, interface):
                    yield Chosen("profession", profession.value), phrase
        for code, name in countries.choices(interface):
            also = _ALSO.get(code, "").split(", ")
            for each in (name, *filter(None, also)):
                for before in _FROM[interface]:
                    yield Chosen("country", code), f"{before} {each}"


def _professions(code: str, interface: str) -> Iterator[str]:
    if interface == "en":
        label = code.replace("_", " ")
        yield from _ENGLISH.get(code, f"{label}s, {label}").split(", ")
    elif phrases := _ARABIC.get(code):
        yield from phrases.split(", ")
    else:
        first, *rest = _ARABIC_BY_RULE[code].split(" ", 1)
        yield from (" ".join((first + ending, *rest)) for ending in _ENDINGS)
        yield from (f"ال{first}{ending}" for ending in _ENDINGS[:2] if not rest)
