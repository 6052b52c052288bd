from typing import Any

import pytest

from campaign.letters import errors, updates
from campaign.letters.models import Letter, Update, UpdateState, UpdateWords
from campaign.letters.updates import Content, Words
from campaign.organizers.models import Organizer
from tests.signatures.factories import draft_letter, make_organizer, open_letter

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def organizer(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


def _content(**changes: Any) -> Content:
    chosen: dict[str, Any] = {"words": {"en": Words("News", "We won.")}, "audience": {}}
    return Content(**(chosen | changes))


def test_updates_are_numbered_by_letter(letter: Letter, organizer: Organizer) -> None:
    made = [
        updates.create(letter=letter, organizer=organizer, content=_content()) for _ in range(2)
    ]

    assert [(each.number, each.state, each.revision) for each in made] == [
        (1, UpdateState.DRAFT, 1),
        (2, UpdateState.DRAFT, 1),
    ]


def test_a_draft_letter_has_no_news() -> None:
    letter = draft_letter()

    with pytest.raises(errors.NotPublished):
        updates.create(
            letter=letter, organizer=make_organizer(team=letter.team), content=_content()
        )


@pytest.mark.parametrize(
    "words",
    [
        {},
        {"ar": Words("خبر", "نص")},
        {"en": Words("", "Text")},
        {"en": Words("Subject", " \u200b\n")},
        {"en": Words("Subject", "Text"), "ar": Words("خبر", "")},
    ],
)
def test_words_that_are_missing_are_refused(
    letter: Letter, organizer: Organizer, words: dict[str, Words]
) -> None:
    with pytest.raises(errors.UpdateIncomplete):
        updates.create(letter=letter, organizer=organizer, content=_content(words=words))

    assert Update.objects.count() == 0


def test_saving_replaces_all_and_asks_for_the_revision(
    letter: Letter, organizer: Organizer
) -> None:
    update = updates.create(letter=letter, organizer=organizer, content=_content())
    arabic = {"en": Words("Later\nnews", "We lost.\r\n\r\nYes."), "ar": Words("خبر", "نص")}

    updates.save(update=update, expected_revision=1, content=_content(words=arabic))

    assert update.revision == 2
    assert {
        each.language: (each.subject, each.body)
        for each in updates.words_of(update=update).values()
    } == {"en": ("Later news", "We lost.\n\nYes."), "ar": ("خبر", "نص")}
    with pytest.raises(errors.UpdateChanged):
        updates.save(update=update, expected_revision=1, content=_content())


@pytest.mark.parametrize(
    "state", [UpdateState.CANCELLED, UpdateState.SENDING, UpdateState.SENT, UpdateState.SCHEDULED]
)
def test_what_is_on_its_way_is_frozen(
    letter: Letter, organizer: Organizer, state: UpdateState
) -> None:
    update = updates.create(letter=letter, organizer=organizer, content=_content())
    Update.objects.update(
        state=state, seal="x", released_by=organizer, started_at=update.created_at
    )

    with pytest.raises(errors.UpdateFrozen):
        updates.save(update=update, expected_revision=1, content=_content())
    with pytest.raises(errors.UpdateFrozen):
        updates.discard(update=update, expected_revision=1)


def test_a_draft_is_discarded_with_its_words(letter: Letter, organizer: Organizer) -> None:
    update = updates.create(letter=letter, organizer=organizer, content=_content())
    with pytest.raises(errors.UpdateChanged):
        updates.discard(update=update, expected_revision=7)

    updates.discard(update=update, expected_revision=1)

    assert (Update.objects.count(), UpdateWords.objects.count()) == (0, 0)


@pytest.mark.parametrize(
    "change",
    [
        {"words": {"en": Words("News", "We won!")}},
        {"words": {"en": Words("News", "We won."), "ar": Words("خبر", "نص")}},
        {"audience": {"countries": ["FR"]}},
        {"is_public": True},
    ],
)
def test_the_seal_is_of_everything(
    letter: Letter, organizer: Organizer, change: dict[str, Any]
) -> None:
    update = updates.create(letter=letter, organizer=organizer, content=_content())
    before = updates.seal_of(update=update)

    updates.save(update=update, expected_revision=1, content=_content(**change))

    assert updates.seal_of(update=update) != before
