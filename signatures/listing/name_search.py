"""Which names fit what somebody typed: those that contain each of its words.

Names are written together and apart (Abdelghani, Abd el-Ghani; 김하늘, 김 하늘), and so they are
typed: a word is looked for in the name without its spaces too. Short words are not, for they would
be found across the space between any two names, as *ali* in *Anna Lima*.

An umlaut is found as it is (ü), without its points (u), and spelled out (ue), whichever of them is
typed. Only *u* does not find *ue*: those are two names.

A word in Latin letters finds names of other scripts by their sound, and a word of a script that
writes its vowels finds names in Latin letters.
"""

import re
import unicodedata
from collections.abc import Iterator
from itertools import islice

from django.db.models import CharField, F, Func, Q, Value
from django.db.models.functions import StrIndex
from django.db.models.lookups import Contains, GreaterThan

from signatures.names import latin_key
from signatures.names.folding import search_key
from signatures.names.words import in_latin_letters

QUERY_LIMIT = 200
WORD_LIMIT = 8

# As the index of names has it: in any other words it would not be used.
_TOGETHER = "replace(%(expressions)s, ' ', '')"
# From so many letters on, a word is not found across two names by chance; fewer where one sign
# writes a syllable. The index is of three letters each.
_MIN_LONG_LETTERS = 5
_MIN_LONG_SYLLABLES = 3
_SYLLABLES_FROM = "\u3040"
_INDEXED_LETTERS = 3

_SIGNS = {
    **{"ä": "ae", "ö": "oe", "ø": "oe", "ü": "ue", "å": "aa"},
    **{"Ä": "ae", "Ö": "oe", "Ø": "oe", "Ü": "ue", "Å": "aa"},
}
_SPELL = str.maketrans(_SIGNS)
_TWO = re.compile("ae|oe|ue|aa")
_WRITTEN = {two: [sign for sign, same in _SIGNS.items() if same == two] for two in _SIGNS.values()}
# With more of them in one word there would be too many ways to read it.
_MAX_READINGS = 3
# By a single Latin letter too many would be found.
_MIN_WORD_LETTERS = 2
_ARTICLES = frozenset({"al", "el", "ad", "an", "ar", "as", "ash", "at", "az", "ul"})


def fitting(query: str, *, of: str = "") -> Q:
    """Everyone fits an empty query; nobody fits one of nothing but punctuation. `of` leads from
    the rows to the signature: `signature__`."""
    asked = words(query)
    if query.strip() and not asked:
        return Q(pk__in=())
    matching = Q()
    for word, spelled in asked:
        found = _contains(word, of)
        if spelled != word:
            found |= _contains(spelled, of)
        for read, signs in _readings(word):
            written = Q()
            for sign in signs:
                written |= Q(**{f"{of}name__contains": sign})
            found |= _contains(read, of) & written
        matching &= found | _in_other_letters(word, of, beside_others=len(asked) > 1)
    return matching


def words(query: str) -> list[tuple[str, str]]:
    """Each once, in the order typed: as names are known to search, and with umlauts spelled out."""
    return list(islice(dict.fromkeys(_words(query[:QUERY_LIMIT])), WORD_LIMIT))


def _words(query: str) -> Iterator[tuple[str, str]]:
    for typed in query.split():
        spelled = unicodedata.normalize("NFC", typed).translate(_SPELL)
        yield from zip(search_key(typed).split(), search_key(spelled).split(), strict=False)


def _readings(word: str) -> Iterator[tuple[str, list[str]]]:
    """The word with an umlaut for two of its letters, and the signs of which the name must have
    one: *muller* for *mueller* only where it is written Müller."""
    found = list(_TWO.finditer(word))
    if len(found) > _MAX_READINGS or len(word) - len(found) < _INDEXED_LETTERS:
        return
    for each in found:
        yield word[: each.start() + 1] + word[each.end() :], _WRITTEN[each[0]]
    if len(found) > 1:
        signs = [sign for two in {each[0] for each in found} for sign in _WRITTEN[two]]
        yield _TWO.sub(lambda each: each[0][0], word), signs


def _in_other_letters(word: str, of: str, *, beside_others: bool) -> Q:
    """Names that are written in another script than the word."""
    if not word.isascii():
        return _of_other_script(word, of)
    if len(word) < _MIN_WORD_LETTERS or not word.isalpha():
        return Q()
    # As the index has it: without this it would not be used.
    other = Q(**{f"{of}name_latin__gt": ""})
    if word in _ARTICLES:
        # Left out of what is kept of a name, so it tells nothing.
        return other if beside_others else Q()
    found = Q()
    if spelled := latin_key.spelling(word):
        if len(spelled) < _INDEXED_LETTERS:
            spelled = f" {spelled} "
        found |= other & _contains(spelled, of, key="name_latin")
    if len(heard := latin_key.heard_in(word)) > 1:
        found |= other & Q(Contains(_together(of, "name_latin"), f"|{heard}|"))
    return found


def _of_other_script(word: str, of: str) -> Q:
    """Names in Latin letters; by a short word, or one without vowels, too many would be found."""
    latin = search_key(in_latin_letters(word)).replace(" ", "")
    if latin_key.is_without_vowels(word) or not latin.isascii() or len(latin) < _INDEXED_LETTERS:
        return Q()
    return _contains(latin, of)


def _contains(word: str, of: str, *, key: str = "name_key") -> Q:
    """A word that begins with a space is looked for as it is."""
    letters = word.strip()
    found = Q(Contains(_together(of, key), letters))
    if len(word) >= (_MIN_LONG_SYLLABLES if word[0] >= _SYLLABLES_FROM else _MIN_LONG_LETTERS):
        return found
    # By its place, not by a second LIKE: the planner would take the two for independent.
    return found & Q(GreaterThan(StrIndex(f"{of}{key}", Value(word)), 0))


def _together(of: str, key: str) -> Func:
    return Func(F(f"{of}{key}"), template=_TOGETHER, output_field=CharField())
