"""A snapshot's file: the same bytes on either engine, in the words of the list's, and all of one
moment."""

import csv
import io
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.utils import translation

from campaign import database
from campaign.letters.models import Letter
from signatures import editing, erasure, withdrawal
from signatures.errors import TooSlow
from signatures.listing import queries
from signatures.models import Because, Correction, Signature, Snapshot
from signatures.moderation import removal
from signatures.press import csv_download, downloads, snapshot_csv, snapshot_list
from signatures.record import snapshots
from tests.signatures.factories import (
    BRIGID,
    listed,
    load,
    make_organizer,
    open_letter,
    sequence,
    someone,
)
from tests.signatures.press.test_downloads import (
    everything,
    file,
    is_idle,
    one_by_one,
    with_another_connection,
)


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


def written(taken: Snapshot) -> bytes:
    found = snapshot_csv.write(snapshot=taken)
    with found.file as opened:
        opened.seek(0)
        content = opened.read()
    assert len(content) == found.size
    return content


def table(content: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))


def remove(signature: Signature) -> None:
    email = f"remover{signature.pk}@open-stage.example"
    organizer = make_organizer(team=signature.letter.team, email=email)
    now = load(signature.pk)
    removal.remove(
        signature=now, organizer=organizer, expected_revision=now.revision, because=Because.NOT_THEM
    )


def restore(signature: Signature) -> None:
    email = f"restorer{signature.pk}@open-stage.example"
    organizer = make_organizer(team=signature.letter.team, email=email)
    removal.restore(
        signature=load(signature.pk),
        organizer=organizer,
        expected_revision=load(signature.pk).revision,
        because=Because.MISTAKE,
    )


def withdraw(signature: Signature) -> None:
    withdrawal.withdraw(signature=load(signature.pk))


def erase(signature: Signature) -> None:
    erasure.erase(signature=load(signature.pk))


def hide(signature: Signature) -> None:
    now = load(signature.pk)
    assert editing.edit(
        signature=now,
        expected_revision=now.revision,
        details=someone(1, consent_publish=False).details,
    )


def full_of_moves(letter: Letter) -> Snapshot:
    """Of 19: seven with every sort of proof, and one for each way to leave and to come back."""
    everything(letter)
    rows = {row.number: row for row in listed(letter, *[someone(n) for n in range(8, 20)])}
    withdraw(rows[8])
    remove(rows[9])
    remove(rows[10])
    erase(rows[11])
    withdraw(rows[12])
    remove(rows[13])
    sequence(letter)
    restore(rows[13])
    sequence(letter)
    taken = snapshots.take(letter=letter)
    restore(rows[10])
    erase(rows[12])
    withdraw(rows[14])
    erase(rows[15])
    remove(rows[16])
    remove(rows[17])
    hide(rows[18])
    sequence(letter)
    restore(rows[17])
    erase(rows[16])
    listed(letter, someone(99))
    return Snapshot.objects.select_related("letter", "checkpoint").get(pk=taken.pk)


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("together", [1, 5, 250])
def test_the_database_writes_the_bytes_that_python_would(
    letter: Letter, monkeypatch: pytest.MonkeyPatch, together: int, language: str
) -> None:
    taken = full_of_moves(letter)
    monkeypatch.setattr(downloads, "ROWS_PER_CHUNK", together)
    monkeypatch.setattr(snapshot_list, "_LINES_PER_QUERY", together)
    with translation.override(language):
        by_database = written(taken)
        one_by_one(monkeypatch)
        assert written(taken) == by_database


def test_it_tells_of_each_number_what_the_page_does(letter: Letter) -> None:
    taken = full_of_moves(letter)
    header, *rows = table(written(taken))
    assert header == [*csv_download.header(), "Left the list on"]
    told = {int(row[0]): row[1:] for row in rows}
    # 8, 9, 11 and 12 had left by then; so had 10, who is back; 20 came later.
    assert list(told) == [*range(1, 8), 13, *range(14, 20)]
    assert len(rows) == taken.checkpoint.total
    lines = list(snapshot_list.page(snapshot=taken).rows)
    assert list(told) == [line.number for line in lines]
    left = {each.number: each.at for each in Correction.objects.filter(index__gte=1)}
    for line in lines:
        if line.signatory:
            assert told[line.number][0].removeprefix("'") == line.signatory.row.name
            assert told[line.number][-1] == ""
        elif line.left_at:
            assert left[line.number] is not None
            assert told[line.number] == [""] * 18 + [f"{line.left_at:%Y-%m-%d}"]
        else:
            assert told[line.number] == ["counted without being shown"] + [""] * 18
    assert [number for number, row in told.items() if row[-1]] == [14, 15, 16]
    assert [number for number, row in told.items() if row[0].startswith("counted")] == [6, 18]


