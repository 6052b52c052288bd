"""The mail services that may tell us what became of a mail, and the secret of each.

`MAIL_WEBHOOKS` names them, `MAIL_WEBHOOK_<NAME>_SECRET` tells the secret (.env.example). Mail goes
to all of them by SMTP; each has a header whose content comes back with every event about the mail.
"""

import re
from collections.abc import Iterable, Mapping

from django.core.exceptions import ImproperlyConfigured

from campaign import environment

PREFIX = "MAIL_WEBHOOK_"
# By what we call it there: the key of the token in what comes back.
CARRIED = "token"
_OBJECT = f'{{"{CARRIED}": "%s"}}'
# The header, and how the token is written into it.
SUPPORTED: Mapping[str, tuple[str, str]] = {
    "brevo": ("X-Mailin-custom", _OBJECT),
    "mailgun": ("X-Mailgun-Variables", _OBJECT),
    "mailjet": ("X-MJ-EventPayload", _OBJECT),
    "postmark": (f"X-PM-Metadata-{CARRIED}", "%s"),
    "sparkpost": ("X-MSYS-API", f'{{"metadata": {_OBJECT}}}'),
}
# What it signs each event with. All others send a name and a password, "name:password".
SIGNS = {"mailgun"}
SHORTEST_SECRET = 20
_SETTING = re.compile(rf"{PREFIX}[A-Z0-9_]+?_SECRET(_FILE)?")


def configured(words: Iterable[str]) -> dict[str, str]:
    """The secret of each service that is named; empty where none is set, which `faults` tells.

    Raises on the name of any other service.
    """
    found = {}
    for word in words:
        if word not in SUPPORTED:
            raise ImproperlyConfigured(
                f"MAIL_WEBHOOKS names {word!r}. It can name {', '.join(sorted(SUPPORTED))}."
            )
        found[word] = environment.secret(_setting(word), "")
    return found


def faults(secrets: Mapping[str, str]) -> list[str]:
    """What keeps a service from being believed, in words that do not tell its secret."""
    found = []
    for name, secret in secrets.items():
        if len(secret) < SHORTEST_SECRET:
            found.append(f"{_setting(name)} must have {SHORTEST_SECRET} characters or more.")
        elif name not in SIGNS and ":" not in secret.strip(":"):
            found.append(f"{_setting(name)} must look like name:password.")
    return found


def left_over(secrets: Mapping[str, str]) -> list[str]:
    """Secrets of services that MAIL_WEBHOOKS does not name: most likely a slip."""
    named = {name for each in secrets for name in (_setting(each), f"{_setting(each)}_FILE")}
    return [
        name for name in environment.names(PREFIX) if _SETTING.fullmatch(name) and name not in named
    ]


def headers(secrets: Mapping[str, str], *, token: str) -> dict[str, str]:
    return {header: form % token for header, form in map(SUPPORTED.__getitem__, secrets)}


def _setting(name: str) -> str:
    return f"{PREFIX}{name.upper()}_SECRET"
