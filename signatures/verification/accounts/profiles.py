"""The services that are offered, and how a handle and a profile are read from what each tells.

What comes from a service was typed by its user. A handle is shown as it is only where it has the
form of one; a freely chosen name stands in quotation marks, so that nobody can call their account
"x, vetted by the organizers". No mail address is ever taken for a handle. Links to profiles are
made here from the handle, or must lead to the service itself.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote, urlsplit

from django.conf import settings

from campaign.account_providers import DUMMY, LINKEDIN, OPENID_CONNECT, missing
from signatures.models import Proof
from signatures.names.cleaning import NAME_LIMIT, NameRefused, clean_name

# As readers see them, in every language; kept with each proof.
NAMES = {
    "apple": "Apple",
    "discogs": "Discogs",
    DUMMY: "Cockleshell (invented)",
    "google": "Google",
    "instagram": "Instagram",
    LINKEDIN: "LinkedIn",
    "mediawiki": "Wikimedia",
    "orcid": "ORCID",
    "patreon": "Patreon",
    "soundcloud": "SoundCloud",
    "spotify": "Spotify",
    "tiktok": "TikTok",
    "twitch": "Twitch",
    "twitter_oauth2": "X",
    "vimeo_oauth2": "Vimeo",
}

_SHOWN_LIMIT = 60
_LINK_LIMIT: int = Proof._meta.get_field("profile_url").max_length or 0
_HANDLE = re.compile(r"\w(?:[\w.\-]{0,58}\w)?|_+")
_ORCID = re.compile(r"(?:\d{4}-){3}\d{3}[\dX]")
# What RFC 3986 lets stand in an address.
_ADDRESS = re.compile(r"[A-Za-z0-9\-._~:/?#\[\]@!$&()*+,;=%]+")
_NOT_IN_NAMES = re.compile(r"[^\w\s.·’'-]")
_QUOTATION_MARKS = re.compile(r"[\"“”„‟«»‹›;,:()\[\]]")


@dataclass(frozen=True, slots=True)
class Service:
    """One that is configured, with its credentials."""

    identifier: str
    kind: str
    name: str
    # Of an OpenID Connect service, where it is.
    host: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """What readers see of an account. Both may be empty: some services tell neither."""

    handle: str = ""
    profile_url: str = ""


def offered() -> list[Service]:
    """In the order of the settings; those that lack credentials are left out."""
    found = []
    for kind, each in settings.SOCIALACCOUNT_PROVIDERS.items():
        if kind == DUMMY:
            found.append(Service(kind, kind, NAMES[kind]))
        for app in each.get("APPS", ()):
            if not missing(kind, app):
                found.append(_service(kind, app))
    return found


def service(identifier: str) -> Service | None:
    return next((each for each in offered() if each.identifier == identifier), None)


def read(*, service: Service, uid: str, told: Mapping[str, Any]) -> Shown:
    """What of all that the service told is shown. Whatever it told: raises nothing."""
    if service.kind == OPENID_CONNECT:
        return _openid_connect(told, service.host)
    return _READERS[service.kind](uid, told)


def _service(kind: str, app: dict[str, Any]) -> Service:
    if kind != OPENID_CONNECT:
        return Service(kind, kind, NAMES[kind])
    host = urlsplit(app["settings"]["server_url"]).hostname or ""
    return Service(app["provider_id"], kind, app["name"], host)


def _openid_connect(told: Mapping[str, Any], host: str) -> Shown:
    claims = _inner(told, "userinfo") or _inner(told, "id_token")
    handle = _handle(claims.get("preferred_username"), "@") or _name(
        claims.get("name"), claims.get("nickname")
    )
    return Shown(handle, _link(claims.get("profile"), host))


def _apple(_uid: str, _told: Mapping[str, Any]) -> Shown:
    """Of who asks for neither name nor address, Apple tells neither."""
    return Shown()


def _discogs(_uid: str, told: Mapping[str, Any]) -> Shown:
    return _at("https://www.discogs.com/user/{}", told.get("username"))


def _dummy(_uid: str, told: Mapping[str, Any]) -> Shown:
    return _at("https://cockleshell.example/@{}", told.get("username"), "@")


def _google(_uid: str, told: Mapping[str, Any]) -> Shown:
    return Shown(_name(told.get("name"), told.get("given_name")))


def _instagram(_uid: str, told: Mapping[str, Any]) -> Shown:
    return _at("https://www.instagram.com/{}/", told.get("username"), "@")


def _linkedin(_uid: str, _told: Mapping[str, Any]) -> Shown:
    """What it tells is for a method of its own, which keeps neither name nor profile."""
    return Shown()


def _mediawiki(_uid: str, told: Mapping[str, Any]) -> Shown:
    """User names there are names of pages: spaces and most signs are welcome."""
    username = told.get("username")
    shown = _handle(username) or _name(username)
    if not shown:
        return Shown()
    page = quote(str(username).replace(" ", "_"), safe="", errors="replace")
    return Shown(shown, _short(f"https://meta.wikimedia.org/wiki/User:{page}"))


def _orcid(uid: str, _told: Mapping[str, Any]) -> Shown:
    return Shown(uid, f"https://orcid.org/{uid}") if _ORCID.fullmatch(uid) else Shown()


def _patreon(_uid: str, told: Mapping[str, Any]) -> Shown:
    attributes = _inner(told, "attributes")
    shown = _at("https://www.patreon.com/{}", attributes.get("vanity"), "@")
    return shown if shown.handle else Shown(_name(attributes.get("full_name")))


def _soundcloud(_uid: str, told: Mapping[str, Any]) -> Shown:
    shown = _at("https://soundcloud.com/{}", told.get("permalink"), "@")
    return shown if shown.handle else Shown(_name(told.get("username")))


def _spotify(uid: str, told: Mapping[str, Any]) -> Shown:
    """The id is a row of random letters for most; it is the address of the profile all the same."""
    shown = _at("https://open.spotify.com/user/{}", uid)
    return Shown(_name(told.get("display_name")) or shown.handle, shown.profile_url)


def _tiktok(_uid: str, told: Mapping[str, Any]) -> Shown:
    shown = _at("https://www.tiktok.com/@{}", told.get("username"), "@")
    return shown if shown.handle else Shown(_name(told.get("display_name")))


def _twitch(_uid: str, told: Mapping[str, Any]) -> Shown:
    return _at("https://www.twitch.tv/{}", told.get("login"), "@")


def _vimeo(_uid: str, told: Mapping[str, Any]) -> Shown:
    return Shown(_name(told.get("name")), _link(told.get("link"), "vimeo.com"))


def _x(_uid: str, told: Mapping[str, Any]) -> Shown:
    return _at("https://x.com/{}", told.get("username"), "@")


_READERS: dict[str, Callable[[str, Mapping[str, Any]], Shown]] = {
    "apple": _apple,
    "discogs": _discogs,
    DUMMY: _dummy,
    "google": _google,
    "instagram": _instagram,
    LINKEDIN: _linkedin,
    "mediawiki": _mediawiki,
    "orcid": _orcid,
    "patreon": _patreon,
    "soundcloud": _soundcloud,
    "spotify": _spotify,
    "tiktok": _tiktok,
    "twitch": _twitch,
    "twitter_oauth2": _x,
    "vimeo_oauth2": _vimeo,
}


def _at(address: str, raw: object, sign: str = "") -> Shown:
    """A handle that is also the end of its profile's address."""
    handle = _handle(raw)
    return Shown(sign + handle, address.format(quote(handle, safe=""))) if handle else Shown()


