"""A page for each signatory, and one answer for everybody who is not on the list."""

import pytest
from django.test import Client

from campaign.letters.models import Letter
from signatures import withdrawal
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    SALMA,
    confirmed,
    listed,
    load,
    open_letter,
    pending,
    sequence,
    translation_of,
)
from tests.signatures.views.public.test_letters import queries_of
from tests.signatures.views.signer.test_proofs import proven
from tests.signatures.views.visitors import Page, letter_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def test_it_tells_who_signed_what_and_how_we_know(client: Client, letter: Letter) -> None:
    signature = listed(letter, SALMA)[0]
    proven(signature, "domain", "salma.example")
    sequence(letter)

    response = client.get(letter_url(letter, "signatories/1/"))

    page = Page(response)
    text = " ".join(page.text.split())
    assert page.headings[0] == SALMA.details.name
    assert "controls salma.example" in text
    assert signature.public_id in text
    assert translation_of(letter, "ar").sha256 in text
    assert SALMA.email not in response.content.decode()
    title = translation_of(letter, "en").title
    assert response.context["citation"].title == (
        f"Signature no. 1, {SALMA.details.name}, under “{title}”"
    )
    assert response.context["citation"].url.endswith(letter_url(letter, "signatories/1/"))


def test_the_list_leads_to_it(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    links = Page(client.get(letter_url(letter, "signatories/"))).links
    assert letter_url(letter, "signatories/1/") in links


def test_whoever_is_not_shown_gets_the_same_answer(client: Client, letter: Letter) -> None:
    withdrawn, _quiet = listed(letter, BRIGID, QUIET)[0], None
    withdrawal.withdraw(signature=load(withdrawn.pk))
    sequence(letter)
    pending(letter, SALMA)
    confirmed(letter, MEI)
    answers = set()
    for number in (1, 2, 3, 4, 99, 0):
        response = client.get(letter_url(letter, f"signatories/{number}/"))
        assert response.status_code == 404
        content = response.content.decode()
        for who in (BRIGID, QUIET, SALMA, MEI):
            assert who.details.name not in content
        answers.add(content.replace(f"number {number}<", "").replace(f"/{number}/", ""))
    assert len(answers) == 1


@pytest.mark.parametrize("number", [2**31, 10**40])
def test_no_signature_has_such_a_number(client: Client, letter: Letter, number: int) -> None:
    assert client.get(letter_url(letter, f"signatories/{number}/")).status_code == 404


def test_a_draft_has_none(client: Client, letter: Letter) -> None:
    assert client.get("/letters/no-such-letter/signatories/1/").status_code == 404


def test_it_costs_the_same_with_one_proof_or_three(client: Client, letter: Letter) -> None:
    signature = listed(letter, BRIGID)[0]
    proven(signature, "domain", "one.example")
    url = letter_url(letter, "signatories/1/")
    before = queries_of(client, url)
    proven(signature, "domain", "two.example")
    proven(signature, "domain", "three.example")
    assert queries_of(client, url) == before
