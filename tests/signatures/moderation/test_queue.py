from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.listing import counts
from signatures.models import Proof, ProofState, Signature, Vetting, VettingState
from signatures.moderation import decisions, queue
from signatures.moderation.queue import Filters
from tests.signatures.factories import BRIGID, MEI, WIKTOR, Person, listed, load, person, someone

pytestmark = pytest.mark.django_db

Held = Callable[[Person], tuple[Signature, Vetting]]


def _names(letter: Letter, **filters: Any) -> list[str]:
    page = queue.page(letter=letter, filters=Filters(**filters))
    return [row.signature.name for row in page.rows]


def test_riskiest_and_oldest_come_first_and_can_be_filtered(
    everyone: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer
) -> None:
    held(WIKTOR)
    held(MEI)
    watch("Brigid O’Malloran")
    _signature, last = held(BRIGID)
    assert _names(everyone) == [each.details.name for each in (BRIGID, WIKTOR, MEI)]
    assert _names(everyone, reason="watched") == [BRIGID.details.name]
    assert _names(everyone, q="zolcik") == [WIKTOR.details.name]
    assert _names(everyone, state="kept") == []
    decisions.approve(vetting=last, organizer=ottilie, expected_revision=1)
    assert _names(everyone, state="seconded") == [BRIGID.details.name]
    first, second = Vetting.objects.filter(reason="everyone").order_by("pk")
    decisions.hold(vetting=first, organizer=ottilie, expected_revision=1)
    assert _names(everyone, state="kept") == [WIKTOR.details.name]
    decisions.reject(vetting=first, organizer=ottilie, expected_revision=1, reason="no")
    decisions.reject(vetting=second, organizer=ottilie, expected_revision=1, reason="no")
    assert _names(everyone, state="rejected") == [MEI.details.name, WIKTOR.details.name]


