from hypothesis import given
from hypothesis import strategies as st

from campaign.letters.together.merging import Merged, merge, merge_lines
from campaign.letters.together.paragraphs import split

BASE = "One.\n\nTwo.\n\nThree."
TEXTS = st.lists(st.sampled_from(["One.", "Two.", "Three.", "Four.", "Five."]), max_size=6).map(
    "\n\n".join
)


def test_changes_of_different_paragraphs_both_stand() -> None:
    mine = BASE.replace("One.", "One, of mine.")
    theirs = BASE.replace("Three.", "Three, of theirs.") + "\n\nFour."
    assert merge(base=BASE, mine=mine, theirs=theirs) == Merged(
        "One, of mine.\n\nTwo.\n\nThree, of theirs.\n\nFour.", 0
    )


def test_of_one_paragraph_both_stand_theirs_first() -> None:
    merged = merge(
        base=BASE,
        mine=BASE.replace("Two.", "Two, of mine."),
        theirs=BASE.replace("Two.", "Two, of theirs."),
    )
    assert merged == Merged("One.\n\nTwo, of theirs.\n\nTwo, of mine.\n\nThree.", 1)


def test_what_one_took_out_is_out_unless_the_other_changed_it() -> None:
    without = "One.\n\nThree."
    assert merge(base=BASE, mine=without, theirs=BASE).body == without
    assert merge(base=BASE, mine=BASE, theirs=without).body == without
    changed = BASE.replace("Two.", "Two, changed.")
    assert merge(base=BASE, mine=without, theirs=changed) == Merged(changed, 1)
    assert merge(base=BASE, mine=changed, theirs=without) == Merged(changed, 1)


def test_the_same_change_is_no_conflict() -> None:
    both = BASE + "\n\nFour."
    assert merge(base=BASE, mine=both, theirs=both) == Merged(both, 0)


def test_a_title_is_that_of_who_changed_it() -> None:
    assert merge_lines(base="A", mine="A", theirs="B") == "B"
    assert merge_lines(base="A", mine="C", theirs="A") == "C"
    assert merge_lines(base="A", mine="C", theirs="B") == "C"


@given(TEXTS, TEXTS)
def test_who_changed_nothing_gets_what_the_other_wrote(base: str, other: str) -> None:
    assert split(merge(base=base, mine=base, theirs=other).body) == split(other)
    assert split(merge(base=base, mine=other, theirs=base).body) == split(other)


@given(TEXTS, TEXTS, TEXTS)
def test_no_new_words_of_either_are_lost(base: str, mine: str, theirs: str) -> None:
    merged = split(merge(base=base, mine=mine, theirs=theirs).body)
    new = (set(split(mine)) | set(split(theirs))) - set(split(base))
    assert new <= set(merged)
    assert set(merged) <= {*split(base), *split(mine), *split(theirs)}
