"""How far a list was searched for repeats, in figures for the press."""

import pytest
from django.test import Client

from campaign.letters.models import Letter
from signatures.models import Because, Signature
from signatures.moderation import removal, repeats
from signatures.press import duplicates
from signatures.press.duplicates import Duplicates
from tests.signatures.factories import (
    BRIGID,
    MEI,
    listed,
    load,
    make_organizer,
    open_letter,
    person,
    sequence,
)
from tests.signatures.views.visitors import letter_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


def test_compared_waiting_and_removed_are_told(client: Client, letter: Letter) -> None:
    assert duplicates.read(letter_id=letter.pk) == Duplicates(0, 0, 0)
    assert "were compared" not in client.get(letter_url(letter, "press/")).text
    first, second, third, _other = listed(
        letter,
        BRIGID,
        person("one@gmail.com", BRIGID.details.name),
        person("two@gmail.com", BRIGID.details.name),
        MEI,
    )
    Signature.objects.update(network_key=b"n" * 16)
    repeats.seek()
    assert duplicates.read(letter_id=letter.pk) == Duplicates(4, 2, 0)
    twice, rules = Because.TWICE, Because.RULES
    for signature, because in ((second, twice), (third, rules)):
        removal.remove(
            signature=load(signature.pk),
            organizer=make_organizer(team=letter.team, email=f"{because}@team.example"),
            expected_revision=first.revision,
            because=because,
        )
    sequence(letter)
    assert duplicates.read(letter_id=letter.pk) == Duplicates(4, 0, 1)
    page = " ".join(client.get(letter_url(letter, "press/")).text.split())
    assert "Signatures up to number 4 were compared by name, network and mail domain." in page
    assert "1 was taken out because the same person had signed twice." in page
    assert 'id="duplicates"' in client.get("/how-we-verify/").text
