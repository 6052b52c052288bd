"""Asking for proof of work by itself, for as long as a letter looks attacked.

Signs of an attack: very many sign and hardly any of them confirm, or one network is refused again
and again. Whoever feigns one has honest browsers compute for a second, and nothing else.
"""

from datetime import datetime, timedelta

from django.db.models import Count

from campaign import limits
from campaign.letters.models import Letter, LetterState
from signatures.models import Precaution, Signature, SignatureState, Trait
from signatures.moderation import precautions
from signatures.record import tally

LASTS = timedelta(minutes=30)
# Who signed in this time had time to read their mail.
_FROM, _UNTIL = timedelta(minutes=15), timedelta(minutes=3)
MIN_UNCONFIRMED = 100
# So many of them for each who came into the record in the same time.
UNCONFIRMED_EACH = 4
# An organizer who stopped it knows better, for so long.
STOPPED_FOR = timedelta(days=1)


def watch(*, now: datetime) -> int:
    """Begin, or go on, on each letter that looks attacked; how many those are. Safe to repeat."""
    attacked = [letter for letter, asked in _flooded(now) if _hardly_confirm(letter, asked, now)]
    for letter in attacked:
        defend(letter=letter, now=now)
    return len(attacked)


def refused(*, letter: Letter, now: datetime) -> None:
    """One more signing of this letter was refused by a limit. Writes nothing while it is defended:
    refusing stays cheap."""
    if precautions.asks_for_work(letter_id=letter.pk):
        return
    limit = limits.Limit.REFUSED_SIGNINGS_OF_LETTER
    if not limits.hit(limit, letter.pk.to_bytes(8, "big")):
        defend(letter=letter, now=now)


def defend(*, letter: Letter, now: datetime) -> None:
    """Ask for proof of work for the next half hour, if no organizer has stopped that lately."""
    mine = Precaution.objects.filter(letter=letter, trait=Trait.WORK)
    if mine.filter(stopped_by__isnull=False, stopped_at__gt=now - STOPPED_FOR).exists():
        return
    ends_at = now + LASTS
    found = precautions.standing(
        letter=letter, trait=Trait.WORK, value="", organizer=None, now=now, ends_at=ends_at
    )
    # What an organizer began lasts as long as they wanted.
    mine.filter(pk=found.pk, begun_by=None, ends_at__lt=ends_at).update(ends_at=ends_at)


def _flooded(now: datetime) -> list[tuple[Letter, int]]:
    """With how many who have not confirmed. By the index of those who wait: nothing is read of
    letters that nobody signs."""
    waiting = Signature.objects.filter(
        state=SignatureState.PENDING, asked_at__range=(now - _FROM, now - _UNTIL)
    )
    counted = waiting.order_by().values_list("letter").annotate(count=Count("pk"))
    flooded = {letter: count for letter, count in counted if count >= MIN_UNCONFIRMED}
    letters = Letter.objects.filter(pk__in=flooded, state=LetterState.PUBLISHED)
    return [(letter, flooded[letter.pk]) for letter in letters.order_by("pk")]


def _hardly_confirm(letter: Letter, unconfirmed: int, now: datetime) -> bool:
    since = tally.signings_until(letter=letter, at=now - _FROM)
    confirmed = tally.signings_until(letter=letter, at=now) - since
    return unconfirmed >= UNCONFIRMED_EACH * confirmed
