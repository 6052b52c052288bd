"""Snapshots and corrections as readers and organizers see them."""

import xml.etree.ElementTree as ET

import pytest
from django.test import Client
from django.utils import timezone

from campaign.letters import closing
from campaign.letters.models import Event, EventKind, Letter
from campaign.organizers.models import AuditEntry, Role
from signatures import withdrawal
from signatures.models import Because, Cause, Correction, Snapshot
from signatures.press import corrections, frozen_list, snapshots
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    listed,
    load,
    make_organizer,
    open_letter,
    sequence,
    someone,
)
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def desk(client: Client, letter: Letter, role: Role = Role.PRESS) -> str:
    client.force_login(make_organizer(team=letter.team, email=f"{role}@team.example", role=role))
    return f"/desk/letters/{letter.slug}/snapshots/"


def entries(client: Client, url: str) -> list[tuple[str, str]]:
    response = client.get(url)
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    return [
        (each.findtext(f"{ATOM}title", ""), each.find(f"{ATOM}link").attrib["href"])  # type: ignore[union-attr]
        for each in ET.fromstring(response.content).findall(f"{ATOM}entry")
    ]


# --- snapshots ----------------------------------------------------------------------------------


def test_a_snapshot_tells_its_counts_its_text_and_its_proof(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, QUIET, GUILD)
    taken = snapshots.take(letter=letter)
    gone = taken.checkpoint
    listed(letter, someone(1))

    response = client.get(letter_url(letter, "snapshots/1/"))

    page = Page(response)
    text = " ".join(page.text.split())
    assert page.headings[0] == "Snapshot 1"
    assert gone.note in page.text
    assert "4 signatures under" in response.context["citation"].title
    assert response.context["professions"] == [
        ("author", 1),
        ("other", 1),
        ("poet", 1),
    ]
    assert all(sha256 in text for sha256 in taken.texts.values())
    assert text.count("counted without being shown") == 1
    assert QUIET.details.name not in text


def test_who_left_since_is_not_named(client: Client, letter: Letter) -> None:
    brigid = listed(letter, BRIGID, SALMA)[0]
    snapshots.take(letter=letter)
    withdrawal.withdraw(signature=brigid)
    sequence(letter)

    page = Page(client.get(letter_url(letter, "snapshots/1/")))

    assert BRIGID.details.name not in page.text
    assert "left the list on" in page.text
    assert SALMA.details.name in page.text


