"""System checks that refuse settings which contradict each other."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register
from PIL import ImageFont, features

from campaign import account_providers, mail_providers

_A_FONT = "static/fonts/source-serif-4-latin-600-normal.woff2"


@register()
def demo_is_local(**_: Any) -> list[CheckMessage]:
    """The demo prints its organizer's password and shows all mail: never on a public host."""
    here = urlsplit(settings.SITE_URL).hostname in {"127.0.0.1", "localhost"}
    if settings.DEMO and not here:
        return [
            Error(
                "DEMO is on but SITE_URL is not this machine.",
                hint="Unset DEMO, or serve at http://127.0.0.1.",
                id="undersigned.E001",
            )
        ]
    return []


@register()
def processes_share_a_broker(**_: Any) -> list[CheckMessage]:
    """SQLite runs in one process; several need PostgreSQL and Redis, both or neither."""
    sqlite = settings.DATABASES["default"]["ENGINE"].endswith("sqlite3")
    if sqlite and settings.REDIS_URL:
        return [
            Error(
                "REDIS_URL is set but the database is SQLite, which serves one process only.",
                hint="Set DATABASE_URL to PostgreSQL, or unset REDIS_URL.",
                id="undersigned.E002",
            )
        ]
    if not sqlite and not settings.REDIS_URL:
        return [
            Error(
                "The database is PostgreSQL but REDIS_URL is not set, so no worker can be reached.",
                hint="Set REDIS_URL, or unset DATABASE_URL.",
                id="undersigned.E003",
            )
        ]
    return []


@register()
def second_factor_is_asked_for(**_: Any) -> list[CheckMessage]:
    """Organizers see addresses of signers: a password alone is not enough on a real site."""
    if not settings.DEMO and not settings.REQUIRE_SECOND_FACTOR:
        return [
            Error(
                "REQUIRE_SECOND_FACTOR is off, which only the demo may be.",
                hint="Unset REQUIRE_SECOND_FACTOR.",
                id="undersigned.E005",
            )
        ]
    return []


@register()
def accounts_can_be_shown(**_: Any) -> list[CheckMessage]:
    """A service that is named has its credentials, and credentials have a service."""
    found: list[CheckMessage] = []
    if account_providers.DUMMY in settings.SOCIALACCOUNT_PROVIDERS and not settings.DEMO:
        found.append(
            Error(
                "ACCOUNT_PROVIDERS names dummy, which believes whatever is typed.",
                hint="Only the demo may have it: take it out.",
                id="undersigned.E006",
            )
        )
    for kind, each in settings.SOCIALACCOUNT_PROVIDERS.items():
        for app in each.get("APPS", ()):
            if missing := account_providers.missing(kind, app):
                found.append(
                    Error(
                        f"ACCOUNT_PROVIDERS names {app.get('provider_id') or kind}, but "
                        f"{', '.join(missing)} must be set, too.",
                        hint="Set it, or take the service out of ACCOUNT_PROVIDERS.",
                        id="undersigned.E007",
                    )
                )
            address = app.get("settings", {}).get("server_url", "")
            server = urlsplit(address)
            here = settings.DEMO and server.hostname in {"127.0.0.1", "localhost"}
            if address and not (server.scheme == "https" and server.hostname) and not here:
                found.append(
                    Error(
                        f"The server of {app['provider_id']} is not https://.",
                        hint="Whoever is on the way could say that any account is theirs.",
                        id="undersigned.E008",
                    )
                )
    if settings.ACCOUNT_SETTINGS_LEFT_OVER:
        found.append(
            Error(
                "ACCOUNT_PROVIDERS names no service for "
                f"{', '.join(settings.ACCOUNT_SETTINGS_LEFT_OVER)}.",
                hint="Name the service there, or unset them.",
                id="undersigned.E009",
            )
        )
    return found


