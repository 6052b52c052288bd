"""Who may begin a deed about many, alone or as one of two, and what is written down then."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
import time_machine
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Membership, Organizer, Role
from signatures.errors import (
    BulkInWrongState,
    BulkOfStranger,
    MoreThanCounted,
    NobodyFits,
    OwnBulkDeed,
    ProposalExpired,
    QueryTooSlow,
    TooManyAtOnce,
)
from signatures.models import Because, BulkAction, BulkDeed, BulkRow, Signature, SignatureState
from signatures.moderation import attestation
from signatures.moderation.bulk import asking, querying, working
from signatures.moderation.bulk.querying import Query, count
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, MEI, WIKTOR, confirmed, listed, load, make_organizer

pytestmark = pytest.mark.django_db


def ask(letter: Letter, organizer: Organizer, **given: Any) -> BulkDeed:
    query = given.pop("query", Query())
    counted = count(letter=letter, query=query)
    return asking.ask(
        letter=letter,
        organizer=organizer,
        action=BulkAction.REMOVE,
        query=query,
        typed={},
        because=Because.RULES,
        **{
            "counted": counted.total,
            "boundary": counted.boundary,
            "key": uuid4(),
            "now": timezone.now(),
            **given,
        },
    )


def approve(deed: BulkDeed, organizer: Organizer) -> None:
    asking.approve(deed=deed, organizer=organizer, now=timezone.now())


def refused(act: Callable[[], object]) -> type[Exception] | None:
    try:
        act()
    except Exception as error:
        return type(error)
    return None


def test_only_those_who_were_counted_are_in_it(letter: Letter, ottilie: Organizer) -> None:
    listed(letter, BRIGID)
    read = count(letter=letter, query=Query())
    confirmed(letter, MEI)
    deed = ask(letter, ottilie, counted=read.total, boundary=read.boundary)
    assert list(deed.rows.values_list("signature__name", flat=True)) == ["Brigid O’Malloran"]
    more = partial(ask, letter, ottilie, counted=1)
    none = partial(ask, letter, ottilie, query=Query(country="NZ"))
    assert (refused(more), refused(none)) == (MoreThanCounted, NobodyFits)


@pytest.mark.django_db(transaction=True)
def test_a_query_that_takes_long_is_ended_when_counted_and_when_asked(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, BRIGID)
    read = count(letter=letter, query=Query())
    slow = Signature.objects.extra(where=["pg_sleep(30) IS NOT NULL"])
    monkeypatch.setattr(querying, "_fitting", lambda _letter, _query: slow)
    monkeypatch.setattr(querying, "MAX_QUERY_SECONDS", 0.2)
    counting = partial(count, letter=letter, query=Query())
    asked = partial(ask, letter, ottilie, counted=read.total, boundary=read.boundary)
    monkeypatch.setitem(globals(), "count", lambda **_given: read)
    assert (refused(counting), refused(asked)) == (QueryTooSlow, QueryTooSlow)
    assert BulkDeed.objects.count() == 0


def test_one_deed_is_about_so_many_at_most(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed(letter, BRIGID, MEI)
    monkeypatch.setattr(asking, "MAX_SIGNATURES", 1)
    assert refused(partial(ask, letter, ottilie)) == TooManyAtOnce
    assert (BulkDeed.objects.count(), BulkRow.objects.count()) == (0, 0)


def test_asked_for_twice_by_one_page_it_is_one_deed(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    listed(letter, BRIGID, MEI)
    key = uuid4()
    made = at_once([partial(ask, letter, ottilie, key=key)] * 4)
    assert {each.pk for each in made} == {BulkDeed.objects.get().pk}
    at_once([working.work_off] * 3)
    assert sorted(BulkRow.objects.values_list("state", flat=True)) == ["done", "done"]


def test_two_deeds_about_the_same_remove_each_once(
    transactional_db: None, letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    gang = listed(letter, BRIGID, MEI, WIKTOR)
    asked = at_once([partial(ask, letter, ottilie), partial(ask, letter, ruth)])
    assert [each.total for each in asked] == [3, 3]
    at_once([working.work_off] * 3)
    working.work_off()
    assert {load(each.pk).state for each in gang} == {SignatureState.REMOVED}
    assert sorted(BulkRow.objects.values_list("state", flat=True)) == ["done"] * 3 + ["left"] * 3
    assert {each.state for each in BulkDeed.objects.all()} == {"done"}


def test_above_a_size_a_second_approves_also_when_it_is_split(
    letter: Letter, ottilie: Organizer, ruth: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_ALONE", 2)
    gang = listed(letter, BRIGID, MEI, WIKTOR)
    first = ask(letter, ottilie, query=Query(country="TW"))
    second = ask(letter, ottilie, query=Query(country="PL"))
    # Whoever else asks for it: the day has one limit.
    third = ask(letter, ruth, query=Query(country="IE"))
    assert [each.state for each in (first, second, third)] == ["running", "running", "proposed"]
    working.work_off()
    assert load(gang[0].pk).state == "confirmed"
    assert refused(partial(approve, third, ruth)) == OwnBulkDeed
    approve(third, ottilie)
    assert refused(partial(approve, third, ottilie)) == BulkInWrongState
    working.work_off()
    assert load(gang[0].pk).state == "removed"
    # What two wanted does not count against one.
    later = timezone.now() + timedelta(hours=25)
    assert not asking.needs_second(letter=letter, total=2, vetted=False, now=later)
    assert asking.needs_second(letter=letter, total=1, vetted=True, now=later)


def test_what_was_cancelled_before_its_turn_does_not_count(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_ALONE", 3)
    listed(letter, BRIGID, MEI, WIKTOR)
    deed = ask(letter, ottilie)
    working.work_off(seconds=0, batch=1)
    asking.cancel(deed=deed, organizer=ottilie, now=timezone.now())
    needs = [
        asking.needs_second(letter=letter, total=total, vetted=False, now=timezone.now())
        for total in (2, 3)
    ]
    assert needs == [False, True]


def test_vetted_people_take_two(letter: Letter, ottilie: Organizer) -> None:
    [brigid, _mei] = listed(letter, BRIGID, MEI)
    attestation.vet(signature=brigid, organizer=ottilie, expected_revision=1, evidence="met")
    assert ask(letter, ottilie).state == "running"
    assert ask(letter, ottilie, query=Query(with_vetted=True)).state == "proposed"


def test_who_may_not_be_one_of_two(
    letter: Letter, ottilie: Organizer, ruth: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_ALONE", 0)
    listed(letter, BRIGID)
    deed = ask(letter, ottilie)
    editor = make_organizer(team=letter.team, email="ed@open-stage.example", role=Role.EDITOR)
    new = make_organizer(team=letter.team, email="new@open-stage.example", role=Role.VETTER)
    Membership.objects.filter(organizer=new).update(role_since=timezone.now())
    assert refused(partial(approve, deed, editor)) == BulkOfStranger
    assert refused(partial(approve, deed, new)) == CountsLater
    assert refused(partial(ask, letter, new)) == CountsLater
    Membership.objects.filter(organizer=ottilie).update(role=Role.EDITOR)
    assert refused(partial(approve, deed, ruth)) == BulkOfStranger
    Membership.objects.filter(organizer=ottilie).update(role=Role.OWNER)
    with time_machine.travel(timezone.now() + asking.PROPOSED_FOR, tick=False):
        assert refused(partial(approve, deed, ruth)) == ProposalExpired
    asking.cancel(deed=deed, organizer=ruth, now=timezone.now())
    assert refused(partial(approve, deed, ruth)) == BulkInWrongState
    assert working.work_off() == 0
