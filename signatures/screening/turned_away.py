"""Whom organizers have turned away, or doubted: remembered by name and by address.

Written with the decision and not read from the state that a signature has now, so that neither
withdrawing nor erasing is a way to come back unseen: who signs the same letter with the same name,
or from the same address, waits for the organizers until they approve or restore. What is kept are
keyed hashes for this letter alone, for as long as it can be signed; see `TurnedAway`.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db.models import QuerySet
from django.utils import timezone

from campaign.keyed_hash import Purpose, keyed_hash
from campaign.letters.models import LetterState
from signatures.models import Reason, Signature, SignatureState, TurnedAway, Vetting
from signatures.names.lookalikes import words_key
from signatures.screening import watchlist


def remember(*, signature: Signature) -> None:
    """In the transaction of the decision. Safe to repeat.

    Of names only the one that was decided about: whoever was turned away cannot have others looked
    at by signing with their names afterwards.
    """
    now = timezone.now()
    keys = [_of_address(signature.letter_id, bytes(signature.email_key))]
    if words_key(signature.name):
        keys.append(_of_name(signature.letter_id, signature.name))
    needs_two = _needs_two(signature)
    TurnedAway.objects.bulk_create(
        (
            TurnedAway(
                letter_id=signature.letter_id, key=key, signature=signature, remembered_at=now
            )
            for key in keys
        ),
        ignore_conflicts=True,
    )
    mine = TurnedAway.objects.filter(signature=signature, key__in=keys)
    mine.exclude(cleared_at=None).update(cleared_at=None, remembered_at=now)
    if needs_two:
        mine.update(needs_two=True)
    watchlist.read_again(letter_id=signature.letter_id)


def forget_since(*, signature: Signature, at: datetime) -> None:
    """A decision of that moment is undone: what it alone had written goes."""
    TurnedAway.objects.filter(signature=signature, remembered_at__gte=at).delete()
    watchlist.read_again(letter_id=signature.letter_id)


def let_in(*, signature: Signature) -> None:
    """The organizers have looked, and approved or restored. Names of others stay."""
    now = timezone.now()
    address = _of_address(signature.letter_id, bytes(signature.email_key))
    nobodys = TurnedAway.objects.filter(letter=signature.letter_id, key=address, signature=None)
    if TurnedAway.objects.filter(signature=signature, key=address).exists():
        nobodys.delete()
    else:
        nobodys.update(signature=signature, remembered_at=now)
    of(signature=signature).update(cleared_at=now)
    watchlist.read_again(letter_id=signature.letter_id)


def bring_back(*, signature: Signature, since: datetime) -> None:
    """The approval of that moment is undone, and with it what it had cleared."""
    mine = TurnedAway.objects.filter(signature=signature, cleared_at__gte=since)
    mine.update(cleared_at=None)
    watchlist.read_again(letter_id=signature.letter_id)


def of(*, signature: Signature) -> QuerySet[TurnedAway]:
    """What stands of this signature."""
    return TurnedAway.objects.filter(signature=signature, cleared_at=None)


def would_remember(*, signature: Signature) -> bool:
    return bool(_kept(signature))


def erase(*, signature: Signature) -> bool:
    """In the transaction that deletes the row: its memory becomes nobody's, without a time. True if
    there was something."""
    kept = _kept(signature)
    TurnedAway.objects.bulk_create(
        (TurnedAway(letter_id=signature.letter_id, key=key) for key in kept),
        ignore_conflicts=True,
    )
    TurnedAway.objects.filter(
        letter=signature.letter_id,
        signature=None,
        key__in=[key for key, needs_two in kept.items() if needs_two],
    ).update(needs_two=True)
    return bool(kept)


def found(
    remembered: Mapping[bytes, bool], *, letter_id: int, name: str, address: bytes
) -> bool | None:
    """Whether name or address is among these, and then whether it needs two; None if neither is."""
    keys = (_of_name(letter_id, name), _of_address(letter_id, address))
    known = [remembered[key] for key in keys if key in remembered]
    return any(known) if known else None


def forget_closed() -> int:
    """Nobody can sign those letters any more, so nobody can come back."""
    return TurnedAway.objects.filter(letter__state=LetterState.CLOSED).delete()[0]


def _kept(signature: Signature) -> dict[bytes, bool]:
    rows = of(signature=signature).order_by("key").values_list("key", "needs_two")
    kept = {bytes(key): needs_two for key, needs_two in rows}
    held_again = Vetting.objects.filter(signature=signature, reason=Reason.AGAIN)
    if signature.state == SignatureState.HELD and (again := held_again.first()):
        address = _of_address(signature.letter_id, bytes(signature.email_key))
        kept[address] = kept.get(address, False) or again.needs_two
    return kept


def _needs_two(signature: Signature) -> bool:
    if Vetting.objects.filter(signature=signature, needs_two=True).exists():
        return True
    names = watchlist.watch_of(letter_id=signature.letter_id, fresh=True).names
    return names.find(signature.name) is not None


def _of_name(letter_id: int, name: str) -> bytes:
    return keyed_hash(Purpose.TURNED_AWAY_NAME, str(letter_id).encode(), words_key(name).encode())


def _of_address(letter_id: int, address: bytes) -> bytes:
    return keyed_hash(Purpose.TURNED_AWAY_ADDRESS, str(letter_id).encode(), address)
