"""What a letter lacks is told before its text is frozen, with where it is mended."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters import before_publishing, drafting
from campaign.letters.before_publishing import Lack, Lacking
from campaign.letters.models import Letter, LetterState, PressKit
from campaign.letters.texts import draft_text
from campaign.organizers.models import Organizer
from signatures.models import Watched

Browser = Callable[[Organizer], Client]


def lacks(letter: Letter, now: datetime) -> set[Lacking]:
    text = draft_text(letter=letter)
    assert text is not None
    return set(before_publishing.lacking(letter=letter, text=text, now=now))


def save(letter: Letter, body: str, language: str = "en") -> None:
    text = draft_text(letter=letter)
    assert text is not None
    drafting.save_translation(
        text=text, language=language, title="Ask", addressee="To all", body=body
    )


@pytest.fixture
def complete(draft: Letter, now: datetime) -> Letter:
    draft.closes_at = now + timedelta(days=30)
    draft.save()
    PressKit.objects.create(
        letter=draft, language="en", contact_email="desk@letters.example", funding="Members pay."
    )
    Watched.objects.create(letter=draft, name="Somebody", key="somebody")
    return draft


def test_a_new_letter_lacks_all_but_words(draft: Letter, now: datetime) -> None:
    assert lacks(draft, now) == {
        Lacking(each)
        for each in (Lack.CONTACT, Lack.FUNDING, Lack.CLOSING_DATE, Lack.WATCHED_NAMES)
    }


def test_of_a_complete_one_nothing_is_said(complete: Letter, now: datetime) -> None:
    assert lacks(complete, now) == set()


def test_a_contact_is_an_address_or_a_number(complete: Letter, now: datetime) -> None:
    PressKit.objects.update(contact_email="", contact_name="Dana")
    assert lacks(complete, now) == {Lacking(Lack.CONTACT)}
    PressKit.objects.update(contact_phone="+49 30 1")
    assert lacks(complete, now) == set()


def test_names_are_watched_by_the_letter_the_site_or_everyone(
    complete: Letter, now: datetime
) -> None:
    Watched.objects.all().delete()
    assert lacks(complete, now) == {Lacking(Lack.WATCHED_NAMES)}
    complete.vets_everyone = True
    assert lacks(complete, now) == set()
    complete.vets_everyone = False
    Watched.objects.create(letter=None, name="Somebody", key="somebody")
    assert lacks(complete, now) == set()


@pytest.mark.parametrize(
    ("body", "is_lacking"),
    [
        ("[Read](http://letters.example/a)", True),
        ("[Read](HTTP://letters.example/a)", True),
        ("[Read](https://letters.example/a)", False),
        ("[Write](mailto:desk@letters.example)", False),
        ("It begins with http: and more.", False),
    ],
)
def test_links_are_secure(complete: Letter, now: datetime, body: str, *, is_lacking: bool) -> None:
    save(complete, body)
    assert lacks(complete, now) == ({Lacking(Lack.INSECURE_LINK, "en")} if is_lacking else set())


def test_translations_are_whole_and_follow_the_text(complete: Letter, now: datetime) -> None:
    save(complete, "Nous écrivons.", "fr")
    assert lacks(complete, now) == {Lacking(Lack.UNTRANSLATED, "fr")}
    save(complete, "Nous écrivons.\n\nPersonne.", "fr")
    assert lacks(complete, now) == set()
    save(complete, "We write.\n\nNobody has asked.")
    assert lacks(complete, now) == {Lacking(Lack.OUTDATED, "fr")}
    save(complete, "Nous écrivons.\n\nPersonne.", "fr")
    assert lacks(complete, now) == set()


@pytest.mark.parametrize("name", ["desk_publish", "desk_drafts"])
def test_the_pages_lead_to_where_it_is_mended(desk: Client, draft: Letter, name: str) -> None:
    save(draft, "Nous écrivons.", "fr")
    save(draft, "[We](http://letters.example/) write.\n\nNobody asked.")
    warnings = desk.get(reverse(name, args=[draft.slug])).context["warnings"]
    assert {each.words.split(":")[0]: each.url for each in warnings} == {
        "Parts of the text in Français are untranslated.": (
            f"/desk/letters/{draft.slug}/drafts/3/?language=fr"
        ),
        "A link of the text in English begins with http": (f"/desk/letters/{draft.slug}/texts/en/"),
        "No contact is public": f"/desk/letters/{draft.slug}/press/",
        "Nothing is said on who pays for it.": f"/desk/letters/{draft.slug}/press/",
        "No day is set on which the signing closes.": f"/desk/letters/{draft.slug}/details/",
        # Amira may not look at the watched names.
        "No names are watched": "",
    }
    for each in warnings:
        assert not each.url or desk.get(each.url).status_code == 200, each


def test_viewers_are_led_nowhere_that_they_may_not_go(
    bjorn: Organizer, browser: Browser, draft: Letter
) -> None:
    client = browser(bjorn)
    warnings = client.get(reverse("desk_drafts", args=[draft.slug])).context["warnings"]
    assert len(warnings) == 4
    for each in warnings:
        assert not each.url or client.get(each.url).status_code == 200, each


def test_it_is_published_all_the_same(desk: Client, draft: Letter) -> None:
    path = reverse("desk_publish", args=[draft.slug])
    desk.post(path, {"seen": desk.get(path).context["seen"]})
    draft.refresh_from_db()
    assert draft.state == LetterState.PUBLISHED


def test_nothing_is_asked_of_what_is_published(desk: Client, published: Letter) -> None:
    page = desk.get(reverse("desk_drafts", args=[published.slug]))
    assert "Before you publish" not in page.text
