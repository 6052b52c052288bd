"""A translation beside the text that counts: which paragraphs of that one changed since it was
last saved."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest

from campaign.letters.difference import Piece, difference
from campaign.letters.models import Draft, Translation
from campaign.letters.together import keeping
from campaign.letters.together.paragraphs import Paragraph, paragraphs_of

# Names, numbers and addresses are the same in many languages.
FEWEST_LETTERS_TO_TRANSLATE = 40


@dataclass(frozen=True, slots=True)
class Pair:
    """A paragraph of the text that counts, as it was and is, and of the translation; either side
    may have none."""

    original: Sequence[Piece]
    paragraph: Paragraph | None
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Beside:
    original: Translation
    pairs: Sequence[Pair]
    # Saved last when another language counted: what changed since is not known.
    followed_another: bool

    @property
    def changed(self) -> int:
        return sum(each.is_changed for each in self.pairs)

    @property
    def is_untranslated(self) -> bool:
        """Whether paragraphs are missing, or stand there in the words of the original."""
        return any(_is_untranslated(each) for each in self.pairs)


def beside(*, draft: Draft, language: str) -> Beside | None:
    """None of the authoritative language itself, and of one that the draft does not have."""
    rows = list(draft.translations.all())
    row = next((each for each in rows if each.wording.language == language), None)
    authority = next((each for each in rows if each.is_authoritative), None)
    if row is None or authority is None or row is authority:
        return None
    made_from = row.made_from or authority.wording
    is_known = made_from.language == authority.wording.language
    now = keeping.translation_from(authority.wording)
    then = keeping.translation_from(made_from) if is_known else now
    pairs = _pairs(then, now, paragraphs_of(keeping.translation_from(row.wording)))
    return Beside(now, tuple(pairs), followed_another=not is_known)


def _pairs(then: Translation, now: Translation, translated: Sequence[Paragraph]) -> Iterator[Pair]:
    """The translation was made of what stood then, so it stands beside that in the same order; what
    was put in since has nothing beside it."""
    old, new = ([each.words for each in paragraphs_of(text)] for text in (then, now))
    for was, is_now, place in _aligned(old, new):
        paragraph = translated[place] if place is not None and place < len(translated) else None
        yield Pair(difference(was, is_now), paragraph, is_changed=was != is_now)
    for paragraph in translated[len(old) :]:
        yield Pair((), paragraph, is_changed=False)


def _aligned(old: Sequence[str], new: Sequence[str]) -> Iterator[tuple[str, str, int | None]]:
    """What stood then, what stands now, and its place then; nothing where it came or went."""
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for _kind, i1, i2, j1, j2 in matcher.get_opcodes():
        for i, j in zip_longest(range(i1, i2), range(j1, j2)):
            yield "" if i is None else old[i], "" if j is None else new[j], i


def _is_untranslated(pair: Pair) -> bool:
    original = "".join(each.words for each in pair.original if each.kind != "removed")
    if not original:
        return False
    if pair.paragraph is None:
        return True
    return pair.paragraph.words == original and len(original) >= FEWEST_LETTERS_TO_TRANSLATE
