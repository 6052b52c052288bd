"""The sweep: what has happened becomes one e-mail to each organizer who wants it, owed once."""

from datetime import datetime, timedelta

from django.db import transaction

from signatures.models import Happening, Notice, NoticeKind
from signatures.notifications.notices import choices, digest, happenings
from signatures.notifications.notices.wording import words_of
from signatures.notifications.webhooks import owing

KEPT_FOR = timedelta(days=30)


def tell(*, now: datetime) -> None:
    """Safe to run in many places at once: whoever writes the happening owes its mails, too."""
    for found in happenings.found(now=now):
        _happen(found, now)
    digest.owe_due(now=now)


def forget_old(*, now: datetime) -> int:
    """What is older than any search looks back."""
    old = now - KEPT_FOR
    digests = Notice.objects.filter(happening=None, created_at__lt=old).delete()[0]
    return digests + Happening.objects.filter(at__lt=old).delete()[0]


def _happen(found: happenings.Found, now: datetime) -> None:
    key = found.key or _next_key(found, now)
    if not key:
        return
    with transaction.atomic():
        happening, is_new = Happening.objects.get_or_create(
            kind=found.kind,
            key=key,
            defaults={"letter": found.letter, "figures": found.figures, "at": now},
        )
        if is_new:
            _owe(happening, now)


def _next_key(found: happenings.Found, now: datetime) -> str:
    """Of what lasts: named by the time before, so that two sweeps cannot both begin the next.
    Empty while that is not long ago."""
    before = Happening.objects.filter(kind=found.kind, letter=found.letter).order_by("-pk").first()
    if before and found.at_most_once_in and before.at > now - found.at_most_once_in:
        return ""
    about = found.letter.pk if found.letter else "site"
    return f"{about}:after:{before.pk if before else 0}"


def _owe(happening: Happening, now: datetime) -> None:
    team = happening.letter.team if happening.letter else None
    told = choices.told(kind=NoticeKind(happening.kind), team=team)
    Notice.objects.bulk_create(
        Notice(organizer_id=organizer, happening=happening, created_at=now, due_at=now)
        for organizer in told.order_by("organizer").values_list("organizer", flat=True).distinct()
    )
    owing.owe(happening=happening, path=words_of(happening).path)
