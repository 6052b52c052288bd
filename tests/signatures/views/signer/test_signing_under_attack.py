"""Signing while proof of work is asked for: with it, without it, and with somebody else's."""

import pytest
from django.test import Client
from django.utils import timezone

from campaign import proof_of_work
from campaign.letters.models import Letter
from campaign.limits import Limit
from signatures import confirmation
from signatures.models import Precaution, Signature, Trait, Vetting
from signatures.moderation import precautions
from tests.campaign.test_proof_of_work import solved
from tests.signatures.factories import BRIGID, GUILD, MEI, WIKTOR, load, open_letter
from tests.signatures.views.visitors import Page, letter_url, send

pytestmark = pytest.mark.django_db
WITHOUT = {"without_work": "on"}


@pytest.fixture(autouse=True)
def _little_work(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_of_work, "ROUNDS", 1)


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    Precaution.objects.create(letter=letter, trait=Trait.WORK, begun_at=timezone.now())
    return letter


def _challenge(response: object) -> str:
    found = [attrs for _tag, attrs in Page(response).attributes if "data-challenge" in attrs]
    assert len(found) == 1
    return found[0]["data-challenge"] or ""


def _state_once_confirmed(email: str) -> str:
    signature = load(Signature.objects.get(email=email).pk)
    confirmation.confirm(signature=signature, expected_revision=signature.revision)
    return load(signature.pk).state


def test_the_form_comes_back_with_a_challenge_and_all_that_was_typed(
    client: Client, letter: Letter
) -> None:
    # The page that caches keep knows of nothing.
    page = client.get(letter_url(letter)).content.decode()
    assert ["data-challenge" in page, "without_work" in page] == [False, False]
    response = send(client, letter, MEI)
    assert (response.status_code, Signature.objects.count()) == (428, 0)
    assert "no-store" in response["Cache-Control"]
    values = Page(response).values
    assert (values["name"], values["email"]) == (MEI.details.name, MEI.email)
    assert "proof-of-work.js" in response.content.decode()
    response = send(client, letter, MEI, work=solved(_challenge(response)))
    assert response.status_code == 303
    assert _state_once_confirmed(MEI.email) == "confirmed"


def test_one_solution_signs_once_and_on_its_letter_alone(client: Client, letter: Letter) -> None:
    other = open_letter(slug="another")
    Precaution.objects.create(letter=other, trait=Trait.WORK, begun_at=timezone.now())
    work = solved(_challenge(send(client, letter, MEI)))
    answers = [
        send(client, *where, work=work).status_code
        for where in ((other, MEI), (letter, MEI), (letter, WIKTOR), (letter, MEI))
    ]
    assert answers == [428, 303, 428, 428]
    assert Signature.objects.count() == 1


def test_without_javascript_it_is_signed_and_held_once_it_is_confirmed(
    client: Client, letter: Letter
) -> None:
    assert send(client, letter, MEI, **WITHOUT).status_code == 303
    # Also if nothing is asked for any more.
    Precaution.objects.all().delete()
    precautions.forget()
    assert _state_once_confirmed(MEI.email) == "held"
    assert Vetting.objects.get().reason == "precaution"


def test_who_signs_again_with_the_work_done_is_held_no_more(client: Client, letter: Letter) -> None:
    send(client, letter, MEI, **WITHOUT)
    send(client, letter, MEI, work=solved(_challenge(send(client, letter, MEI))))
    assert _state_once_confirmed(MEI.email) == "confirmed"


def test_who_confirmed_stays_whatever_is_signed_again(client: Client, letter: Letter) -> None:
    send(client, letter, MEI, work=solved(_challenge(send(client, letter, MEI))))
    assert _state_once_confirmed(MEI.email) == "confirmed"
    send(client, letter, MEI, **WITHOUT)
    signature = Signature.objects.get()
    assert (signature.state, signature.without_work) == ("confirmed", False)


def test_few_sign_without_it_from_one_network(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Limit.UNPROVED_FROM_NETWORK, "rate", "2/hour")
    answers = [send(client, letter, who, **WITHOUT).status_code for who in (MEI, WIKTOR, BRIGID)]
    assert answers == [303, 303, 429]


def test_a_corrected_address_is_no_way_around(client: Client, letter: Letter) -> None:
    work = solved(_challenge(send(client, letter, MEI)))
    inbox = send(client, letter, MEI, work=work)["Location"]
    assert client.post(f"{inbox}correct/", {"email": GUILD.email}).status_code == 303
    assert _state_once_confirmed(GUILD.email) == "held"


def test_when_nothing_is_asked_nothing_is_held(client: Client) -> None:
    letter = open_letter(slug="another")
    assert send(client, letter, MEI, work="nonsense", **WITHOUT).status_code == 303
    assert _state_once_confirmed(MEI.email) == "confirmed"
