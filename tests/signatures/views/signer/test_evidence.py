"""Public records in the browser: given and taken away by the signer, read by vetters alone."""

from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Letter
from signatures.models import Evidence, EvidenceState, Proof, ProofState, Signature, SignatureState
from signatures.verification.evidence.give import give
from signatures.verification.evidence.identifiers import parse
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    SALMA,
    confirmed,
    listed,
    open_letter,
    pending,
)
from tests.signatures.verification.vouching.people import vetter
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def brigid(letter: Letter) -> Signature:
    [signature] = listed(letter, BRIGID)
    return signature


def add(client: Client, signature: Signature, link: str) -> Any:
    return client.post(link_url(signature, "evidence/"), {"link": link})


def desk_page(letter: Letter, signature: Signature) -> str:
    organizer = Client()
    organizer.force_login(vetter(letter))
    url = f"/desk/letters/{letter.slug}/signatures/{signature.public_id}/"
    return " ".join(Page(organizer.get(url)).text.split())


def test_it_is_given_and_taken_away_on_the_page_of_proofs(
    client: Client, brigid: Signature
) -> None:
    here = link_url(brigid, "proofs/")
    assert "Public records" in Page(client.get(here)).headings
    response = add(client, brigid, "https://www.wikidata.org/wiki/Q7#P856")
    assert (response.status_code, response["Location"]) == (303, f"{here}#evidence")
    page = Page(client.get(here))
    assert "https://www.wikidata.org/wiki/Q7" in page.links
    evidence = Evidence.objects.get()
    response = client.post(link_url(brigid, f"evidence/{evidence.pk}/delete/"))
    assert (response.status_code, response["Location"]) == (303, f"{here}#evidence")
    assert "https://www.wikidata.org/wiki/Q7" not in Page(client.get(here)).links
    assert not Evidence.objects.exists()
    assert client.post(link_url(brigid, f"evidence/{evidence.pk}/delete/")).status_code == 303


def test_organisations_have_entries_too(client: Client, letter: Letter) -> None:
    assert add(client, confirmed(letter, GUILD), "Q7").status_code == 303


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("", "Paste the address of your entry, or its number."),
        ("https://noor.example/", "We do not recognise this link."),
        ("https://www.imdb.com/title/tt1234567/", "something else than a person’s entry"),
        ("0000-0002-1825-0098", "A digit of this number is wrong"),
        *((typed, "") for typed in NAUGHTY.values()),
    ],
)
def test_what_is_none_is_refused_beside_the_field(
    client: Client, brigid: Signature, typed: str, told: str
) -> None:
    response = add(client, brigid, typed)
    page = Page(response)
    assert response.status_code == 422
    assert told in page.by_id["evidence_link_error"]
    assert page.by_id["evidence_link_error"].endswith(".")
    assert page.alerts
    assert not Evidence.objects.exists()


def test_an_eleventh_is_refused_beside_the_field(client: Client, brigid: Signature) -> None:
    for number in range(1, 11):
        give(signature=brigid, identifier=parse(f"Q{number}"))
    response = add(client, brigid, "Q11")
    assert response.status_code == 429
    assert "Ten links are enough." in Page(response).by_id["evidence_link_error"]


def test_nothing_happens_by_opening_an_address(client: Client, brigid: Signature) -> None:
    evidence = give(signature=brigid, identifier=parse("Q7"))
    response = client.get(link_url(brigid, "evidence/"))
    assert (response.status_code, response["Location"]) == (
        303,
        link_url(brigid, "proofs/#evidence"),
    )
    assert client.get(link_url(brigid, f"evidence/{evidence.pk}/delete/")).status_code == 303
    assert Evidence.objects.get() == evidence


def test_somebody_elses_stays(client: Client, letter: Letter, brigid: Signature) -> None:
    evidence = give(signature=brigid, identifier=parse("Q7"))
    salma = confirmed(letter, SALMA)
    for evidence_id in (evidence.pk, 0, 2**70):
        client.post(link_url(salma, f"evidence/{evidence_id}/delete/"))
    assert Evidence.objects.get() == evidence


@pytest.mark.parametrize("state", [SignatureState.PENDING, SignatureState.WITHDRAWN])
def test_who_has_not_signed_is_led_to_their_own_page(
    client: Client, letter: Letter, state: SignatureState
) -> None:
    signature = pending(letter)
    Signature.objects.filter(pk=signature.pk).update(state=state)
    for link in ("Q7", "nonsense"):
        response = add(client, signature, link)
        assert (response.status_code, response["Location"]) == (303, link_url(signature))


def test_no_reader_ever_sees_it(client: Client, letter: Letter, brigid: Signature) -> None:
    give(signature=brigid, identifier=parse("Q73737"))
    Evidence.objects.update(
        state=EvidenceState.FOUND, found_name="Somebody of Note", found_host="note.example"
    )
    for rest in ("", "signatories/", "signatories/1/", "record/"):
        content = client.get(letter_url(letter, rest)).content.decode()
        for hidden in ("Q73737", "Somebody of Note", "note.example", "wikidata"):
            assert hidden not in content


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        ({}, "given"),
        ({"state": EvidenceState.MISSING}, "There is no such entry, or it was merged"),
        ({"state": EvidenceState.FAILED}, "It could not be looked up."),
        (
            {"state": EvidenceState.FOUND, "found_name": "B. O’Malloran"},
            "Named B. O’Malloran there. It names no official website. looked up",
        ),
        (
            {"state": EvidenceState.FOUND},
            "No name is public there. It names no official website.",
        ),
        (
            {"state": EvidenceState.FOUND, "found_host": "brigid.example"},
            "Its official website brigid.example is one that the signer has shown to control.",
        ),
        (
            {"state": EvidenceState.FOUND, "found_host": "another.example"},
            "Its official website is another.example, which the signer has not shown to control.",
        ),
    ],
)
def test_vetters_see_what_was_found_beside_the_proofs(
    letter: Letter, brigid: Signature, fields: dict[str, str], told: str
) -> None:
    give(signature=brigid, identifier=parse("Q7"))
    now = timezone.now()
    looked_up = {"looked_up_at": now} if fields else {}
    Evidence.objects.update(**fields, **looked_up)
    Proof.objects.create(
        signature=brigid,
        method="website",
        subject="www.brigid.example",
        state=ProofState.STANDING,
        started_at=now,
        proved_at=now,
    )
    page = desk_page(letter, brigid)
    assert "Wikidata · Q7" in page
    assert told in page


def test_in_arabic(client: Client, brigid: Signature) -> None:
    give(signature=brigid, identifier=parse("Q7"))
    page = Page(client.get("/ar" + link_url(brigid, "proofs/")))
    assert page.root["dir"] == "rtl"
    assert "https://www.wikidata.org/wiki/Q7" in page.links
