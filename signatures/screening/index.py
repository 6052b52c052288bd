"""Many names, compiled so that those in a text are found in well under a millisecond.

A word of a text leads to the same words of names and to those one letter away, through the words
with one letter left out; what enough words lead to is compared in full.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from rapidfuzz.distance import OSA

from signatures.names import korean, phones, words
from signatures.names.scripts import EAST_ASIAN, LATIN, scripts_in, writing_of
from signatures.names.wade_giles import in_wade_giles
from signatures.names.words import core, in_latin_letters, read, seen, split
from signatures.screening import comparing
from signatures.screening.comparing import (
    MIN_LETTERS_AMONG_OTHERS,
    MIN_LETTERS_SAME_SOUND,
    MIN_LETTERS_TWO_DIFFER,
    OF_CHARACTERS,
    Grade,
    Name,
    Part,
    Text,
)

# A word of this length may be a whole name, written without spaces.
MIN_LETTERS_GLUED = 8
# Glued words are looked for in texts of at most so many words.
_MOST_WORDS_GLUED = 3
# Names in Han characters or Hangul have so many, of which the family name is one or two.
_MOST_CHARACTERS = 5
_MOST_WITH_SHORT_FAMILY_NAME = 3
# What is written before and after a name without a space.
_ADDITIONS = tuple(
    read(word)
    for words in (
        "thereal theofficial official the real its iam",
        "mrs mr ms dr sir dj mc",
        "music band",
    )
    for word in words.split()
)
# How names begin that say whose servant somebody is.
_SERVANT = frozenset(map(read, ("عبد", "abd", "abdel", "abdul", "abdal")))
_NONE: list[int] = []


@dataclass(slots=True)
class NameIndex:
    names: list[tuple[int, Name]] = field(default_factory=list)
    # Word → positions in the list of the names with it.
    postings: dict[str, list[int]] = field(default_factory=dict)
    # Likewise, from the bones of a word (see `names.phones`).
    bones: dict[str, list[int]] = field(default_factory=dict)
    # And from its frames.
    frames: dict[str, list[int]] = field(default_factory=dict)
    # And from the number of a given name, in full or as a short form.
    full_names: dict[int, list[int]] = field(default_factory=dict)
    short_forms: dict[int, list[int]] = field(default_factory=dict)
    # And from the number of a name that has forms in several languages.
    equivalents: dict[int, list[int]] = field(default_factory=dict)
    # Long words by how they begin or end, of which one letter may be left out.
    ends: dict[str, list[str]] = field(default_factory=dict)
    # A word with one letter left out → the words that it may be.
    shortened: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    # Whole names without spaces, beginning with any of their words.
    glued: dict[str, int] = field(default_factory=dict)
    # Korean names in Hangul and in Latin letters, by the sounds that they may be.
    of_hangul: dict[str, int] = field(default_factory=dict)
    of_spelling: dict[str, int] = field(default_factory=dict)
    # The owners of these, and whether they are in Hangul.
    korean: dict[int, bool] = field(default_factory=dict)
    # Those that one word can lead to.
    lone: set[int] = field(default_factory=set)
    other_scripts: bool = False
    # How many of the names are in `bones`.
    bones_of: int = 0

    def add(self, owner: int, name: str) -> None:
        """A name, by all that it may be recognised by."""
        written = split(name)
        self._add(owner, Name.of(written))
        for otherwise in (*_with_space(written), *_with_servant_joined(written)):
            self._add(owner, Name.of(otherwise))
        if "-" in name:
            self._add(owner, Name.of(split(name.replace("-", ""))))
        if spelled := in_wade_giles([in_latin_letters(word) for word in _apart(written)]):
            self._add(owner, Name.of(spelled))
        for parts in (written, _syllables(written)):
            self._add_glued(owner, [read(in_latin_letters(part)) for part in parts])
        self._add_glued(owner, seen(name).split())
        is_hangul = "HANGUL" in writing_of(name)
        for reading in korean.readings(core(name)):
            (self.of_hangul if is_hangul else self.of_spelling).setdefault(reading, owner)
            self.korean[owner] = is_hangul

    def find(self, raw: str) -> Iterator[tuple[int, Grade]]:
        """The owners of the names that stand in a text, and how sure that is."""
        if not self.names:
            return
        text = Text(raw)
        for whole in (seen(raw).replace(" ", ""), *_joined(text.words), *_joined(core(raw))):
            if (owner := self.glued.get(whole)) is not None:
                yield owner, Grade.SAME
        is_hangul = "HANGUL" in writing_of(raw)
        readings = korean.readings(core(raw)) | korean.readings(text.words)
        yield from self._read_as_korean(readings, is_hangul=is_hangul)
        # What Han characters are in Latin letters, `glued` knows.
        spaced = _with_space(text.words) if is_hangul else ()
        apart = (Text(" ".join(words), joins=False) for words in spaced)
        romanised = in_wade_giles(text.words) if text.is_latin else []
        otherwise = (Text(" ".join(romanised)),) if romanised else ()
        for each in (text, *self._unglued(text), *apart, *otherwise):
            for owner, name in self._worth_comparing(each):
                grade = comparing.find(name, each)
                # Readings of Korean names are nearer than sounds, and a letter is another syllable.
                is_known = bool(readings) and owner in self.korean
                if is_known and (self.korean[owner] is not is_hangul or grade == Grade.NEAR):
                    continue
                if grade is not None:
                    yield owner, grade

    def _read_as_korean(
        self, readings: frozenset[str], *, is_hangul: bool
    ) -> Iterator[tuple[int, Grade]]:
        """Whole names that are spelled otherwise. In Hangul one letter less is another name."""
        for reading in readings:
            for known in (self.of_spelling,) if is_hangul else (self.of_spelling, self.of_hangul):
                if (owner := known.get(reading)) is not None:
                    yield owner, Grade.ALIKE

    def find_whole(self, written: list[str]) -> Iterator[tuple[int, Grade]]:
        """The owners of the names that all of these words together are, each of them needed."""
        text = Text(" ".join(written), demanded=(1 << len(written)) - 1)
        for owner, name in self._worth_comparing(text):
            grade = comparing.find(name, text)
            if grade is not None:
                yield owner, grade

    def _add(self, owner: int, name: Name) -> None:
        number = len(self.names)
        if name.fewest == 1:
            self.lone.add(number)
        self.names.append((owner, name))
        self.other_scripts = self.other_scripts or not name.scripts <= {LATIN}
        for forms, looks in zip(name.forms, name.looks, strict=True):
            for form in forms | looks:
                self._know(form)
                self.postings[form].append(number)
        for word in name.words:
            for frame in phones.frames(word) if len(word) >= MIN_LETTERS_SAME_SOUND else ():
                self.frames.setdefault(frame, []).append(number)
            for given in words.full_names(word):
                self.full_names.setdefault(given, []).append(number)
            for given in words.shortened_names(word):
                self.short_forms.setdefault(given, []).append(number)
            for group in words.equivalents(word):
                self.equivalents.setdefault(group, []).append(number)

    def _add_glued(self, owner: int, words: list[str]) -> None:
        for start in range(len(words)):
            turn = "".join((*words[start:], *words[:start]))
            if len(turn) >= MIN_LETTERS_AMONG_OTHERS:
                self.glued.setdefault(turn, owner)

    def _know(self, word: str) -> None:
        if word in self.postings:
            return
        self.postings[word] = []
        for short in _shortened(word):
            known = self.shortened.get(short, ())
            others = (known,) if isinstance(known, str) else known
            self.shortened[short] = (*others, word) if others else word
        for end in _ends(word):
            self.ends.setdefault(end, []).append(word)

    def _near(self, form: str, *, far: bool) -> set[str]:
        """Names' words that are this one, or may be one letter away, and if `far` two."""
        near: set[str] = set()
        for short in (form, *_shortened(form)):
            if short in self.postings:
                near.add(short)
            known = self.shortened.get(short, ())
            near.update((known,) if isinstance(known, str) else known)
        for end in _ends(form) if far else ():
            near.update(
                word
                for word in self.ends.get(end, ())
                if OSA.distance(word, form, score_cutoff=2) <= 2
            )
        return near

    def _reached(self, form: str, *, far: bool = False) -> set[int]:
        """The names with such a word."""
        found: set[int] = set()
        for word in self._near(form, far=far):
            found.update(self.postings[word])
        return found

    def _worth_comparing(self, text: Text) -> Iterator[tuple[int, Name]]:
        """Those of which enough words were reached."""
        once: set[int] = set()
        twice: set[int] = set()
        sounding: set[int] = set()
        for part in text.parts:
            is_one_word = part.mask.bit_count() == 1
            here = set().union(
                *(self._reached(form, far=is_one_word) for form in part.forms),
                *self._heard(part, text),
                *self._called(part),
            )
            here.update(*(self.postings.get(look, _NONE) for look in part.looks - part.forms))
            like = set().union(*self._sounding(part))
            twice |= (once & (here | like)) | (sounding & here)
            once |= here
            sounding |= like
        if not (text.initials and text.count_without_initials == 1):
            once &= self.lone
        for number in once | twice | (sounding & self.lone):
            yield self.names[number]

    def _called(self, part: Part) -> Iterator[list[int]]:
        """Names with a given name of which this is a short form, with a short form of this, or with
        its form in another language."""
        for given in words.shortened_names(part.written):
            yield self.full_names.get(given, _NONE)
            yield self.short_forms.get(given, _NONE)
        for given in words.full_names(part.written):
            yield self.short_forms.get(given, _NONE)
        for form in words.equivalents(part.written):
            yield self.equivalents.get(form, _NONE)

    def _sounding(self, part: Part) -> Iterator[list[int]]:
        """Names with a word that may sound so. Many do: enough only beside one that is nearer."""
        if len(part.written) >= MIN_LETTERS_SAME_SOUND:
            for frame in phones.frames(part.written):
                yield self.frames.get(frame, _NONE)

    def _heard(self, part: Part, text: Text) -> Iterator[list[int]]:
        """What sounds like it in another script."""
        if text.is_latin and not self.other_scripts:
            return
        self._learn_bones()
        for bone in phones.bones(part.written):
            yield self.bones.get(bone, _NONE)

    def _learn_bones(self) -> None:
        """When the first text of another script comes: most lists never need them."""
        for number in range(self.bones_of, len(self.names)):
            for word in self.names[number][1].words:
                for bone in phones.bones(word):
                    self.bones.setdefault(bone, []).append(number)
        self.bones_of = len(self.names)

    def _unglued(self, text: Text) -> Iterator[Text]:
        """The text with a long word taken apart, where both parts may be words of names."""
        if len(text.words) > _MOST_WORDS_GLUED:
            return
        for place, written in enumerate(text.words):
            if writing_of(written) <= OF_CHARACTERS:
                continue
            latin = in_latin_letters(written)
            for word in (latin, *_without_additions(latin)):
                for cut in range(3, len(word) - 2) if len(word) >= MIN_LETTERS_GLUED else ():
                    left, right = word[:cut], word[cut:]
                    if self._reached(read(left)) & self._reached(read(right)):
                        others = (*text.words[:place], left, right, *text.words[place + 1 :])
                        yield Text(" ".join(others), demanded=0b11 << place)


