"""Reading a claim as people type it: how many of what, and perhaps until when.

Digits of any script, thousands set apart by any one sign. Every word must be one that the grammar
knows: a claim is refused, and the word named, rather than answered without it.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache

from campaign import languages
from signatures.press.claims import choices, grammar
from signatures.press.claims.choices import Chosen
from signatures.press.claims.dates import (
    WORD,
    ClaimRefused,
    Unreadable,
    Until,
    any_of,
    locales,
    plain,
    take_until,
)
from signatures.press.claims.grammar import Comparison, Day, Meaning, Unit

_MOST_DIGITS = 12
# With one separator throughout, in threes; or as in India.
_NUMBER = re.compile(r"\d+|\d{1,3}(?:([ ,.'])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")
_CLUSTER = re.compile(r"\d(?:[ ,.']*\d)*")
# With the vowel signs of Indic scripts, which are no letters.
_TOKEN = re.compile(r"[^\W\d_][^\s\d.,:;|'()]*")
_MYRIADS = "百千万萬亿億兆천만억조"


@dataclass(frozen=True, slots=True)
class Question:
    number: int
    comparison: Comparison = Comparison.AT_LEAST
    unit: Unit = Unit.SIGNATURES
    # Codes; of those who are named, since only they show what they are and where.
    profession: str = ""
    country: str = ""

    @property
    def is_narrowed(self) -> bool:
        return bool(self.profession or self.country)


def read_claim(typed: str, *, today: date) -> tuple[Question, Until | None]:
    """What is asked, and what it is said of if that is there too. Raises ClaimRefused."""
    text, until = take_until(plain(typed), today=today)
    text = _in_digits(text)
    clusters = list(_CLUSTER.finditer(text))
    if len(clusters) > 1:
        raise ClaimRefused(Unreadable.SEVERAL_NUMBERS)
    if not clusters or not _NUMBER.fullmatch(clusters[0][0]) or _is_abridged(text, clusters[0]):
        raise ClaimRefused(Unreadable.NO_NUMBER)
    digits = re.sub(r"\D", "", clusters[0][0])
    if len(digits) > _MOST_DIGITS or not int(digits):
        raise ClaimRefused(Unreadable.NO_NUMBER)
    rest = f"{text[: clusters[0].start()]} # {text[clusters[0].end() :]}"
    meant = list(_meanings(_tokens(rest), typed=typed))
    comparisons = {each for each in meant if isinstance(each, Comparison)}
    # "Signatures of people": the narrower word counts.
    units = {each for each in meant if isinstance(each, Unit)} - {Unit.SIGNATURES}
    chosen = {each for each in meant if isinstance(each, Chosen)}
    fields = {each.field: each.code for each in chosen}
    if len(comparisons) > 1 or len(units) > 1 or len(chosen) > len(fields):
        raise ClaimRefused(Unreadable.TWO_QUESTIONS)
    if "profession" in fields:
        # Organisations have none.
        units = units or {Unit.PEOPLE}
        if units != {Unit.PEOPLE}:
            raise ClaimRefused(Unreadable.TWO_QUESTIONS)
    comparison = next(iter(comparisons), Comparison.AT_LEAST)
    unit = next(iter(units), Unit.SIGNATURES)
    question = Question(int(digits), comparison, unit, **fields)
    return question, until.eve if until and Day.NOT_BEGUN in meant else until


def read_until(typed: str, *, today: date) -> Until:
    """A day, or a moment of it, and nothing else that counts. Raises ClaimRefused."""
    text, until = take_until(plain(typed), today=today)
    if until is None or _CLUSTER.search(text):
        raise ClaimRefused(Unreadable.NO_DAY)
    meant = list(_meanings(_tokens(text), typed=typed))
    if any(isinstance(each, Comparison | Unit | Chosen) for each in meant):
        raise ClaimRefused(Unreadable.NO_DAY)
    return until.eve if Day.NOT_BEGUN in meant else until


def written(question: Question, *, language: str) -> str:
    """The question in words that are read back the same, for a link. Digits are ASCII."""
    if question == Question(question.number):
        return str(question.number)
    interface = languages.interface_for(language)
    phrases = grammar.LANGUAGES[interface]
    compared, unit = (phrases[each].split(", ")[0] for each in (question.comparison, question.unit))
    if "#" not in compared:
        compared += " #"
    words = f"{compared} {unit}".replace("#", str(question.number))
    chosen = (Chosen("profession", question.profession), Chosen("country", question.country))
    return ", ".join((words, *(choices.written(each, interface) for each in chosen if each)))


def _meanings(tokens: Sequence[str], *, typed: str) -> Iterator[Meaning | Chosen]:
    """Of one phrase after another; together they are all that was typed."""
    phrases = _phrases()
    longest = max(map(len, phrases))
    start = 0
    while start < len(tokens):
        for end in range(min(start + longest, len(tokens)), start, -1):
            phrase = tuple(tokens[start:end])
            if phrase in phrases:
                break
        else:
            is_vague = tokens[start] in _vague()
            reason = Unreadable.VAGUE if is_vague else Unreadable.UNKNOWN_WORD
            raise ClaimRefused(reason, _as_typed(tokens[start], typed))
        yield phrases[phrase]
        start = end


def _tokens(text: str) -> list[str]:
    """Words, each sign of mathematics or money, and the marks of number and day."""

    def spaced(character: str) -> str:
        kind = unicodedata.category(character)
        if kind[0] in "LMN" or character in "#@":
            return character
        return f" {character} " if kind in ("Sm", "Sc") else " "

    # What surrounds the number may stand against it, as in 10,500人.
    marked = text.replace("#", " # ").replace("@", " @ ")
    return "".join(map(spaced, marked)).split()


def _as_typed(token: str, typed: str) -> str:
    """The word as it stands in the claim: folded, it would be misspelt."""
    words = re.findall(rf"{WORD.pattern}|[^\w\s]", typed)
    return next((word for word in words if plain(word) == token), token)


def _is_abridged(text: str, number: re.Match[str]) -> bool:
    """Whether something beside the digits makes another number of them: 10k, 10 thousand, -3."""
    before, after = text[: number.start()], text[number.end() :]
    if re.search(r"[^\W\d_]$|[.,-]$", before) or after.startswith("%"):
        return True
    word = _TOKEN.match(after.lstrip())
    if word is None:
        return False
    # Chinese, Japanese and Korean write what is counted against the digits, and 万 as well.
    is_apart = after[0] == " " or unicodedata.category(after[0]) == "Lo"
    return not is_apart or word[0] in _thousands() or word[0][0] in _MYRIADS


def _in_digits(text: str) -> str:
    """With its thousands and millions multiplied: 10k, 10.5 thousand, ten thousand, عشرة آلاف."""
    for phrase, counted in _counted():
        text = phrase.sub(counted, text)

    def multiplied(found: re.Match[str]) -> str:
        words, digits = found["words"], found["digits"]
        number = Decimal(_worded()[words] if words else digits.replace(",", ".") if digits else 1)
        return f"{found['between'] or ''}{int(number * _times()[found['times']])} "

    return _multiplication().sub(multiplied, text)


@cache
def _counted() -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple(
        (re.compile(rf"(?<!\w){re.escape(plain(phrase))}(?!\w)"), plain(counted))
        for phrase, counted in grammar.COUNTED.items()
    )


@cache
def _multiplication() -> re.Pattern[str]:
    """Three digits behind a sign are thousands and no fraction, so those are not multiplied."""
    digits = r"(?<![\d.,'-])(?P<digits>\d{1,3}(?:[.,]\d{1,2})?)"
    words = rf"(?<!\w)(?P<words>{any_of(_worded())})(?=\W)"
    # A number of no digits is one: ألف توقيع.
    none = r"(?P<between>(?<!\w))"
    return re.compile(rf"(?:{digits}|{words}|{none})\s*(?P<times>{any_of(_times())})(?!\w)")


@cache
def _times() -> dict[str, int]:
    return {
        plain(word): number for number, words in grammar.TIMES.items() for word in words.split(", ")
    }


@cache
def _worded() -> dict[str, int]:
    return {
        plain(word): number for number, words in grammar.WORDS.items() for word in words.split(", ")
    }


@cache
def _vague() -> frozenset[str]:
    return frozenset(plain(word) for word in grammar.VAGUE.split(", "))


@cache
def _phrases() -> dict[tuple[str, ...], Meaning | Chosen]:
    return {
        tuple(word if word in ("#", "@") else plain(word) for word in phrase.split()): meaning
        for grammar in (*grammar.LANGUAGES.values(), grammar.OTHERS)
        for meaning, phrases in grammar.items()
        for phrase in phrases.split(", ")
    } | {tuple(_tokens(plain(phrase))): chosen for chosen, phrase in choices.phrases()}


@cache
def _thousands() -> frozenset[str]:
    """Words that multiply: thousand, million, Tsd., ألف."""
    found = {"k", "m", "mn", "mio"}
    for locale in locales():
        for width in ("long", "short"):
            for pattern in locale.compact_decimal_formats.get(width, {}).values():
                for each in pattern.values():
                    found.update(_TOKEN.findall(plain(str(each.pattern))))
    return frozenset(found)