@register()
def returned_mail_is_told(**_: Any) -> list[CheckMessage]:
    """Each mail service that is named has a secret that nobody guesses, and bounces have a way."""
    found: list[CheckMessage] = [
        Error(fault, hint="Without it, nothing it tells is believed.", id="undersigned.E012")
        for fault in mail_providers.faults(settings.MAIL_WEBHOOKS)
    ]
    if settings.MAIL_WEBHOOK_SETTINGS_LEFT_OVER:
        found.append(
            Error(
                "MAIL_WEBHOOKS names no service for "
                f"{', '.join(settings.MAIL_WEBHOOK_SETTINGS_LEFT_OVER)}.",
                hint="Name the service there, or unset them.",
                id="undersigned.E013",
            )
        )
    if settings.BOUNCE_MAILBOX and not settings.BOUNCE_ADDRESS:
        found.append(
            Error(
                "BOUNCE_MAILBOX_URL is set, but no mail comes back there without BOUNCE_ADDRESS.",
                hint="Set BOUNCE_ADDRESS to the address of that mailbox.",
                id="undersigned.E014",
            )
        )
    return found


@register()
def cards_can_be_drawn(**_: Any) -> list[CheckMessage]:
    """The pictures of letters use the site's own fonts. Without, they are plainer, never wrong."""
    found: list[CheckMessage] = []
    if not (features.check("raqm") and features.check("fribidi")):
        found.append(
            Warning(
                "Pillow cannot join Arabic letters, so Arabic titles stand in no picture.",
                hint="Install libfribidi (Debian: libfribidi0).",
                id="undersigned.W002",
            )
        )
    try:
        ImageFont.truetype(settings.BASE_DIR / _A_FONT)
    except OSError:
        found.append(
            Warning(
                "Pillow cannot read woff2, so pictures of letters are in another font.",
                hint="Use Pillow's own wheel, or a FreeType that was built with Brotli.",
                id="undersigned.W003",
            )
        )
    return found


@register(deploy=True)
def record_key_is_kept(**_: Any) -> list[CheckMessage]:
    """A key made on first use may be lost with the machine, and with it the record's continuity."""
    if not settings.DEMO and not settings.RECORD_KEY_FILE.is_file():
        return [
            Error(
                "RECORD_KEY_FILE does not name a file.",
                hint="Make one with `manage.py make_record_key`, and keep a copy.",
                id="undersigned.E004",
            )
        ]
    return []


@register(deploy=True)
def data_key_is_of_its_own(**_: Any) -> list[CheckMessage]:
    """What is kept must not hang on the key that is replaced when somebody has read it."""
    if settings.DEMO:
        return []
    if not settings.DATA_KEY:
        return [
            Warning(
                "DATA_KEY is not set, so addresses and members are known by SECRET_KEY, which "
                "therefore cannot be replaced.",
                hint="Set DATA_KEY to what SECRET_KEY is now, before you ever replace that.",
                id="undersigned.W006",
            )
        ]
    # As Django measures SECRET_KEY.
    if len(settings.DATA_KEY) < 50 or len(set(settings.DATA_KEY)) < 5:
        return [
            Warning(
                "DATA_KEY is short, so addresses can be guessed by who reads the database.",
                hint="On a new site, take a long random one. Leave it where anybody has signed.",
                id="undersigned.W007",
            )
        ]
    return []


@register(deploy=True)
def operator_is_told(**_: Any) -> list[CheckMessage]:
    """Signing shows a political opinion: whoever does has to know who keeps it, and how to ask."""
    told = {
        "OPERATOR_NAME": all(settings.OPERATOR_NAME.values()),
        "OPERATOR_CONTACT": bool(settings.OPERATOR_CONTACT),
    }
    return [
        Warning(
            f"{name} is not set, so the site does not say who runs it.",
            hint="Set it; .env.example says what it is for.",
            id="undersigned.W004",
        )
        for name, is_told in told.items()
        if not is_told
    ]


@register(deploy=True)
def proxies_are_named(**_: Any) -> list[CheckMessage]:
    """The web processes speak http alone, so what encrypts stands in front of them."""
    if settings.DEMO or settings.TRUSTED_PROXIES:
        return []
    return [
        Warning(
            "TRUSTED_PROXIES is not set: behind a proxy all visitors count as one, which may sign "
            "400 times an hour and is locked out by ten wrong passwords.",
            hint="Name the networks of the proxies in front, every one on the way.",
            id="undersigned.W005",
        )
    ]


@register(deploy=True)
def site_is_encrypted(**_: Any) -> list[CheckMessage]:
    if not settings.DEMO and not settings.SITE_URL.startswith("https://"):
        return [Warning("SITE_URL is not https.", id="undersigned.W001")]
    return []
