"""Which PDFs are made anew and when, one at a time, and which of them readers get.

None is made for a request. A sweep makes what is due: at once where the letter closed, got a new
text, or where a name in the file is not shown any more as it is there; else, while a letter is
open, every ten minutes. Between a name's leaving and the next file, readers get none.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from threading import Lock

import structlog
from django.db.models import QuerySet
from django.utils import timezone

from campaign import stopping
from campaign.letters.models import Letter, LetterState, Text
from campaign.letters.texts import current_texts
from campaign.wake import Task, wake
from signatures.errors import TooSlow
from signatures.models import Checkpoint, LetterPdf
from signatures.press.paper import content, marks, typesetting
from signatures.record import tally

log = structlog.get_logger(__name__)

REMADE_EVERY = timedelta(minutes=10)
# Longer than reading and compiling may take together.
CLAIMED_FOR = timedelta(minutes=5)
RETRY_AFTER = timedelta(minutes=10)
# Then the worker is free for others; the next sweep goes on.
_MAX_RUN_SECONDS = 20.0
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Due:
    letter: Letter
    language: str


def make_due() -> int:
    """Make what is due, and say how much was. Two workers share the work, as each is claimed."""
    if not _one_at_a_time.acquire(blocking=False):
        return 0
    until = time.monotonic() + _MAX_RUN_SECONDS
    try:
        return sum(
            _make(due)
            for due in _due(now=timezone.now())
            if time.monotonic() < until and not stopping.is_asked()
        )
    finally:
        _one_at_a_time.release()


def ask() -> None:
    """For one to be made soon, if it is due."""
    wake(Task.MAKE_LETTER_PDFS)


def current(*, letter: Letter, language: str) -> LetterPdf | None:
    """The file that readers may get now, without its content. None while there is none, and from
    the moment when somebody in it left the list or changed a detail."""
    found = _known(letter, language)
    if found is None or not _shows_the_list(found):
        return None
    return found


def forget_names(*, letter_id: int) -> None:
    """In the transaction that erases one of them, or deletes a name: the next sweep makes it
    without."""
    LetterPdf.objects.filter(letter=letter_id).delete()


def _known(letter: Letter, language: str) -> LetterPdf | None:
    made = LetterPdf.objects.filter(letter=letter, language=language).exclude(sha256="")
    return made.defer("content").first()


def _shows_the_list(pdf: LetterPdf) -> bool:
    if pdf.mark == marks.NO_NAMES:
        return True
    return pdf.mark == marks.mark_of(letter_id=pdf.letter_id, last=pdf.last_number)


def _due(*, now: datetime) -> Iterator[Due]:
    letters = list(Letter.objects.public().order_by("pk"))
    counted = tally.latest_of(letters=letters)
    texts = current_texts(letters=letters)
    made = {
        (each.letter_id, each.language): each
        for each in LetterPdf.objects.filter(letter__in=letters).defer("content")
    }
    for letter in letters:
        checkpoint, text = counted.get(letter.pk), texts.get(letter.pk)
        if checkpoint is None or text is None:
            continue
        for each in text.translations.all():
            before = made.get((letter.pk, each.language))
            if before is None or _is_due(before, letter, checkpoint, text, now=now):
                yield Due(letter, each.language)


def _is_due(
    pdf: LetterPdf, letter: Letter, checkpoint: Checkpoint, text: Text, *, now: datetime
) -> bool:
    if pdf.claimed_until > now:
        return False
    if pdf.made_at is None or pdf.version != text.number:
        return True
    if pdf.size == checkpoint.size:
        # What waits for the record is not in it yet, and may have taken out a name.
        return not _shows_the_list(pdf)
    is_over = letter.state == LetterState.CLOSED or pdf.made_at <= now - REMADE_EVERY
    return is_over or not _shows_the_list(pdf)


def _make(due: Due) -> bool:
    """Whether this one was made, and by us."""
    now = timezone.now()
    mine = _claim(due, now=now)
    if mine is None:
        return False
    try:
        told = content.of(letter=due.letter, language=due.language)
        made = typesetting.pdf(told.told) if told else b""
    except (typesetting.NotTypeset, TooSlow, OSError) as error:
        # Without its words, which may be those of strangers.
        log.error("letter_pdf_failed", letter=due.letter.slug, error=type(error).__name__)
        mine.update(claimed_until=timezone.now() + RETRY_AFTER)
        return False
    if told is None:
        return False
    return bool(
        mine.update(
            version=told.text.number,
            size=told.checkpoint.size,
            last_number=told.checkpoint.last_number,
            mark=told.mark,
            content=made,
            sha256=sha256(made).hexdigest(),
            made_at=now,
            claimed_until=timezone.now(),
        )
    )


def _claim(due: Due, *, now: datetime) -> QuerySet[LetterPdf] | None:
    """The row while it is ours; None if it is somebody else's."""
    until = now + CLAIMED_FOR
    row, is_new = LetterPdf.objects.defer("content").get_or_create(
        letter=due.letter, language=due.language, defaults={"claimed_until": until}
    )
    free = LetterPdf.objects.filter(pk=row.pk, claimed_until__lte=now)
    if not is_new and not free.update(claimed_until=until):
        return None
    return LetterPdf.objects.filter(pk=row.pk, claimed_until=until)
