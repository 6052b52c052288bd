"""Piet reports on the letter: he pages through the list, searches it, and checks the numbers."""

import base64
import re

import pytest

from campaign.letters.models import Letter
from signatures.models import Profession
from signatures.record.format import merkle
from signatures.record.format.checkpoint import open_checkpoint
from signatures.record.format.notes import Verifier
from signatures.record.format.tiles import decode_entries
from tests.journeys.personas import NOOR, SALMA, VLAD
from tests.journeys.visitor import Visitor
from tests.journeys.workers import count_of
from tests.signatures import factories

CROWD = 230


@pytest.fixture
def crowded(letter: Letter) -> Letter:
    """The three of before, Noor and Salma, and two pages of others; Vlad never confirmed."""
    factories.listed(letter, NOOR, SALMA)
    factories.listed(letter, *(factories.someone(number) for number in range(CROWD - 5)))
    factories.listed(letter, factories.QUIET)
    factories.pending(letter, VLAD)
    return letter


def rows_of(piet: Visitor) -> list[str]:
    return piet.page.rows[1:]


def numbers_of(piet: Visitor) -> list[int]:
    """From the last column, ahead of its link."""
    return [int(row.removesuffix("Not me?").split()[-1]) for row in rows_of(piet)]


def test_piet_pages_through_the_whole_list_and_back_and_nobody_is_missing_or_twice(
    crowded: Letter,
) -> None:
    counted = count_of(crowded)
    piet = Visitor().goes_to(f"/letters/{crowded.slug}/").follows("All signatories")
    pages = [numbers_of(piet)]
    while "Older →" in piet.page.links:
        piet.follows("Older →")
        pages.append(numbers_of(piet))
    assert [len(page) for page in pages] == [100, 100, 30]
    assert [number for page in pages for number in page] == list(range(CROWD, 0, -1))
    # Those who are counted without being shown are the difference, and the page says so.
    assert counted["total"] - counted["anonymous"] == CROWD
    assert f"{CROWD} named; 1 more signed without being named." in piet.text

    deep = piet.path
    for page in pages[-2::-1]:
        piet.follows("← Newer")
        assert numbers_of(piet) == page
    # A link into the depth shows the same people although newer ones came.
    factories.listed(crowded, factories.someone(CROWD))
    assert numbers_of(piet.goes_to(deep)) == pages[-1]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("noor dalaigh", NOOR),
        ("ÓDÁLAIGH", NOOR),
        ("brandsma noor", NOOR),
        ("سلمي", SALMA),
        ("الحَبَّار", SALMA),
        ("zolcik", factories.WIKTOR),
        ("梅", factories.MEI),
        ("lampwrights", factories.GUILD),
        ("vlad", None),
        ("odalys", None),
        ("noor@viola.example", None),
    ],
)
def test_piet_finds_who_is_there_however_he_spells_it_and_nobody_else(
    letter: Letter, typed: str, found: factories.Person | None
) -> None:
    factories.listed(letter, NOOR, SALMA, factories.QUIET)
    factories.pending(letter, VLAD)
    piet = Visitor().goes_to(f"/letters/{letter.slug}/signatories/")
    piet.sends("Find", q=typed)
    if found is None:
        assert piet.page.rows == []
        assert "No name matches" in piet.text
    else:
        [row] = rows_of(piet)
        assert found.details.name in row


def test_piet_counts_the_musicians_of_the_netherlands(crowded: Letter) -> None:
    piet = Visitor().goes_to(f"/letters/{crowded.slug}/signatories/")
    piet.sends("Find", profession=Profession.MUSICIAN, country="NL")
    assert "1 name matches." in piet.text
    [row] = rows_of(piet)
    assert NOOR.details.name in row
    piet.sends("Find", profession=Profession.AUTHOR, country="IE")
    assert len(rows_of(piet)) == 100
    piet.follows("Older →")
    assert f"profession={Profession.AUTHOR.value}" in piet.path
    assert len(rows_of(piet)) == 100


def test_piet_asks_for_nonsense_and_gets_a_page(letter: Letter) -> None:
    piet = Visitor()
    for query in ("after=-1", "after=9e9", "after=٣", "level=9", "kind=x", "q=%00", "country=XX"):
        assert piet.goes_to(f"/letters/{letter.slug}/signatories/?{query}").status == 200


def test_piet_recomputes_the_published_count_from_the_record_alone(crowded: Letter) -> None:
    counted = count_of(crowded)
    piet = Visitor().goes_to(f"/letters/{crowded.slug}/record/")
    record = f"/letters/{crowded.slug}/record"

    note = piet.client.get(f"{record}/checkpoint").content.decode()
    key = re.search(r"Key to check it with ?([^ ]+)", piet.text)
    assert key is not None
    checkpoint = open_checkpoint(note=note, verifier=Verifier.parse(key[1]))
    assert checkpoint.size == counted["size"]
    assert base64.b64encode(checkpoint.root).decode() == counted["root"]

    leaves: list[bytes] = []
    for index in range(0, checkpoint.size, 256):
        width = min(256, checkpoint.size - index)
        partial = "" if width == 256 else f".p/{width}"
        bundle = piet.client.get(f"{record}/tile/entries/{index // 256:03d}{partial}")
        leaves += decode_entries(bundle.content)
    assert merkle.root([merkle.leaf_hash(leaf) for leaf in leaves]) == checkpoint.root
    assert sum(b'"e":"sign"' in leaf for leaf in leaves) == counted["total"]

    told = b"".join(leaves)
    for person in (NOOR, SALMA, VLAD, factories.QUIET):
        assert person.details.name.encode() not in told
        assert person.email.encode() not in told
