"""Telling webhooks: one attempt after another, by the times that Standard Webhooks suggests.

An answer is its status and no more: its body is not read. A row is claimed by a lease, and what
became of it is written only while the lease holds. At least once: a worker that dies after it has
told leaves a row that is told again, with the same id.
"""

import time
from datetime import datetime, timedelta

import structlog
from cryptography.fernet import InvalidToken
from django.conf import settings as site
from django.db import transaction
from django.db.models import F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign import languages, stopping
from campaign.mail.composing import render
from campaign.organizers import account_mail
from campaign.organizers.models import Organizer, Role
from signatures.models import Webhook, WebhookDelivery
from signatures.notifications.webhooks import settings, signing
from signatures.verification.network import https
from signatures.verification.problems import NotShown, ProofRefused

log = structlog.get_logger(__name__)

# Seconds after each attempt until the next; the first is made at once.
RETRY_AFTER = tuple(
    timedelta(seconds=seconds)
    for seconds in (5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400)
)
# A webhook that has failed for so long is switched off; less than all attempts of one message.
SWITCH_OFF_AFTER = timedelta(days=3)
KEPT_FOR = timedelta(days=30)
# Longer than any attempt can take.
LEASE = timedelta(minutes=2)
_MAX_RUN_SECONDS = 20.0
# Whoever says so wants to be told no more.
_GONE = 410


def send_due() -> int:
    """Tell what is due; how many attempts were made. Safe to run in many places at once."""
    if not https.one_at_a_time.acquire(blocking=False):
        return 0
    until = time.monotonic() + _MAX_RUN_SECONDS
    made = 0
    try:
        while time.monotonic() < until and not stopping.is_asked():
            delivery = _claim(timezone.now())
            if delivery is None:
                break
            _attempt(delivery)
            made += 1
    finally:
        https.one_at_a_time.release()
    return made


def forget_old(*, now: datetime) -> int:
    return WebhookDelivery.objects.filter(created_at__lt=now - KEPT_FOR).delete()[0]


def _claim(now: datetime) -> WebhookDelivery | None:
    free = Q(leased_until=None) | Q(leased_until__lt=now)
    due = WebhookDelivery.objects.filter(
        free, delivered_at=None, failed_at=None, due_at__lte=now, webhook__is_active=True
    )
    with transaction.atomic():
        rows = due.select_for_update(of=("self",), skip_locked=True).select_related("webhook__team")
        delivery = rows.order_by("due_at").first()
        if delivery is not None:
            delivery.leased_until = now + LEASE
            delivery.attempts += 1
            delivery.save(update_fields=["leased_until", "attempts"])
    return delivery


def _attempt(delivery: WebhookDelivery) -> None:
    status, problem = None, ""
    try:
        status = _post(delivery)
    except NotShown as error:
        problem = error.problem.value
    except ProofRefused as error:
        problem = error.reason.value
    except InvalidToken:
        problem = "secret_unreadable"
        log.warning("webhook_secret_unreadable", webhook=delivery.webhook_id)
    now = timezone.now()
    is_taken = status is not None and 200 <= status < 300
    with transaction.atomic():
        if not _settle(delivery, status, problem, is_taken=is_taken, now=now):
            return
        if is_taken:
            failing = Webhook.objects.filter(pk=delivery.webhook_id, failing_since__isnull=False)
            failing.update(failing_since=None)
        else:
            _failed(delivery.webhook, is_gone=status == _GONE, now=now)


def _post(delivery: WebhookDelivery) -> int:
    webhook = delivery.webhook
    address = settings.address_of(webhook.url)
    body = delivery.body.encode()
    timestamp = int(time.time())
    return https.approach(address.host).post(
        address.path,
        body=body,
        headers={
            "Content-Type": "application/json",
            "webhook-id": delivery.message_id,
            "webhook-timestamp": str(timestamp),
            "webhook-signature": signing.signature(
                secret=settings.secret_of(webhook),
                message_id=delivery.message_id,
                timestamp=timestamp,
                body=body,
            ),
        },
    )


def _settle(
    delivery: WebhookDelivery, status: int | None, problem: str, *, is_taken: bool, now: datetime
) -> bool:
    mine = WebhookDelivery.objects.filter(pk=delivery.pk, leased_until=delivery.leased_until)
    is_last = delivery.attempts > len(RETRY_AFTER)
    return bool(
        mine.update(
            status=status,
            problem=problem,
            leased_until=None,
            delivered_at=now if is_taken else None,
            failed_at=now if is_last and not is_taken else None,
            due_at=F("due_at") if is_taken or is_last else now + RETRY_AFTER[delivery.attempts - 1],
        )
    )


def _failed(webhook: Webhook, *, is_gone: bool, now: datetime) -> None:
    """Switched off once, whoever notices: its owners get one mail."""
    active = Webhook.objects.filter(pk=webhook.pk, is_active=True)
    active.filter(failing_since=None).update(failing_since=now)
    too_long = active if is_gone else active.filter(failing_since__lte=now - SWITCH_OFF_AFTER)
    switch_off(too_long, webhook)


def switch_off(rows: QuerySet[Webhook], webhook: Webhook) -> None:
    """If it is among the rows still."""
    if rows.update(is_active=False):
        log.warning("webhook_switched_off", webhook=webhook.pk)
        _tell_owners(webhook)


def _tell_owners(webhook: Webhook) -> None:
    owners = Organizer.objects.filter(
        memberships__team=webhook.team, memberships__role=Role.OWNER, is_active=True
    ).select_related("notice_settings")
    for owner in owners.order_by("pk"):
        chosen = getattr(owner, "notice_settings", None)
        language = languages.interface_for(chosen.language if chosen else site.LANGUAGE_CODE)
        with translation.override(language):
            page = reverse("desk_webhook", args=[webhook.team.slug, webhook.pk])
            content = render(
                template="signatures/email/webhook_off",
                context={
                    "host": settings.host_of(webhook.url),
                    "team": webhook.team.name,
                    "link": site.SITE_URL + page,
                },
                why=_("You get this e-mail because you are an owner of the team."),
            )
        account_mail.owe(content=content, to=owner.email)
