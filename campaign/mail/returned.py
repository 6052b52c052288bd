"""That a mail came back, or was complained about: what every source of it tells."""

import hashlib
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db import models
from django.utils import timezone

from campaign.mail.return_tokens import MailRow


class Outcome(models.TextChoices):
    # The mailbox is refused for good.
    HARD = "hard"
    # Not taken, and perhaps another time: a full mailbox, a server that refuses us.
    SOFT = "soft"
    # Whoever got it called it spam.
    COMPLAINT = "complaint"


@dataclass(frozen=True, slots=True)
class Returned:
    # The mail service, or the mailbox of bounces.
    source: str
    outcome: Outcome
    row: MailRow
    # In codes only, as "550 5.1.1".
    reply: str
    happened_at: datetime
    # The same for the same event, however often it is told.
    key: bytes


def key_of(*parts: object) -> bytes:
    return hashlib.sha256("\0".join(map(str, parts)).encode(errors="replace")).digest()


def moment(told: datetime | None) -> datetime:
    """When it happened, as far as we believe it: never later than now."""
    now = timezone.now()
    if told is None:
        return now
    return min(told if told.tzinfo else told.replace(tzinfo=UTC), now)
