"""Names are found however they are written, and however they are typed."""

import pytest
from django.db import connection
from hypothesis import given

from campaign.letters.models import Letter
from signatures.listing import queries
from signatures.listing.name_search import WORD_LIMIT, fitting, words
from signatures.listing.queries import Filters
from signatures.models import Signature
from signatures.models.signature import LISTED
from signatures.moderation import search
from signatures.names.folding import search_key
from tests.signatures.factories import listed, open_letter, someone
from tests.signatures.names.test_folding import ANY_TEXT


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", []),
        ("  …  ", []),
        ("Zażółć", ["zazolc"]),
        ("thi NGUYỄN", ["thi", "nguyen"]),
        ("o’brien, Ana", ["obrien", "ana"]),
        ("ana Ana ÁNA lima", ["ana", "lima"]),
        ("100% _x_ \\", ["100", "x"]),
        ("a\x00b", ["a", "b"]),
        ("a b c d e f g h i j", list("abcdefgh")),
        ("x" * 500, ["x" * 200]),
        (" " * 500 + "ana", []),
    ],
)
def test_words_of_a_query(query: str, expected: list[str]) -> None:
    assert words(query) == [(word, word) for word in expected]


def test_umlauts_are_spelled_out_too() -> None:
    assert words("Jörg Mu\u0308ller-ØRE aasa") == [
        ("jorg", "joerg"),
        ("muller", "mueller"),
        ("ore", "oere"),
        ("aasa", "aasa"),
    ]


@given(ANY_TEXT)
def test_a_name_is_found_by_its_own_spelling(text: str) -> None:
    asked = words(text)
    assert len(asked) == len(set(asked)) <= WORD_LIMIT
    if len(text) < 100:
        assert all(word in search_key(text) for word, _spelled in asked)


# --- in the database ----------------------------------------------------------------------------

NAMES = (
    *("عبد الغني الدمياطي", "عوض الله حنا", "Nadia El-Domyaty", "Kim Hye-jin", "김 하늘"),
    *("田中 太郎", "Jürgen Müller", "Joerg Mueller", "Michal Iacob", "Anna Lima", "Åse Ødegård"),
    *("Bärbel Schäfer-Größ", "Samuel de la Cruz", "Ana Maria Kraehenbuehl", "Lena Krähenbühl"),
)


@pytest.fixture
def crowd(db: None) -> Letter:
    letter = open_letter()
    listed(letter, *[someone(n).but(name=name) for n, name in enumerate(NAMES)])
    return letter


def found(letter: Letter, query: str) -> list[str]:
    rows = queries.filtered(letter=letter, filters=Filters(q=query)).order_by("number")
    return [row.name for row in rows]


@pytest.mark.parametrize(
    ("query", "names"),
    [
        # Written apart, typed together, in one script and another; and a part of it.
        ("عبدالغني", ["عبد الغني الدمياطي"]),
        ("عبد الغنى", ["عبد الغني الدمياطي"]),
        ("عوضالله", ["عوض الله حنا"]),
        ("عوضاللّه", ["عوض الله حنا"]),
        ("eldomyaty", ["عبد الغني الدمياطي", "Nadia El-Domyaty"]),
        ("ElDom nadia", ["Nadia El-Domyaty"]),
        ("hyejin", ["Kim Hye-jin"]),
        ("kimhyejin", ["Kim Hye-jin"]),
        ("delacruz", ["Samuel de la Cruz"]),
        ("김하늘", ["김 하늘"]),
        ("田中太郎", ["田中 太郎"]),
        # Spelled out, with points or without.
        ("müller", ["Jürgen Müller", "Joerg Mueller"]),
        ("MUELLER", ["Jürgen Müller", "Joerg Mueller"]),
        ("muller", ["Jürgen Müller"]),
        ("jörg", ["Joerg Mueller"]),
        ("juergen mueller", ["Jürgen Müller"]),
        ("aase oedegaard", ["Åse Ødegård"]),
        ("ase odegard", ["Åse Ødegård"]),
        ("schaefergroess", ["Bärbel Schäfer-Größ"]),
        ("baerbel", ["Bärbel Schäfer-Größ"]),
        ("krähenbühl", ["Ana Maria Kraehenbuehl", "Lena Krähenbühl"]),
        ("kraehenbuehl", ["Ana Maria Kraehenbuehl", "Lena Krähenbühl"]),
        # Two names: neither across the space between them, nor without an umlaut.
        ("ali", []),
        ("alia", []),
        ("中太", []),
        ("michael", []),
        ("samul", []),
        ("aeoeueaa" * 20, []),
        ("…", []),
    ],
)
def test_who_is_found(crowd: Letter, query: str, names: list[str]) -> None:
    assert found(crowd, query) == names


def test_everyone_fits_an_empty_query(crowd: Letter) -> None:
    assert found(crowd, " ") == list(NAMES)


def test_organizers_find_the_same(crowd: Letter) -> None:
    page = search.page(letter=crowd, q="Eldomyaty", which="", after=None, private=False)
    assert [row.name for row in page.rows] == ["Nadia El-Domyaty", "عبد الغني الدمياطي"]


def test_the_index_of_names_is_used(crowd: Letter) -> None:
    """Its expression and the search's are the same, which nothing else would tell."""
    index = "signature_name_found"
    with connection.cursor() as cursor:
        # On so few rows any other would do as well.
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ALTER TABLE signatures_signature DROP CONSTRAINT signature_number_once")
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index"
            " WHERE indrelid = 'signatures_signature'::regclass AND NOT indisunique"
        )
        for (name,) in cursor.fetchall():
            if name not in (index, "signature_latin_found"):
                cursor.execute(f"DROP INDEX {name}")
    rows = Signature.objects.filter(LISTED, fitting("mueller"))
    assert rows.explain().count(f"Bitmap Index Scan on {index}") == 2
