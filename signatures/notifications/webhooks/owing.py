"""What webhooks are owed: each happening once, and what owners ask for again."""

import json
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.urls import reverse

from campaign.wake import Task, wake
from signatures.models import Happening, NoticeKind, Webhook, WebhookDelivery

# Released: a receiver knows these, so none is ever changed.
TYPES: Mapping[NoticeKind, str] = {
    NoticeKind.MILESTONE: "milestone.reached",
    NoticeKind.VETTING: "vetting.waiting",
    NoticeKind.REPORT: "report.waiting",
    NoticeKind.BURST: "signing.burst",
    NoticeKind.WORK: "signing.proof_of_work",
    NoticeKind.MAIL: "mail.failing",
    NoticeKind.UPDATE: "update.sent",
}
TEST_TYPE = "webhook.test"


def owe(*, happening: Happening, path: str) -> None:
    """In the transaction that wrote it, to each webhook that wants it. `path` is the page of the
    site that shows more."""
    letter = happening.letter
    webhooks = Webhook.objects.filter(is_active=True)
    if letter is not None:
        webhooks = webhooks.filter(team=letter.team_id)
    data: dict[str, Any] = {"url": settings.SITE_URL + path, **happening.figures}
    if letter is not None:
        data["letter"] = letter.slug
        data["letter_url"] = settings.SITE_URL + reverse("letter", args=[letter.slug])
    type_ = TYPES[NoticeKind(happening.kind)]
    rows = [
        _delivery(webhook, type_, data, happening.at, happening)
        for webhook in webhooks
        if happening.kind in webhook.kinds
    ]
    if rows:
        WebhookDelivery.objects.bulk_create(rows, ignore_conflicts=True)
        wake(Task.SEND_WEBHOOKS)


def test(*, webhook: Webhook, now: datetime) -> None:
    page = reverse("desk_webhooks", args=[webhook.team.slug])
    _delivery(webhook, TEST_TYPE, {"url": settings.SITE_URL + page}, now, None).save()
    wake(Task.SEND_WEBHOOKS)


def replay(*, delivery: WebhookDelivery, now: datetime) -> bool:
    """Tell it again, with the same id; False while it waits already."""
    ended = WebhookDelivery.objects.filter(pk=delivery.pk).exclude(
        delivered_at=None, failed_at=None
    )
    wake(Task.SEND_WEBHOOKS)
    return bool(
        ended.update(delivered_at=None, failed_at=None, attempts=0, due_at=now, leased_until=None)
    )


def _delivery(
    webhook: Webhook,
    type_: str,
    data: Mapping[str, Any],
    at: datetime,
    happening: Happening | None,
) -> WebhookDelivery:
    timestamp = at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    return WebhookDelivery(
        webhook=webhook,
        happening=happening,
        message_id=f"msg_{secrets.token_hex(16)}",
        body=json.dumps({"type": type_, "timestamp": timestamp, "data": data}),
        created_at=at,
        due_at=at,
    )
