"""The count in detail adds up, by level, and tells nothing about who is not shown."""

from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaign.letters.models import Event, EventKind, Letter
from signatures import withdrawal
from signatures.models import Checkpoint, Level, Profession
from signatures.press import figures
from signatures.press.figures import Part, Row
from signatures.record import sequencer
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
    someone,
)

pytestmark = pytest.mark.django_db
START = datetime(2026, 10, 22, 9, 30, tzinfo=UTC)


def told(part: Part) -> list[tuple[str, int]]:
    return [(row.code, row.total) for row in part.rows]


def test_professions_and_countries_add_up_to_the_count() -> None:
    letter = open_letter()
    listed(letter, BRIGID, SALMA, WIKTOR, MEI, QUIET, GUILD, someone(1), someone(2, country="PL"))
    found = figures.read(letter_id=letter.pk)
    assert found.checkpoint is not None
    assert told(found.professions) == [("author", 3), ("composer", 1), ("painter", 1), ("poet", 1)]
    assert told(found.countries) == [("IE", 2), ("PL", 2), ("LB", 1), ("NZ", 1), ("TW", 1)]
    for part, counted in (
        (found.professions, found.checkpoint.people),
        (found.countries, found.checkpoint.total),
    ):
        assert part.unshown == Row("", (0, 0, 0, 1))
        assert sum(row.total for row in part.rows) + 1 == counted
        # Nobody learns what Odalys does, or where.
        assert not {"actor", "AT"} & {row.code for row in part.rows}


def test_who_leaves_or_rises_is_counted_where_they_are_now() -> None:
    letter = open_letter()
    brigid, salma = listed(letter, BRIGID, SALMA)
    withdrawal.withdraw(signature=salma)
    sequence(letter)
    found = figures.read(letter_id=letter.pk)
    assert (found.professions.rows, found.professions.unshown) == (
        [Row("author", (0, 0, 0, 1))],
        None,
    )
    withdrawal.withdraw(signature=load(brigid.pk))
    sequence(letter)
    assert figures.read(letter_id=letter.pk).countries == Part([], None, None)


def test_all_beyond_the_twelve_largest_are_the_others() -> None:
    letter = open_letter()
    professions = list(Profession)[:15]
    crowd = [someone(n, profession=each) for n, each in enumerate([*professions, professions[14]])]
    listed(letter, *crowd)
    part = figures.read(letter_id=letter.pk).professions
    assert len(part.rows) == figures.MOST_ROWS
    assert part.rows[0] == Row(professions[14].value, (0, 0, 0, 2))
    assert part.others == Row("", (0, 0, 0, 3))


@pytest.mark.parametrize(("times", "total"), [(1, 2), (99, 4)])
def test_a_checkpoint_made_meanwhile_is_read_anew_but_not_for_ever(
    monkeypatch: pytest.MonkeyPatch, times: int, total: int
) -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    part, calls = figures._part, []

    def interrupted(*given: object) -> Part:
        calls.append(given)
        found = part(*given)  # type: ignore[arg-type]
        if len(calls) % 2 and len(calls) < 2 * times:
            listed(letter, someone(len(calls)))
        return found

    monkeypatch.setattr(figures, "_part", interrupted)
    found = figures.read(letter_id=letter.pk)
    assert found.checkpoint is not None
    assert sum(row.total for row in found.countries.rows) == total
    assert len(calls) == min(times + 1, 3) * 2


def write(letter: Letter, *, at: datetime, more: int = 1) -> None:
    start = Checkpoint.objects.count() * 100
    for number in range(start, start + more):
        confirmed(letter, someone(number))
    assert sequencer.sequence(letter_id=letter.pk, now=lambda: at)


def course(letter: Letter) -> list[tuple[datetime, int]]:
    return [
        (bucket.start, bucket.total) for bucket in figures.over_time(letter_id=letter.pk).buckets
    ]


def test_over_time_each_stretch_tells_the_count_at_its_end() -> None:
    letter = open_letter()
    assert figures.over_time(letter_id=letter.pk) == figures.Course((), by_days=False)
    write(letter, at=START, more=2)
    assert course(letter) == [(START, 2)]
    write(letter, at=START + timedelta(minutes=1))
    write(letter, at=START + timedelta(minutes=1, seconds=59))
    write(letter, at=START + timedelta(minutes=4))
    minute = timedelta(minutes=1)
    assert course(letter) == [
        (START, 2),
        (START + minute, 4),
        (START + 2 * minute, 4),
        (START + 3 * minute, 4),
        (START + 4 * minute, 5),
    ]


@pytest.mark.parametrize(
    ("lasting", "step", "by_days"),
    [
        (timedelta(minutes=30), timedelta(minutes=1), False),
        (timedelta(hours=24), timedelta(hours=1), False),
        (timedelta(days=30), timedelta(hours=24), True),
        (timedelta(days=365), timedelta(days=7), True),
        (timedelta(days=365 * 30), timedelta(days=224), True),
    ],
)
def test_there_are_never_more_than_sixty_stretches(
    lasting: timedelta, step: timedelta, by_days: bool
) -> None:
    letter = open_letter()
    write(letter, at=START)
    write(letter, at=START + lasting)
    found = figures.over_time(letter_id=letter.pk)
    first, last = found.buckets[0], found.buckets[-1]
    assert (first.end - first.start, found.by_days) == (step, by_days)
    assert len(found.buckets) <= figures.MAX_BUCKETS
    assert first.start <= START < first.end
    assert last.start <= START + lasting < last.end
    assert last.last_moment == last.end - timedelta(seconds=1)
    assert [bucket.total for bucket in found.buckets] == [1] * (len(found.buckets) - 1) + [2]


def test_over_time_is_by_level() -> None:
    letter = open_letter()
    brigid, _salma = listed(letter, BRIGID, SALMA)
    Event.objects.create(
        letter=letter,
        kind=EventKind.VERIFY,
        signature_id=brigid.pk,
        public_id=brigid.public_id,
        level=Level.VETTED,
        before=brigid.tally_key,
        after=brigid.tally_key_at(level=Level.VETTED),
    )
    sequence(letter)
    found = figures.read(letter_id=letter.pk)
    assert found.checkpoint is not None
    assert figures.levels_of(found.checkpoint) == (0, 1, 0, 1)
    assert figures.over_time(letter_id=letter.pk).buckets[-1].levels == (0, 1, 0, 1)
    assert found.professions.rows == [Row("author", (0, 1, 0, 0)), Row("poet", (0, 0, 0, 1))]


def test_sixty_stretches_cost_four_queries_by_the_index() -> None:
    letter = open_letter()
    write(letter, at=START)
    write(letter, at=START + timedelta(minutes=58))
    with CaptureQueriesContext(connection) as captured:
        assert len(figures.over_time(letter_id=letter.pk).buckets) == 59
    assert len(captured) == 4
