"""A letter that its team is done with leaves the list of the team, and nothing else."""

from collections.abc import Callable
from datetime import datetime

import pytest
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from campaign.letters import archiving, closing, errors, publishing
from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer

Browser = Callable[[Organizer], Client]
TITLE = "Ask before you train"


def act(client: Client, letter: Letter, deed: str = "desk_archive") -> str:
    return str(client.post(reverse(deed, args=[letter.slug]), follow=True).text)


def lists(client: Client) -> tuple[bool, bool]:
    """Whether the letter is in the list, and in the archive."""
    desk = reverse("desk")
    return (TITLE in client.get(desk).text, TITLE in client.get(f"{desk}?archived").text)


def test_a_closed_letter_goes_into_the_archive_and_comes_back(
    desk: Client, published: Letter, now: datetime
) -> None:
    closing.close_letter(letter=published, now=now)
    page = reverse("letter", args=[published.slug])
    before = Client().get(page).content
    assert (lists(desk), "Archived: 1 letter" in desk.get("/desk/").text) == ((True, False), False)
    assert "Archived. You find it below your list" in act(desk, published)
    assert (lists(desk), "Archived: 1 letter" in desk.get("/desk/").text) == ((False, True), True)
    assert "All letters of your teams are archived." in desk.get("/desk/").text
    assert Client().get(page).content == before
    assert "The letter is archived already." in act(desk, published)
    assert "Brought back into your list" in act(desk, published, "desk_bring_back")
    assert "in your list already" in act(desk, published, "desk_bring_back")
    assert lists(desk) == (True, False)
    told = AuditEntry.objects.filter(action__in=("archive", "bring_back")).order_by("pk")
    assert list(told.values_list("action", flat=True)) == ["archive", "bring_back"]


def test_a_letter_that_can_be_signed_stays(desk: Client, published: Letter) -> None:
    assert "is not archived: close it first" in act(desk, published)
    assert lists(desk) == (True, False)
    archived = Letter.objects.filter(pk=published.pk)
    with pytest.raises(IntegrityError), transaction.atomic():
        archived.update(archived_at=published.published_at)


def test_a_draft_that_is_published_comes_back(desk: Client, draft: Letter, now: datetime) -> None:
    archiving.archive(letter=draft, now=now)
    assert lists(desk) == (False, True)
    publishing.publish(letter=draft, now=now)
    assert lists(desk) == (True, False)


def test_who_only_reads_or_is_of_another_team_archives_nothing(
    bjorn: Organizer, chidi: Organizer, browser: Browser, draft: Letter
) -> None:
    for who in (bjorn, chidi):
        for deed in ("desk_archive", "desk_bring_back"):
            path = reverse(deed, args=[draft.slug])
            assert browser(who).post(path).status_code == 404
    assert (
        reverse("desk_archive", args=[draft.slug])
        not in browser(bjorn).get(reverse("desk_letter", args=[draft.slug])).text
    )
    assert lists(browser(chidi)) == (False, False)


@pytest.mark.django_db(transaction=True)
def test_of_several_at_once_one_archives(
    draft: Letter, now: datetime, at_once: Callable[..., list[str]]
) -> None:
    done = at_once(lambda: archiving.archive(letter=draft, now=now))
    assert done == ["ArchivedMeanwhile"] * 5 + ["done"]
    with pytest.raises(errors.ArchivedMeanwhile):
        archiving.archive(letter=draft, now=now)
