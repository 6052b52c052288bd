"""Claims as people type them, in many scripts and habits; what is ambiguous is refused."""

from datetime import UTC, date, datetime, time
from itertools import product
from typing import Any

import pytest
from django.utils import translation
from hypothesis import given, settings
from hypothesis import strategies as st

from signatures.models import Profession
from signatures.names import countries
from signatures.press.claims import choices, claim_text, dates, grammar
from signatures.press.claims.dates import MAX_CLAIM_LETTERS, ClaimRefused, Unreadable, Until
from signatures.press.claims.grammar import Comparison, Unit
from signatures.press.claims.parser import Question, read_claim, read_until, written

TODAY = date(2026, 11, 23)
DAY = Until(date(2026, 10, 22))
MINUTE = Until(date(2026, 10, 22), time(14, 5))


def read(typed: str) -> tuple[int, Until | None]:
    question, until = read_claim(typed, today=TODAY)
    return question.number, until


def asked(typed: str) -> tuple[Comparison, int, Unit]:
    question, until = read_claim(typed, today=TODAY)
    assert until is None
    return question.comparison, question.number, question.unit


def day_of(typed: str) -> str:
    until = read(typed)[1]
    return until.typed if until else ""


def refusal_of(typed: str) -> Unreadable:
    with pytest.raises(ClaimRefused) as refused:
        read(typed)
    return refused.value.reason


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("7", 7),
        ("10500", 10_500),
        ("10,500", 10_500),
        ("10.500", 10_500),
        ("10 500", 10_500),
        ("10\u202f500", 10_500),
        ("10\u00a0500", 10_500),
        ("10’500", 10_500),
        ("10'500", 10_500),
        ("10_500", 10_500),
        ("1,050,000", 1_050_000),
        ("10,50,000", 1_050_000),
        ("١٠٬٥٠٠", 10_500),
        ("۱۰٬۵۰۰", 10_500),
        ("१०,५००", 10_500),
        ("１０，５００", 10_500),
        ("\u200f10,500\u200e", 10_500),
        ("more than 10,500!", 10_500),
        ("10,500人", 10_500),
        ("10,500명", 10_500),
        ("10,500 के", 10_500),
        ("10,500+", 10_500),
        ("999999999999", 999_999_999_999),
        ("10k", 10_000),
        ("10K signatures", 10_000),
        ("10.5k", 10_500),
        ("10,5 thousand", 10_500),
        ("10 thousand people", 10_000),
        ("more than ten thousand", 10_000),
        ("a thousand signatures", 1_000),
        ("1.25 million", 1_250_000),
        ("a hundred thousand", 100_000),
        ("١٠ آلاف", 10_000),
        ("١٠ آلاف توقيع", 10_000),
        ("عشرة آلاف توقيع", 10_000),
        ("ألف توقيع", 1_000),
        ("ألفا توقيع", 1_000),
        ("ألفي توقيع", 2_000),
        ("خمسين ألف شخص", 50_000),
        ("مليون شخص", 1_000_000),
        ("توقيع واحد", 1),
        ("مؤسستان", 2),
    ],
)
def test_numbers_in_any_digits_and_with_any_separator(typed: str, number: int) -> None:
    assert read(typed) == (number, None)


@pytest.mark.parametrize(
    "typed",
    [
        "10,500 by 22 October 2026",
        "10,500 by 22nd of October, 2026",
        "By October 22, 2026: 10,500",
        "October 22 10,500",
        "10,500 by 22 Oct.",
        "10,500 by 2026-10-22",
        "2026/10/22 10,500",
        "10,500 by 22/10/2026",
        "10,500 on 10/22/2026",
        "10,500 am 22.10.2026",
        "10.500 am 22. Oktober 2026",
        "10 500 le 22 octobre 2026",
        "10 500 22 octobre 2026",
        "10 500 к 22 октября 2026 г.",
        "١٠٬٥٠٠ بحلول ٢٢ أكتوبر ٢٠٢٦",
        "١٠٬٥٠٠ بحلول ٢٢ اكتوبر ٢٠٢٦",
        "١٠٬٥٠٠ حتى ٢٢ تشرين الأول ٢٠٢٦",
        "10,500 22 tháng 10, 2026",
        "2026年10月22日 10,500人",
        "2026년 10월 22일까지 10,500명",
        "10,500 22 अक्टूबर 2026",
        "١٠٬٥٠٠ بتاريخ ٢٢ أكتوبر/تشرين الأول ٢٠٢٦",
        "10,500 22 تشرين الأول / أكتوبر 2026",
    ],
)
def test_days_as_many_languages_write_them(typed: str) -> None:
    assert read(typed) == (10_500, DAY)


