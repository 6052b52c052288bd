"""An older copy of the database came back: from the pause to a new log that says what is lost."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from pytest_django import DjangoCaptureOnCommitCallbacks

from campaign.letters.models import Letter
from signatures.models import Cause, Continuation, Signature, SiteEntry, Snapshot
from signatures.press import snapshot_list
from signatures.record import continuing, halting, rollback_guard, sequencer, site_log
from signatures.record.continuing import CannotContinue
from signatures.record.format.checkpoint import Checkpoint, sign_checkpoint
from signatures.record.rollback_guard import DatabaseBehind
from signatures.record.sequencer import verifier_of
from signatures.record.verifier import verify
from signatures.tasks import extend_site_log, sequence_letter, watch_records
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, GUILD, MEI, SALMA, confirmed, listed, open_letter
from tests.signatures.record.record_invariants import check_that_it_adds_up, latest
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db

Losing = Callable[[], Any]


@pytest.fixture
def older_copy(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> Callable[[], Any]:
    """What happens in this block was public, and the database does not know it any more."""

    @contextmanager
    def lost() -> Iterator[None]:
        point = transaction.savepoint()
        with django_capture_on_commit_callbacks(execute=True):
            yield
        transaction.savepoint_rollback(point)

    return lost


@pytest.fixture
def letter(django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks) -> Letter:
    with django_capture_on_commit_callbacks(execute=True):
        letter = open_letter()
        listed(letter, BRIGID)
        site_log.extend()
    return letter


@pytest.fixture
def lost(letter: Letter, older_copy: Losing) -> str:
    """Two signatures are lost; the last checkpoint that was public."""
    with older_copy():
        listed(letter, SALMA, MEI)
        site_log.extend()
        published = latest(letter).note
    assert latest(letter).note != published
    return published


def _continue(commit: DjangoCaptureOnCommitCallbacks, *asked: str, capsys: Any = None) -> str:
    with commit(execute=True):
        call_command("continue_record", *asked)
    return str(capsys.readouterr().out) if capsys else ""


def _check(letter: Letter, **asked: Any) -> verify.Check:
    export = Client().get(f"/letters/{letter.slug}/record/export").getvalue()
    return verify.check(iter(export.splitlines(keepends=True)), **asked)


def _problems(checking: verify.Check) -> list[str]:
    checks = checking.report()["checks"]
    return [problem["code"] for each in checks for problem in each["problems"]]


def _is_paused(letter: Letter) -> bool:
    letter.refresh_from_db()
    return letter.is_paused


def _numbers(letter: Letter) -> list[int | None]:
    rows = Signature.objects.filter(letter=letter, number__isnull=False).order_by("number")
    return list(rows.values_list("number", flat=True))


def test_paused_letter_goes_on_in_a_new_log_that_says_what_is_lost(
    letter: Letter,
    lost: str,
    capsys: pytest.CaptureFixture[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    commit = django_capture_on_commit_callbacks
    before, old_key, old_origin = latest(letter).note, str(verifier_of(letter)), letter.origin
    assert _check(letter).report()["facts"]["continued"] == []
    watch_records()

    # It first says what it would do.
    said = f"{old_origin}: 2 of 5 lines are lost.\n{old_origin}/2: 3 lines are left, and it "
    asked = _continue(commit, letter.slug, capsys=capsys)
    assert asked == f"{said}would go on; add --yes to do it.\n"
    letter.refresh_from_db()
    assert (letter.origin, letter.is_paused) == (old_origin, True)

    assert _continue(commit, letter.slug, "--yes", capsys=capsys) == f"{said}goes on.\n"
    letter.refresh_from_db()
    assert (letter.origin, letter.is_paused) == (f"{old_origin}/2", False)
    assert rollback_guard.kept_size(origin=letter.origin) == 4
    watch_records()
    assert not _is_paused(letter)

    confirmed(letter, GUILD)
    with commit(execute=True):
        sequence_letter(letter.pk)
    check_that_it_adds_up(letter)

    # Whoever has an export, or a checkpoint of before, learns it from the verifier.
    checking = _check(letter, expected_key=str(verifier_of(letter)), earlier=[before])
    assert _problems(checking) == []
    assert checking.report()["facts"]["continued"] == [
        {"n": 3, "origin": old_origin, "size": 5, "lost": 2}
    ]
    assert checking.report()["facts"]["signings"] == 2
    assert _problems(_check(letter, expected_key=old_key)) == []
    assert _problems(_check(letter, earlier=[lost])) == ["earlier_lost"]
    # No number is given twice: 2 and 3 may have been those of the lost lines.
    assert _numbers(letter) == [1, 4]


def test_site_log_goes_on_too_and_tells_of_the_lost_logs(
    letter: Letter,
    lost: str,
    capsys: pytest.CaptureFixture[str],
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    commit = django_capture_on_commit_callbacks
    old = site_log.verifier_of_site().name
    watch_records()
    _continue(commit, letter.slug, "--yes")
    with pytest.raises(DatabaseBehind):
        site_log.extend()
    capsys.readouterr()
    assert _continue(commit, "--site-log", capsys=capsys) == (
        f"{old}: 1 of 2 lines are lost.\n"
        f"{old}/2: 1 lines are left, and it would go on; add --yes to do it.\n"
    )
    _continue(commit, "--site-log", "--yes")
    with commit(execute=True):
        extend_site_log()
    told = [verify._json(bytes(each), 0) for each in _site_leaves()]
    letter.refresh_from_db()
    origin = letter.origin.removesuffix("/2")
    assert [(each["o"], each["size"]) for each in told] == [
        (origin, 3),
        (old, 2),
        (origin, 5),
        (letter.origin, 4),
    ]
    assert site_log.extend() == 0
    assert site_log.verifier_of_site().name == f"{old}/2"
    proof = Client().get(f"/letters/{letter.slug}/record/log-proof?size=4").text
    log_key = str(site_log.verifier_of_site())
    assert _problems(_check(letter, log=proof, log_key=log_key)) == []
    with pytest.raises(CommandError, match="nothing is lost"):
        _continue(commit, "--site-log", "--yes")


def test_what_is_lost_is_told_to_readers(
    letter: Letter,
    lost: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    watch_records()
    for asked in (letter.slug, "--site-log"):
        _continue(django_capture_on_commit_callbacks, asked, "--yes")
    here = f"/letters/{letter.slug}"
    page = Page(Client().get(f"{here}/record/"))
    assert "Of 5 lines that had been sealed before, 2 are lost." in page.text
    assert lost in Client().get(f"{here}/record/").content.decode()
    assert (
        "Of 2 lines that had been sealed before, 1 are lost." in Page(Client().get("/record/")).text
    )
    words = "and 2 of 5 lines of the record are lost. It goes on in a new log from line 3."
    assert words in Page(Client().get(f"{here}/corrections/")).text
    assert words in Client().get(f"{here}/corrections.xml").content.decode()


def test_new_log_begins_once(
    letter: Letter,
    lost: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    watch_records()
    _continue(django_capture_on_commit_callbacks, letter.slug, "--yes")
    with pytest.raises(CommandError, match="is not paused"):
        _continue(django_capture_on_commit_callbacks, letter.slug, "--yes")
    assert Continuation.objects.count() == 1


def test_letter_that_lost_nothing_is_left_alone(letter: Letter) -> None:
    with pytest.raises(CommandError, match="There is no letter another"):
        call_command("continue_record", "another", "--yes")
    with pytest.raises(CommandError, match="nothing is lost"):
        call_command("continue_record", letter.slug)
    with pytest.raises(CommandError, match="is not paused"):
        call_command("continue_record", letter.slug, "--yes")
    # Halted for another reason.
    halting.halt(letter_id=letter.pk, reason="test", now=datetime.now(UTC))
    with pytest.raises(CommandError, match="nothing is lost"):
        call_command("continue_record", letter.slug, "--yes")
    with pytest.raises(CommandError):
        call_command("continue_record", "--yes")
    assert not Continuation.objects.exists()


def test_other_record_than_the_one_that_was_public_is_no_loss(
    letter: Letter, older_copy: Losing
) -> None:
    """Nothing can be proved of it, so nobody may go on from it."""
    [path] = [
        each
        for each in (Path(django_settings.DATA_DIR) / "checkpoints").iterdir()
        if "letters" in each.name
    ]
    real = path.read_text()
    with older_copy():
        listed(letter, SALMA, MEI)
    longer = path.read_text()
    for note, said in (
        (real.replace("\n3\n", "\n2\n"), "cannot be checked"),
        (longer.replace("\n5\n", "\n6\n"), "cannot be checked"),
    ):
        path.write_text(note)
        watch_records()
        with pytest.raises(CommandError, match=said):
            call_command("continue_record", letter.slug, "--yes")
    path.write_text(real)
    watch_records()
    assert not _is_paused(letter)
    with older_copy():
        listed(letter, SALMA)
    public = path.read_text()
    path.write_text(real)
    listed(letter, MEI)
    path.write_text(public)
    watch_records()
    assert _is_paused(letter)
    with pytest.raises(CommandError, match="holds another record"):
        call_command("continue_record", letter.slug, "--yes")
    assert not Continuation.objects.exists()


def test_log_that_went_on_and_was_lost_itself_is_told_of_as_well(
    letter: Letter,
    lost: str,
    older_copy: Losing,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    commit = django_capture_on_commit_callbacks
    origin, before = letter.origin, latest(letter).note
    watch_records()
    with older_copy():
        call_command("continue_record", letter.slug, "--yes")
        letter.refresh_from_db()
        listed(letter, GUILD, SALMA)
        second = latest(letter).note
    # The same old copy came back again.
    letter.refresh_from_db()
    assert letter.origin == origin
    _continue(commit, letter.slug, "--yes")
    letter.refresh_from_db()
    assert letter.origin == f"{origin}/3"
    listed(letter, MEI)
    checking = _check(letter, earlier=[before])
    assert _problems(checking) == []
    assert [each["lost"] for each in checking.report()["facts"]["continued"]] == [2, 3]
    assert _problems(_check(letter, earlier=[lost, second])) == ["earlier_lost", "earlier_lost"]
    assert _numbers(letter) == [1, 7]


def test_record_that_went_on_elsewhere_is_not_taken_up_again(letter: Letter) -> None:
    """A newer copy turns up when the letter has gone on already."""
    later = rollback_guard.successor(letter.origin)
    for size, said in ((2, "Restore the newest backup"), (4, "")):
        root = bytes([size]) * 32
        note = sign_checkpoint(
            checkpoint=Checkpoint(later, size, root), private_key=sequencer.record_key()
        )
        rollback_guard.keep(origin=later, note=note)
        watch_records()
        assert _is_paused(letter)
        if said:
            with pytest.raises(CommandError, match=said):
                call_command("continue_record", letter.slug, "--yes")
        else:
            call_command("continue_record", letter.slug, "--yes")
    letter.refresh_from_db()
    assert letter.origin == rollback_guard.successor(later)
    assert [each.lost for each in Continuation.objects.order_by("index")] == [0, 1]
    checking = _check(letter)
    assert _problems(checking) == []


def test_snapshot_of_a_record_that_went_on_counts_nobody_for_lost_numbers(
    letter: Letter,
    lost: str,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    watch_records()
    _continue(django_capture_on_commit_callbacks, letter.slug, "--yes")
    letter.refresh_from_db()
    listed(letter, GUILD, MEI)
    taken = Snapshot.objects.create(
        letter=letter,
        number=1,
        cause=Cause.BY_HAND,
        checkpoint=latest(letter),
        texts=[],
        breakdown=[],
    )
    for size in (1, 2, 3, 200):
        numbers: list[int] = []
        after: int | None = 0
        while after is not None:
            page = snapshot_list.page(snapshot=taken, after=after, size=size)
            numbers += [line.number for line in page.rows]
            after = page.next
        assert numbers == [1, 4, 5]


@pytest.mark.django_db(transaction=True)
def test_two_operators_begin_one_log(transactional_db: None) -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    longer = sequencer.tree_of(letter_id=letter.pk, last=latest(letter))
    longer.append([b"\x00" * 32])
    rollback_guard.keep(
        origin=letter.origin,
        note=sign_checkpoint(
            checkpoint=Checkpoint(letter.origin, longer.size, longer.root()),
            private_key=sequencer.record_key(),
        ),
    )
    watch_records()

    def once() -> bool:
        try:
            continuing.continue_letter(letter_id=letter.pk)
        except CannotContinue:
            return False
        return True

    assert sorted(at_once([once, once])) == [False, True]
    assert Continuation.objects.count() == 1


def _site_leaves() -> Iterator[bytes | memoryview]:
    yield from SiteEntry.objects.order_by("index").values_list("leaf", flat=True)
