"""Whether a watched name stands in a text: word by word, in any order, with what may differ.

Pure: two texts in, the answer out. `index` finds the names that are worth comparing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from rapidfuzz.distance import OSA, Indel

from signatures.names import sounds, words
from signatures.names.scripts import LATIN, scripts_in
from signatures.names.words import (
    PARTICLES,
    TITLES,
    core,
    in_latin_letters,
    read,
    split,
)

# One letter may differ in words from this length.
MIN_LETTERS_NEAR = 5
# Fewer consonants in all fit too many names.
MIN_CONSONANTS = 4
MIN_CONSONANTS_AMONG_OTHERS = 6
# Of consonants and long vowels, 1 being the same.
MIN_SIMILARITY_OF_SOUND = 0.85
_MIN_SIMILARITY_LOOSE = 0.5
# Names with fewer letters are found only where no other words stand beside them.
MIN_LETTERS_AMONG_OTHERS = 6
# What stands for itself beside initials: a family name of this length.
MIN_LETTERS_BESIDE_INITIALS = 4
# More than any name has; texts are cut there.
MAX_WORDS = 24
_INITIALS = 3
# Two forms of one name add these, or leave them out.
_SOFT = frozenset("aeouyhlj")


_READ_ALIKE = frozenset(
    pair
    for letters in ("ckq", "yjlg", "vwfbu", "szx", "dt", "pb", "uo", "ae", "eo")
    for pair in (one + other for one in letters for other in letters)
)


class Grade(IntEnum):
    """How one word leads to another, from the strongest to the weakest."""

    SAME = 0
    NEAR = 1
    # A short word with a vowel or an h more or less: needs a word beside it that is the same.
    SOFT = 2
    INITIAL = 3
    SOUND = 4


@dataclass(frozen=True, slots=True)
class Part:
    """A word of a text in the forms by which it is compared."""

    written: str
    # Which words of the text it takes, as bits: two, when they are read as one.
    mask: int
    forms: frozenset[str]
    # As it is read in each case: only the same counts, since one letter less would fit too many.
    looks: frozenset[str]

    is_initials: bool


@dataclass
class Text:
    """What somebody wrote, taken apart once."""

    raw: str
    # Words that have to be part of what is found, as bits.
    demanded: int = 0
    words: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.words = split(self.raw)[:MAX_WORDS]

    @cached_property
    def scripts(self) -> set[str]:
        return scripts_in(self.raw)

    @cached_property
    def parts(self) -> list[Part]:
        latin = [in_latin_letters(word) for word in self.words]
        parts = [
            Part(
                written=word,
                mask=1 << place,
                forms=words.forms(word),
                looks=words.looks(word),
                is_initials=len(word) <= _INITIALS and word.isupper(),
            )
            for place, word in enumerate(self.words)
        ]
        for place in range(len(self.words) - 1):
            together = read(latin[place] + latin[place + 1])
            if len(together) >= MIN_LETTERS_NEAR:
                parts.append(
                    Part(
                        written=self.words[place] + self.words[place + 1],
                        mask=0b11 << place,
                        forms=frozenset({together}),
                        looks=frozenset(),
                        is_initials=False,
                    )
                )
        return parts

    @cached_property
    def kernel(self) -> int:
        """The words that say who is meant, as bits."""
        kept = {read(word) for word in core(self.raw)}
        return sum(1 << place for place, word in enumerate(self.words) if read(word) in kept)

    @cached_property
    def initials(self) -> frozenset[str]:
        return frozenset(read(part.written)[:1] for part in self.parts if part.is_initials)

    @cached_property
    def count_without_initials(self) -> int:
        """The words that say who is meant and have to be found, where initials stand for others."""
        initials = sum(part.mask for part in self.parts[: len(self.words)] if part.is_initials)
        return max(1, (self.kernel & ~initials).bit_count())

    @cached_property
    def sounds(self) -> dict[str, int]:
        """Each sound that a word may have, and where it stands."""
        return {
            sound: 1 << place
            for place, word in enumerate(self.words)
            for sound in sounds.sounds(word)
        }

    @cached_property
    def loose_sounds(self) -> dict[str, int]:
        return {
            sounds.loose(word): 1 << place
            for place, word in enumerate(self.words)
            if sounds.is_loose(word) or self.is_latin
        }

    @cached_property
    def is_loose(self) -> bool:
        return sounds.is_loose(self.raw)

    def vowelled(self, mask: int) -> str:
        return sounds.with_long_vowels(self.words[mask.bit_length() - 1])

    @property
    def is_latin(self) -> bool:
        return self.scripts == {LATIN}


@dataclass(frozen=True, slots=True)
class Name:
    """A watched name, by the words that it takes."""

    forms: tuple[frozenset[str], ...]
    looks: tuple[frozenset[str], ...]
    words: tuple[str, ...]
    # Places of initials that were written as such.
    initials: frozenset[int]
    scripts: frozenset[str]
    # Words that must be found at least.
    fewest: int

    @classmethod
    def of(cls, written: list[str]) -> "Name":
        needed = _needed(written)[:MAX_WORDS]
        initials = frozenset(
            place
            for place, word in enumerate(needed)
            if len(word) <= _INITIALS and word.isupper() and len(needed) > 1
        )
        at_the_edge = len(initials & {0, len(needed) - 1})
        return cls(
            forms=tuple(map(words.forms, needed)),
            looks=tuple(map(words.looks, needed)),
            words=tuple(needed),
            initials=initials,
            fewest=max(1, len(needed) - (len(needed) > 2) - at_the_edge),
            scripts=frozenset(scripts_in("".join(needed))),
        )

    @property
    def is_loose(self) -> bool:
        return any(map(sounds.is_loose, self.words))

    @property
    def letters(self) -> int:
        return sum(min(map(len, forms)) for forms in self.forms)


@dataclass(frozen=True, slots=True)
class _Way:
    mask: int
    grade: Grade


def find(name: Name, text: Text) -> Grade | None:
    """The weakest grade of the best way to find the name in the text; None if it isn't there."""
    options = [list(_ways(name, place, text)) for place in range(len(name.forms))]
    best: Grade | None = None
    for chosen in _choices(options):
        grade = _judge(name, text, chosen)
        if grade is not None and (best is None or grade < best):
            best = grade
    return best