def _ends(word: str) -> Iterator[str]:
    """Of two letters that differ in a long word, one half has one at most."""
    if len(word) < MIN_LETTERS_TWO_DIFFER:
        return
    half = MIN_LETTERS_TWO_DIFFER // 2
    for short in {word[:half], *_shortened(word[:half])}:
        yield f"{short}-"
    for short in {word[-half:], *_shortened(word[-half:])}:
        yield f"{word[0]}-{short}"


def _joined(words: list[str]) -> Iterator[str]:
    whole = "".join(read(in_latin_letters(word)) for word in words)
    yield whole
    yield from _without_additions(whole)


def _without_additions(word: str) -> Iterator[str]:
    """`therealnorahope` and `norahopeofficial` without what was added."""
    word = read(word)
    for addition in _ADDITIONS:
        if word.startswith(addition) and len(word) - len(addition) >= MIN_LETTERS_AMONG_OTHERS:
            yield word.removeprefix(addition)
        if word.endswith(addition) and len(word) - len(addition) >= MIN_LETTERS_AMONG_OTHERS:
            yield word.removesuffix(addition)


def _shortened(word: str) -> set[str]:
    if len(word) < 3:
        return set()
    return {word[:place] + word[place + 1 :] for place in range(len(word))}


def _with_space(written: list[str]) -> Iterator[list[str]]:
    """`남궁하람` with a space where the family name may end, for it is Haram Namgung elsewhere."""
    if len(written) == 1 and writing_of(written[0]) <= OF_CHARACTERS:
        word = written[0]
        for cut in (1, 2) if len(word) <= _MOST_CHARACTERS else ():
            if word[cut:]:
                yield [word[:cut], word[cut:]]


def _with_servant_joined(written: list[str]) -> Iterator[list[str]]:
    """`عبد الرحمن` as one word, as Abdurrahman is elsewhere."""
    for place, word in enumerate(written[:-1]):
        if read(word) in _SERVANT:
            yield [*written[:place], word + written[place + 1], *written[place + 2 :]]


def _apart(written: list[str]) -> list[str]:
    """A name in Han characters as family name and given name."""
    if len(written) == 1 and writing_of(written[0]) == {"HAN"}:
        word = written[0]
        cut = 1 if len(word) <= _MOST_WITH_SHORT_FAMILY_NAME else 2
        return [word[:cut], word[cut:]]
    return written


def _syllables(written: list[str]) -> list[str]:
    """Han characters and Hangul one by one: `梅若溪` may be written Mei Ruoxi and Ruoxi Mei."""
    parts: list[str] = []
    for word in written:
        parts.extend(word if EAST_ASIAN in scripts_in(word) else (word,))
    return parts
