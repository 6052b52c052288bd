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
    "anaesthetist": "anaesthetists, anaesthetist, anesthetists, anesthetist, anesthesiologists",
    "archaeologist": "archaeologists, archaeologist, archeologists",
    "builder": "builders, builder, construction workers",
    "cleric": "clerics, cleric, clergy",
    "craftsperson": "craftspeople, craftsperson, craftspersons",
    "doctor": "doctors, doctor, physicians, physician",
    "filmmaker": "filmmakers, filmmaker, film makers, film maker",
    "general_practitioner": "general practitioners, general practitioner, family doctors",
    "gynaecologist": "gynaecologists, gynaecologist, gynecologists, gynecologist",
    "midwife": "midwives, midwife",
    "paediatrician": "paediatricians, paediatrician, pediatricians, pediatrician",
    "pensioner": "pensioners, pensioner, retirees, retiree",
    "software_developer": "software developers, software developer, programmers, programmer",
    "veterinarian": "veterinarians, veterinarian, vets, vet",
}
# Broken plurals, and words that are put together; all others have their endings by rule.
_ARABIC = {
    "anaesthetist": "أطباء تخدير, طبيب تخدير, طبيبة تخدير, أطباء التخدير",
    "archaeologist": "علماء آثار, عالم آثار, عالمة آثار, علماء الآثار",
    "architect": "مهندسين معماريين, مهندسون معماريون, مهندس معماري, مهندسا معماريا, معماريين, "
    "المهندسين المعماريين",
    "art_historian": "مؤرخي فن, مؤرخ فن, مؤرخو فن",
    "author": "كتاب, كاتب, كاتبا, كاتبة, كاتبات, الكتاب, أدباء, أديب, أديبا, الأدباء",
    "biologist": "علماء أحياء, عالم أحياء, عالمة أحياء, علماء الأحياء",
    "builder": "عمال بناء, عامل بناء, عاملة بناء, عمال البناء",
    "cardiologist": "أطباء قلب, طبيب قلب, طبيبة قلب, أطباء القلب",
    "carer": "مقدمي رعاية, مقدم رعاية, مقدمو رعاية, مقدمة رعاية",
    "choreographer": "مصممي رقصات, مصمم رقصات, مصممو رقصات",
    "cinematographer": "مديري تصوير, مدير تصوير, مديرو تصوير, مديرا تصوير",
    "civil_servant": "موظفين حكوميين, موظفون حكوميون, موظف حكومي, موظفة حكومية",
    "cleric": "رجال دين, رجل دين, رجال الدين",
    "comedian": "كوميديين, كوميديون, كوميدي, كوميديا, الكوميديين",
    "computer_scientist": "علماء حاسوب, عالم حاسوب, عالمة حاسوب, علماء الحاسوب",
    "cook": "طباخين, طباخون, طباخ, طباخة, طهاة, طاه",
    "craftsperson": "حرفيين, حرفيون, حرفي, حرفيا, الحرفيين",
    "dentist": "أطباء أسنان, طبيب أسنان, طبيبة أسنان, أطباء الأسنان",
    "doctor": "أطباء, طبيب, طبيبا, طبيبة, طبيبات, الأطباء",
    "driver": "سائقين, سائقون, سائق, سائقة, السائقين",
    "emergency_physician": "أطباء طوارئ, طبيب طوارئ, طبيبة طوارئ, أطباء الطوارئ",
    "entrepreneur": "رواد أعمال, رائد أعمال, رائدة أعمال, رواد الأعمال",
    "filmmaker": "سينمائيين, سينمائيون, سينمائي, سينمائيا, السينمائيين, صناع أفلام, صانع أفلام",
    "game_designer": "مصممي ألعاب, مصمم ألعاب, مصممو ألعاب",
    "general_practitioner": "أطباء عامين, أطباء عامون, طبيب عام, طبيبة عامة",
    "gynaecologist": "أطباء نساء, طبيب نساء, طبيبة نساء, أطباء النساء",
    "homemaker": "ربات بيوت, ربة بيت, ربات البيوت",
    "illustrator": "رسامي كتب, رسام كتب",
    "internist": "أطباء باطنيين, أطباء باطنيون, طبيب باطني, طبيبة باطنية",
    "jobseeker": "باحثين عن عمل, باحثون عن عمل, باحث عن عمل, باحثة عن عمل",
    "journalist": "صحفيين, صحفيون, صحفي, صحفيا, صحفية, صحفيات, الصحفيين, صحافيين, صحافيون, صحافي, "
    "صحافيا, الصحافيين",
    "lawyer": "محامين, محامون, محام, محاميا, محامية, محاميات, المحامين",
    "legal_scholar": "قانونيين, قانونيون, قانوني, قانونية, القانونيين",
    "librarian": "أمناء مكتبات, أمين مكتبة, أمينة مكتبة, أمناء المكتبات",
    "linguist": "لسانيين, لسانيون, لساني, لسانية, اللسانيين, لغويين, لغويون",
    "literary_scholar": "نقاد أدب, ناقد أدبي, ناقدة أدبية",
    "mathematician": "علماء رياضيات, عالم رياضيات, عالمة رياضيات, علماء الرياضيات",
    "medical_researcher": "باحثين طبيين, باحثون طبيون, باحث طبي, باحثة طبية",
    "medical_student": "طلاب طب, طالب طب, طالبة طب, طلاب الطب",
    "midwife": "قابلات, قابلة, القابلات",
    "musician": "موسيقيين, موسيقيون, موسيقي, موسيقيا, موسيقية, موسيقيات, الموسيقيين",
    "musicologist": "علماء موسيقى, عالم موسيقى, عالمة موسيقى",
    "neurologist": "أطباء أعصاب, طبيب أعصاب, طبيبة أعصاب, أطباء الأعصاب",
    "office_worker": "موظفي مكاتب, موظف مكتب, موظفة مكتب, موظفو مكاتب",
    "oncologist": "أطباء أورام, طبيب أورام, طبيبة أورام, أطباء الأورام",
    "paediatrician": "أطباء أطفال, طبيب أطفال, طبيبة أطفال, أطباء الأطفال",
    "pharmacist": "صيادلة, صيدلي, صيدليا, صيدلانية, الصيادلة",
    "philosopher": "فلاسفة, فيلسوف, فيلسوفا, فيلسوفة, الفلاسفة",
    "photographer": "مصورين فوتوغرافيين, مصور فوتوغرافي, مصورا فوتوغرافيا",
    "physiotherapist": "معالجين طبيعيين, معالجون طبيعيون, معالج طبيعي, معالجة طبيعية",
    "playwright": "كتاب مسرح, كاتب مسرحي, كاتبا مسرحيا, كتاب مسرحيين, مسرحيين, مسرحيون",
    "poet": "شعراء, شاعر, شاعرا, شاعرة, شاعرات, الشعراء",
    "political_scientist": "علماء سياسة, عالم سياسة, عالمة سياسة, علماء السياسة",
    "psychiatrist": "أطباء نفسيين, أطباء نفسيون, طبيب نفسي, طبيبة نفسية",
    "psychologist": "علماء نفس, عالم نفس, عالمة نفس, علماء النفس",
    "publisher": "ناشرين, ناشرون, ناشر, ناشرا, ناشرة, ناشرات, الناشرين",
    "radiologist": "أطباء أشعة, طبيب أشعة, طبيبة أشعة, أطباء الأشعة",
    "sales_worker": "بائعين, بائعون, بائع, بائعة, البائعين",
    "scholar": "باحثين, باحثون, باحث, باحثا, باحثة, باحثات, الباحثين, أكاديميين, أكاديميون",
    "scientist": "علماء, عالم, عالما, عالمة, عالمات, العلماء",
    "screenwriter": "كتاب سيناريو, كاتب سيناريو",
    "social_worker": "عاملين اجتماعيين, عاملون اجتماعيون, عامل اجتماعي, عاملة اجتماعية",
    "sociologist": "علماء اجتماع, عالم اجتماع, عالمة اجتماع, علماء الاجتماع",
    "songwriter": "كتاب أغان, كاتب أغان, كتاب أغاني, كاتب أغاني",
    "sound_designer": "مصممي صوت, مصمم صوت, مصممو صوت",
    "student": "طلاب, طالب, طالبا, طالبة, طالبات, الطلاب, طلبة, الطلبة",
    "theologian": "علماء دين, عالم دين, عالمة دين, علماء الدين",
    "veterinarian": "أطباء بيطريين, أطباء بيطريون, طبيب بيطري, طبيبة بيطرية",
    "voice_actor": "مؤدي أصوات, مؤدو أصوات, ممثلي صوت, ممثل صوت",
}
_ARABIC_BY_RULE = {
    "actor": "ممثل",
    "animator": "محرك رسوم",
    "anthropologist": "أنثروبولوجي",
    "artist": "فنان",
    "chemist": "كيميائي",
    "composer": "مؤلف موسيقي",
    "dancer": "راقص",
    "designer": "مصمم",
    "director": "مخرج",
    "economist": "اقتصادي",
    "editor": "محرر",
    "engineer": "مهندس",
    "farmer": "مزارع",
    "geographer": "جغرافي",
    "geologist": "جيولوجي",
    "historian": "مؤرخ",
    "nurse": "ممرض",
    "painter": "رسام",
    "paramedic": "مسعف",
    "pensioner": "متقاعد",
    "physicist": "فيزيائي",
    "producer": "منتج",
    "sculptor": "نحات",
    "singer": "مغن",
    "software_developer": "مبرمج",
    "statistician": "إحصائي",
    "surgeon": "جراح",
    "teacher": "معلم",
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
