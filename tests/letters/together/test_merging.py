from hypothesis import given
from hypothesis import strategies as st

from campaign.letters.models import Translation
from campaign.letters.together.merging import Merged, merge, merge_wordings
from campaign.letters.together.paragraphs import split

BASE = "One.\n\nTwo.\n\nThree."
TEXTS = st.lists(st.sampled_from(["One.", "Two.", "Three.", "Four.", "Five."]), max_size=6).map(
    "\n\n".join
)


def test_changes_of_different_paragraphs_both_stand() -> None:
    mine = BASE.replace("One.", "One, of mine.")
    theirs = BASE.replace("Three.", "Three, of theirs.") + "\n\nFour."
    assert merge(base=BASE, mine=mine, theirs=theirs) == (
        "One, of mine.\n\nTwo.\n\nThree, of theirs.\n\nFour.",
        0,
    )


def test_of_one_paragraph_both_stand_theirs_first() -> None:
    merged = merge(
        base=BASE,
        mine=BASE.replace("Two.", "Two, of mine."),
        theirs=BASE.replace("Two.", "Two, of theirs."),
    )
    assert merged == ("One.\n\nTwo, of theirs.\n\nTwo, of mine.\n\nThree.", 1)


def test_what_one_took_out_is_out_unless_the_other_changed_it() -> None:
    without = "One.\n\nThree."
    assert merge(base=BASE, mine=without, theirs=BASE)[0] == without
    assert merge(base=BASE, mine=BASE, theirs=without)[0] == without
    changed = BASE.replace("Two.", "Two, changed.")
    assert merge(base=BASE, mine=without, theirs=changed) == (changed, 1)
    assert merge(base=BASE, mine=changed, theirs=without) == (changed, 1)


def test_the_same_change_is_no_conflict() -> None:
    both = BASE + "\n\nFour."
    assert merge(base=BASE, mine=both, theirs=both) == (both, 0)


def wording(title: str, addressee: str = "To all", body: str = BASE) -> Translation:
    return Translation(title=title, addressee=addressee, body=body)


def test_a_title_is_that_of_who_changed_it() -> None:
    kept = {"addressee": "To all", "body": BASE}
    base, mine, theirs = wording("A"), wording("C"), wording("B")
    assert merge_wordings(base=base, mine=base, theirs=theirs) == Merged("B", **kept, conflicts=0)
    assert merge_wordings(base=base, mine=mine, theirs=base) == Merged("C", **kept, conflicts=0)
    assert merge_wordings(base=base, mine=mine, theirs=theirs) == Merged("C", **kept, conflicts=1)
    assert merge_wordings(base=base, mine=mine, theirs=mine) == Merged("C", **kept, conflicts=0)


@given(TEXTS, TEXTS)
def test_who_changed_nothing_gets_what_the_other_wrote(base: str, other: str) -> None:
    assert split(merge(base=base, mine=base, theirs=other)[0]) == split(other)
    assert split(merge(base=base, mine=other, theirs=base)[0]) == split(other)


@given(TEXTS, TEXTS, TEXTS)
def test_no_new_words_of_either_are_lost(base: str, mine: str, theirs: str) -> None:
    merged = split(merge(base=base, mine=mine, theirs=theirs)[0])
    new = (set(split(mine)) | set(split(theirs))) - set(split(base))
    assert new <= set(merged)
    assert set(merged) <= {*split(base), *split(mine), *split(theirs)}
