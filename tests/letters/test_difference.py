import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.letters.difference import MAX_COMPARISONS, Piece, difference


def told(before: str, after: str) -> list[tuple[str, str]]:
    return [(piece.kind, piece.words) for piece in difference(before, after)]


def test_words_are_told_one_by_one() -> None:
    assert told("We ask to be asked first.", "We ask to be paid first.") == [
        ("same", "We ask to be "),
        ("removed", "asked"),
        ("added", "paid"),
        ("same", " first."),
    ]


def test_a_word_put_in_alone_is_seen() -> None:
    assert told("We agree.\n\nAll of us.", "We do not agree.\n\nAll of us.") == [
        ("same", "We"),
        ("added", " do not"),
        ("same", " agree.\n\nAll of us."),
    ]


@pytest.mark.parametrize(
    ("before", "after", "removed", "added"),
    [
        ("نطلب أن نُسأل", "نطلب أن نُنصَف", "نُسأل", "نُنصَف"),
        ("我们同意这封信", "我们反对这封信", "同意", "反对"),
    ],
)
def test_other_scripts_have_words_too(before: str, after: str, removed: str, added: str) -> None:
    found = difference(before, after)
    assert [piece.words for piece in found if piece.kind == "removed"] == [removed]
    assert [piece.words for piece in found if piece.kind == "added"] == [added]


def test_too_much_to_compare_is_shown_whole() -> None:
    words = int(MAX_COMPARISONS**0.5)
    before, after = "a " * words, "b " * words
    assert told(before, after) == [("removed", before), ("added", after)]


@given(st.text("ab \n", max_size=60), st.text("ab \n", max_size=60))
def test_nothing_is_lost_and_nothing_invented(before: str, after: str) -> None:
    found = difference(before, after)
    assert "".join(piece.words for piece in found if piece.kind != "added") == before
    assert "".join(piece.words for piece in found if piece.kind != "removed") == after
    assert Piece("same", "") not in found