def _handle(raw: object, sign: str = "") -> str:
    """As it is, if it has the form of one; otherwise nothing."""
    if not isinstance(raw, str):
        return ""
    handle = raw.strip().removeprefix("@")
    return sign + handle if _HANDLE.fullmatch(handle) else ""


def _name(*candidates: object) -> str:
    """The first that can be shown, in quotation marks."""
    for raw in candidates:
        if isinstance(raw, str) and "@" not in raw and (name := _clean(raw)):
            return f"“{name}”"
    return ""


def _clean(raw: str) -> str:
    plain = " ".join(_QUOTATION_MARKS.sub(" ", raw).split())[:NAME_LIMIT]
    for attempt in (plain, _NOT_IN_NAMES.sub(" ", plain)):
        try:
            name = clean_name(attempt)
        except NameRefused:
            continue
        return name if len(name) <= _SHOWN_LIMIT else f"{name[: _SHOWN_LIMIT - 1].rstrip()}…"
    return ""


def _link(raw: object, host: str) -> str:
    """If it leads by https to the service: its own host, one below, or the one right above."""
    if (
        not isinstance(raw, str)
        or not raw.isascii()
        or not re.fullmatch(r"[^\s\"'<>\\^`{|}]+", raw)
    ):
        return ""
    try:
        parts = urlsplit(raw)
        found, port = parts.hostname or "", parts.port
    except ValueError:
        return ""
    above = host.partition(".")[2]
    is_theirs = found == host or found.endswith(f".{host}") or (found == above and "." in above)
    if parts.scheme != "https" or not host or not is_theirs or port or "@" in parts.netloc:
        return ""
    return _short(raw)


def _short(link: str) -> str:
    return link if len(link) <= _LINK_LIMIT else ""


def _inner(told: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    found = told.get(key)
    return found if isinstance(found, dict) else {}
