"""Watching a name later lists those who stand already, and holds none of them."""

from collections.abc import Callable

import pytest

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models import Recheck, Signature, Vetting, Watched
from signatures.moderation import decisions, rescreening
from signatures.screening import watchlist
from signatures.verification import attested
from tests.signatures.factories import (
    BRIGID,
    MEI,
    WIKTOR,
    Person,
    listed,
    load,
    open_letter,
    person,
    someone,
)

pytestmark = pytest.mark.django_db

Held = Callable[[Person], tuple[Signature, Vetting]]


def _listed_again(letter: Letter) -> list[tuple[str, str]]:
    found = attested.to_look_at(letter=letter)
    return [(each.signature.name, each.watched.name if each.watched else "") for each in found]


def test_who_stands_already_is_listed_and_nobody_is_held(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer
) -> None:
    fan = person("fan@crowd.example", "Ann Lee", credit="Biographer of Wiktor Żółcik")
    listed(letter, BRIGID, fan, MEI)
    elsewhere = open_letter(slug="elsewhere")
    listed(elsewhere, BRIGID)
    watch("Brigid O’Malloran", "Wiktor Zolcik")
    assert rescreening.screen_standing() == 3
    expected = [("Ann Lee", "Wiktor Zolcik"), ("Brigid O’Malloran", "Brigid O’Malloran")]
    assert sorted(_listed_again(letter)) == expected
    assert not attested.to_look_at(letter=elsewhere).exists()
    assert set(Signature.objects.values_list("state", flat=True)) == {"confirmed"}
    assert rescreening.screen_standing() == 0


def test_who_was_looked_at_is_not_listed_again_for_another_name(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer
) -> None:
    brigid, _wiktor = listed(letter, BRIGID, WIKTOR)
    watch("Brigid O’Malloran")
    rescreening.screen_standing()
    attested.confirm_changes(signature=brigid, organizer=ottilie, expected_revision=1)
    assert load(brigid.pk).level == 1
    watch("Nora Hope")
    rescreening.screen_standing()
    assert not Recheck.objects.exists()


def test_whom_two_approved_because_of_the_name_is_not_listed(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch("Brigid O’Malloran")
    _signature, vetting = held(BRIGID)
    for organizer in (ottilie, ruth):
        decisions.approve(vetting=vetting, organizer=organizer, expected_revision=1)
    rescreening.screen_standing()
    assert not Recheck.objects.exists()


def test_a_name_of_the_sites_list_is_compared_with_every_letter(
    letter: Letter, ottilie: Organizer
) -> None:
    elsewhere = open_letter(slug="elsewhere")
    listed(letter, BRIGID)
    listed(elsewhere, BRIGID)
    watchlist.add(letter=None, names=["Brigid O’Malloran"], organizer=ottilie)
    rescreening.screen_standing()
    assert Recheck.objects.count() == 2


def test_a_worker_that_stops_goes_on_where_it_was(
    letter: Letter, watch: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rescreening, "BATCH_ROWS", 2)
    monkeypatch.setattr(rescreening, "RUN_SECONDS", 0.0)
    listed(letter, *(someone(number) for number in range(4)), BRIGID)
    watch("Brigid O’Malloran")
    assert rescreening.screen_standing() == 0
    assert rescreening._screen_batch() == 2
    assert Watched.objects.filter(screened_at=None).count() == 1
    assert [rescreening._screen_batch() for _ in range(3)] == [2, 1, None]
    assert _listed_again(letter) == [("Brigid O’Malloran", "Brigid O’Malloran")]
