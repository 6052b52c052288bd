"""Asking for proof of work by itself, for as long as a letter looks attacked.

Signs of an attack: very many sign and hardly any of them confirm, or one network is refused again
and again. Whoever feigns one has honest browsers compute for a second, and nothing else.
"""

from datetime import datetime, timedelta

from django.db import transaction
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
    attacked = [letter for letter in _flooded(now) if _hardly_confirm(letter, now)]
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
    with transaction.atomic():
        precautions.end_over(letter=letter, trait=Trait.WORK, value="", now=now)
        precaution, is_new = Precaution.objects.get_or_create(
            letter=letter,
            trait=Trait.WORK,
            value="",
            stopped_at=None,
            defaults={"begun_at": now, "ends_at": now + LASTS},
        )
        # What an organizer began lasts as long as they wanted.
        mine.filter(pk=precaution.pk, begun_by=None, ends_at__lt=now + LASTS).update(
            ends_at=now + LASTS
        )
    if is_new:
        precautions.forget()


def _flooded(now: datetime) -> list[Letter]:
    """By the index of those who wait: nothing is read of letters that nobody signs."""
    waiting = Signature.objects.filter(
        state=SignatureState.PENDING, asked_at__range=(now - _FROM, now - _UNTIL)
    )
    counted = waiting.order_by().values_list("letter").annotate(count=Count("pk"))
    flooded = [letter for letter, count in counted if count >= MIN_UNCONFIRMED]
    letters = Letter.objects.filter(pk__in=flooded, state=LetterState.PUBLISHED)
    return list(letters.order_by("pk"))


def _hardly_confirm(letter: Letter, now: datetime) -> bool:
    unconfirmed = Signature.objects.filter(
        letter=letter,
        state=SignatureState.PENDING,
        asked_at__range=(now - _FROM, now - _UNTIL),
    ).count()
    since = tally.signings_until(letter=letter, at=now - _FROM)
    confirmed = tally.signings_until(letter=letter, at=now) - since
    return unconfirmed >= UNCONFIRMED_EACH * confirmed
