"""The package of a letter: its PDF and a certificate of the count in each language, the list, the
record, and checksums, all of one snapshot. Made by a worker, for organizers.

It holds names, so nobody else gets it: what was handed over is told to readers by its hashes.
"""

import io
import time
import zipfile
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

import structlog
from django.utils import timezone, translation

from campaign.letters.models import Letter
from campaign.letters.texts import current_text
from campaign.organizers.models import Organizer
from campaign.wake import Task, wake
from signatures.errors import PackageMissing, RecordBusy, TooSlow
from signatures.listing.queries import Filters
from signatures.models import HandoverPackage, Snapshot
from signatures.press import downloads, json_download, snapshot_csv
from signatures.press.paper import content, marks, typesetting
from signatures.press.record_export import export
from signatures.record import snapshots

log = structlog.get_logger(__name__)

CLAIMED_FOR = timedelta(minutes=30)
RETRY_AFTER = timedelta(minutes=2)
# As long as organizers may need to print it and hand it over.
CONTENT_FOR = timedelta(days=30)
CHECKSUMS = "SHA256SUMS"
# Of a letter that very many sign just now, the list moves on between two readings.
_MAX_TRIES = 5
# For the same bytes whenever it is made.
_ZIP_TIME = (1980, 1, 1, 0, 0, 0)
_one_at_a_time = Lock()


class _Moved(Exception):
    """The list was read as of another checkpoint than the snapshot's."""


def ask(*, letter: Letter, organizer: Organizer, now: datetime) -> None:
    """Have one made, unless one is being made. Raises PackageMissing for a letter that is not
    public yet, a draft or under embargo."""
    if not Letter.objects.public().filter(pk=letter.pk).exists():
        raise PackageMissing
    wanted = HandoverPackage(letter=letter, asked_at=now, asked_by=organizer)
    HandoverPackage.objects.bulk_create([wanted], ignore_conflicts=True)
    wake(Task.MAKE_PACKAGES)


def is_being_made(*, letter: Letter) -> bool:
    return HandoverPackage.objects.filter(letter=letter, made_at=None).exists()


def is_current(package: HandoverPackage) -> bool:
    """Whether it is there, and everybody in it still on the list as they are there."""
    kept = HandoverPackage.objects.filter(pk=package.pk, content__isnull=False)
    if package.snapshot is None or not kept.exists():
        return False
    last = package.snapshot.checkpoint.last_number
    return package.mark == marks.mark_of(letter_id=package.letter_id, last=last)


def make_due() -> int:
    """Make those that were asked for, one at a time; how many were made."""
    if not _one_at_a_time.acquire(blocking=False):
        return 0
    try:
        waiting = HandoverPackage.objects.filter(made_at=None).select_related("letter")
        return sum(_make(each) for each in waiting.order_by("asked_at"))
    finally:
        _one_at_a_time.release()


def forget_names(*, letter_id: int) -> None:
    """In the transaction that erases one of them, or deletes a name."""
    HandoverPackage.objects.filter(letter=letter_id).update(content=None)


def forget_old(*, now: datetime) -> int:
    old = HandoverPackage.objects.filter(made_at__lt=now - CONTENT_FOR, content__isnull=False)
    return old.update(content=None)


def _make(package: HandoverPackage) -> bool:
    now = timezone.now()
    until = now + CLAIMED_FOR
    free = HandoverPackage.objects.filter(pk=package.pk, made_at=None).exclude(
        claimed_until__gt=now
    )
    if not free.update(claimed_until=until):
        return False
    mine = HandoverPackage.objects.filter(pk=package.pk, claimed_until=until)
    try:
        snapshot, mark, files = _of_one_moment(package.letter)
        files = [*files, (CHECKSUMS, _sums(files))]
        written = _zipped(files)
    except (typesetting.NotTypeset, TooSlow, RecordBusy, OSError, _Moved) as error:
        log.error("package_failed", letter=package.letter.slug, error=type(error).__name__)
        mine.update(claimed_until=timezone.now() + RETRY_AFTER)
        return False
    # The names of earlier ones are needed no more.
    HandoverPackage.objects.filter(letter=package.letter_id).update(content=None)
    if not mine.update(
        made_at=now,
        snapshot=snapshot,
        files=[[name, len(data), sha256(data).hexdigest()] for name, data in files],
        content=written,
        mark=mark,
    ):
        return False
    package.refresh_from_db(fields=("snapshot", "mark"))
    if not is_current(package):
        # Who erased meanwhile had nothing to take out of it; who comes after this finds it.
        HandoverPackage.objects.filter(pk=package.pk).update(content=None)
    return True


def _of_one_moment(letter: Letter) -> tuple[Snapshot, str, list[tuple[str, bytes]]]:
    for _try in range(_MAX_TRIES):
        snapshot = snapshots.take(letter=letter)
        mark = marks.mark_of(letter_id=letter.pk, last=snapshot.checkpoint.last_number)
        try:
            files = list(_files(snapshot))
        except _Moved:
            time.sleep(1)
            continue
        if mark == marks.mark_of(letter_id=letter.pk, last=snapshot.checkpoint.last_number):
            return snapshot, mark, files
    raise _Moved


def _files(snapshot: Snapshot) -> Iterator[tuple[str, bytes]]:
    letter, checkpoint = snapshot.letter, snapshot.checkpoint
    text = current_text(letter=letter)
    # A published letter has one.
    languages = [each.language for each in text.translations.all()] if text else []
    for language in languages:
        told = content.of(letter=letter, language=language)
        if told is None or told.checkpoint.pk != checkpoint.pk:
            raise _Moved
        yield f"letter-{language}.pdf", typesetting.pdf(told.told)
        certificate = content.without_names(told.told)
        yield f"count-{language}.pdf", typesetting.pdf(certificate, template="count.typ")
    with translation.override(languages[0] if languages else "en"):
        with snapshot_csv.write(snapshot=snapshot).file as written:
            written.seek(0)
            yield "signatories.csv", written.read()
        listing = downloads.open_download(
            letter=letter, filters=Filters(), lines=json_download.lines
        )
        try:
            if listing.asked.checkpoint is None or listing.asked.checkpoint.pk != checkpoint.pk:
                raise _Moved
            yield "signatories.json", b"".join(listing)
        finally:
            listing.close()
    yield "record.ndjson", b"".join(export(letter=letter, checkpoint=checkpoint))


def _sums(files: list[tuple[str, bytes]]) -> bytes:
    """As `sha256sum -c` reads them."""
    return "".join(f"{sha256(data).hexdigest()}  {name}\n" for name, data in files).encode()


def _zipped(files: list[tuple[str, bytes]]) -> bytes:
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files:
            archive.writestr(zipfile.ZipInfo(name, _ZIP_TIME), data, zipfile.ZIP_DEFLATED)
    return whole.getvalue()
