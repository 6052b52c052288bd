"""A team's webhooks: made, changed and deleted by its owners, each time in the audit trail.

Audit entries name the host alone: an address often has a token in it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote, urlsplit

import idna
from django.db import transaction

from campaign.keyed_hash import SealPurpose, cipher
from campaign.organizers import audit
from campaign.organizers.models import Organizer, Team
from signatures.errors import TooManyWebhooks
from signatures.models import NoticeKind, Webhook
from signatures.notifications.webhooks.signing import new_secret
from signatures.verification.network.hosts import check_is_elsewhere
from signatures.verification.problems import Problem, ProofRefused

MAX_WEBHOOKS_OF_TEAM = 5
HTTPS_PORT = 443
# What a path and a query may be made of; what stands for itself already is left as it is.
_SAFE = "/?:@!$&'()*+,;=-._~%"


@dataclass(frozen=True, slots=True)
class Address:
    """Where a webhook is told: a host in ASCII, and all that follows it."""

    host: str
    path: str


def address_of(url: str) -> Address:
    """Looks nothing up. Raises ProofRefused for what cannot be a host on the public internet, and
    what would lead elsewhere than a browser's own port for HTTPS."""
    try:
        parts = urlsplit(url)
        port = parts.port
        host = idna.encode(parts.hostname or "", uts46=True).decode().lower()
    except (ValueError, UnicodeError):
        raise ProofRefused(Problem.HOST_INVALID) from None
    if "@" in parts.netloc or port not in (None, HTTPS_PORT):
        raise ProofRefused(Problem.HOST_PORT)
    if parts.scheme != "https" or not url.isprintable():
        raise ProofRefused(Problem.HOST_INVALID)
    check_is_elsewhere(host)
    path = parts.path or "/"
    return Address(host, quote(f"{path}?{parts.query}" if parts.query else path, safe=_SAFE))


def kinds() -> list[NoticeKind]:
    return [kind for kind in NoticeKind if kind is not NoticeKind.DIGEST]


def create(
    *, team: Team, organizer: Organizer, url: str, kinds: Sequence[str], now: datetime
) -> tuple[Webhook, str]:
    """With its secret, which is told nowhere again. Raises TooManyWebhooks."""
    secret = new_secret()
    with transaction.atomic():
        Team.objects.select_for_update().get(pk=team.pk)
        if Webhook.objects.filter(team=team).count() >= MAX_WEBHOOKS_OF_TEAM:
            raise TooManyWebhooks
        webhook = Webhook.objects.create(
            team=team, url=url, kinds=list(kinds), secret=_sealed(secret), created_at=now
        )
        _record(webhook, organizer, "create_webhook")
    return webhook, secret


def change(
    *, webhook: Webhook, organizer: Organizer, url: str, kinds: Sequence[str], is_active: bool
) -> None:
    """One that was switched off begins anew."""
    fields = {"url": url, "kinds": list(kinds), "is_active": is_active}
    with transaction.atomic():
        rows = Webhook.objects.filter(pk=webhook.pk)
        rows.update(**fields)
        if is_active:
            rows.filter(failing_since__isnull=False).update(failing_since=None)
        webhook.refresh_from_db()
        _record(webhook, organizer, "change_webhook")


def replace_secret(*, webhook: Webhook, organizer: Organizer) -> str:
    """The old one signs nothing any more, not even what waits already."""
    secret = new_secret()
    with transaction.atomic():
        Webhook.objects.filter(pk=webhook.pk).update(secret=_sealed(secret))
        _record(webhook, organizer, "replace_webhook_secret")
    return secret


def delete(*, webhook: Webhook, organizer: Organizer) -> None:
    with transaction.atomic():
        _record(webhook, organizer, "delete_webhook")
        webhook.delete()


def secret_of(webhook: Webhook) -> str:
    return cipher(SealPurpose.WEBHOOK).decrypt(bytes(webhook.secret)).decode()


def host_of(url: str) -> str:
    return urlsplit(url).hostname or ""


def _sealed(secret: str) -> bytes:
    return cipher(SealPurpose.WEBHOOK).encrypt(secret.encode())


def _record(webhook: Webhook, organizer: Organizer, action: str) -> None:
    audit.record(
        team=webhook.team,
        organizer=organizer,
        action=action,
        subject=f"webhook {webhook.pk}",
        detail=host_of(webhook.url),
    )
