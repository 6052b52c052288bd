"""Every address of the site, sent what no form sends: never a fault of ours, nor a row for nothing.

New addresses are walked through by construction.
"""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import transaction
from django.test import Client

from campaign.letters import press_kit
from campaign.letters.models import Letter, Quote
from campaign.organizers.models import Organizer
from signatures import links
from signatures.models import Roster, Signature
from signatures.verification.rosters import upload
from tests.signatures.factories import BRIGID, SALMA, listed, make_organizer, open_letter
from tests.test_leaks import patterns

pytestmark = [pytest.mark.django_db, pytest.mark.long]

FORM = "application/x-www-form-urlencoded"
PART = b'--x\r\nContent-Disposition: form-data; name="name"'
FILE = b'--x\r\nContent-Disposition: form-data; name="upload"; filename="a.csv"\r\n'
BODIES = [
    (FORM, b""),
    (FORM, b"\xff\xfe=%00%ff&name=%F0%28&=&&==&name[]=1&action=\xc3"),
    (FORM, b"&".join([b"a=1"] * 300)),
    (f"{FORM}; charset=nonsense", b"name=Noor"),
    (f"{FORM}; charset=utf-16", b"\x00n\x00a"),
    ("application/json", b'{"name": "Noor", "credential": {"id": null}}'),
    ("application/json", b"[" * 3000),
    ("text/plain", b"name=Noor"),
    ("nonsense", b"name"),
    ("", b"name"),
    ("multipart/form-data", b"name"),
    ("multipart/form-data; boundary=x", b""),
    ("multipart/form-data; boundary=x", PART),
    ("multipart/form-data; boundary=x", PART + b"\r\n\r\nNoor\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", PART + b"\r\n\r\n\x00\xff\r\n--x--\r\n"),
    ("multipart/form-data; boundary=x", FILE + b"\r\n1, Noor\r\n--x--\r\n"),
    (
        "multipart/form-data; boundary=x",
        FILE + b"Content-Transfer-Encoding: base64\r\n\r\n!\r\n--x--",
    ),
    (f"multipart/form-data; boundary={'x' * 300}", b"name"),
    ("multipart/form-data; boundary=\xe9", b"name"),
]
CREDENTIALS = [
    *('{"id": null}', '{"id": 1e999}', f'{{"id": {"9" * 5000}}}', "[" * 3000, "null", "[]", "1"),
    *('""', "NaN", '{"id": {}}', '{"id": "a", "response": null}', '{"response": []}'),
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "MQ"}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": "MQ", '
    '"clientDataJSON": "e30", "authenticatorData": "YQ", "signature": "YQ"}}',
    '{"id": "YQ", "rawId": "YQ", "type": "public-key", "response": {"userHandle": 1e999, '
    '"clientDataJSON": "e30", "authenticatorData": "", "attestationObject": "oA"}}',
    '{"response": {"userHandle": "%s"}}' % ("eg" * 500),
]


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def organizer(letter: Letter) -> Organizer:
    organizer = make_organizer(team=letter.team)
    organizer.is_staff = organizer.is_superuser = True
    organizer.save()
    return organizer


@pytest.fixture
def signature(letter: Letter, organizer: Organizer) -> Signature:
    found, _other = listed(letter, BRIGID, SALMA)
    upload.upload(letter=letter, name="Guild", organizer=organizer, lines=[b"k" * 32])
    press_kit.add_quote(
        letter=letter, language="en", words="We.", speaker="Noor", about="", public_id=""
    )
    return found


@pytest.fixture
def addresses(letter: Letter, signature: Signature) -> list[str]:
    known = {
        "slug": letter.slug,
        "token": links.token_for(signature=signature),
        "public_id": signature.public_id,
        "roster_id": Roster.objects.get().pk,
        "quote_id": Quote.objects.get().pk,
        "language": "en",
        "method": "website",
        "app_label": "auth",
        "provider_id": "dummy",
        "path": "0/000",
        "tag": "newsletter",
    }
    return sorted(set(filled(known, letter.team.slug)))


def filled(known: dict[str, Any], team: str) -> Iterator[str]:
    for path, _name in patterns():
        path = path.replace("desk/team/<slug:slug>", f"desk/team/{team}")
        path = re.sub(r"\(\?P<rest>.*", "v1/letters", path)
        path = re.sub(r"\(\?P<sha256>.*", f"{'0' * 64}.png", path)
        path = re.sub(r"\(\?P<(\w+)>[^)]*\)", r"<\1>", path)
        path = re.sub(r"<(?:\w+:)?(\w+)>", lambda found: str(known.get(found[1], 1)), path)
        yield "/" + path.strip("^").removesuffix("$").removesuffix("\\Z").replace("\\", "")


def post(client: Client, path: str, content_type: str, body: Any) -> int:
    """What it answers; whatever it did is undone, so that each meets the same site."""
    with transaction.atomic():
        response = client.generic("POST", path, body, content_type=content_type)
        b"".join(response)
        transaction.set_rollback(True)
    return int(response.status_code)


@pytest.mark.timeout(900)
@pytest.mark.parametrize("who", ["stranger", "organizer"])
def test_no_address_stumbles_over_a_body(
    addresses: list[str], organizer: Organizer, who: str
) -> None:
    faults = []
    for path in addresses:
        if who == "stranger" and path.startswith(("/desk/", "/admin/")):
            continue
        if who == "organizer" and not path.startswith(("/desk/", "/admin/", "/accounts/")):
            continue
        client = Client(raise_request_exception=False)
        if who == "organizer":
            client.force_login(organizer)
        cookies = client.cookies.copy()
        for content_type, body in BODIES:
            client.cookies = cookies.copy()  # type: ignore[assignment]
            status = post(client, path, content_type, body)
            if status in (404, 405):
                break
            if status >= 500 and status != 501:
                faults.append((path, content_type, body[:60], status))
        cache.clear()
    assert faults == []


@pytest.mark.parametrize("credential", CREDENTIALS)
@pytest.mark.parametrize("page", ["login", "reauthenticate", "add"])
def test_no_credential_is_a_fault(organizer: Organizer, page: str, credential: str) -> None:
    client = Client(raise_request_exception=False)
    if page != "login":
        client.force_login(organizer)
    path = f"/accounts/2fa/webauthn/{page}/"
    client.get(path, headers={"X-Requested-With": "XMLHttpRequest"})
    assert client.post(path, {"credential": credential}).status_code in (200, 302)
    assert client.post(path, {"credential": credential, "name": "\x00"}).status_code in (200, 302)
    assert client.post(path, {"credential": [credential] * 2}).status_code in (200, 302)


@pytest.mark.timeout(900)
def test_no_stranger_writes_a_session_by_looking(addresses: list[str]) -> None:
    wrote = []
    for path in addresses:
        client = Client(raise_request_exception=False)
        for headers in ({}, {"X-Requested-With": "XMLHttpRequest"}):
            response = client.get(path, headers=headers)
            b"".join(response)
            if response.status_code >= 500 and response.status_code != 501:
                wrote.append((path, response.status_code))
            if Session.objects.all().delete()[0]:
                wrote.append((path, 0))
    assert wrote == []
