"""System checks that refuse settings which contradict each other."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Warning, register


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
def site_is_encrypted(**_: Any) -> list[CheckMessage]:
    if not settings.DEMO and not settings.SITE_URL.startswith("https://"):
        return [Warning("SITE_URL is not https.", id="undersigned.W001")]
    return []
