"""The words that signers consent to, by version and language: as they are shown, and for ever.

They stand here and not in the catalogues, since a signature names its version, and what its signer
read must never change with a later translation. So no line of WORDINGS is edited or deleted, not
for a comma: add a version with words in every language of the interface, and make it VERSION.
A test holds each line to its digest.
"""

from dataclasses import dataclass
from typing import Any

from django.utils.functional import lazy
from django.utils.translation import get_language

from campaign import languages

VERSION = "2026-12"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Of the first two, one is chosen. Before there was that choice, a box was left empty."""

    publish: str
    updates: str
    anonymous: str = ""


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


def wording_of(version: str) -> Wording | None:
    """What somebody read who consented to this version; None for one that was never shown."""
    return WORDINGS.get(version)


def version_in(language: str) -> str:
    """What is stored beside the consent, as `2026-11/ar`."""
    return f"{VERSION}/{languages.interface_for(language)}"


def shown(part: str) -> Any:
    """The words of today, in the language in which the page is shown."""
    return _in_language(part)


def _words(part: str) -> str:
    words: str = getattr(WORDINGS[version_in(get_language() or "en")], part)
    return words


_in_language = lazy(_words, str)
