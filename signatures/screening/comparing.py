"""Whether a watched name stands in a text: word by word, in any order, with what may differ.

Pure: two texts in, the answer out. `index` finds the names that are worth comparing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import IntEnum
from functools import cached_property

from rapidfuzz.distance import OSA

from signatures.names import phones, words
from signatures.names.scripts import LATIN, scripts_in, writing_of
from signatures.names.words import (
    FAMILY_NAMES_FIRST,
    PARTICLES,
    TITLES,
    core,
    in_latin_letters,
    read,
    split,
)

# One letter may differ in words from this length, and two from that.
MIN_LETTERS_NEAR = 5
MIN_LETTERS_TWO_DIFFER = 10
# Words of one script are heard from this length, and of that only for the same sound.
MIN_LETTERS_HEARD = 6
MIN_LETTERS_SAME_SOUND = 4
# Fewer consonants in all fit too many names.
MIN_CONSONANTS = 5
MIN_CONSONANTS_HEARD_ALIKE = 4
MIN_CONSONANTS_AMONG_OTHERS = 6
MIN_CONSONANTS_BESIDE_INITIALS = 4
# By `phones.distance`, of one word and of all that were heard.
MAX_DISTANCE_OF_WORD = 0.2
MAX_DISTANCE_OF_NAME = 0.12
MAX_DISTANCE_OF_SHORT_NAME = 0.06
# Of one word in one script: what it may be spelled like, and what is as good as the same.
MAX_DISTANCE_OF_SPELLING = 0.1
MAX_DISTANCE_OF_SAME_SOUND = 0.05
MAX_DISTANCE_OF_ONE_SOUND = 0.02
# Of all words of a name, where none is the same.
MAX_DISTANCE_WHERE_ALL_DIFFER = 0.06
# Of a name of one word in another script, with so many consonants.
MAX_DISTANCE_OF_LONE_WORD = 0.08
MIN_CONSONANTS_ALONE = 4
# What stands beside a name in the form of another language: letters that are the same, or sound so.
MIN_LETTERS_BESIDE_EQUIVALENT = 5
MIN_LETTERS_ALIKE_BESIDE_EQUIVALENT = 7
# Names with fewer letters are found only where no other words stand beside them.
MIN_LETTERS_AMONG_OTHERS = 6
# What stands for itself beside initials: a family name of this length.
MIN_LETTERS_BESIDE_INITIALS = 4
# A name that was written without a space, or over two texts, with a letter that differs.
MIN_LETTERS_TAKEN_APART = 12
# A name of three words of which one is left out and one differs.
MIN_LETTERS_WITHOUT_A_WORD = 12
# Written in characters of which each is a syllable or a word.
OF_CHARACTERS = frozenset({"HAN", "HANGUL"})
# In these one letter of few is much.
WITHOUT_VOWELS = frozenset({"ARABIC", "HEBREW"})
# More than any name has; texts are cut there.
MAX_WORDS = 24
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
    # Spelled otherwise, and nothing is heard of it: Elisabeth for Elizabeth.
    ALIKE = 1
    # Bill for William.
    SHORT_FORM = 2
    # Giorgos for George, Cheung for Zhang.
    EQUIVALENT = 3
    NEAR = 4
    # A short word with a vowel or an h more or less, or a long one that only sounds alike: needs
    # a word beside it that is the same.
    SOFT = 5
    INITIAL = 6
    SOUND = 7


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
    # The scripts of its letters, and kana, Hangul and Han each by itself.
    writing: frozenset[str]


@dataclass
class Text:
    """What somebody wrote, taken apart once."""

    raw: str
    # Words that have to be part of what is found, as bits.
    demanded: int = 0
    # Whether two words may be one.
    joins: bool = True
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
                is_initials=words.is_initials(word),
                writing=writing_of(word),
            )
            for place, word in enumerate(self.words)
        ]
        for place in range(len(self.words) - 1 if self.joins else 0):
            together = read(latin[place] + latin[place + 1])
            if len(together) >= MIN_LETTERS_NEAR:
                written = self.words[place] + self.words[place + 1]
                parts.append(
                    Part(
                        written=written,
                        mask=0b11 << place,
                        forms=frozenset({together}),
                        looks=frozenset(),
                        is_initials=False,
                        writing=writing_of(written),
                    )
                )
        return parts

    @cached_property
    def kernel(self) -> int:
        """The words that say who is meant, as bits."""
        kept = {read(word) for word in core(self.raw)}
        kept = kept - PARTICLES or kept
        return sum(1 << place for place, word in enumerate(self.words) if read(word) in kept)

    @cached_property
    def initials(self) -> frozenset[str]:
        return frozenset(read(part.written)[:1] for part in self.parts if part.is_initials)

    @cached_property
    def count_without_initials(self) -> int:
        """The words that say who is meant and have to be found, where initials stand for others."""
        return max(1, (self.kernel & ~self.initials_mask).bit_count())

    @cached_property
    def initials_mask(self) -> int:
        return sum(part.mask for part in self.parts if part.is_initials)

    def written(self, mask: int) -> str:
        return "".join(word for place, word in enumerate(self.words) if mask >> place & 1)

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
    writings: tuple[frozenset[str], ...]
    scripts: frozenset[str]
    # Whether the last word is the given name, and says who is meant.
    family_name_is_first: bool
    # Words that must be found at least.
    fewest: int

    @classmethod
    def of(cls, written: list[str]) -> "Name":
        needed = _needed(written)[:MAX_WORDS]
        initials = frozenset(
            place
            for place, word in enumerate(needed)
            if words.is_initials(word) and len(needed) > 1
        )
        at_the_edge = len(initials & {0, len(needed) - 1})
        return cls(
            forms=tuple(map(words.forms, needed)),
            looks=tuple(map(words.looks, needed)),
            words=tuple(needed),
            initials=initials,
            fewest=max(1, len(needed) - (len(needed) > 2) - at_the_edge),
            writings=tuple(map(writing_of, needed)),
            scripts=frozenset(scripts_in("".join(needed))),
            family_name_is_first=read(needed[0]) in FAMILY_NAMES_FIRST if needed else False,
        )

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
        for grade in _grades(name, place, part):
            yield _Way(part.mask, grade)


def _grades(name: Name, place: int, part: Part) -> Iterator[Grade]:
    """The strongest, and beside one that may not be enough, whether it is heard."""
    grade = _as_written(name, place, part)
    if grade is not None:
        yield grade
    is_of_another = part.writing != name.writings[place]
    if grade == Grade.SAME or not is_of_another:
        return
    mine, theirs = name.words[place], part.written
    # Where vowels are left out, the tables know more than is heard.
    is_told_apart = WITHOUT_VOWELS & (part.writing | name.writings[place])
    if _is_heard(mine, theirs) and not (is_told_apart and words.are_known_apart(mine, theirs)):
        yield Grade.SOUND


def _as_written(name: Name, place: int, part: Part) -> Grade | None:
    if not name.looks[place].isdisjoint(part.looks):
        return Grade.SAME
    forms = name.forms[place]
    if part.writing == name.writings[place] and part.writing <= OF_CHARACTERS:
        # One letter less is another character.
        grade = None if forms.isdisjoint(part.forms) else Grade.SAME
    else:
        grade = _grade(forms, part.forms)
    if grade == Grade.SAME:
        return grade
    if part.writing <= WITHOUT_VOWELS and len(min(forms | part.forms, key=len)) < MIN_LETTERS_NEAR:
        grade = None
    mine, theirs = name.words[place], part.written
    apart = _spelled_otherwise(mine, theirs)
    # One letter, or a sound that is alike, makes another name of many.
    if apart > MAX_DISTANCE_OF_ONE_SOUND and words.are_known_apart(mine, theirs):
        grade, apart = None, 1.0
    if apart <= MAX_DISTANCE_OF_SAME_SOUND:
        return Grade.ALIKE
    if words.are_equivalent(mine, theirs):
        return Grade.EQUIVALENT
    if grade is not None:
        return grade
    if apart <= MAX_DISTANCE_OF_SPELLING:
        return Grade.SOFT
    if _is_short_form(mine, theirs):
        return Grade.SHORT_FORM
    return Grade.INITIAL if _is_initial(name, place, part) else None


def _is_short_form(one: str, other: str) -> bool:
    """Bill and Will, too; but not Maria and Mary."""
    mine, theirs = words.shortened_names(one), words.shortened_names(other)
    return not (
        mine.isdisjoint(theirs | words.full_names(other))
        and theirs.isdisjoint(words.full_names(one))
    )


def _spelled_otherwise(one: str, other: str) -> float:
    """How far two words of one script are apart that sound the same, as Youssef and Yusuf; 1 if
    they do not."""
    letters = min(len(one), len(other))
    if letters < MIN_LETTERS_SAME_SOUND or phones.frames(one).isdisjoint(phones.frames(other)):
        return 1.0
    apart = phones.distance(one, other)
    return apart if letters >= MIN_LETTERS_HEARD or apart <= MAX_DISTANCE_OF_ONE_SOUND else 1.0


def _is_heard(one: str, other: str) -> bool:
    return (
        not phones.bones(one).isdisjoint(phones.bones(other))
        and phones.distance(one, other) <= MAX_DISTANCE_OF_WORD
    )


def _grade(forms: frozenset[str], others: frozenset[str]) -> Grade | None:
    best: Grade | None = None
    for one in forms:
        for other in others:
            if one == other:
                return Grade.SAME
            longer = max(len(one), len(other))
            # Two letters more are a syllable: another name of the same root.
            two = min(len(one), len(other)) >= MIN_LETTERS_TWO_DIFFER
            most = 2 if two and abs(len(one) - len(other)) < 2 else 1
            if (
                longer < 3
                or not _begin_alike(one, other)
                or OSA.distance(one, other, score_cutoff=most) > most
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
    if any(form[:1] == own[:1] for form in name.forms[place] for own in part.forms):
        return True
    return part.writing != name.writings[place] and phones.begins_alike(
        name.words[place], part.written
    )


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
    if text.demanded and grade > Grade.SAME and name.letters < MIN_LETTERS_TAKEN_APART:
        return None
    alone = not text.kernel & ~taken
    together = bool(text.demanded) or any(way.mask.bit_count() > 1 for _, way in ways)
    if len(ways) == 1:
        return grade if alone and _is_lone_name(name, text, ways[0], together=together) else None
    if None in chosen and not _may_be_without(name, text, chosen, grade=grade, alone=alone):
        return None
    if name.letters < MIN_LETTERS_AMONG_OTHERS and not alone:
        return None
    if Grade.EQUIVALENT in grades and not (alone and _bears_out_equivalent(name, ways)):
        return None
    if grade == Grade.SOUND:
        return grade if _sounds_alike(name, text, ways, alone=alone) else None
    if grade == Grade.INITIAL:
        return grade if alone and _stands_for_itself(name, ways) else None
    if (
        Grade.SAME not in grades
        and _mean_distance(name, text, ways) > MAX_DISTANCE_WHERE_ALL_DIFFER
    ):
        return None
    is_borne_out = Grade.SAME in grades or (Grade.ALIKE in grades and alone and not together)
    if grade == Grade.SOFT:
        return grade if not together and is_borne_out and grades.count(grade) == 1 else None
    if grade == Grade.SHORT_FORM:
        return grade if is_borne_out else None
    if grade in (Grade.ALIKE, Grade.NEAR) and (together or not alone) and Grade.SAME not in grades:
        return None
    return grade


def _mean_distance(name: Name, text: Text, ways: list[tuple[int, _Way]]) -> float:
    """How far the words are apart by their sounds; two letters in the wrong order are nothing."""
    apart = []
    for place, way in ways:
        if way.grade in (Grade.SHORT_FORM, Grade.EQUIVALENT):
            continue
        mine, theirs = name.words[place], text.written(way.mask)
        is_turned = sorted(read(mine)) == sorted(read(theirs))
        apart.append(0.0 if is_turned else phones.distance(mine, theirs))
    return sum(apart) / max(1, len(apart))


def _is_lone_name(name: Name, text: Text, way: tuple[int, _Way], *, together: bool) -> bool:
    """Whether one word is enough."""
    place, reached = way
    if reached.grade == Grade.SAME:
        return True
    if reached.grade in (Grade.ALIKE, Grade.NEAR):
        return not together
    word = name.words[place]
    return (
        reached.grade == Grade.SOUND
        and not together
        and len(name.words) == 1
        and phones.consonants(word) >= MIN_CONSONANTS_ALONE
        and phones.distance(word, text.written(reached.mask)) <= MAX_DISTANCE_OF_LONE_WORD
    )


def _bears_out_equivalent(name: Name, ways: list[tuple[int, _Way]]) -> bool:
    """Whether what stands beside it says who is meant: Giorgos Papas is not yet George Papas."""
    letters = {Grade.SAME: 0, Grade.ALIKE: 0, Grade.SOUND: 0}
    for place, way in ways:
        if way.grade in letters:
            letters[way.grade] += min(map(len, name.forms[place]))
    return [way.grade for _, way in ways].count(Grade.EQUIVALENT) == 1 and (
        letters[Grade.SAME] >= MIN_LETTERS_BESIDE_EQUIVALENT
        or sum(letters.values()) >= MIN_LETTERS_ALIKE_BESIDE_EQUIVALENT
    )


def _may_be_without(
    name: Name, text: Text, chosen: list[_Way | None], *, grade: Grade, alone: bool
) -> bool:
    """Whether it is still the name, though one of its words is missing."""
    taken = [way.mask for way in chosen if way is not None]
    # The second of two family names: only where nothing else is said, or it is another person's.
    if chosen[-1] is None:
        return alone and grade == Grade.SAME and not name.family_name_is_first
    # Another stands in its place: that is another name.
    within = (max(taken) - 1) & ~(min(taken) - 1) & ~sum(taken)
    if text.kernel & within & ~text.initials_mask:
        return False
    # Of three words one is left out and a short one differs: likewise.
    if len(taken) > 2 or grade not in (Grade.NEAR, Grade.SOFT):
        return True
    return grade == Grade.NEAR and alone and name.letters >= MIN_LETTERS_WITHOUT_A_WORD


def _stands_for_itself(name: Name, ways: list[tuple[int, _Way]]) -> bool:
    """Whether a word beside the initials says who is meant."""
    return any(
        len(min(name.forms[place])) >= MIN_LETTERS_BESIDE_INITIALS
        if way.grade == Grade.SAME
        else way.grade == Grade.SOUND
        and phones.consonants(name.words[place]) >= MIN_CONSONANTS_BESIDE_INITIALS
        for place, way in ways
    )


def _sounds_alike(name: Name, text: Text, ways: list[tuple[int, _Way]], *, alone: bool) -> bool:
    grades = {way.grade for _, way in ways}
    count = sum(phones.consonants(name.words[place]) for place, _ in ways)
    if count < (MIN_CONSONANTS_HEARD_ALIKE if alone else MIN_CONSONANTS_AMONG_OTHERS):
        return False
    if Grade.INITIAL in grades and not (alone and _stands_for_itself(name, ways)):
        return False
    apart = [
        phones.distance(name.words[place], text.written(way.mask))
        for place, way in ways
        if way.grade == Grade.SOUND
    ]
    is_short = count < MIN_CONSONANTS
    most = MAX_DISTANCE_OF_SHORT_NAME if is_short else MAX_DISTANCE_OF_NAME
    return sum(apart) / len(apart) <= most
