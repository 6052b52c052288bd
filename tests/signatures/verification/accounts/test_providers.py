"""Each service by its own protocol, with the answers that its documentation shows.

The services themselves are not on this machine: what stands in their place is the far end of each
connection. allauth, its client, and all that is ours are as they are.
"""

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from html import unescape
from io import BytesIO
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import jwt
import pytest
import requests
from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from django.contrib.sessions.backends.db import SessionStore
from django.test import Client
from pytest_django import Settings
from requests.adapters import BaseAdapter

from campaign.account_providers import DUMMY, SUPPORTED
from campaign.organizers.models import Organizer
from signatures.models import Proof, Signature
from signatures.verification.accounts.oauth import SocialAccountAdapter
from tests.signatures.views.visitors import Page, link_url

pytestmark = pytest.mark.django_db

TOKEN = "t0ken-that-is-kept-nowhere"
APPLES_KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
OUR_KEY_AT_APPLE = ec.generate_private_key(ec.SECP256R1())


@dataclass
class Case:
    """Where the browser is sent, what is answered behind it, and what readers see in the end."""

    authorize: str
    answers: dict[str, Any]
    shown: tuple[str, str, str]
    scope: str | None = None
    settings: dict[str, Any] = field(default_factory=dict)


def identity_from_apple() -> str:
    claims = {
        "iss": "https://appleid.apple.com",
        "aud": "our-id",
        "sub": "001.a",
        # Apple says ten minutes; the tests may begin long after this file is read.
        "exp": int(time.time()) + 24 * 3600,
    }
    return jwt.encode(claims, APPLES_KEY, algorithm="RS256", headers={"kid": "k"})


def apples_keys() -> dict[str, Any]:
    public = jwt.algorithms.RSAAlgorithm.to_jwk(APPLES_KEY.public_key(), as_dict=True)
    return {"keys": [public | {"kid": "k", "alg": "RS256"}]}