def _needed(written: list[str]) -> list[str]:
    """Without the small words and initials inside a name and, if two words are left, without its
    titles."""
    words = [word for word in written if read(word)]
    words = [
        word
        for place, word in enumerate(words)
        if not (0 < place < len(words) - 1 and len(word) == 1)
    ]
    for optional in (PARTICLES | TITLES, PARTICLES, TITLES):
        left = [word for word in words if read(word) not in optional]
        if len(left) > 1:
            return left
    return words


def _ways(name: Name, place: int, text: Text) -> Iterator[_Way]:
    for part in text.parts:
        is_read_alike = not name.looks[place].isdisjoint(part.looks)
        grade = Grade.SAME if is_read_alike else _grade(name.forms[place], part.forms)
        if grade is not None:
            yield _Way(part.mask, grade)
        elif _is_initial(name, place, part):
            yield _Way(part.mask, Grade.INITIAL)
    if not text.scripts <= name.scripts:
        heard = {text.sounds.get(sound) for sound in sounds.sounds(name.words[place])}
        if name.is_loose or text.is_loose:
            heard.add(text.loose_sounds.get(sounds.loose(name.words[place])))
        yield from (_Way(mask, Grade.SOUND) for mask in heard if mask)


def _grade(forms: frozenset[str], others: frozenset[str]) -> Grade | None:
    best: Grade | None = None
    for one in forms:
        for other in others:
            if one == other:
                return Grade.SAME
            longer = max(len(one), len(other))
            if (
                longer < 3
                or not _begin_alike(one, other)
                or OSA.distance(one, other, score_cutoff=1) > 1
            ):
                continue
            if longer >= MIN_LETTERS_NEAR:
                best = Grade.NEAR
            elif best is None and _is_soft(one, other):
                best = Grade.SOFT
    return best


