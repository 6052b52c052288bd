"""Comparing names that are watched from now on with the signatures that stand already.

Whoever signed before a name was watched is neither held nor hidden for it: they are listed for the
organizers to look at. Each row of the watch list says how far the comparison has come, so that a
worker that stops goes on where it was.
"""

import time
from collections.abc import Callable
from functools import cache

from django.utils import timezone

from signatures import answers
from signatures.models import (
    RecheckReason,
    Signature,
    SignatureState,
    Vetting,
    VettingState,
    Watched,
)
from signatures.screening.watched_names import WatchedNames
from signatures.screening.watchlist import LINES_AT_ONCE
from signatures.verification import attested

BATCH_ROWS = 1000
RUN_SECONDS = 10.0


def screen_standing() -> int:
    """Go on for some seconds; how many signatures were compared. Safe to run in two places."""
    until = time.monotonic() + RUN_SECONDS
    compared = 0
    while time.monotonic() < until and (done := _screen_batch()) is not None:
        compared += done
    return compared


def _screen_batch() -> int | None:
    """None once every watched name was compared with all who stood when it was put on a list."""
    new = list(
        Watched.objects.filter(screened_at=None)
        .order_by("pk")
        .values_list("pk", "letter_id", "name", "screened_to")[:LINES_AT_ONCE]
    )
    if not new:
        return None
    names_for = _names_of_letters([(pk, letter_id, name) for pk, letter_id, name, _to in new])
    standing = Signature.objects.filter(
        state=SignatureState.CONFIRMED, pk__gt=min(to for *_rest, to in new)
    )
    letters = {letter_id for _pk, letter_id, *_rest in new}
    if None not in letters:
        standing = standing.filter(letter__in=letters)
    told = ("letter_id", "name", "credit", "affiliation")
    rows = list(standing.order_by("pk").only(*told)[:BATCH_ROWS])
    words = answers.public_words(signature_ids=[each.pk for each in rows])
    for signature in rows:
        found = names_for(signature.letter_id).find(
            signature.name,
            signature.credit,
            signature.affiliation,
            *words.get(signature.pk, ()),
        )
        if found and not _was_approved_by_two(signature):
            attested.ask_to_look(
                signature=signature, reason=RecheckReason.WATCHED, watched_id=found[0]
            )
    compared = Watched.objects.filter(pk__in=[pk for pk, *_rest in new])
    if len(rows) < BATCH_ROWS:
        compared.update(screened_at=timezone.now())
    else:
        compared.update(screened_to=rows[-1].pk)
    return len(rows)


def _names_of_letters(
    new: list[tuple[int, int | None, str]],
) -> Callable[[int], WatchedNames]:
    """What is new for a letter, compiled once: its own list's and the site's."""

    @cache
    def names_for(letter_id: int) -> WatchedNames:
        names = WatchedNames()
        for watched_id, of_letter, name in new:
            if of_letter in (None, letter_id):
                names.add(watched_id, name)
        return names

    return names_for


def _was_approved_by_two(signature: Signature) -> bool:
    """The organizers have looked at this very name for the same reason."""
    approved = Vetting.objects.filter(signature=signature, state=VettingState.APPROVED)
    return approved.filter(needs_two=True).exists()
