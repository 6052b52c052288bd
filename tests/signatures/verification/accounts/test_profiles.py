"""What readers see of an account: what the service told, as far as it can be believed."""

from typing import Any

import pytest
from pytest_django import Settings

from campaign.account_providers import SUPPORTED
from signatures.verification.accounts import profiles
from signatures.verification.accounts.profiles import Service, Shown

HOUSE = Service("house", "openid_connect", "Salt House", "id.salthouse.example")

# What each service tells of an invented musician, as its documentation has it.
TOLD: dict[str, tuple[str, dict[str, Any], Shown]] = {
    "apple": ("001.a", {"sub": "001.a", "email": "noor@viola.example"}, Shown()),
    "discogs": (
        "7",
        {"id": 7, "username": "noor_viola", "resource_url": "https://api.discogs.com/x"},
        Shown("noor_viola", "https://www.discogs.com/user/noor_viola"),
    ),
    "dummy": (
        "7",
        {"id": 7, "username": "noor", "email": "noor@viola.example"},
        Shown("@noor", "https://cockleshell.example/@noor"),
    ),
    "google": ("7", {"id": "7", "name": "Noor Brandsma"}, Shown("“Noor Brandsma”")),
    "instagram": (
        "7",
        {"user_id": "7", "username": "noor.viola"},
        Shown("@noor.viola", "https://www.instagram.com/noor.viola/"),
    ),
    # Its own method reads it.
    "linkedin_verified": (
        "7",
        {"userinfo": {"sub": "7", "name": "Noor B"}, "verifications": ["IDENTITY"]},
        Shown(),
    ),
    "mediawiki": (
        "7",
        {"username": "Noor (viola)/ü", "realname": "N", "email": None},
        Shown("“Noor viola /ü”", "https://meta.wikimedia.org/wiki/User:Noor_%28viola%29%2F%C3%BC"),
    ),
    "orcid": (
        "0000-0002-1825-009X",
        {"orcid-identifier": {"path": "0000-0002-1825-009X"}},
        Shown("0000-0002-1825-009X", "https://orcid.org/0000-0002-1825-009X"),
    ),
    "patreon": (
        "7",
        {"id": "7", "attributes": {"full_name": "Noor B", "vanity": "noorviola"}},
        Shown("@noorviola", "https://www.patreon.com/noorviola"),
    ),
    "soundcloud": (
        "soundcloud:users:7",
        {"permalink": "noor-viola", "permalink_url": "http://x.example", "username": "Noor"},
        Shown("@noor-viola", "https://soundcloud.com/noor-viola"),
    ),
    "spotify": (
        "31k2jq7",
        {"id": "31k2jq7", "display_name": "Noor", "external_urls": {"spotify": "javascript:x"}},
        Shown("“Noor”", "https://open.spotify.com/user/31k2jq7"),
    ),
    "tiktok": (
        "-000a",
        {"open_id": "-000a", "username": "noor.viola", "display_name": "Noor"},
        Shown("@noor.viola", "https://www.tiktok.com/@noor.viola"),
    ),
    "twitch": ("7", {"id": "7", "login": "noor"}, Shown("@noor", "https://www.twitch.tv/noor")),
    "twitter_oauth2": (
        "7",
        {"id": "7", "username": "noor_"},
        Shown("@noor_", "https://x.com/noor_"),
    ),
    "vimeo_oauth2": (
        "7",
        {"uri": "/users/7", "name": "Noor B", "link": "https://vimeo.com/noor"},
        Shown("“Noor B”", "https://vimeo.com/noor"),
    ),
}


def read(kind: str, uid: str, told: dict[str, Any]) -> Shown:
    return profiles.read(service=Service(kind, kind, kind), uid=uid, told=told)


def claims(**told: Any) -> Shown:
    return profiles.read(service=HOUSE, uid="7", told={"userinfo": told})


@pytest.mark.parametrize("kind", sorted(SUPPORTED))
def test_each_service_is_read_as_it_tells(kind: str) -> None:
    uid, told, shown = TOLD[kind]
    assert read(kind, uid, told) == shown
    assert kind in profiles.NAMES


@pytest.mark.parametrize("kind", [*sorted(SUPPORTED), "openid_connect"])
@pytest.mark.parametrize(
    "nonsense", [None, 7, [], {}, ["x"], "", " ", "\x00", "\u202e", "\ud800", "@"]
)
def test_nonsense_is_shown_as_nothing(kind: str, nonsense: Any) -> None:
    keys = {key for _uid, told, _shown in TOLD.values() for key in told}
    keys |= {"userinfo", "id_token", "preferred_username", "name", "profile", "display_name"}
    service = HOUSE if kind == "openid_connect" else Service(kind, kind, kind)
    uid = "-" if kind == "orcid" else "\u202e"
    for told in (dict.fromkeys(keys, nonsense), {"userinfo": dict.fromkeys(keys, nonsense)}):
        shown = profiles.read(service=service, uid=uid, told=told)
        assert shown == Shown()


