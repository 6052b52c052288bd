"""Reading a claim as people type it: a number, and perhaps the day or moment that it is said of.

Digits of any script, thousands set apart by any one sign, months in any language that a text may
be in. What can be read in two ways is refused rather than guessed.
"""

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from enum import Enum
from functools import cache

from babel import Locale

from campaign import languages
from signatures.press.search_key import search_key

LONGEST = 200
_MOST_DIGITS = 12
# Regional names of the months: Levantine, Maghrebi, Algerian.
_MORE_LOCALES = {"ar": ("ar_LB", "ar_MA", "ar_DZ", "ar_EG"), "nb": ("nb", "nn")}

_SEPARATORS = str.maketrans({"٬": ",", "،": ",", "’": "'", "٫": ".", "_": " "})
# With one separator throughout, in threes; or as in India.
_NUMBER = re.compile(r"\d+|\d{1,3}(?:([ ,.'])\d{3})(?:\1\d{3})*|\d{1,2}(?:,\d{2})+,\d{3}")
_CLUSTER = re.compile(r"\d(?:[ ,.']*\d)*")
_WORD = re.compile(r"[^\W\d_]+")
# With the vowel signs of Indic scripts, which are no letters.
_TOKEN = re.compile(r"[^\W\d_][^\s\d.,:;|'()]*")
_MYRIADS = "百千万萬亿億兆천만억조"

_BEFORE, _AFTER = r"(?<!\d)(?<!\d[.,'])", r"(?!\d)"
_YEAR = r"(?P<year>20\d\d)"
_EAST_ASIAN = re.compile(
    rf"{_BEFORE}{_YEAR}\s*[年년]\s*(?P<month>\d\d?)\s*[月월]\s*(?P<day>\d\d?)\s*[日일]?"
)
_YEAR_FIRST = re.compile(rf"{_BEFORE}{_YEAR}([-/.])(?P<month>\d\d?)\2(?P<day>\d\d?){_AFTER}")
_YEAR_LAST = re.compile(
    rf"{_BEFORE}(?P<one>\d\d?)(?P<sign>[-/.])(?P<two>\d\d?)(?P=sign){_YEAR}{_AFTER}"
)
_TIME = re.compile(
    r"[\s,]*(?:t(?=\d)|[^\W\d]{1,8}\s+)?(?P<hour>\d\d?):(?P<minute>\d\d)(?::\d\d(?:\.\d+)?)?(?!\d)"
    r"\s*(?:(?P<half>[ap])\.?m\b\.?)?\s*(?:z|utc|gmt)?(?!\w)"
)


class Unreadable(Enum):
    NO_NUMBER = "no number"
    SEVERAL_NUMBERS = "several numbers"
    NO_DAY = "no day"
    TWO_WAYS = "two ways"


class ClaimRefused(Exception):
    def __init__(self, reason: Unreadable) -> None:
        super().__init__(reason.value)
        self.reason = reason


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
        return self.start + (timedelta(minutes=1) if self.minute else timedelta(days=1))

    @property
    def typed(self) -> str:
        """As it stands in a link."""
        return self.day.isoformat() + (f"T{self.minute:%H:%M}" if self.minute else "")


def read_claim(typed: str, *, today: date) -> tuple[int, Until | None]:
    """The number, and what it is said of if that is there too. Raises ClaimRefused."""
    text, until = _take_until(_plain(typed), today=today)
    clusters = list(_CLUSTER.finditer(text))
    if len(clusters) > 1:
        raise ClaimRefused(Unreadable.SEVERAL_NUMBERS)
    if not clusters or not _NUMBER.fullmatch(clusters[0][0]) or _is_abridged(text, clusters[0]):
        raise ClaimRefused(Unreadable.NO_NUMBER)
    digits = re.sub(r"\D", "", clusters[0][0])
    if len(digits) > _MOST_DIGITS or not int(digits):
        raise ClaimRefused(Unreadable.NO_NUMBER)
    return int(digits), until


def read_until(typed: str, *, today: date) -> Until:
    """A day, or a moment of it, and nothing else that counts. Raises ClaimRefused."""
    text, until = _take_until(_plain(typed), today=today)
    if until is None or _CLUSTER.search(text):
        raise ClaimRefused(Unreadable.NO_DAY)
    return until


