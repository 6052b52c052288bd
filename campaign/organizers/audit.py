"""The audit trail: who did what, and who looked at private data.

An entry is written in the transaction of the deed it tells of, so that neither is there without
the other. Entries are never changed, and name things without personal data of signers.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from campaign.keyset import Page, page_of
from campaign.organizers.models import AuditEntry, Organizer, Team

PAGE_ROWS = 100

_MAX_SUBJECT_LETTERS = 120
_MAX_DETAIL_LETTERS = 300


def record(
    *, team: Team, organizer: Organizer, action: str, subject: str, detail: str = ""
) -> None:
    """`action` is a short verb (`publish`), `subject` the thing (`letter ask-first`).

    Call it inside the deed's transaction, after the deed. What is too long is cut.
    """
    AuditEntry.objects.create(
        team=team,
        organizer=organizer,
        action=action,
        subject=subject[:_MAX_SUBJECT_LETTERS],
        detail=detail[:_MAX_DETAIL_LETTERS],
        at=timezone.now(),
    )


@contextmanager
def recorded(
    *, team: Team, organizer: Organizer, action: str, subject: str, detail: str = ""
) -> Iterator[None]:
    """Around a deed: one transaction for it and its entry. What raises leaves neither."""
    with transaction.atomic():
        yield
        record(team=team, organizer=organizer, action=action, subject=subject, detail=detail)


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditQuery:
    """Which entries somebody asks for: all, where nothing is set. Days are of UTC, the last one
    included; `subject` is a whole one (`letter ask-first`)."""

    organizer_id: int | None = None
    action: str = ""
    subject: str = ""
    since: date | None = None
    until: date | None = None


EVERYTHING = AuditQuery()


def entries(*, team: Team, asked: AuditQuery = EVERYTHING) -> QuerySet[AuditEntry]:
    """A team's, newest first."""
    found = AuditEntry.objects.filter(team=team).select_related("organizer")
    if asked.organizer_id is not None:
        found = found.filter(organizer=asked.organizer_id)
    if asked.action:
        found = found.filter(action=asked.action)
    if asked.subject:
        found = found.filter(subject=asked.subject)
    if asked.since:
        found = found.filter(at__gte=datetime.combine(asked.since, time.min, UTC))
    if asked.until:
        found = found.filter(at__lte=datetime.combine(asked.until, time.max, UTC))
    return found.order_by("-at", "-pk")


def actors(*, team: Team) -> QuerySet[Organizer]:
    """All who stand in a team's trail, also those who have left it."""
    acted = AuditEntry.objects.filter(team=team).values("organizer")
    return Organizer.objects.filter(pk__in=acted).order_by("name", "pk")


def actions(*, team: Team) -> set[str]:
    return set(AuditEntry.objects.filter(team=team).values_list("action", flat=True).distinct())


def page(*, team: Team, after: int | None, asked: AuditQuery = EVERYTHING) -> Page[AuditEntry, int]:
    """Those of `entries` that come after this one in the list.

    Of a key that is no entry of this team, nothing follows.
    """
    found = entries(team=team, asked=asked)
    if after is not None:
        key = AuditEntry.objects.filter(team=team, pk=after).first()
        if key is None:
            return Page([], None)
        found = found.filter(Q(at__lt=key.at) | Q(at=key.at, pk__lt=key.pk))
    return page_of(found, size=PAGE_ROWS, cursor=lambda entry: entry.pk)
