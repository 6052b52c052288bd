"""Whether so many had signed by then, answered from the checkpoints, which can be proved.

Every step is one look-up by an index, except when a number was first reached: totals can fall, so
the checkpoints are read from where so many leaves exist at all. For organisations that would be
nearly all of them, so it is not told.

Only who signed the text that stood at that moment counts, or a version of which it only corrects a
slip: another text may say the opposite.
"""

import operator
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from django.db.models import F, IntegerField, OuterRef, Subquery
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce

from campaign.letters.models import Text
from campaign.letters.slips import chain_of
from signatures.listing.deadline import in_time
from signatures.models import Breakdown, Checkpoint, Kind, VersionTally
from signatures.press.claims.grammar import Comparison, Unit
from signatures.press.claims.parser import Question
from signatures.record import tally

_HOLDS = {
    Comparison.AT_LEAST: operator.ge,
    Comparison.MORE: operator.gt,
    Comparison.EXACTLY: operator.eq,
    Comparison.AT_MOST: operator.le,
    Comparison.FEWER: operator.lt,
}
_COUNTED = {Unit.SIGNATURES: "total", Unit.PEOPLE: "people", Unit.ORGANISATIONS: "organisations"}
# Columns that are summed to find when a number was reached.
_REACHED = {Unit.SIGNATURES: ("people", "organisations"), Unit.PEOPLE: ("people",)}
# A checkpoint bears the time at which its writing began.
_WRITTEN_BY_THEN = timedelta(seconds=20)
# To read some thousand rows.
_SECONDS = 2.0
# Checkpoints tell no fractions of it.
_SECOND = timedelta(seconds=1)


class NoSuchCheckpoint(Exception):
    """There never was one of this size."""


class OnlyNow(Exception):
    """Checkpoints do not count professions and countries: nobody kept how many there were."""


@dataclass(frozen=True, slots=True)
class Replaced:
    """A text that another one replaced: its last version, until when it stood, its count then."""

    version: int
    until: datetime
    count: int


@dataclass(frozen=True, slots=True)
class Answer:
    question: Question
    # The count then: the last checkpoint before the end of what was asked; None if none was made.
    checkpoint: Checkpoint | None
    # The moment that was asked about is not over, or not all that happened in it is written.
    is_now: bool
    # As of this very checkpoint, as a link says that was made from an answer.
    is_pinned: bool
    # The first checkpoint with so many, whenever that was; None if there never were.
    reached: Checkpoint | None
    latest: Checkpoint | None
    # Of the text that stood at that moment, and all that were published by then.
    version: int
    versions: tuple[int, ...]
    # Those whose signatures stand under that text: it, and what it only corrects a slip of.
    counted: tuple[int, ...]
    # The same, and what later only corrected a slip of it.
    ever: tuple[int, ...]
    # The texts that had been replaced by then, the latest first.
    replaced: tuple[Replaced, ...] = ()

    @property
    def count(self) -> int:
        return self.count_of(self.counted, self.checkpoint)

    @property
    def holds(self) -> bool:
        return bool(_HOLDS[self.question.comparison](self.count, self.question.number))

    @property
    def missing(self) -> int:
        return max(0, self.question.number - self.count)

    @property
    def beyond(self) -> int:
        return max(0, self.count - self.question.number)

    @property
    def threshold(self) -> int:
        """What it takes to be, or no longer to be, as asked: more than 9 are 10."""
        return self.question.number + (
            self.question.comparison in (Comparison.MORE, Comparison.AT_MOST)
        )

    @property
    def knows_when_reached(self) -> bool:
        return self.question.unit in _REACHED and not self.question.is_narrowed

    @property
    def had_been_reached(self) -> bool:
        """It was reached before, and had fallen again by then."""
        return self.count < self.threshold and self._reached_by_then

    @property
    def was_reached_later(self) -> bool:
        return self.reached is not None and not self._reached_by_then

    @property
    def has_fallen(self) -> bool:
        """It was reached at some time, and no longer stands today."""
        return (
            self.reached is not None
            and self.latest is not None
            and self.latest_count < self.threshold
        )

    @property
    def _reached_by_then(self) -> bool:
        return (
            self.reached is not None
            and self.checkpoint is not None
            and self.reached.size <= self.checkpoint.size
        )

    @property
    def latest_count(self) -> int:
        return self.count_of(self.ever, self.latest)

    @property
    def by_version(self) -> list[tuple[int, int]]:
        """Each version that was published by then, the latest first, with its count then."""
        return [(each, self._of(each, self.checkpoint)) for each in reversed(self.versions)]

    def count_of(self, versions: Sequence[int], checkpoint: Checkpoint | None) -> int:
        return sum(self._of(version, checkpoint) for version in versions)

    def _of(self, version: int, checkpoint: Checkpoint | None) -> int:
        tally = checkpoint.of_version(version) if checkpoint else VersionTally()
        return counted_in(tally, self.question.unit)