GRANTED = {"access_token": TOKEN, "token_type": "bearer", "expires_in": 3600}
CASES = {
    "apple": Case(
        "https://appleid.apple.com/auth/authorize",
        {
            "https://appleid.apple.com/auth/token": GRANTED | {"id_token": identity_from_apple()},
            "https://appleid.apple.com/auth/keys": apples_keys(),
        },
        ("Apple", "", ""),
        scope="",
        settings={
            "key": "our-team",
            "settings": {
                "certificate_key": OUR_KEY_AT_APPLE.private_bytes(
                    Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
                ).decode()
            },
        },
    ),
    "discogs": Case(
        "https://discogs.com/oauth/authorize",
        {
            "https://api.discogs.com/oauth/request_token": "oauth_token=r&oauth_token_secret=s",
            "https://api.discogs.com/oauth/access_token": (
                f"oauth_token={TOKEN}&oauth_token_secret=s2"
            ),
            "https://api.discogs.com/oauth/identity": {"id": 7, "username": "noor_viola"},
        },
        ("Discogs", "noor_viola", "https://www.discogs.com/user/noor_viola"),
    ),
    "google": Case(
        "https://accounts.google.com/o/oauth2/v2/auth",
        {
            "https://oauth2.googleapis.com/token": GRANTED,
            "https://www.googleapis.com/oauth2/v2/userinfo": {"id": "7", "name": "Noor Brandsma"},
        },
        ("Google", "“Noor Brandsma”", ""),
        scope="profile",
    ),
    "instagram": Case(
        "https://www.instagram.com/oauth/authorize",
        {
            "https://api.instagram.com/oauth/access_token": GRANTED | {"user_id": 7},
            "https://graph.instagram.com/me": {"user_id": "17", "username": "noor.viola"},
        },
        ("Instagram", "@noor.viola", "https://www.instagram.com/noor.viola/"),
        scope="instagram_business_basic",
    ),
    "linkedin_verified": Case(
        "https://www.linkedin.com/oauth/v2/authorization",
        {
            "https://www.linkedin.com/oauth/v2/accessToken": GRANTED,
            "https://api.linkedin.com/v2/userinfo": {"sub": "782bb", "name": "Noor Viola"},
            "https://api.linkedin.com/rest/verificationReport": {
                "id": "YBJRsh",
                "verifications": ["WORKPLACE", "IDENTITY"],
                "verificationUrl": "https://www.linkedin.com/trust-verification",
            },
        },
        ("LinkedIn", "identity workplace", ""),
        scope="openid profile",
    ),
    "mediawiki": Case(
        "https://meta.wikimedia.org/w/rest.php/oauth2/authorize",
        {
            "https://meta.wikimedia.org/w/rest.php/oauth2/access_token": GRANTED,
            "https://meta.wikimedia.org/w/rest.php/oauth2/resource/profile": {
                "sub": 7,
                "username": "Noor Viola",
            },
        },
        ("Wikimedia", "“Noor Viola”", "https://meta.wikimedia.org/wiki/User:Noor_Viola"),
    ),
    "orcid": Case(
        "https://orcid.org/oauth/authorize",
        {
            "https://pub.orcid.org/oauth/token": GRANTED | {"orcid": "0000-0002-1825-0097"},
            "https://pub.orcid.org/v3.0/0000-0002-1825-0097/record": {
                "orcid-identifier": {"path": "0000-0002-1825-0097"}
            },
        },
        ("ORCID", "0000-0002-1825-0097", "https://orcid.org/0000-0002-1825-0097"),
        scope="/authenticate",
    ),
    "patreon": Case(
        "https://www.patreon.com/oauth2/authorize",
        {
            "https://www.patreon.com/api/oauth2/token": GRANTED,
            "https://www.patreon.com/api/oauth2/v2/identity": {
                "data": {"id": "7", "attributes": {"full_name": "Noor B", "vanity": "noorviola"}}
            },
        },
        ("Patreon", "@noorviola", "https://www.patreon.com/noorviola"),
        scope="identity",
    ),
    "soundcloud": Case(
        "https://secure.soundcloud.com/authorize",
        {
            "https://secure.soundcloud.com/oauth/token": GRANTED,
            "https://api.soundcloud.com/me": {
                "urn": "soundcloud:users:7",
                "permalink": "noor-viola",
            },
        },
        ("SoundCloud", "@noor-viola", "https://soundcloud.com/noor-viola"),
    ),
    "spotify": Case(
        "https://accounts.spotify.com/authorize",
        {
            "https://accounts.spotify.com/api/token": GRANTED,
            "https://api.spotify.com/v1/me": {"id": "31k2", "display_name": "Noor"},
        },
        ("Spotify", "“Noor”", "https://open.spotify.com/user/31k2"),
        scope="",
    ),
    "tiktok": Case(
        "https://www.tiktok.com/v2/auth/authorize/",
        {
            "https://open.tiktokapis.com/v2/oauth/token/": GRANTED,
            "https://open.tiktokapis.com/v2/user/info/": {
                "data": {"user": {"open_id": "-000a", "username": "noor.viola"}}
            },
        },
        ("TikTok", "@noor.viola", "https://www.tiktok.com/@noor.viola"),
    ),
    "twitch": Case(
        "https://id.twitch.tv/oauth2/authorize",
        {
            "https://id.twitch.tv/oauth2/token": GRANTED,
            "https://api.twitch.tv/helix/users": {"data": [{"id": "7", "login": "noor"}]},
        },
        ("Twitch", "@noor", "https://www.twitch.tv/noor"),
        scope="",
    ),
    "twitter_oauth2": Case(
        "https://x.com/i/oauth2/authorize",
        {
            "https://api.x.com/2/oauth2/token": GRANTED,
            "https://api.x.com/2/users/me": {
                "data": {"id": "7", "name": "Noor", "username": "noor_viola"}
            },
        },
        ("X", "@noor_viola", "https://x.com/noor_viola"),
    ),
    "vimeo_oauth2": Case(
        "https://api.vimeo.com/oauth/authorize",
        {
            "https://api.vimeo.com/oauth/access_token": GRANTED,
            "https://api.vimeo.com/me/": {
                "uri": "/users/7",
                "name": "Noor B",
                "link": "https://vimeo.com/noor",
            },
        },
        ("Vimeo", "“Noor B”", "https://vimeo.com/noor"),
        scope="public",
    ),
}


