"""What left the list or changed the text is told in public, by number and reason, not by name."""

from typing import Any

import pytest

from campaign.letters import drafting
from campaign.letters.models import Event, EventKind, Letter
from signatures import withdrawal
from signatures.editing import edit
from signatures.models import Because, Correction
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    open_letter,
    publish_draft,
    sequence,
)


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


def _told(letter: Letter) -> list[tuple[str, str, int | None, str]]:
    rows = Correction.objects.filter(letter=letter).order_by("index")
    return list(rows.values_list("kind", "reason", "number", "name"))


def test_signing_and_editing_correct_nothing(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    edit(signature=signature, expected_revision=1, details=BRIGID.but(credit="Elsewhere").details)
    sequence(letter)

    assert _told(letter) == []


def test_a_withdrawal_is_told_by_number_and_without_the_name(letter: Letter) -> None:
    _first, second = listed(letter, BRIGID, SALMA)

    withdrawal.withdraw(signature=second)
    sequence(letter)

    assert _told(letter) == [("withdraw", Because.SIGNER, 2, "")]
    [line] = Correction.objects.all()
    assert (line.public_id, line.at) == (second.public_id, line.at.replace(microsecond=0))


def test_signed_and_withdrawn_in_one_breath_it_has_its_number(letter: Letter) -> None:
    signature = confirmed(letter, WIKTOR)
    withdrawal.withdraw(signature=signature)

    sequence(letter)

    assert _told(letter) == [("withdraw", Because.SIGNER, 1, "")]


def test_who_asks_to_be_named_is_named(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    Event.objects.create(
        letter=letter,
        kind=EventKind.REMOVE,
        signature_id=signature.pk,
        public_id=signature.public_id,
        before=signature.tally_key,
        reason=Because.NOT_THEM,
        told_name="Brigid O’Malloran",
    )

    sequence(letter)

    assert _told(letter) == [("remove", Because.NOT_THEM, 1, "Brigid O’Malloran")]


def test_new_words_of_the_text_are_told(letter: Letter) -> None:
    sequence(letter)
    assert _told(letter) == []
    drafting.start_revision(letter=letter)
    publish_draft(letter)
    sequence(letter)
    assert _told(letter) == []

    text = drafting.start_revision(letter=letter)
    arabic = text.translations.get(language="ar")
    body = f"{arabic.body}\n\nنعم."
    wording: dict[str, Any] = {"title": arabic.title, "addressee": arabic.addressee, "body": body}
    drafting.save_translation(text=text, language="ar", **wording)
    publish_draft(letter)
    sequence(letter)
    assert _told(letter) == [("text", "", None, "")]
    sha256 = text.translations.get(language="ar").sha256
    assert [each.text_sha256 for each in Correction.objects.all()] == [sha256]
