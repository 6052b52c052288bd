"""Deliveries at the desk and on the letter's pages."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign import process_cache
from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import withdrawal
from signatures.models import Handover, HandoverPackage, Signature
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    draft_letter,
    listed,
    make_organizer,
    make_team,
    open_letter,
)
from tests.signatures.press.handover.packages import noted, packed
from tests.signatures.views.visitors import letter_url

pytestmark = pytest.mark.django_db

HOSTILE = '<b onclick="x">"Ministry"</b>'


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    listed(letter, BRIGID, SALMA)
    return letter


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    client = Client()
    client.force_login(ottilie)
    return client


def url(letter: Letter, rest: str = "") -> str:
    return f"/desk/letters/{letter.slug}/deliver/{rest}"


def sent(package: HandoverPackage, **more: str) -> dict[str, Any]:
    today = timezone.now().date().isoformat()
    return {"package": package.pk, "delivered_on": today, "recipient": "The Ministry"} | more


def test_only_who_writes_the_letter_delivers_it(letter: Letter, ottilie: Organizer) -> None:
    package = packed(letter, ottilie)
    noted(letter, ottilie)
    strangers = make_team(slug="strangers")
    people = [
        make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        for role in (Role.VETTER, Role.PRESS, Role.VIEWER)
    ]
    people.append(make_organizer(team=strangers, email="owner@strangers.example"))
    for who in people:
        client = Client()
        client.force_login(who)
        for rest in ("", "1/"):
            assert client.get(url(letter, rest)).status_code == 404
        for rest in ("", "package/", f"package/{package.pk}/", "1/", "1/strike/"):
            assert client.post(url(letter, rest), sent(package)).status_code == 404
    editor = make_organizer(team=letter.team, email="editor@team.example", role=Role.EDITOR)
    client = Client()
    client.force_login(editor)
    assert client.get(url(letter)).status_code == 200


def test_what_nobody_can_read_yet_is_delivered_to_nobody(desk: Client, letter: Letter) -> None:
    draft = draft_letter(slug="unheard-of", team=letter.team)
    secret = open_letter(slug="until-the-hour", team=letter.team)
    Letter.objects.filter(pk=secret.pk).update(embargo_until=timezone.now() + timedelta(days=1))
    for each in (draft, secret):
        assert desk.get(url(each)).status_code == 404
        assert desk.post(url(each, "package/")).status_code == 404
        for rest in ("delivery/", "letter.pdf"):
            assert desk.get(letter_url(each, rest)).status_code == 404


def test_a_package_is_asked_for_once_and_had_while_nobody_left(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    for _twice in range(2):
        assert desk.post(url(letter, "package/")).status_code == 303
    assert HandoverPackage.objects.filter(letter=letter, made_at=None).count() == 1
    package = packed(letter, ottilie)
    file = url(letter, f"package/{package.pk}/")
    response = desk.post(file)
    assert (response.status_code, response["Content-Type"], response.content[:2]) == (
        200,
        "application/zip",
        b"PK",
    )
    withdrawal.withdraw(signature=Signature.objects.get(letter=letter, number=1))
    assert desk.post(file).status_code == 303
    told = AuditEntry.objects.values_list("action", flat=True).order_by("pk")
    assert list(told) == ["make_package", "see_package"]


def test_a_delivery_is_on_the_public_pages_as_words(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    package = packed(letter, ottilie)
    form = sent(package, recipient=HOSTILE, how="By hand", receipt_url="https://x.example/1")
    for _twice in range(2):
        assert desk.post(url(letter), form).status_code == 303
    assert Handover.objects.filter(letter=letter).count() == 1
    assert desk.get(url(letter)).status_code == 200
    process_cache.forget_all()
    for page in (letter_url(letter, ""), letter_url(letter, "delivery/")):
        html = Client().get(page).text
        assert ("Delivered on" in html, "&lt;b onclick" in html, "<b onclick" in html) == (
            True,
            True,
            False,
        )
    assert all(hashed in html for _name, _size, hashed in package.files)
    assert "Brigid" not in html
    assert Client().get("/ar" + letter_url(letter, "delivery/")).status_code == 200
    thanks = desk.get(f"/desk/letters/{letter.slug}/updates/new/?delivered=1")
    assert "The letter was delivered" in thanks.text


@pytest.mark.parametrize(
    "wrong",
    [
        {"delivered_on": "2999-01-01"},
        {"delivered_on": "2000-01-01"},
        {"recipient": "  "},
        {"recipient": "\u202eMinistry"},
        {"recipient": "x" * 161},
        {"receipt_url": "javascript:alert(1)"},
        {"package": "999999"},
        {"package": ""},
    ],
    ids=str,
)
def test_what_cannot_be_noted_is_said_beside_the_form(
    desk: Client, letter: Letter, ottilie: Organizer, wrong: dict[str, str]
) -> None:
    assert desk.post(url(letter), sent(packed(letter, ottilie)) | wrong).status_code == 422
    assert Handover.objects.exists() is False


def test_a_line_is_corrected_or_struck_out_by_who_read_it_last(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    handover = noted(letter, ottilie)
    form = sent(handover.package, recipient="The Senate")
    assert desk.post(url(letter, "1/"), form | {"seen": 1}).status_code == 303
    assert desk.post(url(letter, "1/"), form | {"seen": 1}).status_code == 422
    assert desk.post(url(letter, "1/strike/"), {"seen": 1, "reason": "No"}).status_code == 303
    handover.refresh_from_db()
    assert (handover.recipient, handover.struck_at) == ("The Senate", None)
    assert desk.post(url(letter, "1/strike/"), {"seen": 2, "reason": ""}).status_code == 422
    assert desk.post(url(letter, "1/strike/"), {"seen": 2, "reason": "Not so"}).status_code == 303
    assert desk.get(url(letter, "1/")).status_code == 404
    html = Client().get(letter_url(letter, "delivery/")).text
    assert ("Not so" in html, "<s>Delivered on" in html) == (True, True)
    assert "Delivered on" not in Client().get(letter_url(letter, "")).text