def test_its_lines_are_those_of_the_list(letter: Letter) -> None:
    everything(letter)
    taken = snapshots.take(letter=letter)
    named = [row for row in table(written(taken))[1:] if row[8]]
    assert named == [[*row, ""] for row in table(file(letter, csv_download.lines))[1:]]


def test_without_anybody_it_is_still_a_file(letter: Letter) -> None:
    sequence(letter)
    taken = snapshots.take(letter=letter)
    assert table(written(taken)) == [[*csv_download.header(), "Left the list on"]]


def test_who_left_is_not_in_its_bytes(letter: Letter) -> None:
    content = written(full_of_moves(letter)).decode()
    names = [someone(number).details.name for number in (8, 9, 10, 11, 12, 14, 15, 16, 18, 99)]
    assert [name for name in names if f'"{name}"' in content] == []


def test_twice_is_the_same_and_remembered_until_something_changes(letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    taken = snapshots.take(letter=letter)
    assert snapshot_csv.known(snapshot=taken) is None
    first = snapshot_csv.write(snapshot=taken)
    again = snapshot_csv.write(snapshot=taken)
    first.file.close()
    again.file.close()
    assert first.sha256 == again.sha256
    known = snapshot_csv.known(snapshot=taken)
    assert known == snapshot_csv.Known(first.size, first.sha256)
    with translation.override("ar"):
        assert snapshot_csv.known(snapshot=taken) is None
    withdraw(brigid)
    assert snapshot_csv.known(snapshot=taken) is None
    sequence(letter)
    assert snapshot_csv.known(snapshot=taken) is None
    assert BRIGID.details.name not in written(taken).decode()
    cache.clear()
    assert snapshot_csv.known(snapshot=taken) is None


@pytest.mark.django_db(transaction=True)
def test_who_leaves_while_it_is_written_is_in_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = open_letter()
    rows = listed(letter, *[someone(number) for number in range(9)])
    taken = snapshots.take(letter=letter)
    monkeypatch.setattr(downloads, "ROWS_PER_CHUNK", 2)
    monkeypatch.setattr(snapshot_list, "_LINES_PER_QUERY", 2)
    begin = csv_download.first_line

    def begin_late(names: Any) -> bytes:
        """What has been read by now is of the moment for all that follows."""
        with_another_connection(lambda: withdraw(rows[8]))
        with_another_connection(lambda: sequence(letter))
        return begin(names)

    monkeypatch.setattr(csv_download, "first_line", begin_late)
    before = table(written(taken))
    monkeypatch.undo()
    assert before[-1][1] == someone(8).details.name
    # Nor is what was written of the past remembered for the present.
    assert snapshot_csv.known(snapshot=taken) is None
    assert table(written(taken))[-1][1] == ""


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("failing", [False, True])
def test_the_connection_is_free_afterwards(monkeypatch: pytest.MonkeyPatch, failing: bool) -> None:
    letter = open_letter()
    listed(letter, *[someone(number) for number in range(9)])
    taken = snapshots.take(letter=letter)
    monkeypatch.setattr(downloads, "ROWS_PER_CHUNK", 2)
    if failing:
        monkeypatch.setattr("signatures.press.downloads._worded", lambda *_all: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            written(taken)
    else:
        written(taken)
    assert connection.connection is not None
    assert is_idle()
    assert queries.listed(letter=letter).count() == 9


@pytest.mark.django_db(transaction=True)
def test_it_may_not_take_long(monkeypatch: pytest.MonkeyPatch) -> None:
    letter = open_letter()
    listed(letter, *[someone(number) for number in range(30)])
    taken = snapshots.take(letter=letter)
    monkeypatch.setattr(snapshot_csv, "MAX_SNAPSHOT_SECONDS", 0.2)
    copy_out = database.copy_out

    def slowly(*, query: str, **rest: Any) -> Any:
        slow = query.replace("ORDER BY part.start", "WHERE pg_sleep(9) IS NOT NULL")
        assert slow != query
        return copy_out(query=slow, **rest)

    monkeypatch.setattr(database, "copy_out", slowly)
    with pytest.raises(TooSlow):
        snapshot_csv.write(snapshot=taken)
    assert is_idle()
    monkeypatch.undo()
    assert len(table(written(taken))) == 31