@pytest.mark.parametrize("state", ["", "approved"])
def test_pages_go_by_key_and_together_show_everyone_once(
    everyone: Letter, held: Held, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    monkeypatch.setattr(queue, "PAGE_ROWS", 2)
    for number in range(5):
        _signature, vetting = held(someone(number))
        if state:
            decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    # Of one age: then the order is that of the rows.
    Vetting.objects.update(opened_at=timezone.now())
    seen: list[int] = []
    after: int | None = None
    while True:
        page = queue.page(letter=everyone, filters=Filters(state=state), after=after)
        seen += [row.pk for row in page.rows]
        after = page.next
        if after is None:
            break
    assert len(seen) == 5
    assert sorted(seen, reverse=bool(state)) == seen
    assert queue.page(letter=everyone, filters=Filters(), after=10**9).next == (
        None if state else seen[1]
    )


def test_each_vetter_gets_the_next_that_nobody_has_open(
    everyone: Letter, held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    [one, two, three] = [held(someone(number))[1] for number in range(3)]
    assert queue.next_unclaimed(letter=everyone, organizer=ottilie) == one
    assert queue.next_unclaimed(letter=everyone, organizer=ruth) == two
    assert queue.next_unclaimed(letter=everyone, organizer=ottilie, after=one) == three
    # At the end it begins at the front again, without what others have open.
    assert queue.next_unclaimed(letter=everyone, organizer=ottilie, after=three) == one
    assert queue.next_unclaimed(letter=everyone, organizer=ruth, after=two) is None
    assert queue.previous(letter=everyone, before=two) == one
    assert queue.previous(letter=everyone, before=one) is None


def test_one_that_somebody_claims_at_that_moment_is_passed_by(
    everyone: Letter, held: Held, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    held(BRIGID)
    monkeypatch.setattr(queue, "claim", lambda **_given: False)
    assert queue.next_unclaimed(letter=everyone, organizer=ottilie) is None


def test_whoever_approved_first_is_not_given_it_again(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch("Brigid O’Malloran")
    _signature, vetting = held(BRIGID)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    assert queue.next_unclaimed(letter=letter, organizer=ottilie) is None
    assert queue.next_unclaimed(letter=letter, organizer=ruth) == vetting


def test_the_pace_is_what_happened_lately(everyone: Letter, held: Held, ottilie: Organizer) -> None:
    assert queue.pace(letter=everyone) == queue.Pace(waiting=0, oldest=None, usual=None)
    now = timezone.now()
    for number, hours in enumerate((1, 3, 30)):
        _signature, vetting = held(someone(number))
        with time_machine.travel(vetting.opened_at + timedelta(hours=hours), tick=False):
            decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    _signature, vetting = held(BRIGID)
    pace = queue.pace(letter=everyone)
    assert (pace.waiting, pace.oldest) == (1, vetting.opened_at)
    assert pace.usual == timedelta(hours=3)
    assert counts.held(letter_id=everyone.pk) == 1
    with time_machine.travel(now + timedelta(days=20)):
        assert queue.usual_wait(letter_id=everyone.pk) is None


def test_what_it_shares_with_others_stands_beside_it(
    letter: Letter, watch: Callable[..., None], held: Held
) -> None:
    [namesake, neighbour, other] = listed(
        letter,
        person("first@quayside.example", BRIGID.details.name),
        WIKTOR,
        MEI,
    )
    watch(BRIGID.details.name)
    signature, _vetting = held(BRIGID)
    now = timezone.now()
    Signature.objects.filter(pk__in=[signature.pk, neighbour.pk]).update(network_key=b"n" * 16)
    # Further away in time than who signs below.
    Signature.objects.filter(pk=namesake.pk).update(asked_at=now - timedelta(hours=2))
    for each in (signature, other):
        Proof.objects.create(
            signature=each,
            method="domain",
            subject="quayside.example",
            state=ProofState.STANDING,
            started_at=now,
            proved_at=now,
        )
    again, _second = held(person("third@quayside.example", BRIGID.details.name))
    found = queue.duplicates_of(signature=load(signature.pk))
    assert [(shared, each.pk) for shared, each in found] == [
        ("name_domain", again.pk),
        ("name_domain", namesake.pk),
        ("network", neighbour.pk),
        ("proof", other.pk),
    ]
    Signature.objects.filter(pk=signature.pk).update(name_key="", network_key=None)
    assert len(queue.duplicates_of(signature=load(signature.pk))) == 1


def test_of_many_from_one_network_those_nearest_in_time_stand_beside_it(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(queue, "MAX_DUPLICATES", 3)
    rows = listed(letter, *(someone(number) for number in range(9)))
    first = rows[0].asked_at
    for minute, each in enumerate(rows):
        at = first + timedelta(minutes=minute)
        Signature.objects.filter(pk=each.pk).update(network_key=b"n" * 16, asked_at=at)
    found = queue.duplicates_of(signature=load(rows[6].pk))
    assert found == [("network", rows[5]), ("network", rows[7]), ("network", rows[4])]


def _fill(letter: Letter, count: int) -> None:
    """As many as that wait, straight into the tables."""
    now = timezone.now()
    model = listed(letter, BRIGID)[0]
    kept = {
        field.attname: getattr(model, field.attname)
        for field in Signature._meta.concrete_fields
        if field.attname not in ("id", "public_id", "email_key", "number", "state")
    }
    rows = [
        Signature(
            **kept,
            public_id=f"held-{number:017d}",
            email_key=number.to_bytes(16, "big"),
            state="held",
        )
        for number in range(count)
    ]
    Signature.objects.bulk_create(rows, batch_size=1000)
    Vetting.objects.bulk_create(
        (
            Vetting(
                signature=row,
                letter=letter,
                reason="everyone",
                risk=number % 7,
                opened_at=now - timedelta(seconds=number),
                state=VettingState.WAITING,
            )
            for number, row in enumerate(rows)
        ),
        batch_size=1000,
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def test_ten_thousand_waiting_page_by_the_index_and_with_one_query(letter: Letter) -> None:
    _fill(letter, 10_000)
    middle = Vetting.objects.filter(risk=3).order_by("opened_at")[700]
    with CaptureQueriesContext(connection) as queries:
        page = queue.page(letter=letter, filters=Filters(), after=middle.pk)
    assert len(page.rows) == queue.PAGE_ROWS
    assert len(queries) == 2
    rows = queue._waiting(letter).order_by("-risk", "opened_at", "pk")[:51]
    assert "vetting_queue" in rows.explain()
    with CaptureQueriesContext(connection) as queries:
        assert queue.pace(letter=letter).waiting == 10_000
    assert len(queries) == 3
    assert counts.held(letter_id=letter.pk) == 10_000
