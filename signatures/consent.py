"""The words that signers consent to, by version and language: as they are shown, and for ever.

They stand here and not in the catalogues, since a signature names its version, and what its signer
read must never change with a later translation. So no line of WORDINGS is edited or deleted, not
for a comma: add a version with words in every language of the interface, and make it VERSION.
A test holds each line to its digest.
"""

from dataclasses import dataclass, replace
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from campaign import languages
from campaign.templatetags.locale_format import number_in

VERSION = "2026-12b"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Of the first two, one is chosen. Before there was that choice, a box was left empty."""

    publish: str
    updates: str
    anonymous: str = ""
    # Of letters that ask for it; in its place stands the age.
    of_age: str = ""


WORDINGS = {
    "2026-11/en": Wording(
        publish=(
            "Publish my name, profession and country under this letter. "
            "I understand that this shows a political opinion."
        ),
        updates="E-mail me news about this letter. I can leave at any time.",
    ),
    "2026-11/ar": Wording(
        publish="انشروا اسمي ومهنتي وبلدي تحت هذه الرسالة. أعلم أن ذلك يُظهر رأيًا سياسيًا.",
        updates="أرسلوا إليّ أخبار هذه الرسالة. يمكنني التوقف متى شئت.",
    ),
    "2026-12/en": Wording(
        publish=(
            "Show my name on the public list, with my profession, my country and what else I say "
            "about myself here. Anyone, search engines included, can see that I support this "
            "letter, and so a political opinion of mine."
        ),
        anonymous=(
            "Count me without my name. My name is shown nowhere; the organizers of the letter can "
            "see it."
        ),
        updates="E-mail me news about this letter. I can leave at any time.",
    ),
    "2026-12/ar": Wording(
        publish=(
            "أوافق على نشر اسمي في القائمة العامة، مع مهنتي وبلدي وما أذكره غير ذلك عن نفسي هنا. "
            "وأدرك أن الجميع، ومنهم محركات البحث، يمكنهم أن يروا تأييدي لهذه الرسالة، "
            "وأن ذلك يكشف رأيًا سياسيًا لي."
        ),
        anonymous=(
            "أوافق على احتساب توقيعي دون اسمي. لا يظهر اسمي في أي مكان، ويمكن لمنظمي الرسالة "
            "أن يروه."
        ),
        updates=(
            "أرسلوا إليّ أخبار هذه الرسالة المفتوحة بالبريد الإلكتروني. "
            "ويمكنني إلغاء الاشتراك متى شئت."
        ),
    ),
}
WORDINGS["2026-12b/en"] = replace(WORDINGS["2026-12/en"], of_age="I am at least {age} years old.")
WORDINGS["2026-12b/ar"] = replace(WORDINGS["2026-12/ar"], of_age="لا يقل عمري عن {age} سنة.")


def wording_of(version: str) -> Wording | None:
    """What somebody read who consented to this version; None for one that was never shown."""
    named, _slash, age = version.rpartition("/") if age_of(version) else (version, "", "")
    wording = WORDINGS.get(named)
    if wording is None:
        return None
    language = named.rpartition("/")[2]
    return replace(wording, of_age=_with_age(wording.of_age, int(age), language) if age else "")


def age_of(version: str) -> int | None:
    """How old they said to be at least, who consented to this version."""
    age = version.rpartition("/")[2]
    return int(age) if age.isdecimal() else None


def version_in(language: str, *, least_age: int | None = None) -> str:
    """What is stored beside the consent, as `2026-11/ar`, or `2026-12b/ar/18` where an age was
    asked for."""
    named = f"{VERSION}/{languages.interface_for(language)}"
    return f"{named}/{least_age}" if least_age else named


def shown(part: str) -> Any:
    """The words of today, in the language in which the page is shown."""
    return _in_language(part)


def shown_age(least_age: int) -> Any:
    return _age_in_language(least_age)


def _words(part: str) -> str:
    words: str = getattr(WORDINGS[version_in(get_language() or "en")], part)
    return words


def _age_words(least_age: int) -> str:
    return _with_age(_words("of_age"), least_age, get_language() or "en")


def _with_age(words: str, age: int, language: str) -> str:
    return words.format(age=number_in(age, language=languages.interface_for(language)))


_in_language = lazy(_words, str)
_age_in_language = lazy(_age_words, str)
