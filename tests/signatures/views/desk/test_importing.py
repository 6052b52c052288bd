"""Importing at the desk: who may, what a file is told to be, and what the page gives away."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer, Role
from signatures.importing import asking, reading, working
from signatures.models import SheetImport, SigningInvitation
from tests.signatures.factories import (
    BRIGID,
    close,
    confirmed,
    make_organizer,
    make_team,
    open_letter,
)
from tests.signatures.importing.imported import PLACE, asked, checked, rows_of, send_mail
from tests.signatures.invitations.invited import NO, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


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


def _path(letter: Letter, rest: object = "") -> str:
    return reverse("desk_imports", args=[letter.slug]) + str(rest)


def _one(sheet: SheetImport) -> str:
    return reverse("desk_import", args=[sheet.letter.slug, sheet.pk])


def _typed(raw: bytes | str, **changes: Any) -> dict[str, Any]:
    content = raw.encode() if isinstance(raw, str) else raw
    return {
        "upload": SimpleUploadedFile("names.csv", content),
        "collected": "paper",
        "place": PLACE,
        "signed_on": "2026-11-20",
        "language": "en",
        "vouched": "on",
    } | changes


def test_only_who_may_write_imports(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, rows_of(1))
    others = [
        make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        for role in (Role.VETTER, Role.PRESS, Role.VIEWER)
    ]
    others.append(make_organizer(team=make_team(slug="another"), email="owner@other.example"))
    for each in others:
        client = _client(each)
        answers = [
            client.get(_path(letter)),
            client.post(_path(letter), _typed(rows_of(2))),
            client.get(_one(sheet)),
            client.get(f"{_one(sheet)}progress/"),
            *(client.post(_one(sheet), {"step": step}) for step in ("ask", "approve", "cancel")),
        ]
        assert [answer.status_code for answer in answers] == [404] * 7
    assert SheetImport.objects.get().state == "ready"


def test_another_letters_file_is_not_found(letter: Letter, ottilie: Organizer) -> None:
    other = open_letter(slug="theirs", team=make_team(slug="another"))
    owner = make_organizer(team=other.team, email="owner@other.example")
    theirs = checked(other, owner, rows_of(1))
    client = _client(ottilie)
    path = _path(letter, f"{theirs.pk}/")
    answers = [client.get(path), client.post(path, {"step": "cancel"})]
    assert [answer.status_code for answer in answers] == [404, 404]


def test_from_a_file_to_people_who_are_asked(desk: Client, letter: Letter) -> None:
    taken = desk.post(_path(letter), _typed("name,email\nNoor,noor@quay.example\n"))
    sheet = SheetImport.objects.get()
    assert (taken.status_code, taken["Location"]) == (303, _one(sheet))
    assert "The file is being read" in desk.get(_one(sheet)).text
    assert desk.get(f"{_one(sheet)}progress/").json() == {
        "moving": True,
        "total": 0,
        "waiting": 0,
    }
    working.work_off()
    page = desk.get(_one(sheet)).text
    for words in ("Nobody has been asked yet.", "Ask this 1 person", "noor@quay.example"):
        assert words in page
    assert SigningInvitation.objects.count() == 0
    desk.post(_one(sheet), {"step": "ask", "seen": "1"})
    working.work_off()
    send_mail()
    assert desk.get(f"{_one(sheet)}progress/").json() == {
        "moving": False,
        "total": 1,
        "waiting": 0,
        "settled": 1,
        "yes": 0,
        "no": 0,
        "open": 1,
    }


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"upload": ""}, "Choose a file."),
        ({"upload": SimpleUploadedFile("names.csv", b"")}, "The file is empty."),
        ({"collected": ""}, "Please choose one of the two."),
        ({"place": " "}, ""),
        ({"place": "a\u202eb"}, ""),
        ({"signed_on": "20 November"}, "Give the day, as 2026-11-23."),
        ({"signed_on": "2126-01-01"}, "This day has not come yet."),
        ({"vouched": ""}, "Nobody can be asked who did not sign"),
        ({"language": "xx"}, "Select a valid choice"),
    ],
)
def test_without_evidence_nothing_is_taken_in(
    desk: Client, letter: Letter, wrong: dict[str, Any], sentence: str
) -> None:
    page = desk.post(_path(letter), _typed(rows_of(1), **wrong))
    assert (page.status_code, sentence in page.text) == (422, True)
    assert SheetImport.objects.count() == 0


def test_a_file_that_is_too_large_is_told_before_it_is_read(
    desk: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reading, "MOST_BYTES", 1000)
    page = desk.post(_path(letter), _typed(b"x" * 100_000))
    assert (page.status_code, "larger than 16 MB" in page.text) == (422, True)


def test_columns_are_corrected_with_selects(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    sheet = checked(letter, ottilie, "Noor Dálaigh,The Quay,noor@quay.example\n")
    typed = {"step": "columns", "seen": "1", "column0": "credit", "column1": "name"}
    twice = desk.post(_one(sheet), typed | {"column2": "name"})
    assert (twice.status_code, "Two columns are called “Name”" in twice.text) == (422, True)
    desk.post(_one(sheet), typed)
    working.work_off()
    page = desk.get(_one(sheet)).text
    assert "Which column is “E-mail address”?" in page
    assert 'value="ask"' not in page
    desk.post(_one(sheet), typed | {"seen": "2", "column2": "email"})
    working.work_off()
    assert "Ask this 1 person" in desk.get(_one(sheet)).text


@pytest.mark.parametrize("typed", [{}, {"step": "nothing"}, {"step": "ask", "seen": "x"}])
def test_what_was_not_read_is_not_done(
    desk: Client, letter: Letter, ottilie: Organizer, typed: dict[str, str]
) -> None:
    sheet = checked(letter, ottilie, rows_of(1))
    page = desk.post(_one(sheet), typed, follow=True)
    assert "Nothing was done" in page.text
    assert SheetImport.objects.get().state == "ready"


def test_what_is_wrong_stands_there_by_row_and_column(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    rows = 'name,email\n1.23E+10,a@quay.example\n"Noor,b@quay.example\n<b>Bo</b>,c@quay.example\n'
    page = desk.get(_one(checked(letter, ottilie, rows))).text
    assert "Row 2, column “Name”: A spreadsheet has shortened a number here." in page
    assert "Row 3: A quotation mark is opened and not closed." in page
    assert "<b>Bo</b>" not in page


def test_an_owner_approves_at_the_desk(
    desk: Client, letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_ALONE", 1)
    sheet = checked(letter, ottilie, rows_of(1, 2))
    page = desk.post(_one(sheet), {"step": "ask", "seen": "1"}, follow=True).text
    assert "another owner of the team has to approve it here" in page
    assert 'value="approve"' not in page
    desk.post(_one(sheet), {"step": "approve"})
    assert SheetImport.objects.get().state == "proposed"
    owner = _client(make_organizer(team=letter.team, email="olga@open-stage.example"))
    assert "Approve: ask these 2 people" in owner.get(_one(sheet)).text
    owner.post(_one(sheet), {"step": "approve"})
    assert SheetImport.objects.get().state == "asking"


def test_nobody_learns_who_answered_or_who_had_signed(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    confirmed(letter, BRIGID)
    sheet = asked(letter, ottilie, f"name,email\nBrigid,{BRIGID.email}\nNoor,n@quay.example\n")
    send_mail()
    send(SigningInvitation.objects.select_related("letter").get(name="Noor"), NO)
    page = desk.get(_one(sheet)).text
    invitations = desk.get(reverse("desk_invitations", args=[letter.slug])).text
    for words in (BRIGID.email, "n@quay.example", "Noor"):
        assert (words in page, words in invitations) == (False, False)


def test_a_closed_letter_takes_no_file(desk: Client, letter: Letter) -> None:
    close(letter)
    assert 'type="file"' not in desk.get(_path(letter)).text
    page = desk.post(_path(letter), _typed(rows_of(1)), follow=True)
    assert "the letter cannot be signed" in page.text


def test_pages_take_the_same_queries_at_any_size(
    desk: Client, letter: Letter, ottilie: Organizer, django_assert_max_num_queries: Any
) -> None:
    small, large = (
        checked(letter, ottilie, rows_of(1)),
        checked(letter, ottilie, rows_of(*range(9))),
    )
    for path in (_one(small), _one(large), _path(letter)):
        with django_assert_max_num_queries(20):
            assert desk.get(path).status_code == 200


def test_a_proposal_waits_in_the_navigation(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    checked(letter, ottilie, rows_of(1))
    door = desk.get(reverse("desk_letter", args=[letter.slug])).text
    assert _path(letter) in door
