from functools import partial

import pytest

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures.errors import NotNotable, TooManyNotables
from signatures.models import Notable, Signature
from signatures.moderation import lifting, pinning
from tests.at_once import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    open_letter,
    sequence,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def vetted(letter: Letter, ottilie: Organizer) -> list[Signature]:
    """Three who may be named first."""
    signatures = listed(letter, BRIGID, WIKTOR, MEI)
    for each in signatures:
        lifting.vet(signature=each, organizer=ottilie, evidence="known")
    sequence(letter)
    return [load(each.pk) for each in signatures]


def _pin(*signatures: Signature, by: Organizer) -> list[int]:
    for each in signatures:
        assert pinning.pin(signature=each, organizer=by)
    return list(Notable.objects.values_list("pk", flat=True))


def _order(letter: Letter) -> list[str]:
    return [row.signature.name for row in pinning.pinned(letter=letter)]


def test_each_is_pinned_behind_the_others_once(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    _pin(*vetted, by=ottilie)
    assert not pinning.pin(signature=vetted[0], organizer=ottilie)
    assert _order(letter) == [BRIGID.details.name, WIKTOR.details.name, MEI.details.name]
    entries = AuditEntry.objects.filter(action="pin").order_by("pk")
    assert [entry.subject for entry in entries] == [
        f"signature {each.public_id}" for each in vetted
    ]


def test_five_at_once_pin_once(transactional_db: None, letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    lifting.vet(signature=brigid, organizer=ottilie, evidence="known")
    answers = at_once([partial(pinning.pin, signature=brigid, organizer=ottilie)] * 5)
    assert sorted(answers) == [False] * 4 + [True]
    assert AuditEntry.objects.filter(action="pin").count() == 1


def test_only_who_is_listed_and_vetted_is_pinned(letter: Letter, ottilie: Organizer) -> None:
    unvetted, quiet, guild, salma = listed(letter, BRIGID, QUIET, GUILD, SALMA)
    unnumbered = confirmed(letter, WIKTOR)
    for each in (quiet, guild, salma, unnumbered):
        lifting.vet(signature=each, organizer=ottilie, evidence="known")
    Signature.objects.filter(pk=salma.pk).update(state="removed")
    for each in (unvetted, quiet, salma, unnumbered):
        with pytest.raises(NotNotable):
            pinning.pin(signature=each, organizer=ottilie)
    assert pinning.pin(signature=guild, organizer=ottilie)
    assert _order(letter) == [GUILD.details.name]


def test_there_is_room_for_so_many(
    letter: Letter, vetted: list[Signature], ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "MOST", 2)
    _pin(*vetted[:2], by=ottilie)
    with pytest.raises(TooManyNotables):
        pinning.pin(signature=vetted[2], organizer=ottilie)


def test_one_is_taken_out_once(letter: Letter, vetted: list[Signature], ottilie: Organizer) -> None:
    first, *_others = _pin(*vetted, by=ottilie)
    assert pinning.unpin(letter=letter, notable_id=first, organizer=ottilie)
    assert not pinning.unpin(letter=letter, notable_id=first, organizer=ottilie)
    assert _order(letter) == [WIKTOR.details.name, MEI.details.name]


def test_another_letters_are_left_alone(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    first, second, third = _pin(*vetted, by=ottilie)
    other = open_letter(slug="elsewhere")
    assert not pinning.unpin(letter=other, notable_id=first, organizer=ottilie)
    assert not pinning.reorder(letter=other, order=[third, second, first], organizer=ottilie)
    assert _order(letter) == [BRIGID.details.name, WIKTOR.details.name, MEI.details.name]


def test_an_order_is_taken_once(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    first, second, third = _pin(*vetted, by=ottilie)
    asked = partial(pinning.reorder, letter=letter, organizer=ottilie)
    assert asked(order=[third, first, second])
    assert not asked(order=[third, first, second, second, 2**40])
    assert _order(letter) == [MEI.details.name, BRIGID.details.name, WIKTOR.details.name]
    assert AuditEntry.objects.filter(action="reorder").count() == 1


def test_who_was_pinned_meanwhile_comes_last(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    first, second, _third = _pin(*vetted, by=ottilie)
    assert pinning.reorder(letter=letter, order=[second, first], organizer=ottilie)
    assert _order(letter) == [WIKTOR.details.name, BRIGID.details.name, MEI.details.name]


def test_two_orders_at_once_leave_one_of_them(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    signatures = listed(letter, BRIGID, WIKTOR, MEI)
    for each in signatures:
        lifting.vet(signature=each, organizer=ottilie, evidence="known")
    one, two, three = _pin(*signatures, by=ottilie)
    orders = ([three, two, one], [two, three, one])
    answers = at_once(
        [
            partial(pinning.reorder, letter=letter, order=order, organizer=ottilie)
            for order in orders
        ]
    )
    assert answers == [True, True]
    left = tuple(pinning.pinned(letter=letter).values_list("pk", flat=True))
    assert left in {tuple(order) for order in orders}
    assert list(Notable.objects.values_list("place", flat=True)) == [1, 2, 3]


@pytest.mark.parametrize(
    ("typed", "order"),
    [
        ({}, [7, 8, 9, 10]),
        ({9: 1}, [9, 7, 8, 10]),
        ({7: 3}, [8, 9, 7, 10]),
        ({7: 99}, [8, 9, 10, 7]),
        ({10: 0}, [10, 7, 8, 9]),
        ({7: 2, 8: 1}, [8, 7, 9, 10]),
        ({9: 1, 10: 1}, [9, 10, 7, 8]),
    ],
)
def test_a_typed_place_is_the_place_one_gets(typed: dict[int, int], order: list[int]) -> None:
    assert pinning.moved(order=[7, 8, 9, 10], typed=typed) == order
