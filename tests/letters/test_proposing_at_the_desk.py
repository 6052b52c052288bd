"""The page on which a new version of a signed letter is proposed, and approved by another."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters import drafting
from campaign.letters.models import Letter, Proposal
from campaign.letters.texts import current_text
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role, Team
from tests.letters.conftest import browser_of, member
from tests.signatures.factories import confirmed


@pytest.fixture
def other(team: Team) -> Client:
    """The browser of another one who may publish."""
    return browser_of(member(team, "dara@letters.example", "Dara Okonedo", Role.OWNER))


@pytest.fixture
def revised(published: Letter) -> Letter:
    confirmed(published)
    text = drafting.start_revision(letter=published)
    drafting.save_translation(
        text=text,
        language="en",
        title="Ask after you train",
        addressee="To those who build machines",
        body="We write.\n\nEverybody asked.",
    )
    return published


def path(letter: Letter) -> str:
    return reverse("desk_publish", args=[letter.slug])


def send(client: Client, letter: Letter, do: str, **given: str) -> Any:
    page = client.get(path(letter)).context
    seal = page["proposal"].seal if page["proposal"] else page["seen"]
    return client.post(path(letter), {"do": do, "seen": seal} | given, follow=True)


def standing_number(letter: Letter) -> int:
    text = current_text(letter=letter)
    assert text is not None
    return text.number


def actions() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))


def test_one_proposes_and_another_approves(desk: Client, other: Client, revised: Letter) -> None:
    page = desk.get(path(revised)).text
    assert "this takes two organizers" in page
    assert "<del>before</del><ins>after</ins>" in page
    assert "Publish and freeze" not in page
    page = send(desk, revised, "propose", sort="new").text
    assert "Proposed. Another organizer of the team has to approve it." in page
    assert "Approve, publish" not in page
    assert standing_number(revised) == 1

    page = other.get(path(revised)).text
    assert "Amira Lindqvist</bdi> proposed this version" in page
    assert "It will start with no signatures" in page or "it will start with no signatures" in page
    assert "Published. From now on" in send(other, revised, "approve").text
    assert standing_number(revised) == 2
    assert actions() == ["propose", "approve_version"]


def test_who_does_not_count_yet_reads_from_when_on(
    desk: Client, other: Client, revised: Letter
) -> None:
    send(desk, revised, "propose", sort="new")
    assert "Approve, publish" in other.get(path(revised)).text
    Membership.objects.filter(organizer__email="dara@letters.example").update(
        role_since=timezone.now()
    )
    page = other.get(path(revised)).text
    assert "count as one of two organizers from " in page
    assert ("Approve, publish" in page, "Turn the proposal down" in page) == (False, True)


def test_the_old_button_publishes_nothing(desk: Client, revised: Letter) -> None:
    page = send(desk, revised, "publish").text
    assert "a second organizer has to approve a new version" in page
    assert (standing_number(revised), actions()) == (1, [])


def test_the_same_person_does_not_approve(desk: Client, other: Client, revised: Letter) -> None:
    send(desk, revised, "propose", sort="new")
    assert "somebody else has to approve it" in send(desk, revised, "approve").text
    assert standing_number(revised) == 1


def test_a_proposal_is_taken_back_or_turned_down(
    desk: Client, other: Client, revised: Letter
) -> None:
    for client in (desk, other):
        send(desk, revised, "propose", sort="new")
        assert "Taken back. Nothing is published." in send(client, revised, "take_back").text
        assert not Proposal.objects.exists()
    assert "not proposed any more" in send(other, revised, "approve").text
    assert actions() == ["propose", "take_back_version"] * 2


def test_the_desk_says_that_a_version_waits(desk: Client, other: Client, revised: Letter) -> None:
    send(desk, revised, "propose", sort="new")
    page = other.get(reverse("desk_texts", args=[revised.slug])).text
    assert "waits for another organizer to approve it" in page
    # On the letter's first page for those who can approve it, and whom it waits for.
    words = "A new version of the text is proposed. A second organizer has to approve it."
    waiting = reverse("desk_letter", args=[revised.slug])
    told = [
        [each.sentence for each in browser.get(waiting).context["for_me"]]
        for browser in (other, desk)
    ]
    assert told == [[words], []]
    assert desk.get(waiting).context["for_others"] == [words]


def test_a_team_of_one_is_told_to_invite_a_second(
    desk: Client, bjorn: Organizer, revised: Letter
) -> None:
    """Björn only reads."""
    page = desk.get(path(revised)).text
    assert "Invite a second owner or editor first." in page
    member(revised.team, "dara@letters.example", "Dara Okonedo", Role.EDITOR)
    assert "Invite a second owner or editor first." not in desk.get(path(revised)).text


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({}, "Say whether this is a new text or corrects a slip."),
        ({"sort": "else"}, "Say whether this is a new text or corrects a slip."),
        ({"sort": "slip"}, "Say what was wrong"),
        ({"sort": "slip", "reason": "\u200b"}, "Say what was wrong"),
        ({"sort": "slip", "reason": "x" * 301}, "Shorten the reason to 300 characters."),
        ({"sort": "slip", "reason": "A slip."}, "Too much differs in English"),
    ],
)
def test_what_is_wrong_is_said_beside_the_field(
    desk: Client, other: Client, revised: Letter, given: dict[str, str], sentence: str
) -> None:
    response = send(desk, revised, "propose", **given)
    assert (response.status_code, sentence in response.text) == (422, True)
    assert not Proposal.objects.exists()


def test_a_not_is_no_slip(desk: Client, other: Client, published: Letter) -> None:
    confirmed(published)
    text = drafting.start_revision(letter=published)
    was = text.translations.get(language="en")
    drafting.save_translation(
        text=text,
        language="en",
        title=was.title,
        addressee=was.addressee,
        body=was.body.replace("We", "No", 1),
    )
    page = send(desk, published, "propose", sort="slip", reason="A slip.")
    assert (page.status_code, "adds or takes away a “not” or a word like it" in page.text) == (
        422,
        True,
    )


def test_a_slip_is_corrected_with_a_reason(desk: Client, other: Client, published: Letter) -> None:
    confirmed(published)
    text = drafting.start_revision(letter=published)
    drafting.save_translation(
        text=text,
        language="en",
        title="Ask before you train",
        addressee="To those who build machines",
        body="We write.\n\nNobody askedd.",
    )
    send(desk, published, "propose", sort="slip", reason="A letter was missing.")
    page = other.get(path(published)).text
    assert "the signatures of version 1 will stand under it as well" in page
    assert "A letter was missing." in page
    send(other, published, "approve")
    found = current_text(letter=published)
    assert found is not None
    assert (found.number, found.corrects, found.reason) == (2, 1, "A letter was missing.")


def test_in_arabic_it_reads_too(desk: Client, other: Client, revised: Letter) -> None:
    assert desk.get(f"/ar{path(revised)}").status_code == 200
    send(desk, revised, "propose", sort="new")
    for client in (desk, other):
        assert client.get(f"/ar{path(revised)}").status_code == 200


@pytest.mark.parametrize("do", ["propose", "approve", "take_back", "publish", "\u0000", "x"])
def test_who_only_reads_finds_nothing(bjorn: Organizer, revised: Letter, do: str) -> None:
    client = browser_of(bjorn)
    response = client.post(path(revised), {"do": do, "seen": "", "sort": "new"})
    assert (response.status_code, standing_number(revised)) == (404, 1)
