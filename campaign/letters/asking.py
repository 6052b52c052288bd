"""What the signing form of a letter asks, beside name, address, profession and country, and what
organizers say to who signed.

It holds for who signs from then on. What somebody said before stays with their signature, and they
can change it, whether or not it is asked today.
"""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import F

from campaign.letters import errors
from campaign.letters.models import Letter, ProfessionList, SignerWords


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Columns of the letter, by their names."""

    asks_credit: bool
    asks_affiliation: bool
    takes_organisations: bool
    offers_updates: bool
    professions: ProfessionList
    least_age: int | None


@dataclass(frozen=True, slots=True)
class SaidToSigners:
    """On the thanks page, and to pass on beside the letter's address. Plain text."""

    thanks: str
    share: str


def words_for(*, letter: Letter, languages: Sequence[str]) -> SignerWords | None:
    """In the first of these languages in which there are any."""
    found = {each.language: each for each in SignerWords.objects.filter(letter=letter)}
    return next((found[each] for each in languages if each in found), None)


def save(*, letter: Letter, asked: Asked, expected_revision: int) -> None:
    """Raises FormChanged if somebody saved another one since `expected_revision`."""
    _save(letter, expected_revision, **asdict(asked))


def save_words(
    *, letter: Letter, words: Mapping[str, SaidToSigners], expected_revision: int
) -> None:
    """In the place of what there was in these languages. Raises FormChanged."""
    with transaction.atomic():
        _save(letter, expected_revision)
        SignerWords.objects.filter(letter=letter, language__in=words).delete()
        SignerWords.objects.bulk_create(
            SignerWords(letter=letter, language=language, thanks=said.thanks, share=said.share)
            for language, said in words.items()
            if said.thanks or said.share
        )


def _save(letter: Letter, expected_revision: int, **changes: object) -> None:
    seen = Letter.objects.filter(pk=letter.pk, form_revision=expected_revision)
    if not seen.update(**changes, form_revision=F("form_revision") + 1):
        raise errors.FormChanged
