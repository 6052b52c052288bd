"""Two people changed one text: what each did is put together, paragraph by paragraph."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from campaign.letters.together.paragraphs import split


@dataclass(frozen=True, slots=True)
class Merged:
    body: str
    # Places where both changed the same: there both stand, theirs first.
    conflicts: int


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Paragraphs that all three have, or all between two such."""

    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]


def merge_lines(*, base: str, mine: str, theirs: str) -> str:
    """Of a title or addressee: who changed it. If both did, mine; theirs are shown beside it."""
    return theirs if mine == base else mine


def merge(*, base: str, mine: str, theirs: str) -> Merged:
    """`base` is what both started from. No words of either are lost but what the other took out."""
    paragraphs: list[str] = []
    conflicts = 0
    for each in _stretches(split(base), split(mine), split(theirs)):
        if each.mine in (each.base, each.theirs):
            paragraphs += each.theirs
        elif each.theirs == each.base:
            paragraphs += each.mine
        else:
            conflicts += 1
            paragraphs += [*each.theirs, *each.mine]
    return Merged("\n\n".join(paragraphs), conflicts)


def _stretches(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[_Stretch]:
    done = (0, 0, 0)
    in_mine, in_theirs = _stands_at(base, mine), _stands_at(base, theirs)
    for index in sorted(in_mine.keys() & in_theirs.keys()):
        here = (index, in_mine[index], in_theirs[index])
        yield _between(base, mine, theirs, done, here)
        yield _Stretch([base[index]], [base[index]], [base[index]])
        done = (here[0] + 1, here[1] + 1, here[2] + 1)
    yield _between(base, mine, theirs, done, (len(base), len(mine), len(theirs)))


def _between(
    base: Sequence[str],
    mine: Sequence[str],
    theirs: Sequence[str],
    start: tuple[int, int, int],
    end: tuple[int, int, int],
) -> _Stretch:
    return _Stretch(base[start[0] : end[0]], mine[start[1] : end[1]], theirs[start[2] : end[2]])


def _stands_at(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """For each paragraph of `base` that the other one kept: where it stands there."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + offset: block.b + offset for block in blocks for offset in range(block.size)}