def _begin_alike(one: str, other: str) -> bool:
    """A wrong first letter is seen at once, unless both are read alike."""
    return (
        one[0] == other[0]
        or one[0] + other[0] in _READ_ALIKE
        or one[1:] == other
        or other[1:] == one
        or one[:2] == other[1::-1]
    )


def _is_soft(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    if len(short) == len(long) or short[0] != long[0]:
        return False
    return any(
        letter in _SOFT and long[:place] + long[place + 1 :] == short
        for place, letter in enumerate(long)
    )


def _is_initial(name: Name, place: int, part: Part) -> bool:
    """One of both is written as initials, and begins as the other does."""
    if not (part.is_initials or place in name.initials):
        return False
    return any(form[:1] == own[:1] for form in name.forms[place] for own in part.forms)


def _choices(options: list[list[_Way]]) -> Iterator[list[_Way | None]]:
    """Each way to take different words of the text; of three words or more, one in between or the
    last may be left out, and both of four."""
    last = len(options) - 1

    def choose(place: int, taken: int, skipped: bool) -> Iterator[list[_Way | None]]:
        if place > last:
            yield []
            return
        for way in options[place]:
            if not way.mask & taken:
                for others in choose(place + 1, taken | way.mask, skipped):
                    yield [way, *others]
        between = 0 < place < last and not skipped
        second_family_name = place == last > 1 and not (skipped and last == 2)
        if between or second_family_name:
            for others in choose(place + 1, taken, skipped=True):
                yield [None, *others]

    yield from choose(0, 0, skipped=False)


def _judge(name: Name, text: Text, chosen: list[_Way | None]) -> Grade | None:
    """Whether what was reached is enough: the less a word is the same, the more the others must."""
    ways = [(place, way) for place, way in enumerate(chosen) if way is not None]
    grades = [way.grade for _, way in ways]
    grade = max(grades)
    taken = 0
    for _, way in ways:
        taken |= way.mask
    if text.demanded & ~taken:
        return None
    alone = not text.kernel & ~taken
    together = bool(text.demanded) or any(way.mask.bit_count() > 1 for _, way in ways)
    if len(ways) == 1:
        enough = Grade.SAME if together else Grade.NEAR
        return grade if alone and grade <= enough else None
    # Of three words one is left out and one differs: that is another name.
    if None in chosen and len(ways) == 2 and grade in (Grade.NEAR, Grade.SOFT):
        return None
    # The second of two family names: only where nothing else is said, or it is another person's.
    if chosen[-1] is None and not (alone and grade == Grade.SAME):
        return None
    if name.letters < MIN_LETTERS_AMONG_OTHERS and not alone:
        return None
    if grade == Grade.SOUND:
        return grade if _sounds_alike(name, text, ways, alone=alone) else None
    if grade == Grade.INITIAL:
        firm = [len(min(name.forms[place])) for place, way in ways if way.grade == Grade.SAME]
        return grade if alone and max(firm, default=0) >= MIN_LETTERS_BESIDE_INITIALS else None
    if grade == Grade.SOFT:
        return grade if not together and Grade.SAME in grades and grades.count(grade) == 1 else None
    if grade == Grade.NEAR and (together or not alone) and Grade.SAME not in grades:
        return None
    return grade


def _sounds_alike(name: Name, text: Text, ways: list[tuple[int, _Way]], *, alone: bool) -> bool:
    heard = sum(max(map(len, sounds.sounds(name.words[place])), default=0) for place, _ in ways)
    if heard < (MIN_CONSONANTS if alone else MIN_CONSONANTS_AMONG_OTHERS):
        return False
    mine = " ".join(sounds.with_long_vowels(name.words[place]) for place, _ in ways)
    theirs = " ".join(text.vowelled(way.mask) for _, way in ways)
    fewest = _MIN_SIMILARITY_LOOSE if name.is_loose or text.is_loose else MIN_SIMILARITY_OF_SOUND
    return any(
        Indel.normalized_similarity(mine.replace("V", v), theirs.replace("V", v)) >= fewest
        for v in "fw"
    )
