"""Rosters at the desk, and memberships on the signer's own page."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from pytest_django import Settings

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures import tasks
from signatures.models import Level, Member, Proof, ProofState, Roster, Signature
from signatures.verification.rosters import membership, parsing
from signatures.verification.rosters import upload as roster_upload
from tests.signatures.factories import (
    BRIGID,
    WIKTOR,
    confirmed,
    load,
    make_organizer,
    make_team,
    open_letter,
    person,
    sequence,
)
from tests.signatures.verification.rosters import uploads
from tests.signatures.views.visitors import AGREED, NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db

SOCIETY = "Society of Invented Arts"
PASTED = "Number;Name\n0010-482;O’Malloran, Brigid\nSIA 77;Wiktor Żółcik\n"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    return browser_of(ottilie)


@pytest.fixture
def society(letter: Letter, ottilie: Organizer) -> Roster:
    members = [("10482", "Brigid O'Malloran"), ("SIA77", "Wiktor Żółcik")]
    return uploads.uploaded(
        letter=letter,
        name=SOCIETY,
        organizer=ottilie,
        lines=[membership.line_key(number=number, name=name) for number, name in members],
    )


def browser_of(organizer: Organizer) -> Client:
    client = Client()
    client.force_login(organizer)
    return client


def rosters_url(letter: Letter) -> str:
    return reverse("desk_rosters", args=[letter.slug])


def roster_url(society: Roster) -> str:
    return reverse("desk_roster", args=[society.letter.slug, society.pk])


def file(content: str | bytes, name: str = "members.csv") -> SimpleUploadedFile:
    raw = content.encode("utf-16") if isinstance(content, str) else content
    return SimpleUploadedFile(name, raw, "text/csv")


def upload(desk: Client, letter: Letter, **sent: Any) -> Any:
    return desk.post(rosters_url(letter), {"name": SOCIETY} | sent, follow=True)


def show(client: Client, signature: Signature, **typed: str) -> Any:
    return client.post(link_url(signature, "proofs/roster/"), typed)


# --- the desk -----------------------------------------------------------------------------------


@pytest.mark.parametrize("role", [Role.EDITOR, Role.PRESS, Role.VIEWER, None])
def test_nobody_else_finds_the_pages(letter: Letter, society: Roster, role: Role | None) -> None:
    team = letter.team if role else make_team(slug="others")
    other = browser_of(make_organizer(team=team, email="ed@house.example", role=role or Role.OWNER))
    for url in (rosters_url(letter), roster_url(society)):
        assert other.get(url).status_code == 404
        assert (
            other.post(url, {"name": "X", "pasted": PASTED, "action": "delete"}).status_code == 404
        )
        for action in ("confirm", "discard"):
            assert other.post(url, {"action": action, "proposal": "1"}).status_code == 404
    assert Roster.objects.get() == society
    assert AuditEntry.objects.count() == 2
    if role:
        letters_page = other.get(reverse("desk_letter", args=[letter.slug]))
        assert rosters_url(letter) not in Page(letters_page).links


def test_vetters_do(letter: Letter) -> None:
    other = browser_of(make_organizer(team=letter.team, email="ed@house.example", role=Role.VETTER))
    assert upload(other, letter, pasted=PASTED).status_code == 200
    assert Roster.objects.get().proposed_size == 2
    assert rosters_url(letter) in Page(other.get(rosters_url(letter))).links


def test_a_list_counts_once_a_second_organizer_confirms_it(
    client: Client, desk: Client, letter: Letter
) -> None:
    second = browser_of(
        make_organizer(team=letter.team, email="ruth@house.example", role=Role.VETTER)
    )
    page = upload(desk, letter, pasted=PASTED).text
    assert "It counts once a second organizer has confirmed it." in page
    assert "waits for a second organizer" in page
    found = Roster.objects.get()
    brigid = confirmed(letter, BRIGID)
    show(client, brigid, roster=str(found.pk), number="10482")
    assert not Proof.objects.exists()
    assert "Confirm this list" not in desk.get(roster_url(found)).text
    confirm = {"action": "confirm", "proposal": "1"}
    assert (
        "a second organizer must confirm it"
        in desk.post(roster_url(found), confirm, follow=True).text
    )
    assert "Confirm this list" in second.get(roster_url(found)).text
    upload(desk, letter, name="Other", pasted=PASTED)
    desk.post(roster_url(found), {"action": "replace", "pasted": PASTED})
    assert "Other lines wait by now" in second.post(roster_url(found), confirm, follow=True).text
    confirm["proposal"] = "2"
    assert (
        "Members can show it from now on."
        in second.post(roster_url(found), confirm, follow=True).text
    )
    assert "Other lines wait by now" in second.post(roster_url(found), confirm, follow=True).text
    show(client, brigid, roster=str(found.pk), number="10482")
    assert Level(load(brigid.pk).level) == Level.INDEPENDENT


def test_lines_that_shall_not_count_are_discarded(desk: Client, society: Roster) -> None:
    desk.post(roster_url(society), {"action": "replace", "pasted": "1,Noor Brandsma"})
    page = desk.post(roster_url(society), {"action": "discard", "proposal": "2"}, follow=True).text
    assert "Nobody is found in these lines." in page
    society.refresh_from_db()
    assert (society.size, society.proposed_size, Member.objects.count()) == (2, None, 2)


def test_strangers_log_in_first_and_a_password_is_not_enough(
    client: Client, desk: Client, letter: Letter, society: Roster, settings: Settings
) -> None:
    for url in (rosters_url(letter), roster_url(society)):
        assert client.get(url).status_code == 302
        assert client.post(url, {"action": "delete"}).status_code == 302
    settings.REQUIRE_SECOND_FACTOR = True
    assert desk.post(roster_url(society), {"action": "delete"}).status_code == 403
    assert Roster.objects.exists()


def test_another_letters_roster_is_not_here(desk: Client, letter: Letter, society: Roster) -> None:
    elsewhere = open_letter(slug="elsewhere")
    url = reverse("desk_roster", args=[elsewhere.slug, society.pk])
    assert desk.post(url, {"action": "delete"}).status_code == 404
    assert desk.get(reverse("desk_roster", args=[letter.slug, 10**19])).status_code == 404


def test_the_way_leads_from_the_letter(desk: Client, letter: Letter) -> None:
    page = desk.get(reverse("desk_letter", args=[letter.slug]))
    assert rosters_url(letter) in Page(page).links
    assert "There is no roster yet" in desk.get(rosters_url(letter)).text


def test_pasted_lines_become_a_roster_and_are_nowhere_after(desk: Client, letter: Letter) -> None:
    answer = upload(desk, letter, pasted=PASTED)
    assert "2 members taken." in answer.text
    assert "The first line was taken for the heading." in answer.text
    assert "no-store" in answer["Cache-Control"]
    found = Roster.objects.get()
    assert (found.name, found.proposed_size, found.letter) == (SOCIETY, 2, letter)
    for told in ("Malloran", "0010", "Wiktor"):
        assert told not in answer.text


def test_a_file_becomes_a_roster_with_every_line_accounted_for(
    desk: Client, letter: Letter
) -> None:
    lines = [PASTED, "0010-482;Brigid O'Malloran\n", "no number;Somebody\n", "5\n"]
    lines += ["x;y\n"] * 25
    answer = upload(desk, letter, upload=file("".join(lines)))
    text = " ".join(answer.text.split())
    assert "2 members taken." in text
    assert "1 line stood there twice and counts once." in text
    assert "27 lines could not be read." in text
    listed = ", ".join(str(line) for line in (5, *range(7, 26)))
    assert f"Lines {listed} and 6 more: the first column is no member number" in text
    assert "Line 6: there is no comma, semicolon or tab" in text
    assert "Somebody" not in text


def test_a_file_is_never_written_to_a_disk(
    desk: Client, letter: Letter, settings: Settings
) -> None:
    settings.FILE_UPLOAD_TEMP_DIR = "/nonexistent/folder"
    content = "".join(f"{number},Member Named {number}x\n" for number in range(150_000))
    assert len(content) > settings.FILE_UPLOAD_MAX_MEMORY_SIZE
    answer = upload(desk, letter, upload=file(content.encode()))
    assert "150,000 members taken." in answer.text
    assert Member.objects.count() == 150_000


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ({}, "Choose a file, or paste the lines."),
        ({"pasted": " \n "}, "Choose a file, or paste the lines."),
        (
            {"pasted": PASTED, "upload": b"1,Noor B"},
            "Choose a file or paste lines, one of the two.",
        ),
        ({"upload": b""}, "No line could be read, so nothing was changed."),
        ({"pasted": "Noor Brandsma\nSalma"}, "Lines 1, 2: there is no comma, semicolon or tab"),
        ({"pasted": "1, N\x00oor"}, "Take out the control characters."),
        ({"pasted": "1, Noor\n" * 10_000}, "This is too much to paste. Please choose a file"),
        ({"pasted": "1, Noor\n" * 50_000}, "This is too much to paste. Please choose a file"),
        ({"pasted": PASTED, "name": ""}, "Enter the name of the union or society"),
        ({"pasted": PASTED, "name": "Arts <b>"}, "Please leave out the sign &lt;."),
        ({"pasted": PASTED, "name": "A" * 121}, "This is too long."),
    ],
)
def test_what_is_no_roster_is_answered_beside_the_field(
    desk: Client, letter: Letter, sent: dict[str, Any], told: str
) -> None:
    if "upload" in sent:
        sent = sent | {"upload": file(sent["upload"])}
    answer = upload(desk, letter, **sent)
    assert answer.status_code == 422
    assert told in answer.text
    assert not Roster.objects.exists()
    assert not AuditEntry.objects.exists()


def test_what_is_too_large_is_told_and_not_read(
    desk: Client, letter: Letter, society: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signatures.views.desk.rosters.MOST_BYTES", 1000)
    large = b"1,Noor Brandsma\n" * 100
    answers = [
        upload(desk, letter, upload=file(large)),
        desk.post(roster_url(society), {"upload": file(large)}),
    ]
    monkeypatch.setattr("signatures.views.desk.rosters.MOST_BYTES", parsing.MOST_BYTES)
    monkeypatch.setattr(parsing, "MAX_LINES", 50)
    answers.append(upload(desk, letter, upload=file(large)))
    for answer in answers:
        assert answer.status_code == 422
        assert "This file is too large: at most 200,000 lines or 16 MB at once." in answer.text
    assert Roster.objects.get().size == 2


def test_a_name_is_given_once(desk: Client, letter: Letter, society: Roster) -> None:
    answer = upload(desk, letter, pasted=PASTED)
    assert answer.status_code == 422
    assert "This letter has a roster of this name. Open it to replace its lines." in answer.text
    assert Roster.objects.count() == 1


def test_lines_are_replaced_and_who_is_missing_goes(
    client: Client, desk: Client, letter: Letter, society: Roster
) -> None:
    brigid = confirmed(letter, BRIGID)
    assert show(client, brigid, roster=str(society.pk), number="10482").status_code == 303
    shown = " ".join(desk.get(roster_url(society)).text.split())
    assert "Deleting it takes the membership of 1 signatory back." in shown
    answer = desk.post(
        roster_url(society), {"action": "replace", "pasted": "77,Wiktor Żółcik"}, follow=True
    )
    assert "1 member taken." in answer.text
    assert roster_upload.end_lost() == 0
    society.refresh_from_db()
    second = Organizer.objects.get(email=uploads.SECOND)
    roster_upload.confirm(roster=society, organizer=second, proposal=society.proposal)
    tasks.end_lost_memberships()
    page = Page(client.get(link_url(brigid, "proofs/")))
    assert "No longer shown since" in page.text
    assert Level(load(brigid.pk).level) == Level.CONFIRMED


def test_an_empty_replacement_changes_nothing(desk: Client, society: Roster) -> None:
    answer = desk.post(roster_url(society), {"action": "replace", "pasted": "nothing here"})
    assert answer.status_code == 422
    assert "No line could be read, so nothing was changed." in answer.text
    assert Member.objects.count() == 2


def test_it_is_deleted_by_a_button_and_never_by_looking(
    client: Client, desk: Client, letter: Letter, society: Roster
) -> None:
    brigid = confirmed(letter, BRIGID)
    show(client, brigid, roster=str(society.pk), number="10482")
    desk.get(roster_url(society), {"action": "delete"})
    assert Roster.objects.exists()
    answer = desk.post(roster_url(society), {"action": "delete"}, follow=True)
    assert "What was shown by it disappears within a minute." in answer.text
    assert not Roster.objects.exists()
    tasks.end_lost_memberships()
    assert Proof.objects.get().state == ProofState.REVOKED
    assert "Membership" not in Page(client.get(link_url(brigid, "proofs/"))).headings


def test_what_another_organizer_deleted_meanwhile_is_told(
    desk: Client, society: Roster, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = roster_upload.replace

    def late(**kwargs: Any) -> Roster:
        roster_upload.delete(roster=society, organizer=ottilie)
        return real(**kwargs)

    monkeypatch.setattr(roster_upload, "replace", late)
    answer = desk.post(roster_url(society), {"pasted": PASTED}, follow=True)
    assert "Another organizer has deleted this roster meanwhile." in answer.text


def test_the_list_of_rosters_asks_the_same_for_one_and_for_three(
    desk: Client, letter: Letter, ottilie: Organizer, society: Roster
) -> None:
    counted = []
    for name in ("", "Second Society", "Third Society"):
        if name:
            uploads.uploaded(letter=letter, name=name, organizer=ottilie, lines=[])
        with CaptureQueriesContext(connection) as queries:
            desk.get(rosters_url(letter))
        counted.append(len(queries))
    assert counted[0] == counted[1] == counted[2]


@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_sent_is_answered(
    client: Client, desk: Client, letter: Letter, society: Roster, text: str
) -> None:
    sent = dict.fromkeys(("name", "pasted", "action"), text)
    for url in (rosters_url(letter), roster_url(society)):
        assert desk.post(url, sent).status_code in (303, 422)
    raw = text.encode("utf-8", "replace")
    assert upload(desk, letter, name=f"A{len(text)}", upload=file(raw)).status_code in (200, 422)
    brigid = confirmed(letter, BRIGID)
    for typed in ({"roster": text}, {"roster": str(society.pk)}):
        answer = show(client, brigid, number=text, name=text, **typed)
        assert answer.status_code in (303, 422)


# --- the signer ---------------------------------------------------------------------------------


def test_members_are_asked_only_where_there_is_a_roster(client: Client, letter: Letter) -> None:
    brigid = confirmed(letter, BRIGID)
    assert "Membership" not in Page(client.get(link_url(brigid, "proofs/"))).headings
    answer = show(client, brigid, number="10482")
    assert (answer.status_code, answer["Location"]) == (303, link_url(brigid, "proofs/"))
    assert not Proof.objects.exists()


def test_a_member_shows_it_and_readers_see_the_society_and_the_day(
    client: Client, letter: Letter, society: Roster
) -> None:
    brigid = confirmed(letter, BRIGID)
    page = Page(client.get(link_url(brigid, "proofs/")))
    assert "Membership" in page.headings
    assert page.values["roster"] == str(society.pk)
    answer = show(client, brigid, roster=str(society.pk), number="0010 482")
    proof = Proof.objects.get()
    here = link_url(brigid, f"proofs/{proof.pk}/show/")
    assert (answer.status_code, answer["Location"]) == (303, here)
    page = Page(client.get(here))
    assert page.headings[0] == f"Membership · {SOCIETY}"
    assert "Readers see it." in page.text
    # The same button in another tab; and nothing is left to ask for.
    again = show(client, brigid, roster=str(society.pk), number="0010 482")
    assert (again.status_code, again["Location"]) == (303, here)
    assert "Membership" not in Page(client.get(link_url(brigid, "proofs/"))).headings
    sequence(letter)
    text = " ".join(client.get(letter_url(letter, "signatories/")).text.split())
    assert f"member of <bdi>{SOCIETY}</bdi>, by a list that the organizers uploaded, " in text
    for kept in (proof.private, "10482", "0010 482", bytes(proof.exclusive_key or b"").hex()):
        assert kept not in text


def test_under_another_name_readers_are_told_so(
    client: Client, letter: Letter, society: Roster
) -> None:
    star = confirmed(letter, person("star@stage.example", "Stella Ventura"))
    show(client, star, roster=str(society.pk), number="10482", name="Brigid O’Malloran")
    sequence(letter)
    text = " ".join(client.get(letter_url(letter, "signatories/")).text.split())
    assert f"member of <bdi>{SOCIETY}</bdi> under another name, " in text
    assert "Malloran" not in text


def test_mistakes_are_answered_beside_the_number(
    client: Client, letter: Letter, society: Roster
) -> None:
    brigid = confirmed(letter, BRIGID)
    for typed, told in (
        ({"number": ""}, "Enter your member number."),
        ({"number": "---"}, "This is no member number. Please check it."),
        ({"number": "1" * 121}, "This is no member number. Please check it."),
        ({"number": "10483"}, "We cannot find this name with this number on the society’s list."),
        ({"number": "77"}, "We cannot find this name with this number on the society’s list."),
    ):
        answer = show(client, brigid, roster=str(society.pk), **typed)
        page = Page(answer)
        assert answer.status_code == 422
        assert told in page.by_id["roster_number_error"]
        assert told in page.alerts[0]
        assert page.values["roster"] == str(society.pk)
    for _more in range(4):
        show(client, brigid, roster=str(society.pk), number="1")
    answer = show(client, brigid, roster=str(society.pk), number="10482")
    assert answer.status_code == 429
    assert "This was tried very often today." in Page(answer).text


def test_of_several_rosters_one_is_chosen(
    client: Client, letter: Letter, society: Roster, ottilie: Organizer
) -> None:
    other = uploads.uploaded(
        letter=letter,
        name="Composers’ Circle",
        organizer=ottilie,
        lines=[membership.line_key(number="5", name="Wiktor Żółcik")],
    )
    elsewhere = uploads.uploaded(
        letter=open_letter(slug="elsewhere"), name=SOCIETY, organizer=ottilie, lines=[]
    )
    wiktor = confirmed(letter, WIKTOR)
    assert Page(client.get(link_url(wiktor, "proofs/"))).values["roster"] == ""
    for chosen in ("", "nonsense", str(elsewhere.pk)):
        answer = show(client, wiktor, roster=chosen, number="5")
        assert answer.status_code == 422
        assert "Choose your union or society." in Page(answer).text
    assert show(client, wiktor, roster=str(other.pk), number="5").status_code == 303
    assert Proof.objects.get().subject == "Composers’ Circle"


def test_who_has_withdrawn_is_sent_to_their_page(
    client: Client, letter: Letter, society: Roster
) -> None:
    brigid = confirmed(letter, BRIGID)
    client.post(link_url(brigid, "withdraw/"), AGREED)
    answer = show(client, brigid, roster=str(society.pk), number="10482")
    assert (answer.status_code, answer["Location"]) == (303, link_url(brigid))
    answer = client.get(link_url(brigid, "proofs/roster/"))
    assert (answer.status_code, answer["Location"]) == (303, link_url(brigid, "proofs/"))


def test_a_membership_is_taken_back_and_nobody_can_look_for_it(
    client: Client, letter: Letter, society: Roster
) -> None:
    brigid = confirmed(letter, BRIGID)
    show(client, brigid, roster=str(society.pk), number="10482")
    proof = Proof.objects.get()
    for rest in ("check/", "code/"):
        answer = client.post(link_url(brigid, f"proofs/{proof.pk}/{rest}"), {"code": "123456"})
        assert answer.status_code in (303, 422)
    assert Proof.objects.get().check_due_at is None
    assert client.post(link_url(brigid, f"proofs/{proof.pk}/revoke/")).status_code == 303
    assert Proof.objects.get().state == ProofState.REVOKED


def test_vetters_see_it_and_whether_it_is_by_another_name(
    client: Client, desk: Client, letter: Letter, society: Roster
) -> None:
    star = confirmed(letter, person("star@stage.example", "Stella Ventura"))
    show(client, star, roster=str(society.pk), number="10482", name="Brigid O’Malloran")
    page = desk.get(reverse("desk_signature", args=[letter.slug, star.public_id])).text
    assert f"Membership: <bdi>{SOCIETY}</bdi> (under another name) ·" in page
    assert Proof.objects.get().private not in page


def test_how_we_verify_tells_of_it(client: Client) -> None:
    page = client.get(reverse("how_we_verify")).text
    assert "as two organizers uploaded and confirmed it" in page
    assert "Never the number, nor the other name." in page
