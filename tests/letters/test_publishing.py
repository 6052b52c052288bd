import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, transaction

from campaign.letters import closing, drafting, errors, publishing
from campaign.letters.models import Event, EventKind, Letter, LetterState, Translation
from campaign.letters.texts import current_text, draft_text, published_texts, seal_of

ENGLISH = b"Ask before you train\n\nTo those who build machines\n\nWe write.\n\nNobody asked.\n"


def add_arabic(letter: Letter) -> Translation:
    text = draft_text(letter=letter)
    assert text is not None
    return drafting.save_translation(
        text=text, language="ar", title="اسألوا", addressee="إلى من يصنع", body="نكتب."
    )


def events(letter: Letter) -> list[tuple[str, str]]:
    return list(
        Event.objects.filter(letter=letter).order_by("pk").values_list("kind", "text_sha256")
    )


def test_the_first_publication_freezes_dates_and_names_everything(
    draft: Letter, now: datetime
) -> None:
    arabic = add_arabic(draft)
    text = publishing.publish(letter=draft, now=now)
    draft.refresh_from_db()
    assert (draft.state, draft.published_at, draft.origin) == (
        LetterState.PUBLISHED,
        now,
        "127.0.0.1:8000/letters/ask-before-you-train/record",
    )
    assert text.published_at == now
    assert current_text(letter=draft) == text
    english_hash = hashlib.sha256(ENGLISH).hexdigest()
    arabic.refresh_from_db()
    assert text.translations.get(language="en").sha256 == english_hash
    assert arabic.sha256 == hashlib.sha256(arabic.source).hexdigest()
    assert events(draft) == [
        (EventKind.PUBLISH, english_hash),
        (EventKind.TEXT, arabic.sha256),
    ]


def test_what_is_stored_is_what_was_hashed(draft: Letter, now: datetime) -> None:
    """Even if it came in by another door than drafting."""
    Translation.objects.update(title=" Cafe\u0301 \n first", body="\r\nWe write.\r\n")
    publishing.publish(letter=draft, now=now)
    translation = Translation.objects.get()
    assert (translation.title, translation.body) == ("Café first", "We write.")
    stored = f"{translation.title}\n\n{translation.addressee}\n\n{translation.body}\n"
    assert translation.sha256 == hashlib.sha256(stored.encode()).hexdigest()


def test_a_later_version_tells_each_of_its_texts(published: Letter, now: datetime) -> None:
    first = published.texts.get()
    revision = drafting.start_revision(letter=published)
    arabic = add_arabic(published)
    later = now + timedelta(days=1)
    publishing.publish(letter=published, now=later)
    published.refresh_from_db()
    arabic.refresh_from_db()
    assert published.published_at == now
    english_hash = hashlib.sha256(ENGLISH).hexdigest()
    assert events(published) == [
        (EventKind.PUBLISH, english_hash),
        (EventKind.TEXT, english_hash),
        (EventKind.TEXT, arabic.sha256),
    ]
    assert list(published_texts(letter=published)) == [revision, first]


def test_nothing_is_published_twice(published: Letter, now: datetime) -> None:
    with pytest.raises(errors.NothingToPublish):
        publishing.publish(letter=published, now=now + timedelta(hours=1))
    assert len(events(published)) == 1
    assert published.texts.get().published_at == now


@pytest.mark.django_db(transaction=True)
def test_published_by_many_at_once_it_is_published_once(
    draft: Letter, now: datetime, at_once: Callable[..., list[str]]
) -> None:
    outcome = at_once(lambda: publishing.publish(letter=draft, now=now))
    assert outcome == ["NothingToPublish"] * 5 + ["done"]
    assert len(events(draft)) == 1


@pytest.mark.django_db(transaction=True)
def test_written_and_published_at_once_the_hash_stays_true(
    draft: Letter, now: datetime, at_once: Callable[..., list[str]]
) -> None:
    text = draft_text(letter=draft)
    assert text is not None
    languages = iter(["ar", "fr", "de", "es", "it"])

    def write_or_publish() -> None:
        language = next(languages, None)
        if language is None:
            publishing.publish(letter=draft, now=now)
        else:
            drafting.save_translation(
                text=text, language=language, title="a", addressee="b", body="c"
            )

    at_once(write_or_publish)
    frozen = list(Translation.objects.all())
    assert [each.sha256 for each in frozen] == [each.hash_of_source() for each in frozen]
    assert len(events(draft)) == len(frozen)


@pytest.mark.parametrize("part", ["title", "addressee", "body"])
@pytest.mark.parametrize("value", ["", " \n", "\u200b\u2060"])
def test_an_incomplete_text_is_refused(draft: Letter, now: datetime, part: str, value: str) -> None:
    arabic = add_arabic(draft)
    Translation.objects.filter(pk=arabic.pk).update(**{part: value})
    with pytest.raises(errors.TextIncomplete) as problem:
        publishing.publish(letter=draft, now=now)
    assert problem.value.language == "ar"
    draft.refresh_from_db()
    assert (draft.state, draft.origin) == (LetterState.DRAFT, "")
    assert current_text(letter=draft) is None
    assert events(draft) == []
    assert set(Translation.objects.values_list("sha256", flat=True)) == {""}


def test_without_an_authoritative_language_nothing_is_published(
    draft: Letter, now: datetime
) -> None:
    Translation.objects.update(is_authoritative=False)
    with pytest.raises(errors.TextIncomplete):
        publishing.publish(letter=draft, now=now)
    assert events(draft) == []


def test_what_was_not_seen_is_not_published(draft: Letter, now: datetime) -> None:
    seal = seal_of(list(Translation.objects.all()))
    add_arabic(draft)
    with pytest.raises(errors.ChangedMeanwhile):
        publishing.publish(letter=draft, now=now, expected_seal=seal)
    seal = seal_of(list(Translation.objects.all()))
    publishing.publish(letter=draft, now=now, expected_seal=seal)
    assert len(events(draft)) == 2


def test_a_letter_past_its_closing_time_is_not_published(
    begin: Callable[..., Letter], now: datetime
) -> None:
    letter = begin(closes_at=now)
    with pytest.raises(errors.ClosingTimePassed):
        publishing.publish(letter=letter, now=now)
    assert events(letter) == []


def test_a_closed_letter_takes_no_new_text(published: Letter, now: datetime) -> None:
    drafting.start_revision(letter=published)
    closing.close_letter(letter=published, now=now)
    with pytest.raises(errors.AlreadyClosed):
        publishing.publish(letter=published, now=now)


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Another"},
        {"addressee": "Another"},
        {"body": "Another"},
        {"language": "fr"},
        {"is_authoritative": False},
        {"sha256": ""},
        {"sha256": "0" * 64},
    ],
)
def test_the_database_lets_nobody_change_a_published_text(
    published: Letter, change: dict[str, object]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Translation.objects.update(**change)
    assert Translation.objects.get().source == ENGLISH
