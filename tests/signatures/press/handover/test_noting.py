"""Deliveries: noted once, corrected or struck out by who read them last, never gone."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.errors import (
    DeliveredBeforeIt,
    DeliveredInFuture,
    HandoverChanged,
    NothingChanged,
    PackageMissing,
)
from signatures.models import Handover
from signatures.press.handover import noting, thanking
from signatures.press.handover.noting import Told
from tests.signatures.factories import BRIGID, listed, make_organizer, open_letter
from tests.signatures.press.handover.packages import noted, packed, told

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    listed(letter, BRIGID)
    return letter


@pytest.fixture
def owner(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


def note(letter: Letter, owner: Organizer, package_id: int, what: Told) -> Handover:
    return noting.note(
        letter=letter, package_id=package_id, organizer=owner, told=what, now=timezone.now()
    )


def test_the_same_sent_twice_is_noted_once(letter: Letter, owner: Organizer) -> None:
    package = packed(letter, owner)
    note(letter, owner, package.pk, told())
    with pytest.raises(NothingChanged):
        note(letter, owner, package.pk, told())
    assert note(letter, owner, package.pk, told("Another")).number == 2


@pytest.mark.parametrize(
    ("days", "error"), [(3, DeliveredInFuture), (-3, DeliveredBeforeIt)], ids=["later", "earlier"]
)
def test_no_day_that_cannot_be_is_noted(
    letter: Letter, owner: Organizer, days: int, error: type[Exception]
) -> None:
    package = packed(letter, owner)
    day = timezone.now().date() + timedelta(days=days)
    with pytest.raises(error):
        note(letter, owner, package.pk, Told(delivered_on=day, recipient="The Ministry"))


def test_nothing_is_handed_over_of_another_letter(letter: Letter, owner: Organizer) -> None:
    other = open_letter(slug="another", team=letter.team)
    listed(other, BRIGID)
    with pytest.raises(PackageMissing):
        note(letter, owner, packed(other, owner).pk, told())


@pytest.mark.parametrize(
    "change",
    [
        lambda found, **more: noting.correct(handover=found, told=told("B"), **more),
        lambda found, **more: noting.strike(handover=found, reason="Not so", **more),
    ],
    ids=["correct", "strike"],
)
def test_who_read_another_revision_changes_nothing(
    letter: Letter, owner: Organizer, change: Any
) -> None:
    found = noted(letter, owner)
    noting.correct(handover=found, expected_revision=1, told=told("A"), now=timezone.now())
    with pytest.raises(HandoverChanged):
        change(found, expected_revision=1, now=timezone.now())
    found.refresh_from_db()
    assert (found.recipient, found.revision, found.struck_at) == ("A", 2, None)
    change(found, expected_revision=2, now=timezone.now())


def test_what_is_struck_out_stays_and_is_not_the_latest(letter: Letter, owner: Organizer) -> None:
    found = noted(letter, owner)
    noting.strike(handover=found, expected_revision=1, reason="Not so", now=timezone.now())
    assert (list(noting.shown(letter=letter)), noting.latest(letter=letter)) == ([found], None)
    with pytest.raises(HandoverChanged):
        noting.correct(handover=found, expected_revision=2, told=told("A"), now=timezone.now())


def test_thanks_name_the_recipient_as_words(letter: Letter, owner: Organizer) -> None:
    noted(letter, owner, "A [b](https://x.example/) *c*")
    words = thanking.thanks(letter=letter, number=1, languages=["en", "ar", "de"])
    assert sorted(words) == ["body_ar", "body_en", "subject_ar", "subject_en"]
    assert r"to A \[b\](https://x.example/) \*c\*, with 1 signatures" in words["body_en"]
    assert thanking.thanks(letter=letter, number=2, languages=["en"]) == {}
