"""The code to give out: one for each signature, readable aloud, telling nothing."""

import secrets

import pytest

from campaign.letters.models import Letter
from signatures.models import Signature
from signatures.verification.vouching import codes
from tests.signatures.factories import SALMA, confirmed, open_letter

pytestmark = pytest.mark.django_db


def code(signature: Signature) -> str:
    return codes.code_for(signature=signature)


def test_a_code_leads_to_its_signature_on_its_letter_alone(
    letter: Letter, brigid: Signature
) -> None:
    salma = confirmed(letter, SALMA)
    other = open_letter(slug="another")
    assert code(brigid) != code(salma)
    for signature in (brigid, salma):
        found = codes.signature_with(code=code(signature), letter_id=letter.pk)
        assert found == signature
        assert codes.signature_with(code=code(signature), letter_id=other.pk) is None


def test_a_new_nonce_makes_another_code_and_the_old_one_void(
    letter: Letter, brigid: Signature
) -> None:
    old = code(brigid)
    Signature.objects.filter(pk=brigid.pk).update(nonce=secrets.token_bytes(8))
    brigid.refresh_from_db()
    assert code(brigid) != old
    # Nothing of the old one is left: not even the part that hides the id.
    assert sum(a == b for a, b in zip(code(brigid), old, strict=True)) < 8
    assert codes.signature_with(code=old, letter_id=letter.pk) is None
    assert codes.signature_with(code=code(brigid), letter_id=letter.pk) == brigid


def test_no_other_code_leads_to_it(letter: Letter, brigid: Signature) -> None:
    right = code(brigid)
    for place in range(codes.CODE_LETTERS):
        for char in "0123456789ABCDEFGHJKMNPQRSTVWXYZ":
            wrong = right[:place] + char + right[place + 1 :]
            found = codes.signature_with(code=wrong, letter_id=letter.pk)
            assert found == (brigid if wrong == right else None)


@pytest.mark.parametrize("wrong", ["", "ABC", "I" * 12, "!" * 12, "ABCD-EFGH-JKM"])
def test_what_is_no_code_leads_to_nobody(letter: Letter, brigid: Signature, wrong: str) -> None:
    assert codes.signature_with(code=wrong, letter_id=letter.pk) is None


def test_it_is_shown_in_fours() -> None:
    assert codes.shown("7KQF2M9X4TRD") == "7KQF-2M9X-4TRD"


@pytest.mark.parametrize(
    ("typed", "clean"),
    [
        ("7KQF-2M9X-4TRD", "7KQF2M9X4TRD"),
        (" 7kqf 2m9x\u00a04trd\n", "7KQF2M9X4TRD"),
        ("\u20667KQF–2M9X—4TRD\u2069", "7KQF2M9X4TRD"),
        ("７ＫＱＦ2M9X4TRD", "7KQF2M9X4TRD"),
        ("٧KQF٢M٩X٤TRD", "7KQF2M9X4TRD"),
        ("oIl0-0000-0000", "011000000000"),
        ("7KQF-2M9X-4TR", ""),
        ("7KQF-2M9X-4TRDD", ""),
        ("7KQF-2M9X-4TR*", ""),
        ("", ""),
        ("\x00" * 12, ""),
        ("A" * 5000, ""),
    ],
)
def test_codes_are_read_as_people_type_them(typed: str, clean: str) -> None:
    assert codes.clean(typed) == clean
