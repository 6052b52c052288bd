"""What of the settings the checks are about."""

from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import ip_address

from django.conf import settings

from campaign.mail.doctor.lookups import Address
from campaign.mail.doctor.own_mail import domain_of
from campaign.mail.doctor.server import Server

_SMTP = "django.core.mail.backends.smtp.EmailBackend"


@dataclass(frozen=True, slots=True, kw_only=True)
class Setup:
    # Of From, and of the envelope.
    domain: str
    envelope: str
    selectors: Sequence[str]
    # As they are set; empty where the server's own are the best guess.
    sending_addresses: Sequence[Address]
    server: Server
    site_url: str
    has_postal_address: bool
    hears_bounces: bool


def sends_mail() -> bool:
    """Whether mail leaves at all: it may be written into files, as in the demo."""
    return bool(settings.EMAIL_BACKEND == _SMTP)


def from_settings() -> Setup:
    domain = domain_of(settings.DEFAULT_FROM_EMAIL)
    return Setup(
        domain=domain,
        envelope=domain_of(settings.BOUNCE_ADDRESS) or domain,
        selectors=settings.MAIL_DKIM_SELECTORS,
        sending_addresses=[ip_address(each) for each in settings.MAIL_SENDING_ADDRESSES],
        server=Server(
            host=settings.EMAIL_HOST,
            port=settings.EMAIL_PORT,
            is_tls=settings.EMAIL_USE_SSL,
            is_starttls=settings.EMAIL_USE_TLS,
            has_login=bool(settings.EMAIL_HOST_USER),
        ),
        site_url=settings.SITE_URL,
        has_postal_address=all(settings.OPERATOR_ADDRESS.values()),
        hears_bounces=bool(settings.BOUNCE_ADDRESS or settings.MAIL_WEBHOOKS),
    )
