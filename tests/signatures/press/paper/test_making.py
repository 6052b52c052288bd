"""Which PDFs are made when, and which readers get: never one with a name that is gone."""

import subprocess
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.conf import settings
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.wake import Task
from signatures import editing, erasure, withdrawal
from signatures.models import Because, LetterPdf, Signature
from signatures.moderation import removal
from signatures.press.paper import making, typesetting
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    WIKTOR,
    close,
    listed,
    load,
    make_organizer,
    open_letter,
    publish_version,
    sequence,
)

pytestmark = pytest.mark.django_db

LANGUAGES = ["ar", "en"]


@pytest.fixture
def compiled(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The titles that were compiled, each to a file of its own, without the compiler."""
    titles: list[str] = []

    def pdf(told: dict[str, Any]) -> bytes:
        titles.append(told["title"])
        return f"%PDF-{len(titles)}".encode()

    monkeypatch.setattr(typesetting, "pdf", pdf)
    return titles


@pytest.fixture
def letter(compiled: list[str]) -> Letter:
    letter = open_letter()
    listed(letter, BRIGID, SALMA)
    making.make_due()
    compiled.clear()
    return letter


def served(letter: Letter) -> list[str]:
    return [each for each in LANGUAGES if making.current(letter=letter, language=each)]


def edit(signature: Signature) -> None:
    editing.edit(signature=signature, expected_revision=1, details=BRIGID.but(name="Bee").details)


def test_the_count_waits_for_no_pdf() -> None:
    routes = settings.CELERY_TASK_ROUTES
    slow = (Task.MAKE_LETTER_PDFS, Task.MAKE_PACKAGES)
    assert [routes[task.value] for task in slow] == [{"queue": "outside"}] * 2


def test_each_translation_is_made_once_and_not_again_while_nothing_happens(
    letter: Letter, compiled: list[str]
) -> None:
    assert (served(letter), making.make_due(), compiled) == (LANGUAGES, 0, [])


def test_while_it_is_open_more_names_are_added_every_ten_minutes(
    letter: Letter, compiled: list[str]
) -> None:
    listed(letter, WIKTOR)
    assert (making.make_due(), served(letter)) == (0, LANGUAGES)
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert making.make_due() == 2


def test_a_letter_that_closes_or_gets_a_new_text_has_a_new_one_at_once(letter: Letter) -> None:
    publish_version(letter, title="Another title")
    assert making.make_due() == 2
    close(letter)
    sequence(letter)
    assert making.make_due() == 2


@pytest.mark.parametrize(
    "leave",
    [
        lambda signature: withdrawal.withdraw(signature=signature),
        lambda signature: erasure.erase(signature=signature),
        edit,
    ],
    ids=["withdraw", "erase", "edit"],
)
def test_none_is_served_from_the_moment_when_a_name_in_it_changes(
    letter: Letter, compiled: list[str], leave: Callable[[Signature], object]
) -> None:
    leave(Signature.objects.get(letter=letter, number=1))
    assert served(letter) == []
    assert (making.make_due(), served(letter)) == (2, LANGUAGES)


def test_who_comes_back_does_not_make_up_for_who_leaves(letter: Letter) -> None:
    """1 and 4 are as much as 2 and 3, and so are their revisions."""
    listed(letter, WIKTOR, MEI)
    organizer = make_organizer(team=letter.team)
    away = [Signature.objects.get(letter=letter, number=number) for number in (2, 3)]
    for signature in away:
        removal.remove(
            signature=signature,
            organizer=organizer,
            expected_revision=signature.revision,
            because=Because.MISTAKE,
        )
    sequence(letter)
    making.make_due()
    assert served(letter) == LANGUAGES
    for signature in away:
        removal.restore(
            signature=load(signature.pk),
            organizer=organizer,
            expected_revision=signature.revision,
            because=Because.MISTAKE,
        )
    for number in (1, 4):
        withdrawal.withdraw(signature=Signature.objects.get(letter=letter, number=number))
    assert served(letter) == []


def test_an_erased_name_is_in_no_row(letter: Letter) -> None:
    erasure.erase(signature=Signature.objects.get(letter=letter, number=1))
    assert LetterPdf.objects.filter(letter=letter).exists() is False


def test_a_name_that_leaves_while_the_file_is_made_is_not_served(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, WIKTOR)

    def pdf(_told: object) -> bytes:
        erasure.erase(signature=load(Signature.objects.get(letter=letter, number=1).pk))
        return b"%PDF-with a name"

    close(letter)
    sequence(letter)
    with monkeypatch.context() as patch:
        patch.setattr(typesetting, "pdf", pdf)
        with pytest.raises(Signature.DoesNotExist):
            making.make_due()
    assert served(letter) == []
    assert LetterPdf.objects.filter(content=b"%PDF-with a name").exists() is False


def test_what_another_worker_makes_is_left_to_it_until_it_should_have_ended(
    letter: Letter,
) -> None:
    LetterPdf.objects.update(claimed_until=timezone.now() + making.CLAIMED_FOR, sha256="")
    close(letter)
    sequence(letter)
    assert making.make_due() == 0
    with time_machine.travel(timezone.now() + making.CLAIMED_FOR * 2):
        assert making.make_due() == 2


@pytest.mark.parametrize("error", [typesetting.NotTypeset("…"), OSError(28, "disk full")])
def test_after_a_failure_the_old_one_stays_and_it_is_tried_again_later(
    letter: Letter, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(_told: object) -> bytes:
        raise error

    listed(letter, WIKTOR)
    close(letter)
    sequence(letter)
    with monkeypatch.context() as patch:
        patch.setattr(typesetting, "pdf", fail)
        assert (making.make_due(), served(letter)) == (0, LANGUAGES)
    assert making.make_due() == 0
    with time_machine.travel(timezone.now() + making.RETRY_AFTER * 2):
        assert making.make_due() == 2


def test_a_compiler_that_is_killed_or_takes_too_long_makes_no_file(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.undo()
    with pytest.raises(typesetting.NotTypeset):
        typesetting.pdf({"title": "not all that the template needs"})

    def late(*_args: object, **_more: object) -> None:
        raise subprocess.TimeoutExpired("compiler", 1)

    monkeypatch.setattr(subprocess, "run", late)
    with pytest.raises(typesetting.NotTypeset):
        typesetting.pdf({})
