import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from campaign.letters.slugs import MAX_SLUG_LETTERS, SLUG_PATTERN, slug_of


@pytest.mark.parametrize(
    ("title", "slug"),
    [
        ("A statement on AI training", "a-statement-on-ai-training"),
        ("Łączymy głosy", "laczymy-glosy"),
        ("Straße für alle", "strasse-fur-alle"),
        ("Don’t take our voices", "dont-take-our-voices"),
        ("Голоса художников", "golosa-khudozhnikov"),
        ("Οι φωνές μας", "oi-fones-mas"),
        ("رسالة مفتوحة", "rslh-mftwhh"),
        ("作家の声", "zuojianosheng"),
        ("№ 35: ½ of us!", "no-35-1-2-of-us"),
        ("🎭 Stage ★ and screen", "stage-and-screen"),
        ("  --  A__b--c  ", "a-b-c"),
        ("… — !", ""),
        ("", ""),
    ],
)
def test_a_slug_keeps_the_letters_of_a_title_in_any_script(title: str, slug: str) -> None:
    assert slug_of(title) == slug


def test_a_long_title_is_cut_between_words() -> None:
    assert slug_of("word " * 20) == "-".join(["word"] * 12)
    assert slug_of("w" * 100) == "w" * MAX_SLUG_LETTERS


@given(st.text(max_size=200))
def test_a_slug_always_has_the_shape_that_may_be_typed(title: str) -> None:
    slug = slug_of(title)
    assert slug == "" or re.match(SLUG_PATTERN, slug)
    assert len(slug) <= MAX_SLUG_LETTERS
    assert slug_of(slug) == slug
