"""The two steps that cannot be taken back: each is told first, and done once."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters import closing, drafting, publishing
from campaign.letters.models import Event, Letter, LetterState, Translation
from campaign.letters.texts import draft_text


def publish(client: Client, letter: Letter, **given: str) -> Any:
    path = reverse("desk_publish", args=[letter.slug])
    page = client.get(path)
    seal = page.context["seen"] if page.status_code == 200 else ""
    return client.post(path, {"seen": seal} | given, follow=True)


def state(letter: Letter) -> str:
    letter.refresh_from_db()
    return letter.state


def test_the_page_before_says_what_will_be_frozen(desk: Client, draft: Letter) -> None:
    page = desk.get(reverse("desk_publish", args=[draft.slug])).text
    assert "freezes the text for good" in page
    assert Translation.objects.get().hash_of_source() in page
    assert state(draft) == LetterState.DRAFT


def test_a_letter_is_published(desk: Client, draft: Letter) -> None:
    page = publish(desk, draft).text
    assert "Published. From now on nobody can change this text." in page
    texts = desk.get(reverse("desk_texts", args=[draft.slug])).text
    assert Translation.objects.get().sha256 in texts
    assert state(draft) == LetterState.PUBLISHED
    assert reverse("letter", args=[draft.slug]) in page


def test_a_second_click_publishes_nothing_more(desk: Client, draft: Letter) -> None:
    path = reverse("desk_publish", args=[draft.slug])
    seal = desk.get(path).context["seen"]
    desk.post(path, {"seen": seal})
    assert "The text is published already." in desk.post(path, {"seen": seal}, follow=True).text
    assert Event.objects.count() == 1
    assert "no text that waits" in desk.get(path, follow=True).text


def test_words_changed_meanwhile_are_looked_at_again(desk: Client, draft: Letter) -> None:
    response = publish(desk, draft, seen="something else")
    assert "The text was changed meanwhile." in response.text
    assert response.redirect_chain == [(reverse("desk_publish", args=[draft.slug]), 302)]
    assert state(draft) == LetterState.DRAFT


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"body": ""}, "The text in English is not complete."),
        ({"is_authoritative": False}, "Say first which language is authoritative."),
    ],
)
def test_an_incomplete_text_is_not_published(
    desk: Client, draft: Letter, change: dict[str, object], sentence: str
) -> None:
    Translation.objects.update(**change)
    page = desk.get(reverse("desk_publish", args=[draft.slug]))
    assert page.context["ready"] is False
    assert "Something is missing" in page.text
    assert sentence in publish(desk, draft).text
    assert state(draft) == LetterState.DRAFT


def test_past_its_closing_time_the_letter_is_not_published(
    desk: Client, begin: Callable[..., Letter]
) -> None:
    letter = begin(closes_at=timezone.now() - timedelta(hours=1))
    assert "The closing time has passed." in publish(desk, letter).text
    assert state(letter) == LetterState.DRAFT


def test_a_later_version_is_published(desk: Client, published: Letter) -> None:
    drafting.start_revision(letter=published)
    assert "Publish version 2?" in desk.get(reverse("desk_publish", args=[published.slug])).text
    publish(desk, published)
    page = desk.get(reverse("desk_texts", args=[published.slug])).text
    assert "Version 2, published" in page
    assert "Version 1, published" in page
    assert draft_text(letter=published) is None


def test_a_closed_letter_publishes_no_version(
    desk: Client, published: Letter, now: datetime
) -> None:
    drafting.start_revision(letter=published)
    closing.close_letter(letter=published, now=now)
    page = desk.get(reverse("desk_texts", args=[published.slug])).text
    assert reverse("desk_publish", args=[published.slug]) not in page
    assert "The letter is closed" in publish(desk, published).text
    assert draft_text(letter=published) is not None


def test_a_letter_is_closed(desk: Client, published: Letter) -> None:
    path = reverse("desk_close", args=[published.slug])
    assert "cannot be opened again" in desk.get(path).text
    assert state(published) == LetterState.PUBLISHED
    assert "Closed. Nobody can sign any more" in desk.post(path, follow=True).text
    assert state(published) == LetterState.CLOSED
    assert "The letter is closed already." in desk.post(path, follow=True).text
    assert desk.get(path)["Location"] == reverse("desk_letter", args=[published.slug])
    assert Event.objects.filter(kind="close").count() == 1


def test_a_draft_is_not_closed(desk: Client, draft: Letter) -> None:
    path = reverse("desk_close", args=[draft.slug])
    assert desk.get(path).status_code == 302
    assert "A draft needs no closing" in desk.post(path, follow=True).text
    assert state(draft) == LetterState.DRAFT


def test_every_state_of_a_letter_has_its_page_in_both_languages(
    desk: Client, draft: Letter, now: datetime
) -> None:
    def look() -> None:
        for prefix in ("", "/ar"):
            assert desk.get(f"{prefix}/desk/letters/{draft.slug}/").status_code == 200

    look()
    publishing.publish(letter=draft, now=now)
    look()
    drafting.start_revision(letter=draft)
    look()
    closing.close_letter(letter=draft, now=now)
    look()