def _plain(typed: str) -> str:
    """ASCII digits and separators, words folded as in the search; marks of direction are gone."""
    text = unicodedata.normalize("NFKC", typed[:LONGEST]).translate(_SEPARATORS)
    text = "".join(
        str(unicodedata.decimal(each)) if unicodedata.category(each) == "Nd" else each
        for each in text
        if unicodedata.category(each) != "Cf"
    )
    # Before folding, which takes Korean syllables apart.
    text = _EAST_ASIAN.sub(r"\g<year>-\g<month>-\g<day> ", text)
    return " ".join(_WORD.sub(lambda word: search_key(word[0]), text).split())


def _take_until(text: str, *, today: date) -> tuple[str, Until | None]:
    """The text without its date, and what the date says."""
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
    end = found.end()
    minute = None
    if clock := _TIME.match(text, end):
        minute, end = _minute(clock), clock.end()
    try:
        said = date(int(parts["year"] or today.year), month, day)
        if not parts["year"] and said > today:
            said = said.replace(year=today.year - 1)
    except ValueError:
        raise ClaimRefused(Unreadable.NO_DAY) from None
    return f"{text[: found.start()]} | {text[end:]}", Until(said, minute)


def _day_and_month(one: int, two: int, sign: str) -> tuple[int, int]:
    """With dots the day stands first everywhere; with strokes it depends on where one is."""
    if sign == "." or one == two or one > 12:
        return one, two
    if two > 12:
        return two, one
    raise ClaimRefused(Unreadable.TWO_WAYS)


def _minute(clock: re.Match[str]) -> time:
    hour, half = int(clock["hour"]), clock["half"]
    if half and not 1 <= hour <= 12:
        raise ClaimRefused(Unreadable.NO_DAY)
    if half:
        hour = hour % 12 + (12 if half == "p" else 0)
    try:
        return time(hour, int(clock["minute"]))
    except ValueError:
        raise ClaimRefused(Unreadable.NO_DAY) from None


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


@cache
def _locales() -> tuple[Locale, ...]:
    """Of all languages that a text may be in."""
    named = [name for code in languages.NAMES for name in _MORE_LOCALES.get(code, (code,))]
    return tuple(Locale.parse(name.replace("-", "_")) for name in named)


@cache
def _months() -> dict[str, int]:
    """Names of months as the text is folded. No two of these languages mean different ones."""
    return {
        folded: number
        for locale in _locales()
        for form in ("format", "stand-alone")
        for width in ("wide", "abbreviated")
        for number, name in locale.months[form][width].items()
        # East Asian ones and the like are digits.
        if (folded := _folded(name)) and not folded[0].isdigit()
    }


def _folded(name: str) -> str:
    return _plain(name).rstrip(".")


@cache
def _with_month() -> tuple[re.Pattern[str], re.Pattern[str]]:
    names = sorted(_months(), key=len, reverse=True)
    month = rf"(?P<month>{'|'.join(map(re.escape, names))})(?!\w)\.?"
    year = rf"(?:[\s,]*(?:de|del|of|г)?\.?\s*{_YEAR}{_AFTER})?"
    day = rf"{_BEFORE}(?P<day>\d\d?)(?:st|nd|rd|th|er|\.)?"
    return (
        re.compile(rf"{day}\s*(?:of|de|di|den)?\s*{month}{year}"),
        re.compile(rf"(?<!\w){month}\s*{day}(?![\d,.]*\d){year}"),
    )


@cache
def _ends_in_month() -> re.Pattern[str]:
    """By December: of which day, and which year?"""
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, _months()))})\W*$")


@cache
def _thousands() -> frozenset[str]:
    """Words that multiply: thousand, million, Tsd., ألف."""
    found = {"k", "m", "mn", "mio"}
    for locale in _locales():
        for width in ("long", "short"):
            for pattern in locale.compact_decimal_formats.get(width, {}).values():
                for each in pattern.values():
                    found.update(_TOKEN.findall(_plain(str(each.pattern))))
    return frozenset(found)