def counted_in(tally: VersionTally, unit: Unit) -> int:
    """How many of this unit are in the tally."""
    return int(getattr(tally, _COUNTED[unit]))


def check(
    *,
    letter_id: int,
    question: Question,
    before: datetime | None,
    now: datetime,
    size: int | None = None,
) -> Answer:
    """What the last checkpoint `before` this moment says, or the one of this size.

    Without either, or with a moment that has not come, as of now. Size 0 is before the first
    checkpoint. Of a profession or a country only those who are named are counted, and only as of
    now; its checkpoint bears the counts of them alone. Raises NoSuchCheckpoint and OnlyNow.
    """
    if question.is_narrowed:
        if size is not None or (before is not None and before <= now):
            raise OnlyNow
        latest = _narrowed(question, letter_id=letter_id)
    else:
        latest = tally.latest(letter_id=letter_id)
    is_now = size is None and (before is None or before > now - _WRITTEN_BY_THEN)
    checkpoint = latest
    if size is not None:
        checkpoint = _of_size(size, letter_id=letter_id)
    elif not is_now:
        checkpoint = last_before(letter_id=letter_id, moment=before)
    published = _published(letter_id=letter_id)
    texts = published
    if size is not None:
        texts = _before(published, checkpoint.as_of + _SECOND if checkpoint else None)
    elif before is not None and not is_now:
        texts = _before(published, before)
    answer = Answer(
        question=question,
        checkpoint=checkpoint,
        is_now=is_now,
        is_pinned=size is not None,
        reached=None,
        latest=latest,
        version=texts[-1].number,
        versions=tuple(text.number for text in texts),
        counted=_under(texts),
        ever=next(group for group in _groups(published) if texts[-1].number in group),
    )
    return replace(
        answer,
        reached=_first_with(answer, letter_id=letter_id),
        replaced=_replaced(answer, texts, letter_id=letter_id),
    )


def _narrowed(question: Question, *, letter_id: int) -> Checkpoint | None:
    """The latest checkpoint, not to be stored, as if nobody else had signed."""
    chosen = {"profession": question.profession, "country": question.country}
    cells = Breakdown.objects.filter(
        letter_id=letter_id,
        is_anonymous=False,
        count__gt=0,
        **{field: code for field, code in chosen.items() if code},
    )
    with in_time(seconds=_SECONDS):
        checkpoint = tally.latest(letter_id=letter_id)
        counted = list(cells.values_list("version", "kind", "level", "count"))
    if checkpoint is None:
        return None
    versions: dict[str, Counter[str]] = {}
    for version, kind, level, count in counted:
        unit = "people" if kind == Kind.PERSON else "organisations"
        versions.setdefault(str(version), Counter())[unit] += count
        versions[str(version)][f"level_{level}"] += count
    in_all = sum(versions.values(), Counter[str]())
    columns = {name: in_all[name] for name in tally.OF_VERSION}
    told = ("letter_id", "size", "root", "note", "as_of", "signings")
    return Checkpoint(
        **{name: getattr(checkpoint, name) for name in told},
        **columns,
        versions={version: dict(counts) for version, counts in versions.items()},
    )


