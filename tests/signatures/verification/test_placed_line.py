"""What is placed says whose claim it is, whichever method it is placed for."""

from dataclasses import replace

import pytest
from django.conf import settings
from django.utils import timezone

from signatures import editing
from signatures.details import Details
from signatures.models import Proof, ProofState, Signature
from signatures.verification import bluesky, domain, mastodon, placed_line, proofs, website
from signatures.verification.method import Method

METHODS = (website.METHOD, domain.METHOD, bluesky.METHOD, mastodon.METHOD)
LETTER = f"https://{settings.SITE_HOST}/letters/work-that-is-ours/"


@pytest.mark.parametrize(
    ("name", "readable"),
    [
        ("Brigid O’Malloran", "brigid-omalloran-"),
        ("Нина Орлова", "nina-orlova-"),
        ("欧阳文澜", "ouyangwenlan-"),
        ("Zoë Ångström", "zoe-angstrom-"),
        ("A" * 120, "a" * 60 + "-"),
        ("—", ""),
    ],
)
def test_a_token_stands_behind_the_name_in_letters_that_can_stand_anywhere(
    name: str, readable: str
) -> None:
    token = placed_line.named("a" * 16, name=name)
    assert token == readable + "a" * 16
    assert len(token) <= int(Proof._meta.get_field("token").max_length or 0)
    assert placed_line.is_line(placed_line.LABEL + token, token)


@pytest.mark.parametrize(
    ("link", "counts"),
    [
        (f"{LETTER}#signed-as-noor-{'a' * 16}", True),
        # As it was before.
        (f"{LETTER}#u-noor-{'a' * 16}", True),
        (f"{LETTER}#signed-as-{'a' * 16}", False),
        (f"{LETTER}#signed-as-salma-{'a' * 16}", False),
        (f"{LETTER}#noor-{'a' * 16}", False),
    ],
)
def test_a_link_counts_with_the_name_in_it(link: str, counts: bool) -> None:
    assert placed_line.is_link(link, f"noor-{'a' * 16}") == counts


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS, ids=[each.code for each in METHODS])
@pytest.mark.parametrize("state", [ProofState.STARTED, ProofState.STANDING, ProofState.LAPSING])
def test_another_name_ends_what_was_placed_for_the_one_before(
    brigid: Signature, method: Method, state: ProofState
) -> None:
    """Placed for “Friends of Noor”, it would else soon stand for Noor."""
    proof = proofs.start(signature=brigid, method=method, subject="brigid.example")
    Proof.objects.filter(pk=proof.pk).update(state=state, proved_at=timezone.now())
    same = replace(Details.of(brigid), name=brigid.name.upper(), credit="Another")
    editing.edit(signature=brigid, expected_revision=brigid.revision, details=same)
    proof.refresh_from_db()
    assert (proof.state, bool(proof.token)) == (state, True)
    brigid.refresh_from_db()
    other = replace(same, name="Noor Haddad")
    editing.edit(signature=brigid, expected_revision=brigid.revision, details=other)
    proof.refresh_from_db()
    assert (proof.state, proof.token) == (ProofState.REVOKED, "")
    again = proofs.start(signature=brigid, method=method, subject="brigid.example")
    assert again.token.startswith("noor-haddad-")


@pytest.mark.django_db
@pytest.mark.parametrize("method", METHODS, ids=[each.code for each in METHODS])
def test_the_signer_is_told_before_that_it_ends(brigid: Signature, method: Method) -> None:
    proof = proofs.start(signature=brigid, method=method, subject="brigid.example")
    assert editing.ending(signature=brigid, name="Noor Haddad") == []
    Proof.objects.filter(pk=proof.pk).update(state="standing", proved_at=timezone.now())
    assert editing.ending(signature=brigid, name="Noor Haddad") == [str(method.label)]
    assert editing.ending(signature=brigid, name=brigid.name.upper()) == []
