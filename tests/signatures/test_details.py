from hashlib import sha256

import pytest

from signatures.details import Details
from signatures.models import Kind, Profession, Signature
from tests.signatures.factories import BRIGID, GUILD, QUIET, SALMA, Person, open_letter, pending

SALT = bytes(range(32))


@pytest.mark.parametrize("who", [BRIGID, SALMA, QUIET, GUILD])
@pytest.mark.django_db
def test_details_are_those_of_the_row(who: Person) -> None:
    assert Details.of(pending(open_letter(), who)) == who.details


def test_from_a_form_only_what_is_a_detail() -> None:
    cleaned = {
        "name": "Brigid O’Malloran",
        "email": "brigid@quayside.example",
        "profession": "author",
        "country": "IE",
        "consent_publish": True,
        "text": "0" * 64,
    }

    assert Details.from_cleaned(cleaned) == Details(
        name="Brigid O’Malloran",
        profession=Profession.AUTHOR,
        country="IE",
        kind=Kind.PERSON,
        consent_publish=True,
    )


def test_the_commitment_is_over_what_is_public() -> None:
    details = Details(
        name="Zoë O'Brien",
        profession=Profession.POET,
        country="IE",
        affiliation="Quayside Press",
        consent_publish=True,
        consent_updates=True,
    )
    record = (
        b'{"affiliation":"Quayside Press","country":"IE","kind":"person",'
        b'"name":"Zo\\u00eb O\'Brien","profession":"poet"}'
    )

    assert details.commitment(salt=SALT) == (
        sha256(b"undersigned-commit-v1\0" + SALT + record).hexdigest()
    )


def test_consent_is_not_part_of_the_commitment() -> None:
    shown = BRIGID.but(consent_publish=True, consent_updates=False).details
    hidden = BRIGID.but(consent_publish=False, consent_updates=True).details

    assert shown.commitment(salt=SALT) == hidden.commitment(salt=SALT)


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Brigid O'Malloran"},
        {"profession": Profession.POET},
        {"country": "GB"},
        {"credit": ""},
        {"affiliation": "Quayside Press"},
        {"kind": Kind.ORGANISATION},
    ],
)
def test_whatever_is_public_changes_the_commitment(change: dict[str, str]) -> None:
    changed = BRIGID.but(**change).details

    assert changed.commitment(salt=SALT) != BRIGID.details.commitment(salt=SALT)


def test_the_row_gives_the_same_commitment() -> None:
    row = Signature(
        name="Brigid O’Malloran", profession="author", country="IE", credit="The Salt Ledger"
    )

    assert Details.of(row).commitment(salt=SALT) == BRIGID.details.commitment(salt=SALT)
