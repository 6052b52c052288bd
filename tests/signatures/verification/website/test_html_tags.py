"""Reading tags as browsers do, in time that no page can stretch."""

import time
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.verification.network.https import MOST_BYTES, Page
from signatures.verification.website.front_page import is_on_page
from signatures.verification.website.html_tags import MAX_VALUE_LENGTH, tags

TOKEN = "abcdefgh23456723"


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<A Href=x>", [("a", {"href": "x"}, False)]),
        ("<a x y='1' x=2>", [("a", {"x": "", "y": "1"}, False)]),
        ("<a/x/y>", [("a", {"x": "", "y": ""}, False)]),
        ("<a =x>", [("a", {"=x": ""}, False)]),
        ("<a x= >", [("a", {"x": ""}, False)]),
        ("<a x = \n 'y'z>", [("a", {"x": "y", "z": ""}, False)]),
        ("<a x=&amp;&#65;>", [("a", {"x": "&A"}, False)]),
        ("</a ><b>", [("a", {}, True), ("b", {}, False)]),
        ("a < b <1> </> <? x> <!doctype html><i>", [("i", {}, False)]),
        ("<!--> <i>", [("i", {}, False)]),
        ("<!-- <b> --!><i>", [("i", {}, False)]),
        ("<!-- <b> -- > <i>", []),
        (
            "<title></titles><b></TITLE><i>",
            [("title", {}, False), ("title", {}, True), ("i", {}, False)],
        ),
        ("<plaintext></plaintext><b>", [("plaintext", {}, False)]),
        ("<a x='", []),
        ("<a x", []),
        ("<", []),
        ("</", []),
    ],
)
def test_tags_are_what_browsers_see(
    html: str, found: list[tuple[str, dict[str, str], bool]]
) -> None:
    assert list(tags(html)) == found


def test_a_value_too_long_for_anything_we_look_for_is_none() -> None:
    longest = "x" * MAX_VALUE_LENGTH
    assert list(tags(f"<a x={longest}><a x={longest}x>")) == [
        ("a", {"x": longest}, False),
        ("a", {"x": ""}, False),
    ]


def test_a_number_that_python_does_not_read_is_left_as_it_stands() -> None:
    digits = "9" * 4400
    assert next(tags(f"<a x=&#{digits[:4000]};>"))[1]["x"] == "\N{REPLACEMENT CHARACTER}"
    assert list(tags(f"<a x='&#{digits};'>")) == [("a", {"x": ""}, False)]


class _Reference(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.names: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.names.append(tag)


@given(st.lists(st.sampled_from(["<b>", "<i x='>'>", "</b>", "a", "&lt;", "<p y=1 >", "<br/>"])))
def test_well_formed_pages_are_read_as_by_the_standard_library(parts: list[str]) -> None:
    reference = _Reference()
    reference.feed("".join(parts))
    assert [name for name, _, closing in tags("".join(parts)) if not closing] == reference.names


@given(st.text(alphabet="<>/!-?='\" abATs&#x3;\n", max_size=200))
def test_no_page_is_a_fault(html: str) -> None:
    for name, _attributes, _closing in tags(html):
        assert name == name.lower()


@pytest.mark.parametrize(
    "part",
    [
        *(
            "<a ",
            "<a/",
            "<a =",
            "<a b='",
            '<a b="',
            "<a b=",
            "<a\n",
            "<",
            "</",
            "</a",
            "</a ",
            "<a",
        ),
        *("<!", "<!-", "<!--", "<!-->", "<!--a", "<!-- --", "--!", "<?", "<?a", "<![CDATA[", "]]"),
        *("<title>", "<script>", "<script></scrip", "<textarea></textarea", "<template>"),
        *("</template>", "<b id=1>", "<p>", "<a>", "<meta name=undersigned content=", "&", "&#"),
        *("&#9", "&amp", "<a b=&", "= ", "' ", "\0", "\x0c", "<svg><title>", "<a b b b "),
    ],
)
def test_a_hostile_page_of_full_length_is_read_in_seconds(part: str) -> None:
    # With the token at both ends, so that no shortcut helps.
    page = TOKEN + part * (MOST_BYTES // len(part)) + TOKEN
    started = time.process_time()
    assert not is_on_page(Page("text/html", page), TOKEN)
    assert time.process_time() - started < 15
