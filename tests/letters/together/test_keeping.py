"""Each saved state of a text is a numbered draft, and none is lost."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine

from campaign.letters import drafting, errors
from campaign.letters.models import (
    Draft,
    DraftComment,
    DraftTranslation,
    DraftWording,
    Letter,
    Text,
    Translation,
)
from campaign.letters.texts import draft_text, seal_of
from campaign.letters.together import keeping
from campaign.organizers.models import Organizer
from tests.concurrency import at_once as both

Begin = Callable[..., Letter]
WORDS = {"title": "Ask first", "addressee": "To those who build machines"}


def text_of(letter: Letter) -> Text:
    text = draft_text(letter=letter)
    assert text is not None
    return text


def save(letter: Letter, body: str, *, language: str = "en", by: Organizer | None = None) -> None:
    drafting.save_translation(
        text=text_of(letter), language=language, body=body, organizer=by, **WORDS
    )


def bodies(draft: Draft | None) -> dict[str, str]:
    assert draft is not None
    return {each.language: each.body for each in keeping.translations_of(draft)}


def numbers(letter: Letter) -> list[int]:
    return [each.number for each in keeping.drafts_of(text=text_of(letter))]


def test_each_save_is_kept_with_who_saved_it(
    draft: Letter, amira: Organizer, bjorn: Organizer
) -> None:
    save(draft, "Second.", by=amira)
    save(draft, "Deuxième.", language="fr", by=bjorn)
    assert [(each.number, each.saved_by) for each in keeping.drafts_of(text=text_of(draft))] == [
        (3, bjorn),
        (2, amira),
        (1, None),
    ]
    assert bodies(keeping.numbered(letter=draft, number=1)) == {"en": "We write.\n\nNobody asked."}
    assert bodies(keeping.numbered(letter=draft, number=2)) == {"en": "Second."}
    assert bodies(keeping.numbered(letter=draft, number=3)) == {"en": "Second.", "fr": "Deuxième."}


def test_saving_the_same_words_is_no_new_draft(draft: Letter, amira: Organizer) -> None:
    save(draft, "Second.", by=amira)
    save(draft, "Second. ", by=amira)
    assert numbers(draft) == [2, 1]


def test_words_are_stored_once_for_all_drafts_that_have_them(draft: Letter) -> None:
    for body in ("Second.", "Third.", "Second."):
        save(draft, body)
    save(draft, "Deuxième.", language="fr")
    assert numbers(draft) == [5, 4, 3, 2, 1]
    assert DraftWording.objects.count() == 4


def test_a_language_that_is_taken_out_or_made_authoritative_is_a_draft(
    draft: Letter, amira: Organizer
) -> None:
    save(draft, "Deuxième.", language="fr")
    french = Translation.objects.get(language="fr")
    drafting.mark_authoritative(translation=french, organizer=amira)
    third = keeping.latest_draft(text=text_of(draft))
    assert third is not None
    assert [each.language for each in keeping.translations_of(third)] == ["fr", "en"]
    drafting.remove_translation(translation=Translation.objects.get(language="en"), organizer=amira)
    assert bodies(keeping.latest_draft(text=text_of(draft))) == {"fr": "Deuxième."}
    assert numbers(draft) == [4, 3, 2, 1]


def test_words_from_before_drafts_were_kept_are_kept_by_the_next_change(
    draft: Letter, amira: Organizer
) -> None:
    Draft.objects.all().delete()
    DraftWording.objects.all().delete()
    save(draft, "Second.", by=amira)
    assert bodies(keeping.numbered(letter=draft, number=1)) == {"en": "We write.\n\nNobody asked."}
    assert bodies(keeping.numbered(letter=draft, number=2)) == {"en": "Second."}


def test_what_is_refused_leaves_no_draft(draft: Letter, amira: Organizer) -> None:
    with pytest.raises(errors.ChangedMeanwhile):
        drafting.save_translation(
            text=text_of(draft),
            language="en",
            body="Mine.",
            expected_hash="0" * 64,
            organizer=amira,
            **WORDS,
        )
    assert numbers(draft) == [1]


def test_a_draft_is_brought_back_with_its_languages_and_no_others(
    draft: Letter, amira: Organizer
) -> None:
    save(draft, "Deuxième.", language="fr")
    drafting.mark_authoritative(translation=Translation.objects.get(language="fr"))
    save(draft, "الثالث.", language="ar")
    drafting.remove_translation(translation=Translation.objects.get(language="en"))
    wanted = keeping.numbered(letter=draft, number=2)
    assert wanted is not None
    text = text_of(draft)
    back = drafting.bring_back(
        text=text,
        draft=wanted,
        expected_seal=seal_of(text.translations.all()),
        organizer=amira,
    )
    assert (back.number, back.brings_back, back.saved_by) == (6, 2, amira)
    assert back.seal == wanted.seal
    standing = Translation.objects.filter(text=text).order_by("language")
    assert [(each.language, each.body, each.is_authoritative) for each in standing] == [
        ("en", "We write.\n\nNobody asked.", True),
        ("fr", "Deuxième.", False),
    ]


def test_nothing_is_brought_back_over_what_somebody_saved_meanwhile(
    draft: Letter, amira: Organizer
) -> None:
    first, text = keeping.numbered(letter=draft, number=1), text_of(draft)
    assert first is not None
    seen = seal_of(text.translations.all())
    save(draft, "Second.")
    with pytest.raises(errors.ChangedMeanwhile):
        drafting.bring_back(text=text, draft=first, expected_seal=seen, organizer=amira)
    assert numbers(draft) == [2, 1]
    assert Translation.objects.get().body == "Second."


def test_the_oldest_go_when_there_are_too_many(
    draft: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping, "MAX_DRAFTS", 3)
    save(draft, "Deuxième.", language="fr")
    for number in range(3, 7):
        save(draft, f"Draft {number}.")
    assert numbers(draft) == [6, 5, 4]
    # What the French was made from is still told, though no draft says it any more.
    assert sorted(DraftWording.objects.values_list("body", flat=True)) == [
        "Deuxième.",
        "Draft 4.",
        "Draft 5.",
        "Draft 6.",
        "We write.\n\nNobody asked.",
    ]


def test_drafts_of_the_next_version_go_on_with_their_numbers(
    published: Letter, amira: Organizer
) -> None:
    drafting.start_revision(letter=published, organizer=amira)
    assert [(each.text.number, each.number) for each in Draft.objects.order_by("number")] == [
        (1, 1),
        (2, 2),
    ]


def test_a_discarded_version_takes_its_drafts_along(published: Letter) -> None:
    revision = drafting.start_revision(letter=published)
    save(published, "Other words.")
    drafting.discard_revision(text=revision)
    assert [each.number for each in Draft.objects.all()] == [1]


def test_a_deleted_letter_leaves_nothing(draft: Letter) -> None:
    save(draft, "Second.")
    drafting.delete_letter(letter=draft)
    assert [
        Draft.objects.count(),
        DraftTranslation.objects.count(),
        DraftWording.objects.count(),
    ] == [*(0, 0, 0)]


def test_drafts_are_forgotten_some_time_after_their_text_is_published(
    published: Letter, amira: Organizer
) -> None:
    text = Text.objects.get()
    assert text.published_at is not None
    DraftComment.objects.create(
        text=text,
        draft_number=1,
        language="en",
        place=0,
        paragraph="Ask",
        paragraph_sha256="0" * 64,
        words="Why?",
        said_by=amira,
        said_at=text.published_at,
    )
    due = text.published_at + keeping.KEPT_FOR
    assert keeping.forget_published(now=due) == 0
    assert keeping.forget_published(now=due + timedelta(seconds=1)) == 1
    assert keeping.forget_published(now=due + timedelta(seconds=1)) == 0
    assert DraftComment.objects.count() == DraftWording.objects.count() == 0


def test_what_is_being_written_is_never_forgotten(draft: Letter) -> None:
    saved_at = Draft.objects.get().saved_at
    assert keeping.forget_published(now=saved_at + timedelta(days=4000)) == 0


@pytest.mark.django_db(transaction=True)
def test_of_two_who_save_at_once_one_is_asked_and_neither_is_lost(
    begin: Begin, amira: Organizer, bjorn: Organizer
) -> None:
    draft = begin()
    text, seen = text_of(draft), Translation.objects.get().hash_of_source()

    def saving(who: Organizer, body: str) -> Callable[[], object]:
        return lambda: drafting.save_translation(
            text=text, language="en", body=body, expected_hash=seen, organizer=who, **WORDS
        )

    answers = both([saving(amira, "Amira’s."), saving(bjorn, "Björn’s.")])
    assert sorted(type(each).__name__ for each in answers) == ["ChangedMeanwhile", "Translation"]
    assert numbers(draft) == [2, 1]


@pytest.mark.django_db(transaction=True)
def test_saves_of_two_languages_at_once_are_two_drafts(
    begin: Begin, amira: Organizer, bjorn: Organizer
) -> None:
    draft = begin()
    both(
        [
            lambda: save(draft, "Deuxième.", language="fr", by=amira),
            lambda: save(draft, "الثاني.", language="ar", by=bjorn),
        ]
    )
    assert numbers(draft) == [3, 2, 1]
    assert set(bodies(keeping.latest_draft(text=text_of(draft)))) == {"ar", "en", "fr"}


def test_the_time_of_a_save_is_kept(begin: Begin) -> None:
    with time_machine.travel("2026-11-05 10:00Z", tick=False):
        begin()
    assert f"{Draft.objects.get().saved_at:%Y-%m-%d %H:%M}" == "2026-11-05 10:00"
