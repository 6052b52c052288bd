"""A text is read as people type and paste it, and no word of it is lost."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.letters import markdown
from campaign.letters.markdown import DeadLink
from campaign.letters.typed_text import Done, direction_of

LONG = (
    "We have written for this house since it opened, in seven languages, and we mean to go on. Hear"
)
MAIL = """To the trustees of the reading room,

We learned last week that the room is to be closed on Sundays, which
is the only day on which many of those who use it can come at all. We
ask that the decision be put off until they have been heard, and that
the reasons for it be given to the public in writing.

With respect, and in the hope of an answer before the end of the year
from those who decide."""


@pytest.mark.parametrize(
    "source",
    [
        "1986. That was the year in which we began.",
        "3. The third of our demands.",
        "1) The only one.",
        "12. March began it.\n\n14. March ended it.",
        "1905. A year.\n1906. Another.",
        "7. Seven\n5. Five",
    ],
)
def test_numbers_that_are_no_list_stay_as_they_were_typed(source: str) -> None:
    reading = markdown.read(source)
    assert "<ol" not in reading.html
    assert re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", reading.html)).strip() == re.sub(
        r"\s+", " ", source
    )
    assert reading.done == [Done.NUMBERS]


@pytest.mark.parametrize(
    ("source", "opening"),
    [
        ("1. a\n2. b", "<ol>"),
        ("9. a\n10. b", '<ol start="9">'),
        ("1. a\n1. b\n1. c", "<ol>"),
        ("1) a\n2) b", "<ol>"),
    ],
)
def test_numbers_that_follow_each_other_are_a_list(source: str, opening: str) -> None:
    reading = markdown.read(source)
    assert reading.html.startswith(opening)
    assert reading.done == []


def test_a_number_that_is_no_list_keeps_what_stands_below_it() -> None:
    assert markdown.render("1986. Began\n\n      so it did\n\n      - a\n      - b") == (
        "<p>1986. Began</p>\n<p>so it did</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
    )
    assert markdown.render("1986.\n\nthat year") == "<p>1986.</p>\n<p>that year</p>\n"


@pytest.mark.parametrize("indent", ["    ", "\t", "        ", "  "])
def test_indented_paragraphs_are_paragraphs(indent: str) -> None:
    assert markdown.render(f"First.\n\n{indent}Second, *indented*.") == (
        "<p>First.</p>\n<p>Second, <em>indented</em>.</p>\n"
    )


def test_lines_end_where_they_were_ended() -> None:
    reading = markdown.read("Ada Lindqvist\nGuild of Writers\nMalmö")
    assert reading.html == "<p>Ada Lindqvist<br>\nGuild of Writers<br>\nMalmö</p>\n"
    assert reading.done == [Done.LINES_KEPT]


@pytest.mark.parametrize("bullet", ["•", "◦", "▪", "·", "‣", "●"])
@pytest.mark.parametrize("gap", [" ", "\t", "\u00a0"])
def test_bullets_make_a_list(bullet: str, gap: str) -> None:
    reading = markdown.read(f"We ask for:\n{bullet}{gap}consent\n{bullet}{gap}credit")
    assert reading.html == ("<p>We ask for:</p>\n<ul>\n<li>consent</li>\n<li>credit</li>\n</ul>\n")
    assert Done.BULLETS in reading.done


def test_a_dot_within_a_line_is_no_bullet() -> None:
    assert markdown.render("Bread · roses\n·5 litres") == "<p>Bread · roses<br>\n·5 litres</p>\n"


def test_long_lines_from_a_word_processor_are_paragraphs() -> None:
    long = LONG + " us, please."
    reading = markdown.read(f"Dear trustees,\n{long}\n{long}\nThe writers")
    assert reading.html == (
        f"<p>Dear trustees,</p>\n<p>{long}</p>\n<p>{long}</p>\n<p>The writers</p>\n"
    )
    assert reading.done == [Done.PARAGRAPHS]


def test_stress_over_a_line_end_is_kept_whole() -> None:
    long = LONG + " us, please."
    assert markdown.render(f"*{long}\n{long}*").count("<p>") == 1


def test_lines_that_a_mail_program_broke_are_put_together() -> None:
    reading = markdown.read(MAIL)
    assert "<br>" not in reading.html
    assert reading.html.count("<p>") == 3
    assert reading.done == [Done.LINES_JOINED]


def test_footnotes_stand_at_the_end_under_their_own_labels() -> None:
    reading = markdown.read(
        "We ask[^1] and they *answered*[^b].\n\n[^1]: *Reading*, p. 4,\n  second edition\n"
        "[^b]: [Letters](https://a.example)\n[^c]: unused\n\nThe end[^nobody]."
    )
    assert reading.html == (
        "<p>We ask<sup>1</sup> and they <em>answered</em><sup>b</sup>.</p>\n"
        "<p>The end[^nobody].</p>\n<hr>\n"
        "<p><sup>1</sup> <em>Reading</em>, p. 4,<br>\nsecond edition</p>\n"
        '<p><sup>b</sup> <a href="https://a.example" rel="noopener nofollow">Letters</a></p>\n'
        "<p><sup>c</sup> unused</p>\n"
    )


def test_each_paragraph_runs_in_its_own_direction() -> None:
    source = "We write.\n\nכתבנו מכתב.\n\n# نحن نكتب\n\n- أولًا\n- second\n\n> نحن نكتب AI\n\n123"
    html = markdown.render(source, direction="ltr")
    assert re.findall(r'<(\w+) dir="rtl">', html) == ["p", "h2", "li", "p"]
    assert 'dir="ltr"' not in html
    html = markdown.render(source, direction="rtl")
    assert re.findall(r'<(\w+) dir="ltr">', html) == ["p", "li"]


def test_an_arabic_paragraph_that_begins_with_a_latin_name_is_arabic() -> None:
    assert direction_of("OpenAI قالت إنها ستسأل") == "rtl"
    assert direction_of("12, 13.") is None
    assert 'dir="rtl"' in markdown.render(
        "[نقرأ كتابًا](https://letters.example/a-long-latin-address)", direction="ltr"
    )


def test_a_link_that_leads_nowhere_looks_like_none() -> None:
    reading = markdown.read("See [the *fund*](letters.example/fund) and [x](https://a.example).")
    assert reading.html == (
        "<p>See the <em>fund</em> and "
        '<a href="https://a.example" rel="noopener nofollow">x</a>.</p>\n'
    )
    assert reading.dead_links == [DeadLink("the fund", "letters.example/fund")]


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                *("1986. ", "1. ", "2. ", "12) ", "• ", "- ", "> ", "    ", "\t", "\n", "\n\n"),
                *("word", "מלה", "كلمة", LONG, "ab", "[^1]", "\n[^1]: note", "# "),
            ]
        ),
        max_size=25,
    ).map("".join)
)
def test_no_word_or_number_is_lost_or_changed(source: str) -> None:
    words = re.findall(r"[^\W_]+", source)
    shown = re.sub(r"<[^>]+>", " ", markdown.render(source))
    # Footnotes move to the end, lists show their numbers by themselves.
    for word in set(words):
        if not word.isdigit() or word == "1986":
            assert shown.count(word) == source.count(word)