@pytest.mark.parametrize(
    "typed",
    [
        "10,500 by 22 October 2026, 14:05",
        "10,500 signatures, 22 Oct 2026, 14:05 UTC.",
        "10,500 at 2026-10-22T14:05Z",
        "١٠٬٥٠٠ توقيع، ٢٢ أكتوبر ٢٠٢٦، ١٤:٠٥ (غرينتش)",
        "10,500 توقيع، 22 أكتوبر 2026، 14:05 بتوقيت غرينتش",
        "10,500 توقيع، 22 أكتوبر 2026، 14:05 (بتوقيت جرينتش)",
        "10,500 at 2026-10-22 14:05:59",
        "10,500 by 22 October 2026 at 2:05 pm",
    ],
)
def test_a_minute_of_the_day(typed: str) -> None:
    assert read(typed) == (10_500, MINUTE)


def test_noon_and_midnight_by_twelve() -> None:
    assert read("5 by 22 October 12:00 am")[1] == Until(date(2026, 10, 22), time(0))
    assert read("5 by 22 October 12:30 p.m.")[1] == Until(date(2026, 10, 22), time(12, 30))


def test_a_day_without_a_year_is_the_last_such_day() -> None:
    assert read("5 by 23 November") == (5, Until(date(2026, 11, 23)))
    assert read("5 by 24 November") == (5, Until(date(2025, 11, 24)))


def test_no_word_is_one_month_in_one_language_and_another_in_another() -> None:
    meant: dict[str, set[int]] = {}
    for locale in dates.locales():
        for form, width in product(("format", "stand-alone"), ("wide", "abbreviated")):
            for number, name in locale.months[form][width].items():
                meant.setdefault(dates._folded(name), set()).add(number)
    assert {name: found for name, found in meant.items() if len(found) > 1} == {}


def test_a_day_ends_at_midnight_and_a_minute_with_its_last_second() -> None:
    assert DAY.before == datetime(2026, 10, 23, tzinfo=UTC)
    assert MINUTE.before == datetime(2026, 10, 22, 14, 6, tzinfo=UTC)
    assert (DAY.typed, MINUTE.typed) == ("2026-10-22", "2026-10-22T14:05")
    for until in (DAY, MINUTE):
        assert read_until(until.typed, today=TODAY) == until


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", Unreadable.NO_NUMBER),
        ("many", Unreadable.NO_NUMBER),
        ("0", Unreadable.NO_NUMBER),
        ("-5", Unreadable.NO_NUMBER),
        ("10 тысяч", Unreadable.NO_NUMBER),
        ("10万", Unreadable.NO_NUMBER),
        ("-10k", Unreadable.NO_NUMBER),
        ("10,500 thousand", Unreadable.NO_NUMBER),
        ("1.500 million", Unreadable.NO_NUMBER),
        ("10kg", Unreadable.NO_NUMBER),
        ("10 k k", Unreadable.NO_NUMBER),
        ("0k", Unreadable.NO_NUMBER),
        ("10,500 by 29 November/تشرين الأول 2026", Unreadable.TWO_DAYS),
        ("nearly 10,500", Unreadable.VAGUE),
        ("almost 10k people", Unreadable.VAGUE),
        ("about 10,500 people by yesterday", Unreadable.VAGUE),
        ("~10,500", Unreadable.VAGUE),
        ("حوالي ١٠٬٥٠٠", Unreadable.VAGUE),
        ("قرابة ١٠ آلاف", Unreadable.VAGUE),
        ("1만 명", Unreadable.NO_NUMBER),
        ("10%", Unreadable.NO_NUMBER),
        ("10,5", Unreadable.NO_NUMBER),
        ("10,5000", Unreadable.NO_NUMBER),
        ("10.500,000", Unreadable.NO_NUMBER),
        ("v2", Unreadable.NO_NUMBER),
        ("22 October 2026", Unreadable.NO_NUMBER),
        ("9" * 13, Unreadable.NO_NUMBER),
        ("9" * 1000, Unreadable.NO_NUMBER),
        ("10,500 and 11,500", Unreadable.SEVERAL_NUMBERS),
        ("more than 10,500 and less than 11,500", Unreadable.SEVERAL_NUMBERS),
        ("more than 10,500 or fewer", Unreadable.TWO_QUESTIONS),
        ("10,500 people, organisations", Unreadable.TWO_QUESTIONS),
        ("10,500 by Monday, 22 October 2026", Unreadable.TWO_DAYS),
        ("10,500 by yesterday, 21 November 2026", Unreadable.TWO_DAYS),
        ("10,500 by October 2026", Unreadable.SEVERAL_NUMBERS),
        ("10,500 by 22 October 2026 after 14:05", Unreadable.SEVERAL_NUMBERS),
        ("10,500 by 22 October 2026 +02:00", Unreadable.SEVERAL_NUMBERS),
        ("10,500 by 31 February 2026", Unreadable.NO_DAY),
        ("10,500 by 29 February", Unreadable.NO_DAY),
        ("10,500 by 2026-13-01", Unreadable.NO_DAY),
        ("10,500 by December", Unreadable.NO_DAY),
        ("10,500 by 22 October 2026 25:00", Unreadable.NO_DAY),
        ("10,500 by 22 October 2026 13:00 pm", Unreadable.NO_DAY),
        ("10,500 by 3/4/2026", Unreadable.TWO_WAYS),
    ],
)
def test_what_cannot_be_read_or_can_be_read_in_two_ways_is_refused(
    typed: str, reason: Unreadable
) -> None:
    assert refusal_of(typed) == reason


