"""One person who counts more than once is listed for the organizers; nobody is held for it."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import editing, withdrawal
from signatures.details import Details
from signatures.models import Recheck, RepeatsSought, Signature, Vetting
from signatures.moderation import decisions, recheck, repeats
from signatures.verification import attested
from tests.signatures.factories import (
    BRIGID,
    confirmed,
    listed,
    load,
    open_letter,
    person,
    sequence,
    someone,
)

pytestmark = pytest.mark.django_db

NAME = BRIGID.details.name


def _listed_again(letter: Letter) -> list[tuple[str, str]]:
    rows = attested.to_look_at(letter=letter).order_by("signature__number")
    return [(each.signature.email, each.reason) for each in rows]


def _from_network(key: bytes, *signatures: Signature) -> None:
    Signature.objects.filter(pk__in=[each.pk for each in signatures]).update(network_key=key)


def test_same_name_and_network_is_listed_whatever_the_address(letter: Letter) -> None:
    rows = listed(
        letter,
        person("one@gmail.com", "Brigid O’Malloran"),
        person("two@outlook.com", "BRIGID O'MALLORAN"),
        person("three@web.de", "Brigid  O’Mallorán", consent_publish=False),
        person("four@gmx.de", "Brigid O’Malloran"),
        person("sister@gmx.de", "Nora O’Malloran"),
    )
    _from_network(b"n" * 16, *rows[:3], rows[4])
    _from_network(b"m" * 16, rows[3])
    assert repeats.seek() == 5
    assert _listed_again(letter) == [("two@outlook.com", "network"), ("three@web.de", "network")]
    assert set(Signature.objects.values_list("state", flat=True)) == {"confirmed"}
    assert repeats.seek() == 0


def test_same_name_and_domain_is_listed_unless_anybody_has_an_address_there(
    letter: Letter,
) -> None:
    listed(
        letter,
        person("one@catchall.example", NAME),
        person("two@a.catchall.example", NAME),
        person("three@catchall.example", "Nora Hope"),
        person("four@gmail.com", NAME),
        person("five@gmail.com", NAME),
        person("six@yahoo.co.jp", NAME),
        person("seven@yahoo.co.jp", NAME),
        person("eight@one.github.io", NAME),
        person("nine@two.github.io", NAME),
    )
    repeats.seek()
    assert _listed_again(letter) == [("two@a.catchall.example", "domain")]


def test_throwaway_addresses_are_listed_by_themselves(letter: Letter) -> None:
    listed(letter, someone(1), person("x@mailinator.com", "Nora Hope"))
    repeats.seek()
    assert _listed_again(letter) == [("x@mailinator.com", "throwaway")]


def test_unknown_networks_and_nameless_keys_share_nothing(letter: Letter) -> None:
    rows = listed(letter, *(person(f"{n}@gmail.com", NAME) for n in range(2)))
    assert rows[0].network_key is None
    Signature.objects.update(network_key=b"")
    repeats.seek()
    assert _listed_again(letter) == []


def test_other_letters_and_those_who_left_do_not_count(letter: Letter) -> None:
    elsewhere = open_letter(slug="elsewhere")
    one = person("one@catchall.example", NAME)
    two = person("two@catchall.example", NAME)
    [gone] = listed(letter, one)
    listed(elsewhere, one)
    withdrawal.withdraw(signature=gone)
    listed(letter, two)
    repeats.seek()
    assert not Recheck.objects.exists()


def test_whom_organizers_let_in_is_not_listed(
    letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    _one, two = listed(
        letter, person("one@catchall.example", NAME), person("two@catchall.example", NAME)
    )
    recheck.doubt(signature=two, organizer=ottilie, expected_revision=two.revision, note="who?")
    vetting = Vetting.objects.get(signature=two)
    decisions.approve(vetting=vetting, organizer=ruth, expected_revision=load(two.pk).revision)
    repeats.seek()
    assert not Recheck.objects.exists()


def test_what_was_found_right_stays_so_and_a_worker_goes_on_where_it_was(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(repeats, "BATCH_ROWS", 2)
    people = [person(f"{number}@catchall.example", NAME) for number in range(5)]
    rows = listed(letter, *people[:3])
    assert repeats.seek() == 3
    attested.confirm_changes(signature=rows[1], organizer=ottilie, expected_revision=1)
    listed(letter, *people[3:])
    assert repeats.seek() == 2
    assert [email[0] for email, _reason in _listed_again(letter)] == ["2", "3", "4"]
    assert RepeatsSought.objects.get().to_number == 5


@pytest.mark.parametrize("renamed", [0, 1])
def test_a_name_that_is_taken_later_is_compared_as_well(letter: Letter, renamed: int) -> None:
    """Whichever of the two came first, and whatever the organizers have let in before."""
    rows = listed(
        letter,
        person("one@catchall.example", "Nora Hope"),
        person("two@catchall.example", "Nora Quay"),
    )
    repeats.seek()
    assert _listed_again(letter) == []
    _rename(rows[renamed], rows[1 - renamed].name.upper())
    assert _listed_again(letter) == [(rows[renamed].email, "domain")]


def test_a_new_name_that_nobody_shares_is_not_listed(letter: Letter) -> None:
    one, _two = listed(
        letter, person("one@catchall.example", "Nora Hope"), person("two@gmail.com", "Nora Quay")
    )
    _rename(one, "Nora Quay")
    _rename(one, "Nora Hope")
    repeats.seek()
    assert _listed_again(letter) == []


def test_a_new_name_without_a_number_waits_for_it(letter: Letter) -> None:
    listed(letter, person("one@catchall.example", NAME))
    two = confirmed(letter, person("two@catchall.example", "Nora Quay"))
    _rename(two, NAME)
    assert _listed_again(letter) == []
    sequence(letter)
    repeats.seek()
    assert _listed_again(letter) == [("two@catchall.example", "domain")]


def test_a_crowd_of_one_name_is_compared_in_linear_time(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, *(person(f"{number}@catchall.example", NAME) for number in range(30)))
    read = []
    traits_of = repeats.traits_of

    def counting(*, signature: Signature) -> repeats.Traits:
        read.append(signature.pk)
        return traits_of(signature=signature)

    monkeypatch.setattr(repeats, "traits_of", counting)
    repeats.seek()
    assert len(_listed_again(letter)) == 29
    assert len(read) == 2 * 30


def _rename(signature: Signature, name: str) -> None:
    now = load(signature.pk)
    details = replace(Details.of(now), name=name)
    assert editing.edit(signature=now, expected_revision=now.revision, details=details)


def test_a_batch_costs_the_same_number_of_queries_however_many_are_new(letter: Letter) -> None:
    costs = []
    for new in (range(1), range(1, 3), range(3, 15)):
        listed(letter, *(someone(number) for number in new))
        with CaptureQueriesContext(connection) as asked:
            assert repeats.seek() == len(new)
        costs.append(len(asked))
    assert costs[1] == costs[2]
