"""tests/wording.py: words that the style guide replaces, wherever people read."""

import pytest

from tests import wording


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (
            "Whoever signs.\nIn order to sign.",
            [(1, "Whoever", "anyone who"), (2, "In order to", "to")],
        ),
        ("However, whoeverhood and `whoever` are none.", []),
        ("```\nwhoever\n```\n\n    whoever\n\nwhomever", [(7, "whomever", "anyone who")]),
        (
            "We have\nbeen there. We have been there.",
            [
                (1, "We have\nbeen", "a plain past (“was”)"),
                (2, "We have been", "a plain past (“was”)"),
            ],
        ),
    ],
)
def test_wording_of_documents_without_their_code(
    text: str, found: list[tuple[int, str, str]]
) -> None:
    assert wording.found_in(text, is_markdown=True) == found


def test_wording_of_templates_without_comments_and_attributes() -> None:
    text = '{# whoever #}\n<p title="whoever">{% translate "whoever reads" %}</p>'
    assert wording.found_in(text, is_markdown=False) == [(2, "whoever", "anyone who")]
    assert wording.found_in("`whoever`", is_markdown=False) == [(1, "whoever", "anyone who")]


def test_wording_of_messages_without_their_places_and_translations() -> None:
    catalog = (
        '#. whoever\n#: whoever.py\nmsgid "Whoever signs"\nmsgid_plural ""\n"whoever\\n"\n'
        '"sign"\nmsgstr[0] ""\n"whoever"\nmsgstr[1] "whoever"\n\nmsgid "b"\nmsgstr "whoever"\n'
    )
    found = wording.found_in(wording.english_of(catalog), is_markdown=False)
    assert found == [(3, "Whoever", "anyone who"), (5, "whoever", "anyone who")]


def test_wording_says_what_the_style_guide_says() -> None:
    """Each word that is found stands in the guide's table beside what to say instead."""
    guide = (wording.ROOT / wording.STYLE).read_text()
    assert [better for better in wording.INSTEAD if better not in guide] == []
    table = guide.partition("| not | but |\n|---|---|\n")[2].partition("\n\n")[0]
    rows = table.splitlines()
    assert len(rows) == len(wording.INSTEAD)
    assert [row for row in rows if not wording.found_in(row, is_markdown=False)] == []