def test_the_same_day_and_month_is_one_day_however_it_is_read() -> None:
    assert read("5 by 4/4/2026")[1] == Until(date(2026, 4, 4))


AT_LEAST, MORE, EXACTLY, AT_MOST, FEWER = Comparison
SIGNATURES, PEOPLE, ORGANISATIONS = Unit


@pytest.mark.parametrize(
    ("typed", "comparison", "unit"),
    [
        ("10,500", AT_LEAST, SIGNATURES),
        ("10,500 have signed the open letter.", AT_LEAST, SIGNATURES),
        ("The letter was already signed by 10,500 people", AT_LEAST, PEOPLE),
        ("at least 10,500", AT_LEAST, SIGNATURES),
        ("10,500 or more", AT_LEAST, SIGNATURES),
        ("10,500+ signatures", AT_LEAST, SIGNATURES),
        (">= 10,500", AT_LEAST, SIGNATURES),
        ("≥10,500", AT_LEAST, SIGNATURES),
        ("no fewer than 10,500 people", AT_LEAST, PEOPLE),
        ("at least 10,500 or more", AT_LEAST, SIGNATURES),
        ("More than 10,500 signatures", MORE, SIGNATURES),
        ("over 10,500", MORE, SIGNATURES),
        (">10,500", MORE, SIGNATURES),
        ("exactly 10,500 organisations", EXACTLY, ORGANISATIONS),
        ("10,500 organizations exactly", EXACTLY, ORGANISATIONS),
        ("no more than 10,500", AT_MOST, SIGNATURES),
        ("not more than 10,500", AT_MOST, SIGNATURES),
        ("<= 10,500", AT_MOST, SIGNATURES),
        ("fewer than 10,500 people and organisations", FEWER, SIGNATURES),
        ("under 10,500", FEWER, SIGNATURES),
        ("< 10,500", FEWER, SIGNATURES),
        ("10,500 signatures of people", AT_LEAST, PEOPLE),
        ("10,500人", AT_LEAST, PEOPLE),
        ("وقّع ١٠٬٥٠٠ شخص", AT_LEAST, PEOPLE),
        ("ما لا يقل عن ١٠٬٥٠٠ توقيع", AT_LEAST, SIGNATURES),
        ("١٠٬٥٠٠ على الأقل", AT_LEAST, SIGNATURES),
        ("أكثر من ١٠٬٥٠٠ توقيع", MORE, SIGNATURES),
        ("بلغ عدد الموقّعين أكثر من ١٠٬٥٠٠", MORE, SIGNATURES),
        ("١٠٬٥٠٠ بالضبط", EXACTLY, SIGNATURES),
        ("ما لا يزيد على ١٠٬٥٠٠ شخص ومؤسسة", AT_MOST, SIGNATURES),
        ("أقل من ١٠٬٥٠٠ مؤسسة", FEWER, ORGANISATIONS),
        ("دون ١٠٬٥٠٠", FEWER, SIGNATURES),
        ("تجاوز عدد الموقّعين ١٠٬٥٠٠", MORE, SIGNATURES),
        ("وقّع عليها ١٠٬٥٠٠ شخص", AT_LEAST, PEOPLE),
        ("جمعت الرسالة ١٠٬٥٠٠ توقيع", AT_LEAST, SIGNATURES),
        ("حصدت الرسالة المفتوحة أزيد من ١٠٬٥٠٠ توقيع", MORE, SIGNATURES),
        ("يفوق عدد الموقعين ١٠٬٥٠٠", MORE, SIGNATURES),
        ("نالت ١٠٬٥٠٠ توقيع", AT_LEAST, SIGNATURES),
        ("وقّعتها ١٠٬٥٠٠ جمعية", AT_LEAST, ORGANISATIONS),
        ("١٠٬٥٠٠ هيئة", AT_LEAST, ORGANISATIONS),
        ("١٠٬٥٠٠ موقّع وموقّعة", AT_LEAST, SIGNATURES),
    ],
)
def test_how_many_of_what(typed: str, comparison: Comparison, unit: Unit) -> None:
    assert asked(typed) == (comparison, 10_500, unit)


