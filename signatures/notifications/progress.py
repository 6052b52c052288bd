"""How far signing has come beside the count: who must still act, and what became of the mail."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Min, Q
from django.utils import timezone

from campaign.letters.models import Letter
from signatures.models import (
    Delivery,
    DeliveryState,
    Signature,
    SignatureState,
    Vetting,
    VettingState,
)


@dataclass
class Progress:
    # Signatures that nobody confirmed yet.
    pending: int = 0
    # Signatures that wait for the organizers.
    to_check: int = 0
    # Mails that wait to be sent, and since when the oldest does.
    owed: int = 0
    oldest: datetime | None = None
    # Signatures that cannot be confirmed, since their address took no mail.
    refused: int = 0

    @property
    def is_quiet(self) -> bool:
        return not (self.pending or self.to_check or self.owed or self.refused)


def of_letters(letters: Iterable[Letter]) -> dict[int, Progress]:
    """By the id of the letter, for all of a page at once, in four queries."""
    found = {letter.pk: Progress() for letter in letters}
    signatures = Signature.objects.filter(letter__in=found, state=SignatureState.PENDING)
    for letter_id, count in signatures.values_list("letter").annotate(Count("pk")):
        found[letter_id].pending = count
    waiting = Vetting.objects.filter(
        letter__in=found, state__in=(VettingState.WAITING, VettingState.SECONDED)
    )
    for letter_id, count in waiting.values_list("letter").annotate(Count("pk")):
        found[letter_id].to_check = count
    # What is to be sent later only (a word on a removal) does not wait yet.
    due = Delivery.objects.filter(
        Q(due_at__lte=timezone.now()) | Q(attempts__gt=0),
        state__in=DeliveryState.unsent(),
        signature__letter__in=found,
    )
    for letter_id, count, oldest in due.values_list("signature__letter").annotate(
        Count("pk"), Min("created_at")
    ):
        found[letter_id].owed, found[letter_id].oldest = count, oldest
    refused = Delivery.objects.filter(
        state=DeliveryState.FAILED,
        signature__letter__in=found,
        signature__state=SignatureState.PENDING,
    )
    for letter_id, count in refused.values_list("signature__letter").annotate(
        Count("signature", distinct=True)
    ):
        found[letter_id].refused = count
    return found
