"""Two people changed one text: what each did is put together, paragraph by paragraph."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from campaign.letters.models import Translation
from campaign.letters.together.paragraphs import split

_ALL_DIFFER = 3


@dataclass(frozen=True, slots=True)
class Merged:
    title: str
    addressee: str
    body: str
    # Places where both changed the same: there both stand, theirs first.
    conflicts: int

    @property
    def parts(self) -> dict[str, str]:
        return {"title": self.title, "addressee": self.addressee, "body": self.body}


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Paragraphs that all three have, or all between two such."""

    base: Sequence[str]
    mine: Sequence[str]
    theirs: Sequence[str]


def merge_wordings(*, base: Translation, mine: Translation, theirs: Translation) -> Merged:
    """`base` is what both started from. No words of either are lost but what the other took out;
    of title and addressee, if both changed them, mine stand."""
    body, conflicts = merge(base=base.body, mine=mine.body, theirs=theirs.body)
    lines = {
        part: getattr(theirs if getattr(mine, part) == getattr(base, part) else mine, part)
        for part in ("title", "addressee")
    }
    conflicts += sum(
        len({getattr(each, part) for each in (base, mine, theirs)}) == _ALL_DIFFER for part in lines
    )
    return Merged(**lines, body=body, conflicts=conflicts)


def merge(*, base: str, mine: str, theirs: str) -> tuple[str, int]:
    """The body, and in how many places both changed the same."""
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
    return "\n\n".join(paragraphs), conflicts


def _stretches(
    base: Sequence[str], mine: Sequence[str], theirs: Sequence[str]
) -> Iterator[_Stretch]:
    done = (0, 0, 0)
    in_mine, in_theirs = _stands_at(base, mine), _stands_at(base, theirs)
    for index in sorted(in_mine.keys() & in_theirs.keys()):
        at = (index, in_mine[index], in_theirs[index])
        yield from _one_by_one(
            _Stretch(
                *(text[a:b] for text, a, b in zip((base, mine, theirs), done, at, strict=True))
            )
        )
        yield _Stretch([base[index]], [base[index]], [base[index]])
        done = (at[0] + 1, at[1] + 1, at[2] + 1)
    after = zip((base, mine, theirs), done, strict=True)
    yield from _one_by_one(_Stretch(*(text[start:] for text, start in after)))


def _one_by_one(stretch: _Stretch) -> Iterator[_Stretch]:
    """Neighbours that changed, where nobody added or took out any, are told apart."""
    if len(stretch.base) == len(stretch.mine) == len(stretch.theirs):
        for base, mine, theirs in zip(stretch.base, stretch.mine, stretch.theirs, strict=True):
            yield _Stretch([base], [mine], [theirs])
    else:
        yield stretch


def _stands_at(base: Sequence[str], other: Sequence[str]) -> dict[int, int]:
    """For each paragraph of `base` that the other one kept: where it stands there."""
    blocks = SequenceMatcher(None, base, other, autojunk=False).get_matching_blocks()
    return {block.a + offset: block.b + offset for block in blocks for offset in range(block.size)}
