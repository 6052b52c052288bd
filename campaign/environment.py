"""Reading settings from the environment: each helper raises on nonsense, and says which name.

What is set to nothing counts as not set. A secret may stand in a file, which `NAME_FILE` names.
"""

import os
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

import dj_database_url
import dotenv
from django.core.exceptions import ImproperlyConfigured

# A token of 46 and a plus go behind it, and RFC 5321 has 64 octets for all.
LONGEST_BOUNCE_LOCAL = 17
MAILBOX_PORTS = {"imaps": 993, "pop3s": 995, "imap": 143, "pop3": 110}
TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


@dataclass(frozen=True, slots=True)
class Mailbox:
    scheme: str
    host: str
    port: int
    user: str
    password: str = field(repr=False)
    folder: str


def read_file(path: Path) -> None:
    """Add what this file sets, where the environment itself says nothing. No file is no fault."""
    dotenv.load_dotenv(path)


def text(name: str, default: str | None = None) -> str:
    value = os.environ.get(name) or default
    if value is None:
        raise ImproperlyConfigured(f"{name} is not set. .env.example says what it is for.")
    return value


def secret(name: str, default: str | None = None) -> str:
    """A text that nobody else may read: set by its name, or in the file that `NAME_FILE` names."""
    value = _secret(name) or default
    if value is None:
        raise ImproperlyConfigured(
            f"{name} is not set. .env.example says what it is for. "
            f"{name}_FILE can name a file that holds it."
        )
    return value


def secret_lines(name: str) -> list[str]:
    """Several, one on each line, since a secret may contain any other character."""
    return [line for line in _secret(name).split("\n") if line]


def flag(name: str, *, default: bool = False) -> bool:
    value = os.environ.get(name)
    if value is None:
        return default
    if value.lower() in TRUE:
        return True
    if value.lower() in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, *, default: int, least: int = 0) -> int:
    value = os.environ.get(name) or str(default)
    if not value.isascii() or not value.isdigit() or int(value) < least:
        raise ImproperlyConfigured(f"{name} must be a whole number from {least} up, not {value!r}.")
    return int(value)


def numbers(name: str, *, default: str) -> list[int]:
    """Whole numbers from 1 up, comma-separated."""
    found = words(name, default=default)
    if not found or not all(each.isascii() and each.isdigit() and int(each) for each in found):
        raise ImproperlyConfigured(f"{name} must be whole numbers from 1 up, comma-separated.")
    return [int(each) for each in found]


def choice(name: str, options: tuple[str, ...], *, default: str) -> str:
    value = (os.environ.get(name) or default).lower()
    if value not in options:
        raise ImproperlyConfigured(f"{name} must be one of {', '.join(options)}, not {value!r}.")
    return value


def day(name: str) -> date | None:
    value = os.environ.get(name, "")
    if not value:
        return None
    try:
        return date.fromisoformat(value)
    except ValueError:
        raise ImproperlyConfigured(f"{name} must be a day as 2026-11-30.") from None


def wordings(
    name: str, languages: Iterable[str], *, default: Mapping[str, str] | None = None
) -> dict[str, str]:
    """A text in each language: that of `NAME_AR` for Arabic, else that of `NAME`, else nothing."""
    everywhere = os.environ.get(name) or ""
    return {
        code: os.environ.get(f"{name}_{code.upper()}")
        or everywhere
        or (default or {}).get(code, "")
        for code in languages
    }


def contact(name: str, default: str = "") -> str:
    """Where somebody is reached: an e-mail address, or a page (https://…)."""
    value = text(name, default)
    parts = _parts(value)
    is_page = parts is not None and parts.scheme in {"http", "https"} and bool(parts.hostname)
    if value and not is_page and not re.fullmatch(r"[^\s@:/]+@[^\s@:/]+\.[^\s@:/]+", value):
        raise ImproperlyConfigured(
            f"{name} must be an e-mail address, or a page's address with https://, not {value!r}."
        )
    return value


def words(name: str, *, default: str = "") -> list[str]:
    """A comma-separated list; empty parts are dropped."""
    return [word.strip() for word in (os.environ.get(name) or default).split(",") if word.strip()]


def hosts(name: str, *, default: str) -> list[str]:
    """Names that the site answers to. A name that holds for every host is refused."""
    found = words(name, default=default)
    if any("*" in host for host in found):
        raise ImproperlyConfigured(f"{name} must name each host, as letters.example, without *.")
    return found


def networks(name: str) -> list[str]:
    """Networks such as 10.0.0.0/24 or fd00::/8. One that holds every address is refused."""
    found = words(name)
    for each in found:
        try:
            everybody = ip_network(each).prefixlen == 0
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must name networks, not {each!r}.") from error
        if everybody:
            raise ImproperlyConfigured(f"{name} must name your proxies, not every address.")
    return found


def addresses(name: str) -> list[str]:
    """Addresses such as 192.0.2.5 or 2001:db8::5."""
    found = words(name)
    for each in found:
        try:
            ip_address(each)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must name addresses, not {each!r}.") from error
    return found


def names(prefix: str) -> list[str]:
    """What is set, to anything, under names that begin like this."""
    return sorted(name for name, value in os.environ.items() if name.startswith(prefix) and value)


def for_program(**more: str) -> dict[str, str]:
    """What a program that we start finds in its environment: ours, and this."""
    return {**os.environ, **more}


