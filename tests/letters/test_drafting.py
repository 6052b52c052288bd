from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from campaign.letters import closing, drafting, errors, publishing
from campaign.letters.models import Letter, LetterState, Text, Translation
from campaign.letters.texts import current_text, draft_text, main_translation, translation_for

Begin = Callable[..., Letter]


def text_of(letter: Letter) -> Text:
    text = draft_text(letter=letter)
    assert text is not None
    return text


def wording(text: Text) -> list[tuple[str, str, bool]]:
    found = Translation.objects.filter(text=text).order_by("language")
    return [(each.language, each.title, each.is_authoritative) for each in found]


def test_a_letter_begins_as_a_draft_with_one_authoritative_text(begin: Begin) -> None:
    letter = begin(title="  Ask\n first ", body="\r\nWe write.\r\n\r\nCafe\u0301.\n ")
    assert letter.state == LetterState.DRAFT
    assert letter.slug == "ask-first"
    text = text_of(letter)
    assert text.number == 1
    translation = text.translations.get()
    assert translation.title == "Ask first"
    assert translation.body == "We write.\n\nCafé."
    assert translation.is_authoritative
    assert translation.sha256 == ""
    assert current_text(letter=letter) is None


@pytest.mark.parametrize(
    ("title", "slugs"),
    [
        ("Ask first!", ["ask-first", "ask-first-2", "ask-first-3"]),
        ("¿!", ["letter", "letter-2", "letter-3"]),
        ("Łączymy siły", ["laczymy-sily", "laczymy-sily-2", "laczymy-sily-3"]),
        ("a_b", ["a-b", "a-b-2"]),
        ("#Keep_The_Reading_Room", ["keep-the-reading-room"]),
        ("__init__ -- _x_", ["init-x"]),
        ("_ _", ["letter"]),
        ("x" * 59 + "_y", ["x" * 59]),
        ("x" * 70, ["x" * 60, "x" * 60 + "-2", "x" * 60 + "-3"]),
    ],
)
def test_an_address_is_made_from_the_title(begin: Begin, title: str, slugs: list[str]) -> None:
    assert [begin(title=title).slug for _ in slugs] == slugs


def test_a_chosen_address_is_taken_as_it_is_or_refused(begin: Begin) -> None:
    assert begin(slug="mine").slug == "mine"
    with pytest.raises(errors.AddressTaken):
        begin(slug="mine")
    assert Letter.objects.count() == 1


def test_a_letter_cannot_close_before_it_opens(begin: Begin, now: datetime) -> None:
    with pytest.raises(errors.ClosesTooEarly):
        begin(opens_at=now, closes_at=now)
    assert Letter.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_letters_begun_at_once_get_two_addresses(
    begin: Begin, at_once: Callable[..., list[str]]
) -> None:
    assert at_once(begin, times=4) == ["done"] * 4
    assert sorted(Letter.objects.values_list("slug", flat=True)) == [
        "ask-before-you-train",
        "ask-before-you-train-2",
        "ask-before-you-train-3",
        "ask-before-you-train-4",
    ]


def test_details_of_a_draft_can_all_change(draft: Letter, now: datetime) -> None:
    drafting.save_details(
        letter=draft, slug="new-address", opens_at=now, closes_at=now + timedelta(days=1)
    )
    draft.refresh_from_db()
    assert (draft.slug, draft.opens_at, draft.closes_at) == (
        "new-address",
        now,
        now + timedelta(days=1),
    )


def test_a_taken_address_changes_nothing(begin: Begin, now: datetime) -> None:
    begin(slug="taken")
    letter = begin(slug="mine")
    with pytest.raises(errors.AddressTaken):
        drafting.save_details(letter=letter, slug="taken", opens_at=now, closes_at=None)
    letter.refresh_from_db()
    assert (letter.slug, letter.opens_at) == ("mine", None)


def test_a_published_letter_keeps_its_address_and_may_change_its_times(
    published: Letter, now: datetime
) -> None:
    with pytest.raises(errors.AddressFixed):
        drafting.save_details(letter=published, slug="another", opens_at=now, closes_at=None)
    drafting.save_details(letter=published, slug=published.slug, opens_at=now, closes_at=None)
    published.refresh_from_db()
    assert (published.slug, published.opens_at) == ("ask-before-you-train", now)


def test_a_closed_letter_keeps_its_times(published: Letter, now: datetime) -> None:
    closing.close_letter(letter=published, now=now)
    with pytest.raises(errors.AlreadyClosed):
        drafting.save_details(letter=published, slug=published.slug, opens_at=now, closes_at=None)


