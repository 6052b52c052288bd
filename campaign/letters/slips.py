"""A correction of a slip: a new version so near to the one before that signatures stand under both.

Sentences, numbers, web addresses and words that negate stay as they are; of the other words few may
differ, each by few letters and not in the first. All is measured in each language, to every version
that the signatures were given to: so many small steps lead nowhere further than one. No measure
knows what a word means; therefore two organizers approve it, everybody can see it, and whoever
signed is told.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import groupby

from rapidfuzz.distance import OSA, Levenshtein

from campaign.letters import errors
from campaign.letters.errors import Differs
from campaign.letters.models import Letter, Text, Translation

# Of one language: letters that may differ in title and addressee each, and in the whole.
MAX_LETTERS_IN_LINE = 3
MAX_LETTERS = 20
# Of a short text less: one letter in so many.
ONE_LETTER_IN = 40
MAX_WORDS = 3
# Letters that one word may change by: of words up to so many letters, so many. Swapped letters are
# one. Where words have no spaces between them, one character at a place may change.
LETTERS_BY_LENGTH = ((4, 1), (8, 2))
LETTERS_IN_LONG_WORD = 3
# As many letters does a character say that is a syllable or a word.
LETTERS_IN_CHARACTER = 5

# Han, kana, Hangul, and the scripts of Thailand, Laos, Myanmar and Cambodia.
_UNSPACED = re.compile(
    "[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3041-\u30ff\u3400-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff\U00020000-\U0003ffff]"
)
_PARAGRAPHS = re.compile(r"\n\s*\n")
# After a mark and up to two quotation marks or asterisks. No pattern here looks further than a few
# letters ahead, so that no text takes long.
_SENTENCE_ENDS = re.compile(
    r"(?<=[.!?…؟۔।])\s|(?<=[.!?…؟۔।][^\w\s])\s|(?<=[.!?…؟۔।][^\w\s]{2})\s|(?<=[。！？｡])"
)
_QUESTION = re.compile("[?？؟]")
# Web and e-mail addresses, numbers with their sign, sums, and what Markdown strikes out or hides.
_FIXED = re.compile(
    r"\b\w{2,12}://[^\s)>]+|[\w.+-]{1,64}@[\w.-]+|(?:(?<!\S)[-−])?\d+(?:[.,:/]\d+)*"
    "|[%‰$€£¥₪₹]|~~|[<>#|`]|[〇零一二三四五六七八九十百千万萬亿億]"
)
# Without marks. In one table for all languages: a text may quote another.
_NEGATIONS = """
not cannot no nor never none neither nobody nothing nowhere without
dont doesnt didnt cant couldnt wont wouldnt shouldnt mustnt isnt arent wasnt werent hasnt
havent hadnt aint
nicht nichts nie niemals niemand ohne niet geen nooit zonder inte ikke aldrig utan uden uten
ne pas jamais sans rien aucun aucune nao non nunca nada sin sem senza mai ni ningun nu fara
nie bez nem nincs değil yok hayır tidak bukan tanpa jangan khong chua dung
لا لم لن ليس ليست ليسوا لست لسنا غير دون بدون بلا نه بدون
не нет без ни никогда ні δεν μην οχι χωρις
לא אין בלי אל ללא नहीं मत न बिना
"""
_NEGATION_BEGINS = ("kein", "n'")
_NEGATION_ENDS = ("n't",)
# Written together with the word after it: "and", "so", "that".
_JOINED = ("و", "ف", "ו", "ש")
_NEGATIONS_INSIDE = re.compile(
    "[禁反拒不没沒無无非未勿莫否別别]|ない|なかっ|なく|なけ|なし|ず|ぬ|ません|안|못|않|없|아니|말|ไม่|มิ|ห้าม"
)


def chain_of(texts: Iterable[Text]) -> list[Text]:
    """Of published texts, newest first: those that stand together with the newest, itself first."""
    chain: list[Text] = []
    for text in texts:
        chain.append(text)
        if text.corrects is None:
            break
    return chain


def check(*, letter: Letter, draft: Sequence[Translation]) -> None:
    """Raises NotASlip, or returns if this draft may stand as a correction of the latest version."""
    published = Text.objects.filter(letter=letter, published_at__isnull=False)
    for text in chain_of(published.order_by("-number").prefetch_related("translations")):
        _compare(list(text.translations.all()), draft)


def allowed(before: Translation) -> int:
    """How many letters a correction of this may change."""
    letters = len(_spelt_out(before.source.decode()))
    return max(MAX_LETTERS_IN_LINE, min(MAX_LETTERS, letters // ONE_LETTER_IN))


def difference(before: str, after: str) -> Differs | None:
    """What differs that no slip explains, however few letters it is."""
    old, new = _sentences(before), _sentences(after)
    kinds = [
        [[bool(_QUESTION.search(sentence)) for sentence in paragraph] for paragraph in each]
        for each in (old, new)
    ]
    if kinds[0] != kinds[1]:
        return Differs.SENTENCES
    if _FIXED.findall(before) != _FIXED.findall(after):
        return Differs.NUMBERS
    pairs = [pair for both in zip(old, new, strict=True) for pair in zip(*both, strict=True)]
    if any(_negations(was) != _negations(now) for was, now in pairs):
        return Differs.NEGATIONS
    words = 0
    for was, now in pairs:
        changed = _words_changed(_words(was), _words(now))
        if changed is None:
            return Differs.WORDS
        words += changed
    return Differs.WORDS if words > MAX_WORDS else None


def _compare(before: Sequence[Translation], after: Sequence[Translation]) -> None:
    old = {(each.language, each.is_authoritative): each for each in before}
    new = {(each.language, each.is_authoritative): each for each in after}
    if old.keys() != new.keys():
        raise errors.NotASlip
    for key, was in old.items():
        now = new[key]
        whole = _distance(was.source.decode(), now.source.decode())
        if whole > allowed(was):
            raise errors.NotASlip(was.language, changed=whole, allowed=allowed(was))
        for line in ("title", "addressee"):
            changed = _distance(getattr(was, line), getattr(now, line))
            if changed > MAX_LETTERS_IN_LINE:
                raise errors.NotASlip(was.language, changed=changed, allowed=MAX_LETTERS_IN_LINE)
        differs = difference(was.source.decode(), now.source.decode())
        if differs:
            raise errors.NotASlip(was.language, differs=differs)


def _distance(before: str, after: str) -> int:
    # No further than what is allowed anywhere: counting on would only cost time.
    return Levenshtein.distance(
        _spelt_out(before), _spelt_out(after), score_cutoff=10 * MAX_LETTERS
    )


def _spelt_out(text: str) -> str:
    return _UNSPACED.sub(lambda found: found[0] * LETTERS_IN_CHARACTER, text)


def _sentences(text: str) -> list[list[str]]:
    """By paragraph; what has no word in it is no sentence of its own."""
    paragraphs = (
        [each for each in _SENTENCE_ENDS.split(paragraph) if _words(each)]
        for paragraph in _PARAGRAPHS.split(text)
    )
    return [each for each in paragraphs if each]


def _words(sentence: str) -> list[str]:
    """Without capitals and punctuation. Marks belong to the letter before, apostrophes to a word;
    a character of a script without spaces is a word."""
    folded = unicodedata.normalize("NFC", sentence).replace("’", "'").casefold()
    spaced = _UNSPACED.sub(r" \g<0> ", folded)
    runs = groupby(spaced, key=lambda each: each.isalnum() or each == "'" or _is_mark(each))
    words = ("".join(run).strip("'") for is_word, run in runs if is_word)
    return [word for word in words if word]


def _negations(sentence: str) -> list[str]:
    words = _words(sentence)
    spaced = [each for word in words if (each := _negation(word))]
    return spaced + _NEGATIONS_INSIDE.findall("".join(words))


def _negation(word: str) -> str:
    """Which one it is, however it is spelt; empty if it is none."""
    for begin in _NEGATION_BEGINS:
        if word.startswith(begin):
            return begin
    plain = _without_marks(word).replace("'", "")
    if plain.startswith(_JOINED) and plain[1:] in _PLAIN_NEGATIONS:
        plain = plain[1:]
    if plain in _PLAIN_NEGATIONS or word.endswith(_NEGATION_ENDS):
        return "not" if plain == "cannot" else plain
    return ""


def _words_changed(before: list[str], after: list[str]) -> int | None:
    """How many; None if one is another word, or came or went."""
    count = 0
    for same, blocks in groupby(Levenshtein.opcodes(before, after), lambda op: op.tag == "equal"):
        found = list(blocks)
        first, last = found[0], found[-1]
        was = before[first.src_start : last.src_end]
        now = after[first.dest_start : last.dest_end]
        around = before[max(0, first.src_start - 1) : last.src_end + 1]
        if same:
            continue
        if "".join(was) == "".join(now) or (not now and len(was) == 1 and around.count(was[0]) > 1):
            # The same but for spaces, or a word that stood twice.
            continue
        if any(_UNSPACED.match(word) for word in (*was, *now)):
            if max(len(was), len(now)) > 1:
                return None
        elif len(was) != len(now):
            # Two words in one, or one in two, or one of a single letter.
            if OSA.distance("".join(was), "".join(now)) > 1:
                return None
        elif not all(_is_near(*pair) for pair in zip(was, now, strict=True)):
            return None
        count += max(len(was), len(now))
    return count


def _is_near(was: str, now: str) -> bool:
    length = min(len(was), len(now))
    most = next((most for limit, most in LETTERS_BY_LENGTH if length <= limit), None)
    return OSA.distance(was, now) <= (most or LETTERS_IN_LONG_WORD) and (
        # What turns a word round stands at its beginning: un-, in- for ex-, de-.
        _without_marks(was)[:1] == _without_marks(now)[:1] or sorted(was) == sorted(now)
    )


def _without_marks(word: str) -> str:
    return "".join(each for each in unicodedata.normalize("NFD", word) if not _is_mark(each))


def _is_mark(character: str) -> bool:
    return unicodedata.category(character).startswith("M")


_PLAIN_NEGATIONS = frozenset(_without_marks(each) for each in _NEGATIONS.split())