def test_beyond_the_first_page_there_is_a_way_back(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(frozen_list, "PAGE", 2)
    listed(letter, *[someone(number) for number in range(3)])
    snapshots.take(letter=letter)
    url = letter_url(letter, "snapshots/1/")

    first = client.get(url).context
    second = client.get(first["next_url"]).context

    assert [line.number for line in first["lines"]] == [1, 2]
    assert [line.number for line in second["lines"]] == [3]
    assert (second["next_url"], second["first_url"]) == (None, url)


def test_a_long_tail_of_countries_is_one_row(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signatures.views.snapshots.TOLD", 1)
    listed(letter, BRIGID, someone(1, country="IE"), SALMA, GUILD)
    snapshots.take(letter=letter)

    context = client.get(letter_url(letter, "snapshots/1/")).context

    assert context["countries"] == [("IE", 2), ("", 2)]


def test_all_of_them_are_listed_newest_first(client: Client, letter: Letter) -> None:
    url = letter_url(letter, "snapshots/")
    assert "None has been taken yet." in Page(client.get(url)).text
    for who in (BRIGID, SALMA):
        listed(letter, who)
        snapshots.take(letter=letter)
    assert [each.number for each in client.get(url).context["snapshots"]] == [2, 1]


@pytest.mark.parametrize("number", ["0", "9", "2147483648", "9" * 30])
def test_what_was_never_taken_is_not_there(client: Client, letter: Letter, number: str) -> None:
    assert client.get(letter_url(letter, f"snapshots/{number}/")).status_code == 404


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_place_breaks_them(client: Client, letter: Letter, value: str) -> None:
    listed(letter, BRIGID)
    snapshots.take(letter=letter)
    assert client.get(letter_url(letter, "snapshots/1/"), {"after": value}).status_code == 200
    assert client.get(letter_url(letter, "corrections/"), {"before": value}).status_code == 200


# --- corrections --------------------------------------------------------------------------------


def test_a_withdrawal_and_a_removal_are_told_by_number(client: Client, letter: Letter) -> None:
    first, second, third = listed(letter, BRIGID, SALMA, GUILD)
    withdrawal.withdraw(signature=first)
    for signature, kind, reason, name in (
        (second, EventKind.REMOVE, Because.NOT_THEM, SALMA.details.name),
        (third, EventKind.REMOVE, Because.TWICE, ""),
        (third, EventKind.RESTORE, Because.MISTAKE, ""),
        (third, EventKind.ERASE, "", ""),
    ):
        Event.objects.create(
            letter=letter,
            kind=kind,
            signature_id=signature.pk,
            public_id=signature.public_id,
            reason=reason,
            told_name=name,
        )
    sequence(letter)

    response = client.get(letter_url(letter, "corrections/"))

    assert [words for _line, words in response.context["lines"]] == [
        "Signature 3 was erased at the signer’s wish.",
        "Signature 3 was put back by the organizers: taken out by mistake.",
        "Signature 3 was taken out by the organizers: the same person signed twice.",
        f"Signature 2 ({SALMA.details.name}) was taken out by the organizers: "
        "not signed by the person named.",
        "Signature 1 was withdrawn by the signer.",
    ]
    assert BRIGID.details.name not in response.content.decode()
    feed = entries(client, letter_url(letter, "corrections.xml"))
    assert [title for title, _link in feed] == [words for _line, words in response.context["lines"]]
    index = response.context["lines"][0][0].index
    assert feed[0][1].endswith(f"/letters/{letter.slug}/corrections/#c{index}")


def test_a_new_text_and_a_signature_that_had_no_number(letter: Letter) -> None:
    for kind in (EventKind.TEXT, EventKind.WITHDRAW):
        line = Correction(letter=letter, kind=kind)
        assert (
            corrections.in_words(line)
            == {
                EventKind.TEXT: "A new version of the text was published.",
                EventKind.WITHDRAW: "A signature without a number yet was withdrawn by the signer.",
            }[kind]
        )


def test_corrections_page_backwards(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = letter_url(letter, "corrections/")
    assert "There has been none so far." in Page(client.get(url)).text
    assert entries(client, letter_url(letter, "corrections.xml")) == []
    monkeypatch.setattr(corrections, "PAGE", 2)
    for signature in listed(letter, BRIGID, SALMA, GUILD):
        withdrawal.withdraw(signature=load(signature.pk))
    sequence(letter)
    first = client.get(url).context
    second = client.get(first["next_url"]).context
    assert [line.number for line, _words in first["lines"]] == [3, 2]
    assert [line.number for line, _words in second["lines"]] == [1]
    assert (second["next_url"], second["first_url"]) == (None, url)
    assert "There are no earlier ones." in Page(client.get(f"{url}?before=0")).text


def test_the_feeds_do_not_change_by_themselves(client: Client, letter: Letter) -> None:
    for name in ("corrections.xml", "milestones.xml"):
        url = letter_url(letter, name)
        assert client.get(url).content == client.get(url).content


def test_milestones_and_the_end_are_in_their_feed_and_snapshots_by_hand_are_not(
    client: Client, letter: Letter
) -> None:
    Letter.objects.filter(pk=letter.pk).update(milestones=[2])
    listed(letter, BRIGID, SALMA, GUILD)
    snapshots.take(letter=letter)
    closing.close_letter(letter=letter, now=timezone.now())
    sequence(letter)
    causes = list(Snapshot.objects.order_by("number").values_list("cause", flat=True))
    assert causes == [Cause.MILESTONE, Cause.BY_HAND, Cause.CLOSED]
    feed = entries(client, letter_url(letter, "milestones.xml"))
    assert [title for title, _link in feed] == ["Closed with 3 signatures", "2 signatures"]
    assert feed[1][1].endswith(letter_url(letter, "snapshots/1/"))


# --- the desk -----------------------------------------------------------------------------------


def test_organizers_take_one_and_choose_numbers(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    url = desk(client, letter)
    assert client.post(f"{url}take/").status_code == 303
    assert client.post(f"{url}take/").status_code == 303
    assert Snapshot.objects.count() == 1
    saved = client.post(url, {"milestones": "2500, ٢٥٠ 250"})
    assert saved.status_code == 303
    letter.refresh_from_db()
    assert letter.milestones == [250, 2500]
    assert Page(client.get(url)).values["milestones"] == "250, 2500"
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-3:] == ["snapshot", "snapshot", "milestones"]


def test_an_empty_record_is_told_of(client: Client, letter: Letter) -> None:
    url = desk(client, letter)
    answer = client.post(f"{url}take/", follow=True)
    assert "Please try again in a moment." in Page(answer).text
    assert Snapshot.objects.count() == 0


@pytest.mark.parametrize(
    "milestones",
    ["10.5", "many", "-5", "0", "²", "9999999999", ", ".join(map(str, range(1, 23))), "1" * 401],
)
def test_what_is_no_list_of_numbers_is_answered_beside_the_field(
    client: Client, letter: Letter, milestones: str
) -> None:
    url = desk(client, letter)
    answer = client.post(url, {"milestones": milestones})
    assert answer.status_code == 422
    assert Page(answer).values["milestones"] == milestones
    letter.refresh_from_db()
    assert letter.milestones == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.VETTER])
def test_others_find_no_such_page(client: Client, letter: Letter, role: Role) -> None:
    url = desk(client, letter, role)
    for answer in (client.get(url), client.post(url, {}), client.post(f"{url}take/")):
        assert answer.status_code == 404


def test_opening_the_address_takes_nothing(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    assert client.get(f"{desk(client, letter)}take/").status_code == 405
    assert Snapshot.objects.count() == 0
