"""How a letter's page looks. No part of what is signed, so it may change at any time."""

from django.db.models import F

from campaign.letters import errors
from campaign.letters.models import Letter


def choose_accent(*, letter: Letter, accent: str, expected_revision: int) -> None:
    """`#rrggbb`, or nothing for the site's own. Raises LookChanged."""
    _change(letter, expected_revision, accent=accent)


def _change(letter: Letter, expected_revision: int, **changes: object) -> None:
    seen = Letter.objects.filter(pk=letter.pk, look_revision=expected_revision)
    if not seen.update(**changes, look_revision=F("look_revision") + 1):
        raise errors.LookChanged
