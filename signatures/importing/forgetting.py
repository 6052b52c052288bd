"""What of imports is forgotten, and when. That somebody was asked once stays, as a keyed hash."""

from datetime import datetime, timedelta

from django.db.models import QuerySet

from signatures.models import (
    ImportState,
    InvitationMail,
    InvitationState,
    SheetImport,
    Signature,
    SigningInvitation,
)

# Of a file that nobody decided about.
UNDECIDED_FOR = timedelta(days=3)
# As of signatures that nobody confirmed.
UNANSWERED_FOR = timedelta(days=30)


def forget_old(*, now: datetime) -> int:
    undecided = SheetImport.objects.filter(
        state__in=ImportState.unbegun(), sent_at__lt=now - UNDECIDED_FOR
    )
    unanswered = SigningInvitation.objects.filter(
        state=InvitationState.OPEN, created_at__lt=now - UNANSWERED_FOR
    ).exclude(collected="")
    return undecided.delete()[0] + _lapse(unanswered, now=now)


def forget_signature(*, signature: Signature, now: datetime) -> None:
    """In the transaction that erases it. Of who was imported the hash stays, or the same file
    could have them asked again."""
    theirs = SigningInvitation.objects.filter(
        letter=signature.letter_id, address_key=bytes(signature.email_key)
    )
    theirs.filter(collected="").delete()
    _lapse(theirs, now=now)


def _lapse(rows: QuerySet[SigningInvitation], *, now: datetime) -> int:
    return rows.update(
        state=InvitationState.LAPSED,
        signature=None,
        answered_at=now,
        name="",
        email="",
        said=None,
        mail=InvitationMail.NONE,
        leased_until=None,
    )
