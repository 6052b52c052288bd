"""What changed between two wordings, word by word."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Literal

from campaign.letters.models import Translation

# Scripts that write no spaces between words: there each character stands for itself.
_UNSPACED = (
    r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff"
    r"\U00020000-\U0003ffff"
)
# Words with their vowel marks, blank space, and each sign that stands between words.
_SIGNS = r".,;:!?…()\[\]{}\"“”„«»*_،؛؟。、，！？"
_WORDS = re.compile(rf"\s+|[{_UNSPACED}{_SIGNS}]|[^\s{_UNSPACED}{_SIGNS}]+")
_PARAGRAPHS = re.compile(r"[^\n]*\n*")
# Words before and after, multiplied: beyond it what changed is shown whole, one after the other.
MAX_COMPARISONS = 1_000_000
CACHED_DIFFERENCES = 64


@dataclass(frozen=True, slots=True)
class Piece:
    kind: Literal["same", "removed", "added"]
    words: str


@dataclass(frozen=True, slots=True)
class Change:
    """One language of two versions. Where a version is not in it, that side is None."""

    before: Translation | None
    after: Translation | None
    title: tuple[Piece, ...]
    addressee: tuple[Piece, ...]
    body: tuple[Piece, ...]

    @property
    def of(self) -> Translation:
        """Whose language and direction it is in."""
        shown = self.after or self.before
        assert shown is not None  # noqa: S101 - one of the two is there, see `changes`
        return shown

    @property
    def is_none(self) -> bool:
        """The same words on both sides."""
        pieces = (*self.title, *self.addressee, *self.body)
        return all(piece.kind == "same" for piece in pieces)


def changes(before: Iterable[Translation], after: Iterable[Translation]) -> list[Change]:
    """What changed from one version to the other in each language of either, the first one of the
    later first."""
    old, new = ({each.language: each for each in said} for said in (before, after))
    return [
        _change(old.get(language), new.get(language)) for language in dict.fromkeys((*new, *old))
    ]


def _change(before: Translation | None, after: Translation | None) -> Change:
    parts = (
        difference(getattr(before, part, ""), getattr(after, part, ""))
        for part in ("title", "addressee", "body")
    )
    return Change(before, after, *parts)


@lru_cache(maxsize=CACHED_DIFFERENCES)
def difference(before: str, after: str) -> tuple[Piece, ...]:
    """The pieces in reading order: without those added it is `before`, without those removed
    `after`. Paragraphs are aligned first, then the words of those that differ."""
    return tuple(_joined(_pieces(before, after)))


def _pieces(before: str, after: str) -> Iterator[Piece]:
    old, new = (_PARAGRAPHS.findall(each) for each in (before, after))
    for was, now in _aligned(old, new):
        if was == now:
            yield Piece("same", was)
            continue
        for less, more in _aligned(_WORDS.findall(was), _WORDS.findall(now)):
            if less == more:
                yield Piece("same", less)
            else:
                yield Piece("removed", less)
                yield Piece("added", more)


def _aligned(old: list[str], new: list[str]) -> Iterator[tuple[str, str]]:
    """What stands opposite each other, joined; of too much to compare, one whole and the other."""
    if len(old) * len(new) > MAX_COMPARISONS:
        yield "".join(old), "".join(new)
        return
    for _kind, i1, i2, j1, j2 in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        yield "".join(old[i1:i2]), "".join(new[j1:j2])


def _joined(pieces: Iterator[Piece]) -> Iterator[Piece]:
    """Without empty ones, and each with its neighbours of the same kind."""
    last: Piece | None = None
    for piece in pieces:
        if not piece.words:
            continue
        if last and last.kind == piece.kind:
            last = Piece(last.kind, last.words + piece.words)
            continue
        if last:
            yield last
        last = piece
    if last:
        yield last
