import hashlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.record.format.commitment import (
    FIELDS,
    SALT_BYTES,
    UnfitForRecord,
    commit,
    fresh_salt,
    record_bytes,
)

SALT = bytes(range(32))


def test_details_are_compact_sorted_ascii() -> None:
    details = {
        "name": "Zoë O'Brien",
        "profession": "author",
        "country": "IE",
        "credit": "",
        "affiliation": 'The "Quay" \\ Ko/op',
        "kind": "person",
        "language": "en",
    }

    assert record_bytes(details) == (
        b'{"affiliation":"The \\"Quay\\" \\\\ Ko/op","country":"IE","kind":"person",'
        b'"language":"en","name":"Zo\\u00eb O\'Brien","profession":"author"}'
    )


def test_every_script_has_one_spelling() -> None:
    assert record_bytes({"name": "李 محمد \U00020bb7\x7f\t"}) == (
        b'{"name":"\\u674e \\u0645\\u062d\\u0645\\u062f \\ud842\\udfb7\\u007f\\t"}'
    )


def test_the_order_of_the_details_does_not_matter() -> None:
    assert record_bytes({"name": "A", "country": "IE"}) == record_bytes(
        {"country": "IE", "name": "A"}
    )
    assert record_bytes({}) == record_bytes({"name": ""}) == b"{}"


def test_a_commitment_can_be_made_again_by_a_stranger() -> None:
    record = b'{"name":"Ada"}'

    expected = hashlib.sha256(b"undersigned-commit-v1\x00" + SALT + record).hexdigest()

    assert commit(salt=SALT, record=record) == expected
    # Fixed for ever: a change here would make every earlier commitment worthless.
    assert expected == "642ab8c0417a95ad0745ab2737d16c36bc0c32d77960945b3fc7c6b28b8f6603"


@given(
    details=st.dictionaries(st.sampled_from(sorted(FIELDS)), st.text(max_size=30), max_size=7),
    field=st.sampled_from(sorted(FIELDS)),
)
def test_any_other_detail_or_salt_gives_another_commitment(
    details: dict[str, str], field: str
) -> None:
    changed = details | {field: details.get(field, "") + "x"}
    original = commit(salt=SALT, record=record_bytes(details))

    assert commit(salt=SALT, record=record_bytes(details)) == original
    assert commit(salt=SALT, record=record_bytes(changed)) != original
    assert commit(salt=SALT[::-1], record=record_bytes(details)) != original


def test_salts_are_fresh() -> None:
    salts = {fresh_salt() for _ in range(100)}

    assert len(salts) == 100
    assert {len(salt) for salt in salts} == {SALT_BYTES}


@pytest.mark.parametrize("salt", [b"", bytes(31), bytes(33)])
def test_a_salt_of_another_length_is_refused(salt: bytes) -> None:
    with pytest.raises(UnfitForRecord):
        commit(salt=salt, record=b"{}")


def test_what_is_not_public_cannot_enter_the_record() -> None:
    with pytest.raises(UnfitForRecord, match="email"):
        record_bytes({"name": "Ada", "email": "ada@mail.example"})


@pytest.mark.parametrize("value", [None, 1, b"Ada", ["Ada"], "a\ud800b"])
def test_a_value_that_is_no_text_is_refused_without_repeating_it(value: Any) -> None:
    with pytest.raises(UnfitForRecord) as refused:
        record_bytes({"name": value})

    assert "Ada" not in str(refused.value)
