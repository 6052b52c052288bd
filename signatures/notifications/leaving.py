"""Leaving the news, of one letter or of all here, without an account and for good.

The link's token is no signature's: it names the letter and the keyed hash of the address, so that
it works after withdrawing and erasing, and on a suppression that outlives both.
"""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from dataclasses import dataclass
from datetime import timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from campaign.compiled import Slot
from campaign.keyed_hash import Purpose, is_keyed_hash, keyed_hash
from campaign.letters.models import Letter
from signatures.errors import LinkUnknown
from signatures.models import Signature, SignatureState, Suppression, SuppressionReason
from signatures.moderation.unreachable import is_unreachable

_KEY_BYTES = 32
# What the owner of the address said: until they consent anew.
_OWN_WORD = (SuppressionReason.LEFT, SuppressionReason.COMPLAINED)
_MAC_BYTES = 16
TOKEN_LENGTH = 75
UNDO_FOR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Subscriber:
    """One address under one letter, as far as it can be told without knowing the address."""

    letter_id: int
    address_key: bytes


def subscriber(*, signature: Signature) -> Subscriber:
    return Subscriber(signature.letter_id, bytes(signature.email_key))


def token_for(who: Subscriber) -> str:
    packed = who.letter_id.to_bytes(8, "big") + who.address_key
    mac = keyed_hash(Purpose.LEAVE_LINK, packed)[:_MAC_BYTES]
    return urlsafe_b64encode(packed + mac).decode().rstrip("=")


def subscriber_behind(token: str) -> Subscriber:
    """Raises LinkUnknown for any token that we did not write."""
    try:
        packed = urlsafe_b64decode(f"{token}=".encode("ascii"))
    except (NotBase64, ValueError):
        raise LinkUnknown from None
    body, mac = packed[:-_MAC_BYTES], packed[-_MAC_BYTES:]
    if (
        len(token) != TOKEN_LENGTH
        or len(body) != 8 + _KEY_BYTES
        or not is_keyed_hash(mac, Purpose.LEAVE_LINK, body)
    ):
        raise LinkUnknown
    return Subscriber(int.from_bytes(body[:8], "big"), body[8:])


def leave(who: Subscriber, *, everything: bool = False) -> None:
    """No more news of this letter, or of all letters here. Safe to repeat: the time stays that of
    the first, unless they have consented anew since."""
    letter_id = None if everything else who.letter_id
    now = timezone.now()
    left = Suppression(
        letter_id=letter_id,
        address_key=who.address_key,
        reason=SuppressionReason.LEFT,
        since=now,
    )
    Suppression.objects.bulk_create([left], ignore_conflicts=True)
    letters = Letter.objects.all() if everything else Letter.objects.filter(pk=who.letter_id)
    # By each letter, since the address has no index of its own.
    anew = Signature.objects.filter(
        letter__in=letters.values("pk"),
        email_key=who.address_key,
        consented_at__gt=OuterRef("since"),
    )
    _left(who).filter(Exists(anew), letter=letter_id).update(since=now)


def come_back(who: Subscriber) -> None:
    """Undo what was left last: all letters, or else this one; and try once more to an address whose
    mail came back, since its owner asks for it.

    Within an hour: news are passed on with their link, and later only a consent on the signer's own
    page brings them back.
    """
    undoable = _undoable(who)
    if not undoable.filter(letter=None).delete()[0]:
        undoable.delete()
    Suppression.objects.filter(
        letter=None, address_key=who.address_key, reason=SuppressionReason.BOUNCED
    ).delete()


def may_undo(who: Subscriber) -> bool:
    return _undoable(who).exists()


def _undoable(who: Subscriber) -> QuerySet[Suppression]:
    return _left(who).filter(since__gte=timezone.now() - UNDO_FOR)


def allow(who: Subscriber) -> None:
    """Undo a denial: mails about the letter may go there again."""
    denied(who).delete()


def denied(who: Subscriber) -> QuerySet[Suppression]:
    return Suppression.objects.filter(
        letter=who.letter_id, address_key=who.address_key, reason=SuppressionReason.DENIED
    )


def standing(who: Subscriber) -> set[str]:
    """Of "denied", "bounced", "letter" and "all": what is in force."""
    found = Suppression.objects.filter(
        Q(letter=who.letter_id) | Q(letter=None), address_key=who.address_key
    ).values_list("reason", "letter_id")
    return {
        ("letter" if letter_id else "all") if reason in _OWN_WORD else str(reason)
        for reason, letter_id in found
    }


def hearing(*, letter_id: int | Slot) -> QuerySet[Signature]:
    """Who is to be sent news of a letter: confirmed, consenting, and not gone since they did. Nor
    has mail to them come back since they confirmed."""
    gone = Suppression.objects.filter(
        Q(letter=OuterRef("letter")) | Q(letter=None),
        address_key=OuterRef("email_key"),
        reason__in=_OWN_WORD,
        since__gte=OuterRef("consented_at"),
    )
    return Signature.objects.filter(
        ~Exists(gone),
        ~is_unreachable(),
        letter=letter_id,
        state=SignatureState.CONFIRMED,
        consent_updates=True,
    )


def reading(*, letter_id: int) -> QuerySet[Signature]:
    """Whose owner reads what the site writes to them, as far as it can know: who did not leave all
    mails here since they consented, nor said that they did not sign, and whose mail does not come
    back."""
    gone = Suppression.objects.filter(
        Q(letter=None, reason__in=_OWN_WORD, since__gte=OuterRef("consented_at"))
        | Q(letter=OuterRef("letter"), reason=SuppressionReason.DENIED),
        address_key=OuterRef("email_key"),
    )
    return Signature.objects.filter(~Exists(gone), ~is_unreachable(), letter=letter_id)


def hears(*, signature: Signature) -> bool:
    """Whether this signer is subscribed to news, as their own page tells it."""
    return (
        signature.consent_updates
        and not _left(subscriber(signature=signature))
        .filter(Q(letter=signature.letter_id) | Q(letter=None), since__gte=signature.consented_at)
        .exists()
    )


def _left(who: Subscriber) -> QuerySet[Suppression]:
    """Of this letter or all. Someone who complained has left all of them, and comes back so."""
    return Suppression.objects.filter(
        Q(letter=who.letter_id) | Q(letter=None),
        address_key=who.address_key,
        reason__in=_OWN_WORD,
    )