@pytest.mark.parametrize(
    ("typed", "word"),
    [
        ("10,500 plumbers", "plumbers"),
        ("10,500 British people", "British"),
        ("$10,500", "$"),
        ("not 10,500", "not"),
        ("10,500 have not signed", "not"),
        ("more than double, 10,500", "more"),
        ("10,500 since yesterday", "since"),
        ("10,500 after 22 October 2026", "after"),
        ("10,500 by yesterday, 14:05 CET", "CET"),
        ("10,500 on the First day", "First"),
        ("10,500 last night", "last"),
        ("10,500 Künstler", "Künstler"),
        ("١٠٬٥٠٠ مؤلّف", "مؤلّف"),
        ("ليس أكثر من ١٠٬٥٠٠", "ليس"),
    ],
)
def test_a_word_that_is_not_understood_is_named_as_it_was_typed(typed: str, word: str) -> None:
    with pytest.raises(ClaimRefused) as refused:
        read(typed)
    assert (refused.value.reason, refused.value.word) == (Unreadable.UNKNOWN_WORD, word)


@pytest.mark.parametrize(
    ("typed", "day"),
    [
        # TODAY is a Monday.
        ("10,500 today", "2026-11-23"),
        ("10,500 by yesterday", "2026-11-22"),
        ("10,500 by tomorrow", "2026-11-24"),
        ("10,500 the day before yesterday", "2026-11-21"),
        ("10,500 by Sunday", "2026-11-22"),
        ("by the end of Tuesday, 10,500", "2026-11-17"),
        ("10,500 on Monday", "2026-11-23"),
        ("10,500 on last Monday", "2026-11-16"),
        ("10,500 before Monday", "2026-11-22"),
        ("10,500 before 22 November 2026", "2026-11-21"),
        ("10,500 before 22 November 2026, 14:05", "2026-11-22T14:04"),
        ("10,500 before 1 January 2026 00:00", "2025-12-31T23:59"),
        ("10,500 by yesterday at 14:05", "2026-11-22T14:05"),
        ("10,500 by Thursday, 22 October 2026", "2026-10-22"),
        ("10,500 by yesterday, Sunday 22 November 2026", "2026-11-22"),
        ("١٠٬٥٠٠ حتى أمس", "2026-11-22"),
        ("١٠٬٥٠٠ حتى اليوم", "2026-11-23"),
        ("١٠٬٥٠٠ حتى أول من أمس", "2026-11-21"),
        ("١٠٬٥٠٠ بحلول نهاية يوم الأحد", "2026-11-22"),
        ("١٠٬٥٠٠ يوم الاثنين الماضي", "2026-11-16"),
        ("١٠٬٥٠٠ قبل يوم الأحد", "2026-11-21"),
        ("١٠٬٥٠٠ أمس الساعة ١٤:٠٥", "2026-11-22T14:05"),
    ],
)
def test_days_as_they_are_said(typed: str, day: str) -> None:
    assert day_of(typed) == day


def test_a_day_field_takes_the_same_words() -> None:
    assert read_until("yesterday", today=TODAY).typed == "2026-11-22"
    assert read_until("before Sunday", today=TODAY).typed == "2026-11-21"
    with pytest.raises(ClaimRefused) as refused:
        read_until("since yesterday", today=TODAY)
    assert refused.value.word == "since"


@pytest.mark.parametrize("language", ["en", "ar", "de"])
@pytest.mark.parametrize("comparison", Comparison)
@pytest.mark.parametrize("unit", Unit)
def test_a_question_is_written_so_that_it_is_read_back(
    language: str, comparison: Comparison, unit: Unit
) -> None:
    question = Question(10_500, comparison, unit)
    assert read_claim(written(question, language=language), today=TODAY) == (question, None)


