"""Each other owner hears of a later version, and nobody else does."""

import pytest
from django.core import mail
from django.test import Client
from django.utils import timezone

from campaign.letters import drafting, publishing
from campaign.letters.models import Letter
from campaign.letters.texts import draft_text, seal_of
from campaign.organizers import account_mail
from campaign.organizers.models import Organizer, Role, Team
from tests.letters.conftest import browser_of, member
from tests.signatures.factories import confirmed


@pytest.fixture
def owners(team: Team) -> list[Organizer]:
    names = ("dara", "ebele", "closed")
    found = [member(team, f"{name}@letters.example", name, Role.OWNER) for name in names]
    Organizer.objects.filter(name="closed").update(is_active=False)
    return found


def revise(letter: Letter, **changes: str) -> str:
    text = drafting.start_revision(letter=letter)
    was = text.translations.get(language="en")
    kept = {part: getattr(was, part) for part in ("title", "addressee", "body")}
    drafting.save_translation(text=text, language="en", **kept | changes)
    return seal_of(list(text.translations.all()))


def sent() -> list[tuple[list[str], str]]:
    mail.outbox.clear()
    account_mail.send_owed()
    return [(each.to, str(each.subject)) for each in mail.outbox]


def test_the_owners_hear_of_a_proposal_and_of_what_is_published(
    published: Letter, amira: Organizer, bjorn: Organizer, chidi: Organizer, owners: list[Organizer]
) -> None:
    confirmed(published)
    seal = revise(published, title="Take what you like\u202e")
    for _twice in range(2):
        proposal = publishing.propose(
            letter=published, organizer=amira, now=timezone.now(), expected_seal=seal
        )
    subject = "A new version was proposed: Ask before you train"
    assert sent() == [(["dara@letters.example"], subject), (["ebele@letters.example"], subject)]
    body = str(mail.outbox[0].body)
    assert "Amira Lindqvist proposed version 2 of the text of this letter:" in body
    assert "it would start with no signatures" in body
    assert f"/desk/letters/{published.slug}/publish/" in body
    assert "Take what you like" not in body
    publishing.approve(
        letter=published, organizer=owners[0], now=timezone.now(), expected_seal=proposal.seal
    )
    assert sent() == [
        (["ebele@letters.example"], "A new version was published: Ask before you train")
    ]
    assert f"/desk/letters/{published.slug}/\n" in str(mail.outbox[0].body)


def test_a_slip_is_told_as_one(
    published: Letter, amira: Organizer, owners: list[Organizer]
) -> None:
    confirmed(published)
    seal = revise(published, title="Ask before you trainn")
    correction = publishing.Correction("Visit https://elsewhere.example")
    publishing.propose(
        letter=published,
        organizer=amira,
        now=timezone.now(),
        expected_seal=seal,
        correction=correction,
    )
    sent()
    body = str(mail.outbox[0].body)
    assert "all signatures would count for it" in body
    assert "elsewhere.example" not in body


def test_a_version_that_nobody_signed_before_is_told_too(
    desk: Client, published: Letter, owners: list[Organizer]
) -> None:
    seal = revise(published, title="Another title")
    desk.post(f"/desk/letters/{published.slug}/publish/", {"do": "publish", "seen": seal})
    assert [to for to, _subject in sent()] == [["dara@letters.example"], ["ebele@letters.example"]]


def test_the_first_text_is_told_to_nobody(
    draft: Letter, desk: Client, owners: list[Organizer]
) -> None:
    text = draft_text(letter=draft)
    assert text is not None
    seal = seal_of(list(text.translations.all()))
    desk.post(f"/desk/letters/{draft.slug}/publish/", {"do": "publish", "seen": seal})
    assert sent() == []


def test_a_name_with_lines_in_it_stops_no_mail(
    published: Letter, amira: Organizer, owners: list[Organizer]
) -> None:
    Organizer.objects.filter(pk=amira.pk).update(name="Amira\nBcc: all@letters.example")
    amira.refresh_from_db()
    confirmed(published)
    seal = revise(published, title="Another title")
    publishing.propose(letter=published, organizer=amira, now=timezone.now(), expected_seal=seal)
    assert len(sent()) == 2
    assert (
        browser_of(owners[0]).get(f"/ar/desk/letters/{published.slug}/publish/").status_code == 200
    )
