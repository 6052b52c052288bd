"""What readers are told of an attestation: of what, by what, as whom, and what came after."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import editing, own_data, withdrawal
from signatures.listing import attestations
from signatures.models import AttestationStep, EvidenceClass, Proof, Signature
from signatures.moderation import attestation
from signatures.moderation.attestation import Basis
from signatures.verification import attested
from signatures.verification.evidence.identifiers import parse
from tests.signatures.factories import (
    BRIGID,
    WIKTOR,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
)
from tests.signatures.views.visitors import letter_url

pytestmark = pytest.mark.django_db

NOTE = "met her agent at the quay"


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def brigid(letter: Letter) -> Signature:
    return listed(letter, BRIGID)[0]


def vets(signature: Signature, organizer: Organizer, **basis: Any) -> None:
    current = load(signature.pk)
    attestation.vet(
        signature=current,
        organizer=organizer,
        expected_revision=current.revision,
        evidence=NOTE,
        basis=Basis(**basis),
    )


def edits(signature: Signature, **details: Any) -> None:
    current = load(signature.pk)
    editing.edit(
        signature=current,
        expected_revision=current.revision,
        details=replace(BRIGID.details, **details),
    )


def test_readers_are_told_scope_class_record_and_role(
    client: Client, letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    vets(
        brigid,
        ottilie,
        scope=("name", "profession"),
        evidence_class=EvidenceClass.RECORD,
        against=parse("Q42"),
    )
    [told] = attestations.statements(signature=brigid)
    assert (told.scope, told.evidence, told.record, told.role, told.name) == (
        "Name, Profession",
        "a public record",
        "Wikidata Q42",
        "Owner",
        "",
    )
    page = client.get(letter_url(letter, "signatories/1/")).text
    assert 'href="https://www.wikidata.org/wiki/Q42"' in page
    assert "Attested: Name, Profession. Going by: a public record." in page
    assert "By one of the organizers’ team (Owner)." in page
    assert (NOTE in page, ottilie.email in page) == (False, False)


def test_name_of_the_organizer_is_told_only_if_they_want_it(
    client: Client, letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    Organizer.objects.filter(pk=ottilie.pk).update(name="Ottilie Brandt")
    ottilie.refresh_from_db()
    url = letter_url(letter, "signatories/1/")
    vets(brigid, ottilie)
    assert "Ottilie" not in client.get(url).text
    Proof.objects.all().delete()
    vets(brigid, ottilie, names_organizer=True)
    page = client.get(url).text
    assert '<bdi translate="no">Ottilie Brandt</bdi> of the organizers’ team (Owner)' in page
    assert ottilie.email not in page


def deeds(signature: Signature) -> list[tuple[str, list[str]]]:
    steps = AttestationStep.objects.filter(signature=signature).order_by("pk")
    return list(steps.values_list("deed", "fields"))


def test_history_tells_each_step_and_no_detail(
    client: Client, letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    vets(brigid, ottilie)
    edits(brigid, credit="Winner of the Lantern Prize", country="PL")
    edits(brigid, credit="Another credit")
    edits(brigid)
    edits(brigid, affiliation="Guild of Lampwrights")
    current = load(brigid.pk)
    attested.confirm_changes(
        signature=current, organizer=ottilie, expected_revision=current.revision
    )
    assert deeds(brigid) == [
        ("given", []),
        ("changed", ["country", "credit"]),
        ("changed_back", []),
        ("changed", ["affiliation"]),
        ("renewed", []),
    ]
    page = client.get(letter_url(letter, "signatories/1/")).text
    assert "changed by the signer since (Country, Known for)" in page
    assert "Lantern Prize" not in page


def test_another_name_ends_it_and_withdrawing_leaves_no_history(
    letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    vets(brigid, ottilie)
    edits(brigid, name="Somebody Quite Different")
    assert deeds(brigid)[-1] == ("ended", [])
    withdrawal.withdraw(signature=load(brigid.pk))
    assert deeds(confirmed(letter, BRIGID)) == []


def test_signer_reads_the_same_in_their_own_data(brigid: Signature, ottilie: Organizer) -> None:
    vets(brigid, ottilie, scope=("name",), against=parse("Q42"))
    data = own_data.told(signature=load(brigid.pk), now=timezone.now())
    [proof] = data["proofs"]
    assert (proof["attested_details"], proof["compared_with"]) == (["name"], "wikidata:Q42")
    assert [each["deed"] for each in data["history_of_what_was_attested"]] == ["given"]


def test_desk_writes_it_down_and_refuses_what_is_no_record(
    client: Client, letter: Letter, brigid: Signature, ottilie: Organizer
) -> None:
    client.force_login(ottilie)
    url = reverse("desk_signature", args=[letter.slug, brigid.public_id])
    sent = {
        "action": "vet",
        "seen": brigid.revision,
        "evidence": NOTE,
        "scope": ["name", "country"],
        "evidence_class": "known",
        "against": "https://example.org/me",
    }
    refused = client.post(url, sent)
    assert (refused.status_code, "We do not recognise this link" in refused.text) == (422, True)
    assert not Proof.objects.exists()
    assert client.post(url, sent | {"against": ""}).status_code == 303
    proof = Proof.objects.get()
    assert (proof.scope, proof.evidence_class, proof.role) == (
        ["name", "country"],
        "known",
        "owner",
    )
    other = listed(letter, WIKTOR)[0]
    url = reverse("desk_signature", args=[letter.slug, other.public_id])
    for wrong in ({"scope": "email"}, {"evidence_class": "call"}, {"against": "\0"}):
        assert client.post(url, sent | {"against": "", "seen": 1} | wrong).status_code == 422
