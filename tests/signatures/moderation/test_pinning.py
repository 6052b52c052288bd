from functools import partial

import pytest

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures.errors import DetailsChanged, NotNotable, TooManyNotables
from signatures.models import Notable, Signature
from signatures.moderation import attestation, pinning
from tests.concurrency import at_once
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
        attestation.vet(
            signature=each, organizer=ottilie, expected_revision=each.revision, evidence="known"
        )
    sequence(letter)
    return [load(each.pk) for each in signatures]


def _pin(*signatures: Signature, by: Organizer) -> list[int]:
    for each in signatures:
        assert pinning.pin(signature=each, organizer=by, expected_revision=each.revision)
    return list(Notable.objects.values_list("pk", flat=True))


def _order(letter: Letter) -> list[str]:
    return [row.signature.name for row in pinning.pinned(letter=letter)]


def test_each_is_pinned_behind_the_others_once(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    _pin(*vetted, by=ottilie)
    assert not pinning.pin(
        signature=vetted[0], organizer=ottilie, expected_revision=vetted[0].revision
    )
    assert _order(letter) == [BRIGID.details.name, WIKTOR.details.name, MEI.details.name]
    entries = AuditEntry.objects.filter(action="pin").order_by("pk")
    assert [entry.subject for entry in entries] == [
        f"signature {each.public_id}" for each in vetted
    ]


def test_five_at_once_pin_once(transactional_db: None, letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    attestation.vet(
        signature=brigid, organizer=ottilie, expected_revision=brigid.revision, evidence="known"
    )
    answers = at_once(
        [
            partial(
                pinning.pin, signature=brigid, organizer=ottilie, expected_revision=brigid.revision
            )
        ]
        * 5
    )
    assert sorted(answers) == [False] * 4 + [True]
    assert AuditEntry.objects.filter(action="pin").count() == 1


def test_only_who_is_listed_and_vetted_is_pinned(letter: Letter, ottilie: Organizer) -> None:
    unvetted, quiet, guild, salma = listed(letter, BRIGID, QUIET, GUILD, SALMA)
    unnumbered = confirmed(letter, WIKTOR)
    for each in (quiet, guild, salma, unnumbered):
        attestation.vet(
            signature=each, organizer=ottilie, expected_revision=each.revision, evidence="known"
        )
    Signature.objects.filter(pk=salma.pk).update(state="removed")
    for each in (unvetted, quiet, salma, unnumbered):
        with pytest.raises(NotNotable):
            pinning.pin(signature=each, organizer=ottilie, expected_revision=each.revision)
    assert pinning.pin(signature=guild, organizer=ottilie, expected_revision=guild.revision)
    assert _order(letter) == [GUILD.details.name]


def test_there_is_room_for_so_many(
    letter: Letter, vetted: list[Signature], ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "MAX_NOTABLES", 2)
    _pin(*vetted[:2], by=ottilie)
    with pytest.raises(TooManyNotables):
        pinning.pin(signature=vetted[2], organizer=ottilie, expected_revision=vetted[2].revision)


def test_one_is_taken_out_once(letter: Letter, vetted: list[Signature], ottilie: Organizer) -> None:
    _pin(*vetted, by=ottilie)
    assert pinning.unpin(signature=vetted[0], organizer=ottilie, expected_revision=1)
    assert not pinning.unpin(signature=vetted[0], organizer=ottilie, expected_revision=1)
    assert _order(letter) == [WIKTOR.details.name, MEI.details.name]


def test_another_letters_are_left_alone(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    first, second, third = _pin(*vetted, by=ottilie)
    other = open_letter(slug="elsewhere")
    order = [third, second, first]
    assert not pinning.reorder(
        letter=other, order=order, expected_revisions=dict.fromkeys(order, 1), organizer=ottilie
    )
    assert _order(letter) == [BRIGID.details.name, WIKTOR.details.name, MEI.details.name]


def test_an_order_is_taken_once(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    first, second, third = _pin(*vetted, by=ottilie)
    revisions = dict.fromkeys((first, second, third), 1)
    asked = partial(pinning.reorder, letter=letter, expected_revisions=revisions, organizer=ottilie)
    assert asked(order=[third, first, second])
    assert not asked(order=[third, first, second, second, 2**40])
    assert _order(letter) == [MEI.details.name, BRIGID.details.name, WIKTOR.details.name]
    assert AuditEntry.objects.filter(action="reorder").count() == 1


def test_who_was_pinned_meanwhile_comes_last(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    first, second, _third = _pin(*vetted, by=ottilie)
    revisions = {first: 1, second: 1}
    assert pinning.reorder(
        letter=letter, order=[second, first], expected_revisions=revisions, organizer=ottilie
    )
    assert _order(letter) == [WIKTOR.details.name, BRIGID.details.name, MEI.details.name]


def test_two_orders_at_once_leave_one_of_them(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    signatures = listed(letter, BRIGID, WIKTOR, MEI)
    for each in signatures:
        attestation.vet(
            signature=each, organizer=ottilie, expected_revision=each.revision, evidence="known"
        )
    one, two, three = _pin(*signatures, by=ottilie)
    orders = ([three, two, one], [two, three, one])
    revisions = dict.fromkeys((one, two, three), 1)
    answers = at_once(
        [
            partial(
                pinning.reorder,
                letter=letter,
                order=order,
                expected_revisions=revisions,
                organizer=ottilie,
            )
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


def test_nobody_is_named_first_or_moved_who_was_edited_since(
    letter: Letter, vetted: list[Signature], ottilie: Organizer
) -> None:
    first, second, third = _pin(*vetted, by=ottilie)
    Signature.objects.filter(pk=vetted[2].pk).update(revision=2)
    order = [third, first, second]
    with pytest.raises(DetailsChanged):
        pinning.reorder(
            letter=letter,
            order=order,
            expected_revisions=dict.fromkeys(order, 1),
            organizer=ottilie,
        )
    for deed in (pinning.unpin, pinning.pin):
        with pytest.raises(DetailsChanged):
            deed(signature=vetted[2], organizer=ottilie, expected_revision=1)
    assert _order(letter) == [BRIGID.details.name, WIKTOR.details.name, MEI.details.name]
