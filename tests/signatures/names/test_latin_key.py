"""Names of other scripts as readers type them in Latin letters."""

from dataclasses import replace

import pytest
from django.db import connection
from hypothesis import given

from campaign.letters.models import Letter
from signatures import editing
from signatures.details import Details
from signatures.listing import queries, spelling_names
from signatures.listing.name_search import fitting
from signatures.listing.queries import Filters
from signatures.models import Signature
from signatures.models.signature import LISTED
from signatures.names.latin_key import KEY_LIMIT, latin_key
from tests.signatures.factories import MEI, listed, load, open_letter, someone
from tests.signatures.names.test_folding import ANY_TEXT


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("Anna Lima", ""),
        ("Zażółć Ångström", ""),
        ("…", ""),
        ("ـ", ""),
        ("Фёдор Тестовский", " fedor testovski |fdr|tstfsk|"),
        ("Anna Тестова", " testova |tstf|"),
        ("عبد الرحمن", "|abd|rhmn|abdlrhmn|abdl|"),
        ("עמית", "|amt|"),
        ("陳 小明", " cen ksiaoming ksiao ming |ksmng|"),
    ],
)
def test_names_are_kept_as_latin_letters_write_them(name: str, key: str) -> None:
    assert latin_key(name) == key


@given(ANY_TEXT)
def test_any_text_has_a_key(text: str) -> None:
    key = latin_key(text)
    assert key.isascii()
    assert len(key) <= KEY_LIMIT
    assert "%" not in key
    assert "_" not in key


NAMES = (
    *("Фёдор Тестоевский", "Юлия Ковальчук", "Γιώργος Ταδόπουλος", "こんどう きょうこ"),
    *("サトウ・タロー", "김민준", "이 서연", "李 小明", "محمد عبد الرحمن", "عبدالغني السيد"),
    *("عمر خليل", "مروة نور", "אמיר בן דוד", "Oliver Lima", "Julia Marten", "Wang Xiaoming"),
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
    ("name", "queries"),
    [
        ("Фёдор Тестоевский", ("Testoevsky", "fyodor testoyevskij", "fedor", "TESTOEV")),
        ("Юлия Ковальчук", ("Yulia Kovalchuk", "Iuliia", "kovaltchuk")),
        ("Γιώργος Ταδόπουλος", ("Giorgos Tadopoulos", "tadopoylos")),
        ("こんどう きょうこ", ("Kondo Kyoko", "kyouko kondou", "Kyōko")),
        ("サトウ・タロー", ("Sato Taro", "Satō", "satoh taro")),
        ("김민준", ("Kim Min-joon", "gim minjun", "kim")),
        ("이 서연", ("Lee Seo-yeon", "Yi Seoyeon")),
        ("李 小明", ("Li Xiaoming", "xiaoming li", "li xiao ming")),
        (
            "محمد عبد الرحمن",
            ("Muhammad Abdelrahman", "abd al-rahman", "Mohamed"),
        ),
        ("عبدالغني السيد", ("Abdel Ghani Elsayed", "abdulghani el-sayed", "Sayyid")),
        ("عمر خليل", ("Omar Khalil", "Umar")),
        ("مروة نور", ("Marwa Noor", "Nur")),
        ("אמיר בן דוד", ("Amir ben David", "ameer")),
        # The other way.
        ("Wang Xiaoming", ("王小明", "王")),
        ("Julia Marten", ("Мартен",)),
    ],
)
def test_names_are_found_in_other_letters(
    crowd: Letter, name: str, queries: tuple[str, ...]
) -> None:
    assert {query: name in found(crowd, query) for query in queries} == dict.fromkeys(queries, True)


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("maria", []),
        ("omar", ["عمر خليل", "אמיר בן דוד"]),
        ("li", ["이 서연", "李 小明", "Oliver Lima", "Julia Marten"]),
        ("lee", ["이 서연", "李 小明"]),
        ("李", ["李 小明"]),
        ("عمر", ["عمر خليل"]),
        ("al", []),
        ("l", ["Oliver Lima", "Julia Marten"]),
        ("%", []),
        ("amr|xl", []),
    ],
)
def test_little_is_found_by_chance(crowd: Letter, query: str, names: list[str]) -> None:
    assert found(crowd, query) == names


def test_both_indexes_of_names_are_used(crowd: Letter) -> None:
    indexes = {"signature_name_found", "signature_latin_found"}
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
        cursor.execute("ALTER TABLE signatures_signature DROP CONSTRAINT signature_number_once")
        cursor.execute(
            "SELECT indexrelid::regclass::text FROM pg_index"
            " WHERE indrelid = 'signatures_signature'::regclass AND NOT indisunique"
        )
        for (name,) in cursor.fetchall():
            if name not in indexes:
                cursor.execute(f"DROP INDEX {name}")
    plan = Signature.objects.filter(LISTED, fitting("kovalchuk")).explain()
    assert plan.count("Bitmap Index Scan on signature_name_found") == 1
    assert plan.count("Bitmap Index Scan on signature_latin_found") == 2


def test_who_withdraws_or_hides_is_not_found(crowd: Letter) -> None:
    row = Signature.objects.get(name="عمر خليل")
    details = replace(Details.of(row), consent_publish=False)
    editing.edit(signature=row, expected_revision=row.revision, details=details)
    assert found(crowd, "omar khalil") == []


def test_the_key_follows_the_name(db: None) -> None:
    letter = open_letter()
    (signature,) = listed(letter, MEI)
    assert signature.name_latin == latin_key(MEI.details.name) != ""
    editing.edit(
        signature=signature,
        expected_revision=signature.revision,
        details=MEI.but(name="Мария").details,
    )
    assert load(signature.pk).name_latin == " maria "
    assert (found(letter, "maria"), found(letter, "mei")) == (["Мария"], [])


def test_names_of_older_code_are_spelled_once(db: None) -> None:
    letter = open_letter()
    listed(letter, MEI, someone(1))
    Signature.objects.update(name_latin=None)
    assert found(letter, "Signer") == ["Signer Number 1"]
    assert (spelling_names.spell_names(), spelling_names.spell_names()) == (2, 0)
    assert list(Signature.objects.order_by("pk").values_list("name_latin", flat=True)) == [
        latin_key(MEI.details.name),
        "",
    ]