class FarEnd(BaseAdapter):
    """Answers as it was told to, by address without query, and keeps what it was asked."""

    def __init__(self, answers: dict[str, Any]) -> None:
        super().__init__()
        self.answers = answers
        self.asked: list[requests.PreparedRequest] = []

    def send(self, request: requests.PreparedRequest, *_args: Any, **kwargs: Any) -> Any:
        assert kwargs["timeout"] == 5
        self.asked.append(request)
        answer = self.answers.get(str(request.url).partition("?")[0])
        if isinstance(answer, Exception):
            raise answer
        response = requests.Response()
        response.request, response.url = request, str(request.url)
        response.status_code = 404 if answer is None else 200
        text = answer if isinstance(answer, str) else json.dumps(answer)
        kind = "text/html" if isinstance(answer, str) else "application/json"
        response.headers["Content-Type"] = kind
        response.raw = BytesIO(text.encode())
        return response

    def close(self) -> None:
        pass


@pytest.fixture
def sessions(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """All that was ever written into a session."""
    written: list[str] = []
    save = SessionStore.save

    def noting(self: SessionStore, must_create: bool = False) -> None:
        written.append(repr(dict(self.items())))
        save(self, must_create)

    monkeypatch.setattr(SessionStore, "save", noting)
    return written


Connect = Callable[[str, dict[str, Any]], FarEnd]


@pytest.fixture
def connect(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Connect:
    def connected(kind: str, answers: dict[str, Any]) -> FarEnd:
        app = {"client_id": "our-id", "secret": "our-secret"} | CASES[kind].settings
        settings.SOCIALACCOUNT_PROVIDERS = {kind: SUPPORTED[kind] | {"APPS": [app]}}
        far_end = FarEnd(answers)
        session = SocialAccountAdapter.get_requests_session

        def mounted(self: SocialAccountAdapter) -> requests.Session:
            found = session(self)
            found.mount("https://", far_end)
            return found

        monkeypatch.setattr(SocialAccountAdapter, "get_requests_session", mounted)
        return far_end

    return connected


def goes(client: Client, signature: Signature, kind: str) -> str:
    """Where the page sends the browser."""
    response = client.post(link_url(signature, "proofs/account/"), {"service": kind})
    assert response.status_code == 200
    [refresh] = [
        str(named["content"])
        for tag, named in Page(response).attributes
        if tag == "meta" and named.get("http-equiv") == "refresh"
    ]
    return unescape(refresh.removeprefix("0; url="))


def comes_back(client: Client, kind: str, url: str) -> Any:
    query = parse_qs(urlsplit(url).query)
    told = {"oauth_token": "r", "oauth_verifier": "v"}
    if kind != "discogs":
        told = {"code": "c", "state": query["state"][0]}
    return client.get(f"/accounts/{kind}/login/callback/?{urlencode(told)}")


def test_all_services_are_here() -> None:
    assert set(CASES) == set(SUPPORTED) - {DUMMY}


@pytest.mark.parametrize("kind", sorted(CASES))
def test_an_account_is_shown_at(
    kind: str, client: Client, brigid: Signature, connect: Connect, sessions: list[str]
) -> None:
    case = CASES[kind]
    far_end = connect(kind, case.answers)
    url = goes(client, brigid, kind)
    assert url.partition("?")[0] == case.authorize
    query = parse_qs(urlsplit(url).query, keep_blank_values=True)
    redirect = query["oauth_callback" if kind == "discogs" else "redirect_uri"]
    assert redirect == [f"http://testserver/accounts/{kind}/login/callback/"]
    if case.scope is not None:
        # allauth keeps them in no order.
        assert sorted(query["scope"][0].split()) == case.scope.split()

    response = comes_back(client, kind, url)
    proof = Proof.objects.get()
    assert response["Location"] == link_url(brigid, f"proofs/{proof.pk}/show/")
    assert (proof.provider, proof.subject, proof.profile_url) == case.shown
    assert proof.state == "standing"
    assert len(sessions) > 1
    assert TOKEN not in "".join(sessions)
    assert not client.session.keys()
    for model in (Organizer, SocialAccount, SocialApp, SocialToken):
        assert not model.objects.exists()
    for request in far_end.asked:
        # Signing makes bytes of it.
        agent = request.headers["User-Agent"]
        told = agent.decode() if isinstance(agent, bytes) else agent
        assert told == "Undersigned/1.0 (+http://127.0.0.1:8000/how-we-verify/)"


@pytest.mark.parametrize("kind", sorted(CASES))
@pytest.mark.parametrize(
    "answer", [None, "<html>", [], {}, {"data": []}, requests.ConnectionError("down")]
)
def test_a_service_that_answers_nonsense_shows_nothing(
    kind: str, answer: Any, client: Client, brigid: Signature, connect: Connect
) -> None:
    case = CASES[kind]
    answers = dict(case.answers)
    far_end = connect(kind, answers)
    url = goes(client, brigid, kind)
    last = list(answers)[-1]
    answers[last] = answer
    response = comes_back(client, kind, url)
    assert response.status_code == 303
    assert response["Location"] == link_url(brigid, "proofs/?account=account_failed")
    assert str(far_end.asked[-1].url).startswith(last)
    assert not Proof.objects.exists()
    assert not client.session.keys()


def test_a_service_that_is_down_is_told_at_once(
    client: Client, brigid: Signature, connect: Connect
) -> None:
    connect("discogs", {})
    response = client.post(link_url(brigid, "proofs/account/"), {"service": "discogs"})
    assert response["Location"] == link_url(brigid, "proofs/?account=account_failed")


def test_linkedin_is_asked_in_its_version_and_who_has_nothing_there_is_told(
    client: Client, brigid: Signature, connect: Connect
) -> None:
    answers = dict(CASES["linkedin_verified"].answers)
    report = list(answers)[-1]
    answers[report] = {"id": "YBJRsh", "verifications": []}
    far_end = connect("linkedin_verified", answers)
    page = Page(client.get(link_url(brigid, "proofs/")))
    assert page.headings[-3:] == ["Account", "Vouched for", "Public records"]
    assert "which name LinkedIn verified, nor which workplace" in page.text
    assert "Sign in at LinkedIn" in page.text
    response = comes_back(client, "linkedin_verified", goes(client, brigid, "linkedin_verified"))
    assert response["Location"] == link_url(brigid, "proofs/?account=linkedin_nothing")
    assert "verified neither identity nor workplace" in Page(client.get(response["Location"])).text
    assert far_end.asked[-1].headers["LinkedIn-Version"] == "202510"
    assert far_end.asked[-1].headers["Authorization"] == f"Bearer {TOKEN}"
    assert not Proof.objects.exists()
    # A code that is none of ours says nothing.
    odd = Page(client.get(link_url(brigid, "proofs/?account=not_in_profile")))
    assert "neither the line nor the link" not in odd.text


@pytest.mark.parametrize("word", ["user_cancelled_login", "user_cancelled_authorize"])
def test_who_turns_back_at_linkedin_cancelled(
    word: str, client: Client, brigid: Signature, connect: Connect
) -> None:
    connect("linkedin_verified", CASES["linkedin_verified"].answers)
    state = parse_qs(urlsplit(goes(client, brigid, "linkedin_verified")).query)["state"][0]
    query = urlencode({"error": word, "state": state})
    response = client.get(f"/accounts/linkedin_verified/login/callback/?{query}")
    assert response["Location"] == link_url(brigid, "proofs/?account=account_cancelled")
    assert not client.session.keys()


def test_what_linkedin_tells_under_another_name_is_said_on_the_page(
    client: Client, brigid: Signature, connect: Connect
) -> None:
    connect("linkedin_verified", CASES["linkedin_verified"].answers)
    url = goes(client, brigid, "linkedin_verified")
    page = Page(client.get(comes_back(client, "linkedin_verified", url)["Location"]))
    assert page.headings[0] == "LinkedIn · identity and workplace"
    assert "The account has another name" in page.text
    assert "Noor" not in page.text