def test_no_phrase_means_two_things_in_two_languages() -> None:
    meant: dict[tuple[str, ...], set[object]] = {}
    for table in (*grammar.LANGUAGES.values(), grammar.OTHERS):
        for meaning, phrases in table.items():
            for phrase in phrases.split(", "):
                words = tuple(dates.plain(word) or word for word in phrase.split())
                meant.setdefault(words, set()).add(meaning)
    assert {phrase: found for phrase, found in meant.items() if len(found) > 1} == {}


@pytest.mark.parametrize(
    "typed", ["", "soon", "22 October 2026 and 5", "10,500", "2026-02-30", "people by 2026-02-03"]
)
def test_a_day_field_takes_a_day_and_nothing_else(typed: str) -> None:
    with pytest.raises(ClaimRefused) as refused:
        read_until(typed, today=TODAY)
    assert refused.value.reason == Unreadable.NO_DAY


@settings(max_examples=300)
@given(
    st.one_of(st.text(max_size=MAX_CLAIM_LETTERS * 2), st.from_regex(r"[0-9 ,.:/octmay-]{0,200}"))
)
def test_nothing_that_is_typed_raises_anything_else(typed: str) -> None:
    try:
        number, until = read(typed)
    except ClaimRefused:
        return
    assert number > 0
    # The day before the first of 2000 can be asked for too.
    assert until is None or 1999 <= until.day.year < 2100


@given(
    number=st.integers(1, 10**9),
    day=st.dates(date(2000, 1, 1), date(2099, 12, 31)),
    form=st.sampled_from(["{0:,} by {1:%Y-%m-%d}", "{1:%d.%m.%Y}: {0}", "{0:,} by {1:%d %B %Y}"]),
)
def test_what_is_written_by_rule_is_read_back(number: int, day: date, form: Any) -> None:
    assert read(form.format(number, day)) == (number, Until(day))


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("count", [1, 2, 3, 11, 100, 10_500])
def test_what_we_write_ourselves_is_read_back(language: str, count: int) -> None:
    for comparison, unit in product(Comparison, Unit):
        question = Question(count, comparison, unit)
        with translation.override(language):
            said = claim_text._compared(question)
        assert read_claim(said, today=TODAY) == (question, None), said


@pytest.mark.parametrize(
    ("typed", "chosen"),
    [
        ("500 actors", ("actor", "", Unit.PEOPLE)),
        ("more than 500 Actors have signed", ("actor", "", Unit.PEOPLE)),
        ("120 signatories from Egypt", ("", "EG", Unit.SIGNATURES)),
        ("40 people in the United States", ("", "US", Unit.PEOPLE)),
        ("3 organisations from the UK", ("", "GB", Unit.ORGANISATIONS)),
        ("7 voice actors from Côte d’Ivoire", ("voice_actor", "CI", Unit.PEOPLE)),
        ("9 from Trinidad & Tobago", ("", "TT", Unit.SIGNATURES)),
        ("أكثر من ٥٠٠ ممثل", ("actor", "", Unit.PEOPLE)),
        ("١٢٠ موقعا من مصر", ("", "EG", Unit.SIGNATURES)),
        ("٣٠ شاعرة في الإمارات", ("poet", "AE", Unit.PEOPLE)),
    ],
)
def test_a_profession_and_a_country(typed: str, chosen: tuple[str, str, Unit]) -> None:
    question, _until = read_claim(typed, today=TODAY)
    assert (question.profession, question.country, question.unit) == chosen
    for language in ("en", "ar"):
        assert read_claim(written(question, language=language), today=TODAY) == (question, None)


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("500 actors singers", Unreadable.TWO_QUESTIONS),
        ("500 from Egypt in France", Unreadable.TWO_QUESTIONS),
        ("5 organisations actors", Unreadable.TWO_QUESTIONS),
        ("500 Egyptian actors", Unreadable.UNKNOWN_WORD),
        ("500 actors from Atlantis", Unreadable.UNKNOWN_WORD),
        ("500 people from Congo", Unreadable.UNKNOWN_WORD),
    ],
)
def test_what_may_be_meant_in_two_ways_is_no_choice(typed: str, refusal: Unreadable) -> None:
    assert refusal_of(typed) == refusal


def test_every_profession_and_country_is_read_back() -> None:
    codes: dict[str, set[str]] = {"profession": set(), "country": set()}
    for each, phrase in choices.phrases():
        question, _until = read_claim(f"5, {phrase}", today=TODAY)
        assert (phrase, getattr(question, each.field)) == (phrase, each.code)
        codes[each.field].add(each.code)
    assert codes == {
        "profession": set(Profession) - {Profession.OTHER},
        "country": set(countries.names("en")),
    }