@pytest.mark.parametrize(
    ("told", "handle"),
    [
        ({"preferred_username": "noor.viola", "name": "Noor"}, "@noor.viola"),
        ({"preferred_username": "@noor"}, "@noor"),
        ({"preferred_username": "نور_فيولا"}, "@نور_فيولا"),
        # An address is never a handle, nor is a sentence.
        ({"preferred_username": "noor@viola.example", "name": "Noor B"}, "“Noor B”"),
        ({"preferred_username": "noor@viola.example", "name": "noor@viola.example"}, ""),
        ({"preferred_username": "x; vetted by the organizers"}, ""),
        ({"preferred_username": "x" * 61}, ""),
        ({"name": "", "nickname": "Nórín"}, "“Nórín”"),
    ],
)
def test_a_handle_is_shown_as_it_is_and_a_name_in_quotation_marks(
    told: dict[str, Any], handle: str
) -> None:
    assert claims(**told) == Shown(handle)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Noor ”; vetted by the organizers, 12 Oct", "“Noor vetted by the organizers 12 Oct”"),
        ("Noor\u202e\u2066 B\u200b", "“Noor B”"),
        ("🎻 Noor ★ B 🎻", "“Noor B”"),
        ("<b>Noor</b>", "“b Noor b”"),
        ("N" * 100, f"“{'N' * 59}…”"),
        ("N " * 5000, f"“{'N ' * 29}N…”"),
        ("🎻", ""),
    ],
)
def test_a_name_says_nothing_beyond_its_quotation_marks(name: str, shown: str) -> None:
    assert claims(name=name).handle == shown


@pytest.mark.parametrize(
    "profile",
    [
        "https://id.salthouse.example/@noor",
        "https://salthouse.example/@noor",
        "https://noor.id.salthouse.example/",
        "https://ID.SaltHouse.example/a?b=c#d",
    ],
)
def test_a_profile_is_linked_where_it_is_at_the_service(profile: str) -> None:
    assert claims(profile=profile) == Shown("", profile)


@pytest.mark.parametrize(
    "profile",
    [
        "http://id.salthouse.example/@noor",
        "https://example/",
        "https://rubble.example/@noor",
        "https://id.salthouse.example.rubble.example/",
        "https://id.salthouse.example@rubble.example/",
        "https://rubble.example/id.salthouse.example",
        "https://noor@id.salthouse.example/",
        "https://id.salthouse.example:8443/",
        "https://id.salthouse.example:port/",
        "https://[::1",
        "https://id.salthouse.example/ x",
        'https://id.salthouse.example/"onclick="x',
        "https://id.salthouse.example/é",
        "javascript:alert(1)//id.salthouse.example",
        "//id.salthouse.example/",
        f"https://id.salthouse.example/{'x' * 500}",
    ],
)
def test_and_nowhere_else(profile: str) -> None:
    assert claims(profile=profile) == Shown()


def test_without_userinfo_the_id_token_tells() -> None:
    told = {"id_token": {"name": "Noor B"}}
    assert profiles.read(service=HOUSE, uid="7", told=told) == Shown("“Noor B”")


def test_services_without_a_handle_are_read_by_what_they_have() -> None:
    assert read("patreon", "7", {"attributes": {"full_name": "Noor B"}}) == Shown("“Noor B”")
    assert read("soundcloud", "7", {"username": "Noor B"}) == Shown("“Noor B”")
    assert read("tiktok", "7", {"display_name": "Noor B"}) == Shown("“Noor B”")
    assert read("spotify", "31k2", {}) == Shown("31k2", "https://open.spotify.com/user/31k2")
    assert read("mediawiki", "7", {"username": "x" * 501}) == Shown(f"“{'x' * 59}…”")
    assert read("mediawiki", "7", {"username": "@\ud800"}) == Shown()


def test_only_what_has_its_credentials_is_offered_in_order(settings: Settings) -> None:
    app = {"client_id": "a", "secret": "b"}
    server = {
        "provider_id": "house",
        "name": "House",
        "settings": {"server_url": "https://h.example"},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {
        "spotify": {"APPS": [app]},
        "orcid": {"APPS": [{"client_id": "a", "secret": ""}]},
        "apple": {"APPS": [app | {"key": "c", "settings": {"certificate_key": ""}}]},
        "openid_connect": {"APPS": [app | server, app | server | {"settings": {}}]},
    }
    house = Service("house", "openid_connect", "House", "h.example")
    assert profiles.offered() == [Service("spotify", "spotify", "Spotify"), house]
    assert profiles.service("house") == house
    assert profiles.service("orcid") is None
    assert profiles.service("openid_connect") is None
    settings.SOCIALACCOUNT_PROVIDERS = {}
    assert profiles.offered() == []
