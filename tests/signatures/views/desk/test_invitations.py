"""First signatories at the desk: who may, what it shows, and what it does not."""

from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer, Role
from signatures.models import Signature, SigningInvitation
from tests.signatures.factories import (
    BRIGID,
    QUIET,
    WIKTOR,
    draft_letter,
    make_organizer,
    make_team,
    open_letter,
)
from tests.signatures.invitations.invited import NO, invite, send, send_mail, yes

pytestmark = pytest.mark.django_db

TYPED = {"name": BRIGID.details.name, "email": BRIGID.email, "language": "en"}


@pytest.fixture
def letter() -> Letter:
    return open_letter(opens_at=timezone.now() + timedelta(days=1))


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team, role=Role.EDITOR)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    return _client(ottilie)


def _client(organizer: Organizer) -> Client:
    client = Client()
    client.force_login(organizer)
    return client


def _path(letter: Letter, rest: str = "") -> str:
    return reverse("desk_invitations", args=[letter.slug]) + rest


def test_only_who_may_write_invites(letter: Letter, ottilie: Organizer) -> None:
    invitation = invite(letter, ottilie)
    others = [
        make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        for role in (Role.VETTER, Role.PRESS, Role.VIEWER)
    ]
    others.append(make_organizer(team=make_team(slug="another"), email="owner@other.example"))
    one = f"{invitation.pk}/"
    for each in others:
        client = _client(each)
        answers = [
            client.get(_path(letter)),
            client.post(_path(letter), TYPED | {"email": WIKTOR.email}),
            *(client.post(_path(letter, rest)) for rest in ("remind/", f"{one}remind/")),
            *(client.post(_path(letter, rest)) for rest in ("list/", "list/send/")),
            client.get(_path(letter, "list/")),
            client.post(_path(letter, f"{one}revoke/")),
        ]
        assert [answer.status_code for answer in answers] == [404] * 8
    assert [each.state for each in SigningInvitation.objects.all()] == ["open"]


def test_another_letters_invitation_is_not_found(letter: Letter, ottilie: Organizer) -> None:
    other = open_letter(slug="theirs", team=make_team(slug="another"))
    theirs = invite(other, make_organizer(team=other.team, email="owner@other.example"))
    client = _client(ottilie)
    for step in ("revoke", "remind"):
        path = _path(letter, f"{theirs.pk}/{step}/")
        assert (step, client.post(path).status_code) == (step, 404)
    theirs.refresh_from_db()
    assert theirs.state == "open"


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": " "}, "name"),
        ({"email": "nobody"}, "The @ is missing"),
        ({"language": "xx"}, "Select a valid choice"),
        ({"agent_email": "no one@agency.example"}, "has no spaces"),
        ({"agent_email": BRIGID.email.upper()}, "This is their own address"),
        ({"line": "x" * 301}, "300"),
        ({"line": "a\u202eb"}, ""),
    ],
)
def test_what_cannot_be_invited_is_told_beside_the_field(
    desk: Client, letter: Letter, wrong: dict[str, str], sentence: str
) -> None:
    page = desk.post(_path(letter), TYPED | wrong)
    assert (page.status_code, sentence in page.text) == (422, True)
    assert SigningInvitation.objects.count() == 0


