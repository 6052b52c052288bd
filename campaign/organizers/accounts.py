"""How allauth treats our accounts."""

import secrets
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.http import HttpRequest

from campaign import limits
from campaign.keyed_hash import SealPurpose, cipher


class AccountAdapter(DefaultAccountAdapter):
    """Accounts are made by a site operator or by an invitation; nobody signs up unasked."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_client_ip(self, request: HttpRequest) -> str:
        """What allauth counts tries by: the network as for all other limits.

        One that is not known is like no other, so that nobody is refused for somebody else's tries.
        """
        return limits.network_of(request) or f"unknown-{secrets.token_hex(8)}"

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Owed, not sent: no page waits for the mail server. Links lead to SITE_URL, whichever of
        our hosts was asked for."""
        from campaign.organizers import account_mail  # noqa: PLC0415 -- app registry

        here = self.request.build_absolute_uri("/") if self.request else settings.SITE_URL + "/"
        told = {
            name: f"{settings.SITE_URL}/{value.removeprefix(here)}"
            if isinstance(value, str) and value.startswith(here)
            else value
            for name, value in context.items()
        }
        content = account_mail.render_for_account(
            template=template_prefix, context=told | {"email": email}
        )
        account_mail.owe(content=content, to=email)


class SecondFactorAdapter(DefaultMFAAdapter):
    """Secrets of apps and recovery codes are of no use to who reads the database alone."""

    def encrypt(self, text: str) -> str:
        return cipher(SealPurpose.SECOND_FACTOR).encrypt(text.encode()).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return cipher(SealPurpose.SECOND_FACTOR).decrypt(encrypted_text.encode()).decode()

    def build_totp_svg(self, url: str) -> str:
        """To stand in the page itself, since the policy lets no image come from a `data:` URL."""
        svg: str = super().build_totp_svg(url)
        return svg[svg.index("<svg") :]
