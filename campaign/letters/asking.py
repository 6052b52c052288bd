"""What the signing form of a letter asks, beside name, address, profession and country.

It holds for who signs from then on. What somebody said before stays with their signature, and they
can change it, whether or not it is asked today.
"""

from dataclasses import asdict, dataclass

from django.db.models import F

from campaign.letters import errors
from campaign.letters.models import Letter, ProfessionList


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Columns of the letter, by their names."""

    asks_credit: bool
    asks_affiliation: bool
    takes_organisations: bool
    offers_updates: bool
    professions: ProfessionList
    least_age: int | None


def save(*, letter: Letter, asked: Asked, expected_revision: int) -> None:
    """Raises FormChanged if somebody saved another one since `expected_revision`."""
    seen = Letter.objects.filter(pk=letter.pk, form_revision=expected_revision)
    if not seen.update(**asdict(asked), form_revision=F("form_revision") + 1):
        raise errors.FormChanged
