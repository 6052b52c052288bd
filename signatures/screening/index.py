"""Many names, compiled so that those in a text are found in well under a millisecond.

A word of a text leads to the same words of names and to those one letter away, through the words
with one letter left out; what enough words lead to is compared in full.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from signatures.names import sounds
from signatures.names.scripts import EAST_ASIAN, LATIN, scripts_in
from signatures.names.words import in_latin_letters, read, seen, split
from signatures.screening import comparing
from signatures.screening.comparing import MIN_LETTERS_AMONG_OTHERS, Grade, Name, Part, Text

# A word of this length may be a whole name, written without spaces.
MIN_LETTERS_GLUED = 8
# Glued words are looked for in texts of at most so many words.
_MOST_WORDS_GLUED = 3
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
_NONE: list[int] = []


@dataclass(slots=True)
class NameIndex:
    names: list[tuple[int, Name]] = field(default_factory=list)
    # Word → positions in the list of the names with it.
    postings: dict[str, list[int]] = field(default_factory=dict)
    sounds: dict[str, list[int]] = field(default_factory=dict)
    loose_sounds: dict[str, list[int]] = field(default_factory=dict)
    # A word with one letter left out → the words that it may be.
    shortened: dict[str, str | tuple[str, ...]] = field(default_factory=dict)
    # Whole names without spaces, beginning with any of their words.
    glued: dict[str, int] = field(default_factory=dict)
    # Those that one word can lead to.
    lone: set[int] = field(default_factory=set)
    other_scripts: bool = False
    # How many of the names are in `sounds`.
    sounds_of: int = 0

    def add(self, owner: int, name: str) -> None:
        """A name, by all that it may be recognised by."""
        written = split(name)
        self._add(owner, Name.of(written))
        if "-" in name:
            self._add(owner, Name.of(split(name.replace("-", ""))))
        for words in (written, _syllables(written)):
            self._add_glued(owner, [read(in_latin_letters(word)) for word in words])
        self._add_glued(owner, seen(name).split())

    def find(self, raw: str) -> Iterator[tuple[int, Grade]]:
        """The owners of the names that stand in a text, and how sure that is."""
        if not self.names:
            return
        text = Text(raw)
        for whole in (seen(raw).replace(" ", ""), *_joined(text.words)):
            if (owner := self.glued.get(whole)) is not None:
                yield owner, Grade.SAME
        for each in (text, *self._unglued(text)):
            for owner, name in self._worth_comparing(each):
                grade = comparing.find(name, each)
                if grade is not None:
                    yield owner, grade

    def find_whole(self, words: list[str]) -> Iterator[tuple[int, Grade]]:
        """The owners of the names that all of these words together are, each of them needed."""
        text = Text(" ".join(words), demanded=(1 << len(words)) - 1)
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

    def _near(self, form: str) -> set[str]:
        """Names' words that are this one, or may be one letter away."""
        near: set[str] = set()
        for short in (form, *_shortened(form)):
            if short in self.postings:
                near.add(short)
            known = self.shortened.get(short, ())
            near.update((known,) if isinstance(known, str) else known)
        return near

    def _reached(self, form: str) -> set[int]:
        """The names with such a word."""
        found: set[int] = set()
        for word in self._near(form):
            found.update(self.postings[word])
        return found

    def _worth_comparing(self, text: Text) -> Iterator[tuple[int, Name]]:
        """Those of which enough words were reached."""
        once: set[int] = set()
        twice: set[int] = set()
        for part in text.parts:
            here = set().union(*map(self._reached, part.forms), *self._heard(part, text))
            here.update(*(self.postings.get(look, _NONE) for look in part.looks - part.forms))
            twice |= once & here
            once |= here
        if not (text.initials and text.count_without_initials == 1):
            once &= self.lone
        for number in once | twice:
            yield self.names[number]

    def _heard(self, part: Part, text: Text) -> Iterator[list[int]]:
        """What sounds like it in another script."""
        if text.is_latin and not self.other_scripts:
            return
        self._learn_sounds()
        for sound in sounds.sounds(part.written):
            yield self.sounds.get(sound, _NONE)
        if text.is_loose or self.other_scripts:
            yield self.loose_sounds.get(sounds.loose(part.written), _NONE)

    def _learn_sounds(self) -> None:
        """When the first text of another script comes: most lists never need them."""
        for number in range(self.sounds_of, len(self.names)):
            for word in self.names[number][1].words:
                for sound in sounds.sounds(word):
                    self.sounds.setdefault(sound, []).append(number)
                self.loose_sounds.setdefault(sounds.loose(word), []).append(number)
        self.sounds_of = len(self.names)

    def _unglued(self, text: Text) -> Iterator[Text]:
        """The text with a long word taken apart, where both parts may be words of names."""
        if len(text.words) > _MOST_WORDS_GLUED:
            return
        for place, written in enumerate(text.words):
            latin = in_latin_letters(written)
            for word in (latin, *_without_additions(latin)):
                for cut in range(3, len(word) - 2) if len(word) >= MIN_LETTERS_GLUED else ():
                    left, right = word[:cut], word[cut:]
                    if self._reached(read(left)) & self._reached(read(right)):
                        others = (*text.words[:place], left, right, *text.words[place + 1 :])
                        yield Text(" ".join(others), demanded=0b11 << place)


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


def _syllables(written: list[str]) -> list[str]:
    """Han characters and Hangul one by one: `梅若溪` may be written Mei Ruoxi and Ruoxi Mei."""
    parts: list[str] = []
    for word in written:
        parts.extend(word if EAST_ASIAN in scripts_in(word) else (word,))
    return parts
