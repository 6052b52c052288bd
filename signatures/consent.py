"""The wording that a signer consents to, by version.

A wording that has been shown is never edited: add a new version, and keep the old one here, since
signatures point to it. The translations in force are those in the catalogues at that time.
"""

from django.utils import translation
from django.utils.translation import gettext_lazy as _

VERSION = "2026-11"

PUBLISH = _(
    "Publish my name, profession and country under this letter. "
    "I understand that this shows a political opinion."
)
UPDATES = _("E-mail me news about this letter. I can leave at any time.")


def wording_of(version: str) -> tuple[str, str]:
    """What somebody read who consented to this version, as it was stored: to be published, and to
    get news."""
    _number, _slash, language = version.partition("/")
    with translation.override(language):
        return str(PUBLISH), str(UPDATES)


def version_in(language: str) -> str:
    """What is stored beside the consent, as `2026-11/ar`."""
    return f"{VERSION}/{language}"
