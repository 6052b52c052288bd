"""The services at which signers can show an account, and the site's credentials at each.

`ACCOUNT_PROVIDERS` names them, `ACCOUNT_<NAME>_…` tells the rest (.env.example). Of each service we
ask as little as tells whose account it is: no mail address, nobody's friends, nothing to post.
"""

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.core.exceptions import ImproperlyConfigured

from campaign import environment

PREFIX = "ACCOUNT_"
OPENID_CONNECT = "openid_connect"
# For what LinkedIn has verified: as an account like any it is one of OpenID Connect.
LINKEDIN = "linkedin_verified"
# For the demo and the tests: asks nobody.
DUMMY = "dummy"

# What allauth is told about each, besides the credentials.
SUPPORTED: dict[str, dict[str, Any]] = {
    "apple": {"SCOPE": []},
    "discogs": {},
    DUMMY: {},
    "google": {"SCOPE": ["profile"], "OAUTH_PKCE_ENABLED": True},
    "instagram": {"SCOPE": ["instagram_business_basic"]},
    LINKEDIN: {"SCOPE": ["openid", "profile"]},
    "mediawiki": {},
    "orcid": {},
    "patreon": {"SCOPE": ["identity"]},
    "soundcloud": {"OAUTH_PKCE_ENABLED": True},
    "spotify": {"SCOPE": [], "OAUTH_PKCE_ENABLED": True},
    "tiktok": {},
    "twitch": {"SCOPE": []},
    "twitter_oauth2": {},
    "vimeo_oauth2": {"SCOPE": ["public"]},
}
_IDENTIFIER = re.compile(r"[a-z][a-z0-9-]{0,29}")
_LABEL_LIMIT = 40
# The ends of the settings of one service, and where allauth looks for each.
_CREDENTIALS = {"CLIENT_ID": "client_id", "SECRET": "secret"}
_APPLE = {"CLIENT_ID": "client_id", "KEY_ID": "secret", "TEAM_ID": "key", "KEY_FILE": "certificate"}
_ENDINGS = {*_CREDENTIALS, *_APPLE, "SECRET_FILE", "SERVER", "LABEL", "SCOPE"}
# Which one an app has depends on its contract with LinkedIn.
_LINKEDIN_SCOPES = ("r_verify", "r_verify_details")


def configured(words: Iterable[str]) -> dict[str, Any]:
    """allauth's SOCIALACCOUNT_PROVIDERS: what each of these words names, with its credentials.

    A word is a name of `SUPPORTED`, or `openid_connect:name` for any OpenID Connect service.
    Raises on other words; credentials that are missing are told by `missing`.
    """
    found: dict[str, Any] = {}
    seen: set[str] = set()
    for word in words:
        kind, _colon, name = word.partition(":")
        identifier = name if kind == OPENID_CONNECT else word
        if not _is_known(kind, identifier) or identifier in seen:
            raise ImproperlyConfigured(
                f"ACCOUNT_PROVIDERS names {word!r}, which is unknown or there twice. It can be "
                f"{', '.join(sorted(SUPPORTED))}, or openid_connect:a-name-of-your-own."
            )
        seen.add(identifier)
        if kind == OPENID_CONNECT:
            found.setdefault(kind, {"APPS": []})["APPS"].append(_openid_connect(name))
        elif kind == DUMMY:
            found[kind] = {}
        else:
            found[kind] = SUPPORTED[kind] | {"APPS": [_app(kind)]}
            if kind == LINKEDIN:
                found[kind]["SCOPE"] = [*found[kind]["SCOPE"], _linkedin_scope()]
    return found


def missing(kind: str, app: dict[str, Any]) -> list[str]:
    """The settings that this service still needs before it can be offered."""
    given = app | app.get("settings", {})
    prefix = _prefix(app.get("provider_id") or kind)
    needed = {
        "apple": _APPLE | {"KEY_FILE": "certificate_key"},
        OPENID_CONNECT: _CREDENTIALS | {"SERVER": "server_url"},
    }.get(kind, _CREDENTIALS)
    return [prefix + ending for ending, place in needed.items() if not given.get(place)]


def left_over(providers: dict[str, Any]) -> list[str]:
    """Settings of services that ACCOUNT_PROVIDERS does not name: most likely a slip."""
    named = {
        _prefix(app.get("provider_id") or kind)
        for kind, each in providers.items()
        for app in each.get("APPS", ())
    }
    pattern = re.compile(rf"({PREFIX}[A-Z0-9_]+_)(?:{'|'.join(sorted(_ENDINGS))})")
    return [
        name
        for name in environment.names(PREFIX)
        if (match := pattern.fullmatch(name)) and match[1] not in named
    ]


def _is_known(kind: str, identifier: str) -> bool:
    if kind != OPENID_CONNECT:
        return kind in SUPPORTED and kind == identifier
    return bool(_IDENTIFIER.fullmatch(identifier)) and identifier not in SUPPORTED


def _prefix(identifier: str) -> str:
    return f"{PREFIX}{identifier.upper().replace('-', '_')}_"


def _linkedin_scope() -> str:
    name = f"{_prefix(LINKEDIN)}SCOPE"
    scope = environment.text(name, _LINKEDIN_SCOPES[0])
    if scope not in _LINKEDIN_SCOPES:
        raise ImproperlyConfigured(f"{name} can be {' or '.join(_LINKEDIN_SCOPES)}.")
    return scope


def _app(kind: str) -> dict[str, Any]:
    prefix = _prefix(kind)
    if kind != "apple":
        return _read(prefix, _CREDENTIALS)
    app = _read(prefix, _APPLE)
    path = app.pop("certificate")
    return app | {"settings": {"certificate_key": _text_in(f"{prefix}KEY_FILE", path)}}


def _openid_connect(identifier: str) -> dict[str, Any]:
    prefix = _prefix(identifier)
    label = environment.text(f"{prefix}LABEL", identifier.replace("-", " ").title())
    if len(label) > _LABEL_LIMIT:
        raise ImproperlyConfigured(f"{prefix}LABEL may have {_LABEL_LIMIT} characters at most.")
    return _read(prefix, _CREDENTIALS) | {
        "provider_id": identifier,
        "name": label,
        "settings": {
            "server_url": environment.text(f"{prefix}SERVER", "").rstrip("/"),
            "scope": ["openid", "profile"],
        },
    }


def _read(prefix: str, places: dict[str, str]) -> dict[str, Any]:
    return {
        place: (environment.secret if ending == "SECRET" else environment.text)(prefix + ending, "")
        for ending, place in places.items()
    }


def _text_in(name: str, path: str) -> str:
    try:
        return Path(path).read_text() if path else ""
    except (OSError, UnicodeDecodeError) as error:
        raise ImproperlyConfigured(f"{name} names a file that cannot be read.") from error
