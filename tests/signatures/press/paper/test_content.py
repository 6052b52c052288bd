"""What a PDF says of a letter: text, names and count of one moment, and how to check them."""

from typing import Any

import pytest

from campaign.letters.models import Letter
from signatures import withdrawal
from signatures.models import Kind
from signatures.press.paper import content, typesetting
from signatures.press.paper.blocks import blocks
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    WIKTOR,
    listed,
    open_letter,
    person,
    publish_version,
    sequence,
    someone,
)
from tests.signatures.press.paper.printed import made, opened, words_of

pytestmark = pytest.mark.django_db

HOSTILE = '#read("/etc/passwd") $x$ \\ @ref // *b* `c` <l>'


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def test_the_pdf_names_who_is_listed_and_counts_who_is_not(letter: Letter) -> None:
    listed(
        letter,
        BRIGID,
        SALMA,
        MEI,
        person("hidden@quayside.example", "Hidden Hermit", consent_publish=False),
        person("choir@quayside.example", "Quayside Choir", kind=Kind.ORGANISATION),
    )
    told = words_of(made(letter))
    for said in (
        "For work that is ours",
        "To those who build with what we made",
        "5 signatures",
        "Signatures that count 5",
        "Not named, by their own choice 1",
        "Brigid O’Malloran Author, Ireland; The Salt Ledger",
        "梅若溪",
        "Quayside Choir Organisation, Ireland",
        "Page 1 of",
    ):
        assert (said, said in told) == (said, True)
    for secret in ("Hermit", "@", "quayside.example"):
        assert (secret, secret in told) == (secret, False)


def test_a_letter_without_names_says_so(letter: Letter) -> None:
    sequence(letter)
    told = words_of(made(letter))
    assert ("0 signatures" in told, "Nobody has signed yet." in told) == (True, True)


def test_it_is_for_screen_readers_and_tells_nothing_of_who_made_it(letter: Letter) -> None:
    listed(letter, BRIGID)
    pdf = opened(made(letter, "ar"))
    root: Any = pdf.trailer["/Root"]
    told: Any = pdf.metadata
    assert (root["/Lang"], root["/MarkInfo"]["/Marked"]) == ("ar", True)
    assert "/StructTreeRoot" in root
    assert set(told) == {"/Title", "/Creator"}
    assert (told["/Title"], told["/Creator"][:5]) == ("من أجل عملٍ هو لنا", "Typst")
    assert [str(each["/Title"]) for each in pdf.outline if isinstance(each, dict)] == [
        "توقيع واحد",
        "كيف تتحقق من هذا",
    ]


def test_the_same_checkpoint_gives_the_same_bytes(letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, WIKTOR)
    assert made(letter) == made(letter)


def test_what_strangers_write_is_never_markup_or_code(letter: Letter) -> None:
    publish_version(letter, title=f"T {HOSTILE}"[:160], body=f"Text {HOSTILE}")
    listed(letter, person("h@quayside.example", "Hostile", credit=HOSTILE, affiliation="x" * 120))
    told = words_of(made(letter))
    assert "root:" not in told
    assert told.count('#read("/etc/passwd") $x$ \\ @ref //') >= 3
    assert "x" * 20 in told


def test_names_stand_under_the_text_that_they_signed(letter: Letter) -> None:
    listed(letter, BRIGID)
    publish_version(letter, title="A second text", addressee="To all", body="Quite different.")
    listed(letter, WIKTOR)
    told = words_of(made(letter))
    order = ["Quite different", "Wiktor", "version 1", "We ask to be asked", "Brigid"]
    places = [told.index(each) for each in order]
    assert places == sorted(places)


def test_who_left_is_not_in_it(letter: Letter) -> None:
    first, _second = listed(letter, BRIGID, WIKTOR)
    withdrawal.withdraw(signature=first)
    told = words_of(made(letter))
    assert ("Brigid" in told, "Wiktor" in told) == (False, True)


def test_more_names_than_can_be_printed_are_left_to_the_list(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(content, "MAX_NAMES", 2)
    listed(letter, *(someone(number) for number in range(3)))
    told = words_of(made(letter))
    assert ("too many names to print" in told, "Signer Number" in told) == (True, False)


@pytest.mark.parametrize(
    "body",
    [
        "- a\n  - b\n    - c\n      - words that stand",
        ">" * 18 + " words that stand",
        "> - " * 6 + "words that stand",
        "*a **b " * 40 + "words that stand" + "** c*" * 40,
        "# \n\n## \U0001f600\n\n# [](https://quayside.example)\n\nwords that stand",
        "# a\n\n#### b\n\n> ###### c\n\n## d\n\nwords that stand",
    ],
    ids=["lists", "quotes", "both", "stresses", "empty headings", "skipped headings"],
)
def test_whatever_a_text_is_built_of_it_is_typeset(letter: Letter, body: str) -> None:
    """Or its letter would never have a PDF."""
    listed(letter, BRIGID)
    found = content.of(letter=letter, language="en")
    assert found is not None
    first = {**found.told["sections"][0], "blocks": blocks(body, direction="ltr")}
    assert "words that stand" in words_of(typesetting.pdf({**found.told, "sections": [first]}))