def test_the_page_tells_yes_no_and_not_yet_and_nothing_more(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    """An editor learns that somebody said yes: not whether they are named, or held."""
    assert "Nobody has been invited so far" in desk.get(_path(letter)).text
    assert desk.post(_path(letter), TYPED).status_code == 303
    twice = desk.post(_path(letter), TYPED)
    assert (twice.status_code, "was invited before" in twice.text) == (422, True)
    send_mail()
    quiet, wiktor = invite(letter, ottilie, QUIET), invite(letter, ottilie, WIKTOR)
    send(quiet, yes(letter, QUIET, name="Another Name Entirely"))
    send(wiktor, NO)
    page = desk.get(_path(letter))
    assert page.context["said"] == {"yes": 1, "no": 1, "open": 1}
    assert [row.standing for row in page.context["rows"]] == ["No", "Yes", "No answer yet"]
    assert Signature.objects.get().state == "confirmed"
    told = ("Another Name Entirely", QUIET.email, WIKTOR.email)
    assert [each for each in told if each in page.text] == []
    assert BRIGID.email in page.text


def test_who_vets_reads_the_invitation_beside_the_signature(
    letter: Letter, ottilie: Organizer, desk: Client
) -> None:
    """And an owner is led there, to record a call back; an editor is not."""
    send(invite(letter, ottilie), yes(letter, name="Another Name Entirely"))
    public_id = Signature.objects.get().public_id
    here = reverse("desk_signature", args=[letter.slug, public_id])
    told = "Signed by an invitation to"
    for role, leads, reads in ((Role.OWNER, True, True), (Role.EDITOR, False, False)):
        client = _client(make_organizer(team=letter.team, email=f"{role}@a.example", role=role))
        assert (role, here in client.get(_path(letter)).text) == (role, leads)
        assert (role, told in client.get(here).text) == (role, reads)
    vetter = make_organizer(team=letter.team, email="vetter@a.example", role=Role.VETTER)
    page = _client(vetter).get(here).text
    assert (told in page, BRIGID.details.name in page) == (True, True)


def test_taking_back_and_reminding_say_what_happened(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    invitation = invite(letter, ottilie)
    early = desk.post(_path(letter, f"{invitation.pk}/remind/"), follow=True)
    assert "Nobody is to be reminded" in early.text
    revoke = _path(letter, f"{invitation.pk}/revoke/")
    assert "opens nothing any more" in desk.post(revoke, follow=True).text
    assert "answered or taken back meanwhile" in desk.post(revoke, follow=True).text
    assert desk.post(_path(letter, f"{2**64}/revoke/")).status_code == 404


def test_a_draft_says_that_nobody_is_mailed_yet(ottilie: Organizer, desk: Client) -> None:
    letter = draft_letter(slug="later", team=ottilie.memberships.get().team)
    assert "nobody gets an e-mail before you publish" in desk.get(_path(letter)).text
    prepared = desk.post(_path(letter), TYPED, follow=True)
    assert "goes out once the letter is published" in prepared.text
    assert "Not sent yet" in prepared.text


def _sheet(client: Client, letter: Letter, raw: bytes) -> Any:
    file = SimpleUploadedFile("people.csv", raw)
    typed = {"upload": file, "language": "en", "line": "Please."}
    return client.post(_path(letter, "list/"), typed)


def test_a_list_is_shown_first_and_invited_by_another_press(desk: Client, letter: Letter) -> None:
    raw = f"{BRIGID.details.name};{BRIGID.email}\nNobody;nowhere\n".encode()
    page = _sheet(desk, letter, raw)
    assert (page.status_code, SigningInvitation.objects.count()) == (200, 0)
    told = ("Nothing has been changed yet", "Row 2, column “email”: The @ is missing")
    assert [each for each in told if each not in page.text] == []
    sealed = {"sealed": page.context["sealed"]}
    done = desk.post(_path(letter, "list/send/"), sealed, follow=True)
    assert "1 person invited." in done.text
    again = desk.post(_path(letter, "list/send/"), sealed, follow=True)
    assert "1 was invited before" in again.text
    assert SigningInvitation.objects.get().line == "Please."
    assert "Nobody in this file would be invited" in _sheet(desk, letter, raw).text


def test_a_list_that_cannot_be_read_changes_nothing(desk: Client, letter: Letter) -> None:
    answers = [
        _sheet(desk, letter, b""),
        _sheet(desk, letter, b"x" * (3 * 1024 * 1024)),
        desk.post(_path(letter, "list/"), {"language": "en"}),
        desk.post(_path(letter, "list/"), {"upload": "no file", "language": "en"}),
    ]
    assert [each.status_code for each in answers] == [422] * 4
    assert "too large" in answers[1].text
    for sealed in ("", "nonsense", "x" * 100_000):
        told = desk.post(_path(letter, "list/send/"), {"sealed": sealed}, follow=True)
        assert "choose the file once more" in told.text
    assert SigningInvitation.objects.count() == 0
