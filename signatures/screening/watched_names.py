"""The names that nobody may sign with unseen, and what a text has of one of them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from signatures.names.folding import search_key
from signatures.names.scripts import scripts_in
from signatures.names.words import core, in_each_case, pieces, seen
from signatures.screening.comparing import Grade
from signatures.screening.index import NameIndex

# A name that is split over two texts has no more words in the first, and after it.
_WORDS_BEFORE_SPLIT = 2
_WORDS_AFTER_SPLIT = 2


class Likeness(StrEnum):
    """How a text resembles a watched name; the first that fits."""

    SAME = "same"
    LOOK_ALIKE = "look_alike"
    WITHIN = "within"
    SPELLING = "spelling"
    SHORT_FORM = "short_form"
    EQUIVALENT = "equivalent"
    NEAR = "near"
    OTHER_ALPHABET = "other_alphabet"
    INITIALS = "initials"


_OF_GRADE = {
    Grade.SAME: Likeness.SPELLING,
    Grade.ALIKE: Likeness.SPELLING,
    Grade.SHORT_FORM: Likeness.SHORT_FORM,
    Grade.EQUIVALENT: Likeness.EQUIVALENT,
    Grade.NEAR: Likeness.NEAR,
    Grade.SOFT: Likeness.NEAR,
    Grade.INITIAL: Likeness.INITIALS,
    Grade.SOUND: Likeness.OTHER_ALPHABET,
}


class Found(NamedTuple):
    owner: int
    likeness: Likeness


@dataclass(slots=True)
class WatchedNames:
    """Watched names, compiled; each leads to its owner, which is the id of a row."""

    index: NameIndex = field(default_factory=NameIndex)
    written: dict[int, str] = field(default_factory=dict)

    def add(self, owner: int, name: str) -> None:
        self.written[owner] = name
        self.index.add(owner, name)

    def find(self, *texts: str, besides: int | None = None) -> Found | None:
        """The strongest likeness in any of the texts, not counting what is owned by `besides`.

        A name may also begin in the first text and end in another, beneath which it is read."""
        found = (
            Found(owner, likeness(watched=self.written[owner], text=text, grade=grade))
            for text, owners in self._owners(texts)
            for owner, grade in owners
            if owner != besides
        )
        order = list(Likeness)
        return min(found, key=lambda each: (order.index(each.likeness), each.owner), default=None)

    def _owners(self, texts: tuple[str, ...]) -> Iterator[tuple[str, Iterator[tuple[int, Grade]]]]:
        for text in texts:
            for piece in (text, *pieces(text)) if text else ():
                yield piece, self.index.find(piece)
        for words in split_over(texts):
            yield " ".join(words), self.index.find_whole(words)


def split_over(texts: Sequence[str]) -> Iterator[list[str]]:
    """What the first text and the beginning of another would be as one name."""
    beginning = core(texts[0]) if len(texts) > 1 else []
    if not 1 <= len(beginning) <= _WORDS_BEFORE_SPLIT:
        return
    for other in texts[1:]:
        rest = core(other)
        for count in range(1, min(len(rest), _WORDS_AFTER_SPLIT) + 1):
            if len(beginning) == 1 or count == len(rest):
                yield [*beginning, *rest[:count]]


def likeness(*, watched: str, text: str, grade: Grade) -> Likeness:
    mine, theirs = search_key(watched).split(), search_key(text).split()
    if sorted(mine) == sorted(theirs):
        return Likeness.SAME
    if set(mine) <= set(theirs):
        return Likeness.WITHIN
    if _looks_the_same(watched, text):
        return Likeness.LOOK_ALIKE
    if scripts_in(watched).isdisjoint(scripts_in(text)):
        return Likeness.OTHER_ALPHABET
    return _OF_GRADE[grade]


def likeness_in(texts: Iterable[str], *, watched: str) -> list[Likeness | None]:
    """What each of the texts has of this one name, for whoever looks at it."""
    names = WatchedNames()
    names.add(1, watched)
    return [found.likeness if (found := names.find(text)) else None for text in texts]


def likeness_over(texts: Sequence[str], *, watched: str) -> Likeness | None:
    """What all of the texts together have of this one name."""
    names = WatchedNames()
    names.add(1, watched)
    found = names.find(*texts)
    return found.likeness if found else None


def _looks_the_same(watched: str, text: str) -> bool:
    return any(
        set(seen(mine).split()) <= set(seen(theirs).split())
        for mine in in_each_case(watched)
        for theirs in in_each_case(text)
    )