def test_a_language_is_added_and_changed(draft: Letter) -> None:
    text = text_of(draft)
    for title in ("اسألوا", "اسألوا أولًا"):
        drafting.save_translation(
            text=text, language="ar", title=title, addressee="إلى", body="نكتب"
        )
    assert wording(text) == [
        ("ar", "اسألوا أولًا", False),
        ("en", "Ask before you train", True),
    ]
    found = translation_for(text=text_of(draft), language="ar")
    assert found is not None
    assert (found.language, found.direction) == ("ar", "rtl")
    other = translation_for(text=text_of(draft), language="fr")
    assert other is not None
    assert other.language == "en"


def test_a_language_is_not_overwritten_unseen(draft: Letter) -> None:
    text = text_of(draft)
    wording_hash = text.translations.get().hash_of_source()
    parts: dict[str, Any] = {"addressee": "a", "body": "b"}
    drafting.save_translation(
        text=text, language="en", title="Mine", **parts, expected_hash=wording_hash
    )
    with pytest.raises(errors.ChangedMeanwhile) as problem:
        drafting.save_translation(
            text=text, language="en", title="Theirs", **parts, expected_hash=wording_hash
        )
    assert problem.value.stored is not None
    assert problem.value.stored.title == "Mine"
    with pytest.raises(errors.ChangedMeanwhile):
        drafting.save_translation(text=text, language="en", title="New", **parts, expected_hash="")
    with pytest.raises(errors.ChangedMeanwhile):
        drafting.save_translation(
            text=text, language="ar", title="Gone", **parts, expected_hash=wording_hash
        )
    assert wording(text) == [("en", "Mine", True)]


def test_a_published_text_takes_nothing_more(published: Letter) -> None:
    text = published.texts.get()
    with pytest.raises(errors.TextFrozen):
        drafting.save_translation(text=text, language="ar", title="a", addressee="b", body="c")
    with pytest.raises(errors.TextFrozen):
        drafting.mark_authoritative(translation=text.translations.get())
    with pytest.raises(errors.TextFrozen):
        drafting.remove_translation(translation=text.translations.get())
    assert wording(text) == [("en", "Ask before you train", True)]


def test_another_language_becomes_authoritative_and_the_first_can_go(draft: Letter) -> None:
    text = text_of(draft)
    arabic = drafting.save_translation(
        text=text, language="ar", title="اسألوا", addressee="إلى", body="نكتب"
    )
    english = text.translations.get(language="en")
    with pytest.raises(errors.AuthorityNeeded):
        drafting.remove_translation(translation=english)
    drafting.mark_authoritative(translation=arabic)
    drafting.mark_authoritative(translation=arabic)
    assert wording(text) == [
        ("ar", "اسألوا", True),
        ("en", "Ask before you train", False),
    ]
    drafting.remove_translation(translation=english)
    drafting.remove_translation(translation=english)
    assert wording(text) == [("ar", "اسألوا", True)]
    with pytest.raises(errors.TextFrozen):
        drafting.mark_authoritative(translation=english)
    assert main_translation(None, text_of(draft)) == arabic


def test_a_revision_begins_with_the_published_words(published: Letter, now: datetime) -> None:
    first = published.texts.get()
    revision = drafting.start_revision(letter=published)
    assert revision.number == 2
    assert wording(revision) == wording(first)
    assert drafting.start_revision(letter=published) == revision
    assert current_text(letter=published) == first
    assert draft_text(letter=published) == revision


@pytest.mark.django_db(transaction=True)
def test_revisions_begun_at_once_are_one(
    published: Letter, at_once: Callable[..., list[str]]
) -> None:
    begun = at_once(lambda: drafting.start_revision(letter=published), times=4)
    assert begun == ["done"] * 4
    assert Text.objects.filter(letter=published).count() == 2


def test_a_revision_is_discarded(published: Letter, now: datetime) -> None:
    revision = drafting.start_revision(letter=published)
    drafting.discard_revision(text=revision)
    assert [text.number for text in published.texts.all()] == [1]
    with pytest.raises(errors.TextFrozen):
        drafting.discard_revision(text=revision)
    revision = drafting.start_revision(letter=published)
    publishing.publish(letter=published, now=now)
    with pytest.raises(errors.TextFrozen):
        drafting.discard_revision(text=revision)


def test_the_first_text_is_not_discarded(draft: Letter) -> None:
    with pytest.raises(errors.FirstText):
        drafting.discard_revision(text=text_of(draft))


def test_no_revision_of_a_closed_letter(published: Letter, now: datetime) -> None:
    closing.close_letter(letter=published, now=now)
    with pytest.raises(errors.AlreadyClosed):
        drafting.start_revision(letter=published)


def test_no_second_draft_beside_the_first(draft: Letter) -> None:
    assert drafting.start_revision(letter=draft) == draft_text(letter=draft)
    Translation.objects.all().delete()
    Text.objects.all().delete()
    with pytest.raises(errors.NotPublished):
        drafting.start_revision(letter=draft)
