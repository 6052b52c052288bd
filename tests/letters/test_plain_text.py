"""Markdown as it is read where there is no HTML."""

import re
from html import unescape

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaign.letters import markdown, plain_text


@pytest.mark.parametrize(
    ("source", "text"),
    [
        (
            "We *write*\nand **compose**.\n\nNobody asked.",
            "We write\nand compose.\n\nNobody asked.",
        ),
        ("# Heard\n\nSo it was.", "Heard\n\nSo it was."),
        ("[Read it](https://a.example/b)", "Read it <https://a.example/b>"),
        ("<https://a.example/b>", "<https://a.example/b>"),
        ("[https://a.example](https://a.example)", "<https://a.example>"),
        ("[a@b.example](mailto:a@b.example)", "a@b.example"),
        ("[Write](mailto:a@b.example)", "Write <mailto:a@b.example>"),
        ("[**Bold** `code`](https://a.example)", "Bold code <https://a.example>"),
        ("[](https://a.example)", ""),
        ("[no address](elsewhere)", "no address"),
        ("[by name][here]\n\n[here]: https://a.example", "by name <https://a.example>"),
        ("![A picture](https://a.example/x.png)", "!A picture <https://a.example/x.png>"),
        ("- one\n- two\n  - in it\n- three", "- one\n- two\n  - in it\n- three"),
        ("* one\n\n* two\n\n  more of it", "- one\n\n- two\n\n  more of it"),
        ("3. three\n4. four", "3. three\n4. four"),
        ("1. one\n   - in it\n2. two", "1. one\n   - in it\n2. two"),
        ("1986. A year", "1986. A year"),
        ("> said\n>\n> > before", "> said\n>\n> > before"),
        ("```\nx <b>\n  y\n```", "    x <b>\n      y"),
        ("`*as it is*`", "*as it is*"),
        ("\\*a star\\* &amp; <b>", "*a star* & <b>"),
        ("one\n\n---\n\ntwo", "one\n\n* * *\n\ntwo"),
        ("Heard[^1]\n\n[^1]: On Friday.", "Heard[1]\n\n* * *\n\n[1] On Friday."),
        ("قالت **اللجنة**\n\n- واحد\n- اثنان", "قالت اللجنة\n\n- واحد\n- اثنان"),
        ("x" * 3000, "x" * 3000),
        ("&#45;&#45; \n\nStill here.", "--\n\nStill here."),
        ("", ""),
    ],
)
def test_it_reads_without_marks(source: str, text: str) -> None:
    assert plain_text.render(source) == text


@settings(max_examples=60)
@given(st.text(alphabet="ab \n*_`[]()<>#-+.!>1\\&;:/@\"'^|~=\t\u202e\u0645", max_size=300))
def test_nothing_that_is_typed_breaks_it(source: str) -> None:
    assert " \n" not in plain_text.render(source) + "\n"


@pytest.mark.parametrize("source", ["> " * 500 + "x", "- " * 500 + "x", "[" * 5000, "*a " * 5000])
def test_deep_nesting_ends(source: str) -> None:
    assert isinstance(plain_text.render(source), str)


def test_its_links_are_those_of_the_html() -> None:
    source = (
        "[a](https://a.example/ü?b=c&d=e) [b](https://b.example/(c)) <http://c.example>\n"
        "- [d](<https://d.example/e f>)\n\n> [d](javascript:alert) [e](//e.example)"
    )
    html = re.findall(r'href="([^"]+)"', markdown.render(source))
    assert re.findall(r"<(http[^>]+)>", plain_text.render(source)) == [unescape(e) for e in html]
