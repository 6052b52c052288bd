"""Words that the press may quote: shown no longer than whoever says them may be named.

Organizers type who says it, and may give their number on the list. With it, the quote is shown
while that signature is listed, by the name that stands there now. Without it, it is the
organizers' own word, and shown until they take it out: who signed with that name, and whether they
are listed, makes no difference, or quotes would tell who is held or unnamed, and anybody could
take one away by signing. A watched name needs the number.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from campaign.letters import press_kit
from campaign.letters.models import Event, Letter, Quote
from signatures.errors import NotListed
from signatures.listing import queries
from signatures.models import Correction, Signature
from signatures.screening import watchlist

_NOBODY = {"speaker": "", "about": "", "public_id": ""}


@dataclass(frozen=True, slots=True)
class Said:
    quote: Quote
    # As it stands on the list, where the quote leads there.
    speaker: str
    # On the list now, if the quote leads there.
    number: int | None
    is_shown: bool
    # Of the text that they signed, if the quote leads to the list.
    version: int | None = None


def said(*, letter: Letter) -> list[Said]:
    """All quotes of the letter, the hidden too: for those who write them."""
    quotes = list(Quote.objects.filter(letter=letter).order_by("language", "place", "pk"))
    named = _listed(letter, [quote.public_id for quote in quotes if quote.public_id])
    found = []
    for quote in quotes:
        if quote.public_id:
            who = named.get(quote.public_id)
            number = who.number if who else None
            speaker = who.name if who else quote.speaker
            version = who.version if who else None
            found.append(Said(quote, speaker, number, who is not None, version))
        else:
            found.append(Said(quote, quote.speaker, None, bool(quote.speaker)))
    return found


def shown(*, letter: Letter, preferred: Sequence[str]) -> list[Said]:
    """Those for readers, in one language: the first of these that has any, else any one."""
    by_quote = {each.quote: each for each in said(letter=letter) if each.is_shown}
    quotes = press_kit.quotes_in_one_language(quotes=list(by_quote), preferred=preferred)
    return [by_quote[quote] for quote in quotes]


def hold_speaker(*, letter: Letter, public_id: str) -> None:
    """In the transaction that writes the quote, ahead of it: whoever leaves the list meanwhile, or
    is erased, does so before this or after it is written. Raises NotListed."""
    if public_id:
        held = queries.listed(letter=letter).select_for_update(of=("self",))
        if not held.filter(public_id=public_id).values_list("pk"):
            raise NotListed


def may_be_typed(*, letter: Letter, speaker: str, about: str) -> bool:
    """Whether somebody may be quoted by name alone: not with a watched one."""
    return watchlist.watch_of(letter_id=letter.pk).names.find(speaker, about) is None


def take_names_back(*, signature: Signature) -> None:
    """Where it is erased, in that transaction: no quote leads to it any more.

    The words stay with the organizers, who see that nobody says them; readers do not see them.
    """
    quotes = Quote.objects.filter(letter=signature.letter_id)
    quotes.filter(public_id__in=_ids_of(signature)).update(**_NOBODY)


def _ids_of(signature: Signature) -> set[str]:
    """Also those of earlier signings from this row, which all ended by a withdrawal."""
    ids = {signature.public_id}
    for told in (Correction.objects, Event.objects):
        mine = told.filter(letter=signature.letter_id, signature_id=signature.pk)
        ids.update(mine.exclude(public_id="").values_list("public_id", flat=True))
    return ids


def _listed(letter: Letter, public_ids: list[str]) -> dict[str, Signature]:
    if not public_ids:
        return {}
    found = queries.listed(letter=letter).filter(public_id__in=public_ids)
    return {each.public_id: each for each in found}
