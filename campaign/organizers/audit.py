"""The audit trail: who did what, and who looked at private data.

An entry is written in the transaction of the deed it tells of, so that neither is there without
the other. Entries are never changed, and name things without personal data of signers.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import transaction
from django.db.models import Q
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
def recorded(*, team: Team, organizer: Organizer, action: str, subject: str) -> Iterator[None]:
    """Around a deed: one transaction for it and its entry. What raises leaves neither."""
    with transaction.atomic():
        yield
        record(team=team, organizer=organizer, action=action, subject=subject)


def page(*, team: Team, after: int | None) -> Page[AuditEntry, int]:
    """A team's entries, newest first, that come after this one in the list.

    Of a key that is no entry of this team, nothing follows.
    """
    entries = AuditEntry.objects.filter(team=team).select_related("organizer")
    if after is not None:
        key = AuditEntry.objects.filter(team=team, pk=after).first()
        if key is None:
            return Page([], None)
        entries = entries.filter(Q(at__lt=key.at) | Q(at=key.at, pk__lt=key.pk))
    return page_of(entries.order_by("-at", "-pk"), size=PAGE_ROWS, cursor=lambda entry: entry.pk)