def web_address(name: str, default: str | None = None) -> str:
    """An http or https origin without a path, as `https://letters.example`."""
    value = text(name, default).rstrip("/")
    parts = _parts(value)
    # Only what an origin is made of may be there: no account, path, query or part.
    origin = parts and f"{parts.scheme}://{parts.netloc}"
    if not parts or not parts.hostname or "@" in parts.netloc or value != origin:
        parts = None
    if not parts or parts.scheme not in {"http", "https"}:
        raise ImproperlyConfigured(
            f"{name} must look like https://letters.example, without a path, not {value!r}."
        )
    return value


def folder(name: str, *, default: Path) -> Path:
    return Path(os.environ.get(name) or default).resolve()


def database(name: str, *, default: str) -> dict[str, Any]:
    """One entry of DATABASES. Only the two engines that the site knows are accepted."""
    value = _secret(name) or default
    parts = _parts(value)
    if not parts or parts.scheme not in {"sqlite", "postgres", "postgresql"}:
        raise ImproperlyConfigured(f"{name} must start with sqlite:// or postgresql://.")
    try:
        return dict(dj_database_url.parse(value))
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} cannot be read as a database address.") from error


def redis_address(name: str) -> str:
    value = _secret(name)
    parts = _parts(value)
    if value and (not parts or parts.scheme not in {"redis", "rediss", "unix"}):
        raise ImproperlyConfigured(f"{name} must start with redis://, rediss:// or unix://.")
    return value


def mail(name: str, *, default: str) -> Mapping[str, Any]:
    """Django's e-mail settings from one address.

    `smtp://user:password@host:587?tls=1`, `smtps://…` (TLS from the start), `console:`,
    `memory:`, or `files:` (one .eml for each message in DATA_DIR/mail).
    """
    value = _secret(name) or default
    parts = _parts(value)
    backends = {
        "console": "django.core.mail.backends.console.EmailBackend",
        "memory": "django.core.mail.backends.locmem.EmailBackend",
        "files": "campaign.mail.files.EmailBackend",
    }
    if parts and parts.scheme in backends:
        return {"EMAIL_BACKEND": backends[parts.scheme]}
    query = parse_qsl(parts.query) if parts else []
    secure = bool(parts and parts.scheme == "smtps")
    # With smtps:// all is encrypted from the start, and tls=1 would begin it again.
    welcome = [[], [("tls", "0")]] if secure else [[], [("tls", "0")], [("tls", "1")]]
    if (
        not parts
        or parts.scheme not in {"smtp", "smtps"}
        or not parts.hostname
        or query not in welcome
    ):
        raise ImproperlyConfigured(
            f"{name} must be smtp://host, smtps://host, files:, console: or memory:."
        )
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if secure else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_SSL": secure,
        "EMAIL_USE_TLS": query == [("tls", "1")],
        "EMAIL_TIMEOUT": 20,
    }


def plain_address(name: str, *, longest_local: int) -> str:
    """An e-mail address alone, to whose local part more may be added; or nothing."""
    value = os.environ.get(name) or ""
    local = value.partition("@")[0]
    fits = re.fullmatch(r"[A-Za-z0-9._-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+", value)
    if value and (not fits or len(local) > longest_local):
        raise ImproperlyConfigured(
            f"{name} must look like bounces@letters.example, with {longest_local} letters, digits, "
            f"points and hyphens at most before the @, not {value!r}."
        )
    return value


def mailbox(name: str) -> Mailbox | None:
    """`imaps://user:password@host/INBOX` or `pop3s://user:password@host`; without encryption
    (`imap://`, `pop3://`) on this machine only. None if it is not set."""
    value = _secret(name)
    if not value:
        return None
    parts = _parts(value)
    folder_name = unquote(parts.path.strip("/")) if parts else ""
    is_read = parts and parts.scheme in MAILBOX_PORTS and parts.hostname and parts.username
    if not parts or not is_read or parts.query or '"' in folder_name or "\\" in folder_name:
        raise ImproperlyConfigured(
            f"{name} must be imaps://user:password@host/INBOX or pop3s://user:password@host."
        )
    if not parts.scheme.endswith("s") and parts.hostname not in {"127.0.0.1", "::1", "localhost"}:
        raise ImproperlyConfigured(f"{name} must begin with imaps:// or pop3s://.")
    return Mailbox(
        scheme=parts.scheme,
        host=parts.hostname or "",
        port=parts.port or MAILBOX_PORTS[parts.scheme],
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        folder=folder_name or "INBOX",
    )


def _secret(name: str) -> str:
    """From the environment or its file; empty if neither is set."""
    value, path = os.environ.get(name) or "", os.environ.get(f"{name}_FILE") or ""
    if not path:
        return value
    if value:
        raise ImproperlyConfigured(f"{name} and {name}_FILE are both set. Unset one of them.")
    try:
        found = Path(path).read_text(encoding="utf-8").removesuffix("\n")
    except OSError as error:
        raise ImproperlyConfigured(
            f"{name}_FILE names a file that cannot be read: {error.strerror}."
        ) from error
    except ValueError:
        # Without the cause, which quotes what was read.
        raise ImproperlyConfigured(f"{name}_FILE names a file that is no text.") from None
    if not found:
        # Not set to nothing: without its database address the site would begin an empty one.
        raise ImproperlyConfigured(f"{name}_FILE names a file that is empty.")
    return found


def _parts(value: str) -> SplitResult | None:
    """None if no address can be read from it."""
    try:
        parts = urlsplit(value)
        return None if parts.port == 0 else parts
    except ValueError:
        return None
