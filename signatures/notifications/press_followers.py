"""Who gets a letter's milestones and corrections by e-mail: asking for it, confirming, stopping.

Whoever asks learns nothing of an address; whoever reads its mail says yes or stops, without an
account. Organizers see how many follow, and nobody's address.
"""

import secrets
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, Value, When
from django.utils import timezone

from campaign import link_token
from campaign.keyed_hash import Purpose, is_keyed_hash, keyed_hash
from campaign.letters.models import Letter
from campaign.wake import Task, wake
from signatures.addresses import email_key
from signatures.errors import LinkUnknown
from signatures.models import PressFollower, PressMail, PressMessage

TIME_TO_CONFIRM = timedelta(days=3)


def ask(*, letter: Letter, email: str, language: str, now: datetime) -> None:
    """Owe the link that confirms, or shows one who follows how to stop.

    One who follows keeps their address. One who has not confirmed gets the spelling that was typed
    last: links that went to another one are void, since it may be another's mailbox.
    """
    key, nonce = email_key(email), secrets.token_bytes(8)
    with transaction.atomic():
        asked = PressFollower(
            letter=letter,
            email=email,
            address_key=key,
            language=language,
            nonce=nonce,
            asked_at=now,
        )
        PressFollower.objects.bulk_create([asked], ignore_conflicts=True)
        mine = PressFollower.objects.filter(letter=letter, address_key=key)
        mine.filter(confirmed_at=None).update(
            nonce=Case(When(email=email, then=F("nonce")), default=Value(nonce)),
            email=email,
            language=language,
            asked_at=now,
        )
        PressMail.objects.bulk_create(
            (
                PressMail(follower_id=pk, message=PressMessage.CONFIRM, due_at=now, created_at=now)
                for pk in mine.values_list("pk", flat=True)
            ),
            ignore_conflicts=True,
        )
    wake(Task.SEND_PRESS_MAIL)


def token_for(follower: PressFollower) -> str:
    return link_token.write(follower.pk, keyed_hash(Purpose.PRESS_LINK, *_parts(follower)))


def follower_behind(token: str) -> PressFollower:
    """With its letter. Raises LinkUnknown for any token but its own, also once they stopped, or
    did not confirm in time."""
    read = link_token.read(token)
    if read is None:
        raise LinkUnknown
    pk, given = read
    follower = PressFollower.objects.select_related("letter").filter(pk=pk).first()
    if follower is None or not is_keyed_hash(given, Purpose.PRESS_LINK, *_parts(follower)):
        raise LinkUnknown
    if follower.confirmed_at is None and timezone.now() >= follower.asked_at + TIME_TO_CONFIRM:
        raise LinkUnknown
    return follower


def confirm(*, follower: PressFollower, now: datetime) -> bool:
    """False if it was done before, or another spelling was typed meanwhile."""
    mine = PressFollower.objects.filter(pk=follower.pk, nonce=follower.nonce, confirmed_at=None)
    return bool(mine.update(confirmed_at=now))


def stop(*, follower: PressFollower) -> None:
    """Safe to repeat. What is being handed over at this moment still arrives."""
    PressFollower.objects.filter(pk=follower.pk).delete()


def following(*, letter: Letter) -> int:
    return of_letter(letter=letter).count()


def of_letter(*, letter: Letter) -> QuerySet[PressFollower]:
    return PressFollower.objects.filter(letter=letter, confirmed_at__isnull=False)


def forget_unconfirmed() -> int:
    old = Q(confirmed_at=None, asked_at__lt=timezone.now() - TIME_TO_CONFIRM)
    return PressFollower.objects.filter(old).delete()[0]


def _parts(follower: PressFollower) -> tuple[bytes, bytes]:
    return str(follower.pk).encode(), bytes(follower.nonce)
