"""Citations as the three kinds of readers write them down."""

from datetime import UTC, date, datetime

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
        "Zoë {O_Brien}, 100% “ours” & more. Undersigned (2026-10-22). "
        "https://letters.example/letters/ours/signatories/7/ (read 2026-11-23)."
    )


def test_for_bibtex_what_means_something_there_is_escaped() -> None:
    assert CITED.bibtex == (
        "@online{ours-7,\n"
        "  title = {Zoë \\{O\\_Brien\\}, 100\\% “ours” \\& more},\n"
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
    assert undated.text == "A. B. https://c.example/ (read 2026-01-02)."
    assert "  date" not in undated.bibtex
    assert "DA  -" not in undated.ris
