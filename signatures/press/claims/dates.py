"""The day or moment that a claim is said of: written out in any language that a text may be in,
or counted from today in the interface's. All in UTC. What can be read in two ways is refused.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache

from babel import Locale

from campaign import languages
from signatures.names.folding import search_key
from signatures.press.claims import grammar

MAX_CLAIM_LETTERS = 200
# Regional names of the months: Levantine, Maghrebi, Algerian.
_MORE_LOCALES = {"ar": ("ar_LB", "ar_MA", "ar_DZ", "ar_EG"), "nb": ("nb", "nn")}

_WRITTEN = str.maketrans({"٬": ",", "،": ",", "’": "'", "٫": ".", "_": " ", "#": " ", "@": " "})
# With the vowel signs that Arabic may be written with, and accents apart from their letters.
WORD = re.compile(r"[^\W\d_](?:[^\W\d_]|[\u0300-\u036f\u064b-\u065f\u0670])*")

_BEFORE, _AFTER = r"(?<!\d)(?<!\d[.,'])", r"(?!\d)"
_YEAR = r"(?P<year>20\d\d)"
_EAST_ASIAN = re.compile(
    rf"{_BEFORE}{_YEAR}\s*[年년]\s*(?P<month>\d\d?)\s*[月월]\s*(?P<day>\d\d?)\s*[日일]?"
)
_YEAR_FIRST = re.compile(rf"{_BEFORE}{_YEAR}([-/.])(?P<month>\d\d?)\2(?P<day>\d\d?){_AFTER}")
_YEAR_LAST = re.compile(
    rf"{_BEFORE}(?P<one>\d\d?)(?P<sign>[-/.])(?P<two>\d\d?)(?P=sign){_YEAR}{_AFTER}"
)
_ZONE = r"(?:بتوقيت )?(?:utc|gmt|غرينتش|جرينتش)"
_TIME = re.compile(
    r"[\s,]*(?:t(?=\d)|(?:at|um|a las|a|alle|kl\.?|в|(?:في |عند )?الساعه)\s+)?"
    r"(?P<hour>\d\d?):(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?(?!\d)"
    r"\s*(?:(?P<half>[ap])\.?m\b\.?)?"
    rf"\s*(?:\(\s*{_ZONE}\s*\)|z|{_ZONE})?(?!\w)"
)


class Unreadable(Enum):
    NO_NUMBER = "no number"
    SEVERAL_NUMBERS = "several numbers"
    NO_DAY = "no day"
    TWO_DAYS = "two days"
    TWO_WAYS = "two ways"
    TWO_QUESTIONS = "two questions"
    ONLY_NOW = "only now"
    UNKNOWN_WORD = "unknown word"
    VAGUE = "vague"


class ClaimRefused(Exception):
    """`word` is the one that was not understood, as it was typed."""

    def __init__(self, reason: Unreadable, word: str = "") -> None:
        super().__init__(reason.value)
        self.reason = reason
        self.word = word


@dataclass(frozen=True, slots=True)
class Until:
    """The end of a day in UTC, or of a minute of it: what was typed as 14:05 may be 14:05:59."""

    day: date
    minute: time | None = None

    @property
    def start(self) -> datetime:
        return datetime.combine(self.day, self.minute or time(), UTC)

    @property
    def before(self) -> datetime:
        """The first moment that is too late."""
        return self.start + self._length

    @property
    def eve(self) -> "Until":
        """The day before, or the minute before."""
        start = self.start - self._length
        return Until(start.date(), start.time() if self.minute else None)

    @property
    def typed(self) -> str:
        """As it stands in a link."""
        return self.day.isoformat() + (f"T{self.minute:%H:%M}" if self.minute else "")

    @property
    def _length(self) -> timedelta:
        return timedelta(minutes=1) if self.minute else timedelta(days=1)


def plain(typed: str) -> str:
    """ASCII digits and separators, words folded as in the search; marks of direction are gone."""
    text = unicodedata.normalize("NFKC", typed[:MAX_CLAIM_LETTERS]).translate(_WRITTEN)
    text = "".join(
        str(unicodedata.decimal(each)) if unicodedata.category(each) == "Nd" else each
        for each in text
        if unicodedata.category(each) != "Cf"
    )
    # Before folding, which takes Korean syllables apart.
    text = _EAST_ASIAN.sub(r"\g<year>-\g<month>-\g<day> ", text)
    return " ".join(WORD.sub(lambda word: search_key(word[0]), text).split())


def take_until(text: str, *, today: date) -> tuple[str, Until | None]:
    """The plain text with `@` for its day, and what the day says."""
    text, until = _take_written_out(text, today=today)
    while found := _near().search(text):
        end = found.end()
        if until is None:
            minute, end = _take_minute(text, end)
            until, mark = Until(_day_of(found[0], today=today), minute), "@"
        elif _fits(found[0], until.day, today=today):
            mark = ""
        else:
            raise ClaimRefused(Unreadable.TWO_DAYS)
        text = f"{text[: found.start()]} {mark} {text[end:]}"
    return text, until


def locales(codes: Iterable[str] = languages.NAMES) -> tuple[Locale, ...]:
    named = [name for code in codes for name in _MORE_LOCALES.get(code, (code,))]
    return tuple(Locale.parse(name.replace("-", "_")) for name in named)


def _take_written_out(text: str, *, today: date) -> tuple[str, Until | None]:
    months = _months()
    day_first, month_first = _with_month()
    for pattern in (_YEAR_FIRST, _YEAR_LAST, day_first, month_first):
        if found := pattern.search(text):
            break
    else:
        if _ends_in_month().search(text):
            raise ClaimRefused(Unreadable.NO_DAY)
        return text, None
    parts = found.groupdict()
    if pattern is _YEAR_LAST:
        day, month = _day_and_month(int(parts["one"]), int(parts["two"]), parts["sign"])
    else:
        day = int(parts["day"])
        month = int(parts["month"]) if pattern is _YEAR_FIRST else months[parts["month"]]
        # As news agencies write it for East and West: نوفمبر/تشرين الثاني.
        if parts.get("same") and months[parts["same"]] != month:
            raise ClaimRefused(Unreadable.TWO_DAYS)
    minute, end = _take_minute(text, found.end())
    try:
        said = date(int(parts["year"] or today.year), month, day)
        if not parts["year"] and said > today:
            said = said.replace(year=today.year - 1)
    except ValueError:
        raise ClaimRefused(Unreadable.NO_DAY) from None
    return f"{text[: found.start()]} @ {text[end:]}", Until(said, minute)


def _day_and_month(one: int, two: int, sign: str) -> tuple[int, int]:
    """With dots the day stands first everywhere; with strokes it depends on where one is."""
    if sign == "." or one == two or one > 12:
        return one, two
    if two > 12:
        return two, one
    raise ClaimRefused(Unreadable.TWO_WAYS)


def _take_minute(text: str, end: int) -> tuple[time | None, int]:
    """The time of day that stands here, if any, and where it ends."""
    clock = _TIME.match(text, end)
    if clock is None:
        return None, end
    hour, half = int(clock["hour"]), clock["half"]
    if half and not 1 <= hour <= 12:
        raise ClaimRefused(Unreadable.NO_DAY)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(clock["minute"])), clock.end()
    except ValueError:
        raise ClaimRefused(Unreadable.NO_DAY) from None


def _day_of(word: str, *, today: date) -> date:
    """A weekday is the latest such that has begun."""
    weekday, days = _near_words()[word]
    start = today + timedelta(days=days)
    return start if weekday is None else start - timedelta(days=(start.weekday() - weekday) % 7)


def _fits(word: str, day: date, *, today: date) -> bool:
    weekday, _days = _near_words()[word]
    return day == _day_of(word, today=today) if weekday is None else day.weekday() == weekday


@cache
def _months() -> dict[str, int]:
    """Names of months as the text is folded. No two of these languages mean different ones."""
    return {
        folded: number
        for locale in locales()
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in locale.months[form][width].items()
        # East Asian ones and the like are digits.
        if (folded := _folded(name)) and not folded[0].isdigit()
    }


def _folded(name: str) -> str:
    return plain(name).rstrip(".")


@cache
def _with_month() -> tuple[re.Pattern[str], re.Pattern[str]]:
    name = any_of(_months())
    month = rf"(?P<month>{name})(?!\w)\.?(?:\s*/\s*(?P<same>{name})(?!\w))?"
    year = rf"(?:[\s,]*(?:de|del|of|г)?\.?\s*{_YEAR}{_AFTER})?"
    day = rf"{_BEFORE}(?P<day>\d\d?)(?:st|nd|rd|th|er|\.)?"
    return (
        re.compile(rf"{day}\s*(?:of|de|di|den)?\s*{month}{year}"),
        re.compile(rf"(?<!\w){month}\s*{day}(?![\d,.]*\d){year}"),
    )


@cache
def _ends_in_month() -> re.Pattern[str]:
    """By December: of which day, and which year?"""
    return re.compile(rf"(?<!\w)(?:{any_of(_months())})\W*$")


@cache
def _near_words() -> dict[str, tuple[int | None, int]]:
    """To the weekday, if it is one, and the days from today where looking back for it begins.

    Weekdays only in the languages of the interface: elsewhere short ones are other words too.
    """
    near: dict[str, tuple[int | None, int]] = {
        plain(name): (None, days) for name, days in grammar.NEAR.items()
    }
    for locale in locales(languages.INTERFACE):
        for width in ("wide", "abbreviated"):
            for weekday, name in locale.days["format"][width].items():
                near[_folded(name)] = (weekday, 0)
                near |= {plain(last.format(name)): (weekday, -1) for last in grammar.LAST}
    return near


@cache
def _near() -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{any_of(_near_words())})(?!\w)")


def any_of(words: Iterable[str]) -> str:
    """Longest first, since the first that fits is taken."""
    return "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
