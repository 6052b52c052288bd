"""E-mails about organizers' accounts: owed like all others, so no page waits for the mail server.

Whoever asks for a new password owes the same row for every address; whether there is an account is
looked up when it is sent. So neither answer nor time tells who has one. What is owed is sealed, as
it may hold a link, and deleted with the sending.
"""

import json
import smtplib
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from allauth.account import app_settings
from allauth.account.internal.userkit import filter_users_by_email
from allauth.account.utils import user_pk_to_url_str
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from campaign import limits, stopping
from campaign.keyed_hash import Purpose, SealPurpose, cipher, keyed_hash
from campaign.mail import breaker
from campaign.mail.composing import Content, address, render
from campaign.mail.refusals import judge
from campaign.organizers.models import AccountMail, Organizer
from campaign.wake import Task, wake

log = structlog.get_logger(__name__)

BATCH = 50
# How long a sender may take, and how long to wait after the mail server failed.
LEASE = timedelta(minutes=5)
KEPT = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Site:
    """What allauth's templates call the site: always this one, whatever host was asked for."""

    name: str
    domain: str


def site() -> Site:
    return Site(settings.SITE_HOST, settings.SITE_HOST)


def owe_reset(*, email: str, language: str) -> None:
    """Nothing happens from the sixth on in a day; the page says the same."""
    who = keyed_hash(Purpose.RESET, email.lower().encode())
    if limits.allows(limits.Limit.RESETS_TO_ADDRESS, who):
        _owe({"reset": email, "language": language})


def owe(*, content: Content, to: str) -> None:
    _owe({"to": to, "content": asdict(content)})


def send_owed() -> int:
    """Send up to a batch, each at least once; how many were taken up. Safe to run at once."""
    now = timezone.now()
    AccountMail.objects.filter(created_at__lt=now - KEPT).delete()
    owed = list(_owed(now).order_by("pk")[:BATCH])
    if not owed:
        return 0
    permission = breaker.ask(most=BATCH)
    taken = 0
    for row in owed[: permission.most]:
        if stopping.is_asked():
            break
        if _owed(now).filter(pk=row.pk).update(leased_until=now + LEASE):
            taken += 1
            if _send(row, permission):
                break
    return taken


def _owe(told: dict[str, Any]) -> None:
    sealed = cipher(SealPurpose.ACCOUNT_MAIL).encrypt(json.dumps(told).encode())
    AccountMail.objects.create(sealed=sealed, created_at=timezone.now())
    wake(Task.SEND_OWED_ACCOUNT_MAIL)


def _owed(now: datetime) -> QuerySet[AccountMail]:
    return AccountMail.objects.filter(Q(leased_until=None) | Q(leased_until__lt=now))


def _send(row: AccountMail, permission: breaker.Permission) -> bool:
    """Whether sending must pause now."""
    try:
        for message in build(row):
            message.send()
    except (OSError, smtplib.SMTPException) as error:
        refusal = judge(error)
        log.info("account_mail_not_sent", error=type(error).__name__, reply=refusal.reply)
        if refusal.is_ours:
            is_down = not isinstance(error, smtplib.SMTPException)
            return breaker.refused(permission, reply=refusal.reply, is_down=is_down)
        if not refusal.is_final:
            return False
    row.delete()
    breaker.took_mail(permission)
    return False


def build(row: AccountMail) -> list[EmailMultiAlternatives]:
    """Its messages, each with the same Message-ID always; none where nobody has such an account."""
    try:
        told = json.loads(cipher(SealPurpose.ACCOUNT_MAIL).decrypt(bytes(row.sealed)))
    except InvalidToken:
        log.warning("account_mail_unreadable")
        return []
    if "reset" in told:
        contents = _resets(told["reset"], told["language"])
    else:
        contents = [Content(**told["content"])]
    to = told.get("reset") or told["to"]
    return [
        address(content=content, to=to, message_id=f"account-{row.pk}.{number}")
        for number, content in enumerate(contents)
    ]


def _resets(email: str, language: str) -> list[Content]:
    users = filter_users_by_email(email, is_active=True, prefer_verified=True, for_login=True)
    with translation.override(language):
        return [_reset(user, email) for user in users]


def _reset(user: Organizer, email: str) -> Content:
    token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(user)
    path = reverse("account_reset_password_from_key", args=[user_pk_to_url_str(user), token])
    return render(
        template="account/email/password_reset_key",
        context={
            "user": user,
            "email": email,
            "password_reset_url": settings.SITE_URL + path,
            "current_site": site(),
        },
    )