def last_before(*, letter_id: int, moment: datetime | None) -> Checkpoint | None:
    """What the count was just before this moment. Several may bear the same second."""
    made = Checkpoint.objects.filter(letter_id=letter_id, as_of__lt=moment)
    return made.order_by("-as_of", "-size").first()


def settled(*, letter_id: int, now: datetime) -> tuple[Checkpoint, datetime] | None:
    """The count at the end of the last minute that nothing can be written into any more, and that
    minute; None before the first checkpoint."""
    end = (now - _WRITTEN_BY_THEN).replace(second=0, microsecond=0)
    found = last_before(letter_id=letter_id, moment=end)
    return (found, end - timedelta(minutes=1)) if found else None


def standing(*, letter_id: int, moment: datetime) -> tuple[int, ...]:
    """The version of the text that stood just before this moment, and those whose signatures stand
    under it, too."""
    return _under(_before(_published(letter_id=letter_id), moment))


def _under(texts: Sequence[Text]) -> tuple[int, ...]:
    """The last, and those that it only corrects a slip of."""
    return tuple(text.number for text in chain_of(reversed(texts)))


def _groups(texts: Sequence[Text]) -> list[tuple[int, ...]]:
    """Versions that stand together, newest first, as are those of each."""
    groups: list[tuple[int, ...]] = []
    left = list(texts)
    while left:
        groups.append(_under(left))
        del left[-len(groups[-1]) :]
    return groups


def _replaced(answer: Answer, texts: Sequence[Text], *, letter_id: int) -> tuple[Replaced, ...]:
    """Two queries for any number of texts that were replaced; none where none was."""
    groups = _groups(texts)
    if len(groups) == 1 or answer.question.is_narrowed:
        return ()
    # By the version that replaced it.
    before = {later[-1]: group[0] for later, group in pairwise(groups)}
    made = Checkpoint.objects.filter(letter_id=letter_id, as_of__lt=OuterRef("published_at"))
    newer = Text.objects.filter(letter_id=letter_id, number__in=before).annotate(
        size=Subquery(made.order_by("-as_of", "-size").values("size")[:1])
    )
    found = list(newer.order_by("-number").values_list("number", "published_at", "size"))
    sizes = [size for _number, _until, size in found if size]
    several = Checkpoint.objects.filter(letter_id=letter_id, size__in=sizes)
    counts = {each.size: each for each in several}
    stood = {group[0]: group for group in groups}
    return tuple(
        Replaced(before[number], until, answer.count_of(stood[before[number]], counts.get(size)))
        for number, until, size in found
        if until
    )


def _published(*, letter_id: int) -> list[Text]:
    """The versions that are public, first to last; at least the first one, under which everybody
    began to sign."""
    texts = Text.objects.filter(letter_id=letter_id).order_by("number")
    return list(texts.filter(published_at__isnull=False)) or list(texts[:1])


def _before(texts: Sequence[Text], moment: datetime | None) -> list[Text]:
    """Those that were public before this moment; at least the first."""
    then = [text for text in texts if moment and text.published_at and text.published_at < moment]
    return then or list(texts[:1])


def _of_size(size: int, *, letter_id: int) -> Checkpoint | None:
    if not size:
        return None
    found = Checkpoint.objects.filter(letter_id=letter_id, size=size).first()
    if found is None:
        raise NoSuchCheckpoint
    return found


def _first_with(answer: Answer, *, letter_id: int) -> Checkpoint | None:
    if answer.latest is None or not answer.knows_when_reached:
        return None
    if answer.latest.signings < answer.threshold:
        return None
    # Each signature is a leaf, so there are no fewer leaves than that.
    large = Checkpoint.objects.filter(letter_id=letter_id, size__gt=answer.threshold)
    columns = _REACHED[answer.question.unit]
    summed: list[Any] = [F(column) for column in columns]
    if not answer.latest.versions.keys() <= set(map(str, answer.ever)):
        keys = [f"versions__{each}__{column}" for each in answer.ever for column in columns]
        summed = [Coalesce(Cast(KT(key), IntegerField()), 0) for key in keys]
    counted = large.annotate(sum=sum(summed[1:], start=summed[0]))
    return counted.filter(sum__gte=answer.threshold).order_by("size").first()
