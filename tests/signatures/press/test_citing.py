"""Citations as the three kinds of readers write them down."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.utils import translation

from signatures.press.citing import Citation

CITED = Citation(
    title="Zoë {O_Brien}, 100% “ours”\n& more",
    site="Undersigned",
    url="https://letters.example/letters/ours/signatories/7/",
    published=datetime(2026, 10, 22, 14, 5, tzinfo=UTC),
    read=date(2026, 11, 23),
    key="ours/7",
)


def test_as_a_line() -> None:
    assert CITED.text == (
        "Zoë {O_Brien}, 100% “ours” & more. Undersigned, 22 Oct 2026. "
        "https://letters.example/letters/ours/signatories/7/ (read on 23 Nov 2026)"
    )


@pytest.mark.parametrize(("language", "direction"), [("en", "ltr"), ("ar", "rtl")])
def test_on_a_page_each_part_keeps_its_direction(language: str, direction: str) -> None:
    with translation.override(language):
        line = replace(CITED, title="<Zoë>, من أجل عملٍ هو لنا.").html
    assert f'<bdi dir="{direction}">&lt;Zoë&gt;, من أجل عملٍ هو لنا</bdi>' in line
    assert "<bdi>Undersigned</bdi>" in line
    address = "https://letters.example/letters/ours/signatories/7/"
    assert f'<bdi class="ltr" dir="ltr">{address}</bdi>' in line
    assert ("٢٣ نوفمبر ٢٠٢٦" in line) is (language == "ar")


def test_for_bibtex_what_means_something_there_is_escaped() -> None:
    assert CITED.bibtex == (
        "@online{ours-7,\n"
        "  title = {{Zoë \\{O\\_Brien\\}, 100\\% “ours” \\& more}},\n"
        "  organization = {Undersigned},\n"
        "  url = {https://letters.example/letters/ours/signatories/7/},\n"
        "  date = {2026-10-22},\n"
        "  urldate = {2026-11-23},\n"
        "}\n"
    )


def test_as_ris_no_line_begins_within_a_value() -> None:
    assert CITED.ris == (
        "TY  - ELEC\r\n"
        "TI  - Zoë {O_Brien}, 100% “ours” & more\r\n"
        "PB  - Undersigned\r\n"
        "UR  - https://letters.example/letters/ours/signatories/7/\r\n"
        "PY  - 2026\r\n"
        "DA  - 2026/10/22/\r\n"
        "Y2  - 2026/11/23/\r\n"
        "ER  - \r\n"
    )


def test_what_never_happened_has_no_date() -> None:
    undated = Citation(
        title="A",
        site="B",
        url="https://c.example/",
        published=None,
        read=date(2026, 1, 2),
        key="k",
    )
    assert undated.text == "A. B. https://c.example/ (read on 2 Jan 2026)"
    assert "  date" not in undated.bibtex
    assert "DA  -" not in undated.ris
