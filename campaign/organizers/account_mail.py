"""E-mails about organizers' accounts: owed like all others, so no page waits for the mail server.

Whoever asks for a new password owes the same row for every address; whether there is an account is
looked up when it is sent. So neither answer nor time tells who has one. What is owed is sealed, as
it may hold a link, and deleted with the sending.
"""

import json
from collections.abc import Mapping, Sequence
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
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign import limits
from campaign.keyed_hash import Purpose, SealPurpose, cipher, keyed_hash
from campaign.mail.composing import Content, address, render
from campaign.mail.outbox import Outbox
from campaign.organizers.models import AccountMail, Organizer
from campaign.wake import Task, wake

log = structlog.get_logger(__name__)

KEPT_FOR = timedelta(days=3)


@dataclass(frozen=True, slots=True)
class Site:
    """What allauth's templates call the site: always this one, whatever host was asked for."""

    name: str
    domain: str


class AccountMails(Outbox[AccountMail]):
    model = AccountMail
    owed = "due_at IS NOT NULL"
    give_up_after = KEPT_FOR

    def build(self, row: AccountMail) -> Sequence[EmailMultiAlternatives]:
        return build(row)

    def settle(
        self, rows: QuerySet[AccountMail], row: AccountMail, *, is_sent: bool, reply: str
    ) -> None:
        rows.delete()

    def owed_since(self, row: AccountMail) -> datetime:
        return row.created_at


outbox = AccountMails()


def owe_reset(*, email: str, language: str) -> None:
    """Nothing happens from the sixth on in a day; the page says the same."""
    who = keyed_hash(Purpose.RESET, email.lower().encode())
    if limits.hit(limits.Limit.RESETS_TO_ADDRESS, who):
        _owe({"reset": email, "language": language})


def render_for_account(*, template: str, context: Mapping[str, Any]) -> Content:
    """One of allauth's mails."""
    why = _("You get this e-mail because this address was given for an account at %(host)s.")
    return render(
        template=template,
        context={**context, "current_site": Site(settings.SITE_HOST, settings.SITE_HOST)},
        why=why % {"host": settings.SITE_HOST},
    )


def owe(*, content: Content, to: str) -> None:
    _owe({"to": to, "content": asdict(content)})


def send_owed() -> int:
    """Send one batch; how many rows were taken up."""
    AccountMail.objects.filter(created_at__lt=timezone.now() - KEPT_FOR).delete()
    return outbox.send()


def _owe(told: dict[str, Any]) -> None:
    sealed = cipher(SealPurpose.ACCOUNT_MAIL).encrypt(json.dumps(told).encode())
    AccountMail.objects.create(sealed=sealed, created_at=timezone.now())
    wake(Task.SEND_OWED_ACCOUNT_MAIL)


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
    return render_for_account(
        template="account/email/password_reset_key",
        context={"user": user, "email": email, "password_reset_url": settings.SITE_URL + path},
    )
