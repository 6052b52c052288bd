"""What LinkedIn says it has verified of an account: what is kept of it, and what ends it."""

from typing import Any

import pytest

from campaign.letters.models import Letter
from signatures.listing.proof_text import in_words
from signatures.models import Level, Proof, ProofState, Signature
from signatures.verification import proofs
from signatures.verification.linkedin import showing
from signatures.verification.linkedin.problems import NOTHING_VERIFIED
from signatures.verification.problems import Problem, ProofRefused
from tests.concurrency import at_once
from tests.signatures.factories import BRIGID, SALMA, confirmed, listed, pending

pytestmark = pytest.mark.django_db

BOTH = ["IDENTITY", "WORKPLACE"]


def told(name: Any, verifications: Any = BOTH) -> dict[str, Any]:
    return {"userinfo": {"sub": "782bb", "name": name}, "verifications": verifications}


def take(signature: Signature, verifications: Any = BOTH, *, uid: str = "782bb") -> Proof:
    return showing.take(signature, uid, told(signature.name, verifications))


def standing() -> list[Proof]:
    return list(Proof.objects.filter(state=ProofState.STANDING))


def test_categories_and_day_are_kept_and_nothing_else(brigid: Signature) -> None:
    proof = take(brigid)
    brigid.refresh_from_db()
    assert (proof.subject, proof.by_other_name, brigid.level) == (
        "identity workplace",
        False,
        Level.CONTROLS,
    )
    assert (proof.private, proof.profile_url, proof.token, proof.seen) == ("", "", "", None)
    assert b"782bb" not in bytes(proof.exclusive_key or b"")
    assert in_words(proof).startswith(
        "verified on LinkedIn, in this name: identity and workplace, "
    )


@pytest.mark.parametrize(
    ("verifications", "subject"),
    [
        (["IDENTITY"], "identity"),
        (["WORKPLACE"], "workplace"),
        (["WORKPLACE", "IDENTITY", "IDENTITY"], "identity workplace"),
        (["IDENTITY", "SHOE_SIZE", None, 7, {}], "identity"),
        ([], ""),
        (["identity"], ""),
        (["SHOE_SIZE"], ""),
        (None, ""),
        ("IDENTITY", ""),
        ({"IDENTITY": True}, ""),
    ],
)
def test_only_categories_that_we_know_are_read(verifications: Any, subject: str) -> None:
    assert showing.categories({"verifications": verifications}) == subject


@pytest.mark.parametrize(
    ("name", "is_other"),
    [
        ("{}", False),
        ("  {} ", False),
        ("{}, PhD", True),
        ("Somebody Else", True),
        ("", True),
        (None, True),
        (["{}"], True),
    ],
)
def test_another_name_is_told(brigid: Signature, name: Any, is_other: bool) -> None:
    name = name.format(brigid.name) if isinstance(name, str) else name
    proof = showing.take(brigid, "782bb", told(name))
    assert proof.by_other_name == is_other
    assert ("under another name" in in_words(proof)) == is_other
    brigid.refresh_from_db()
    assert brigid.level == Level.CONTROLS


@pytest.mark.parametrize("claims", [None, [], "x", 7, {}])
def test_what_is_no_profile_has_no_name(claims: Any) -> None:
    assert showing.name_in({"userinfo": claims}) == ""


def test_what_is_shown_again_takes_the_place_of_what_was(brigid: Signature) -> None:
    take(brigid, ["WORKPLACE"])
    take(brigid, ["IDENTITY"])
    other = take(brigid, BOTH, uid="another-account")
    assert standing() == [other]
    assert take(brigid, BOTH, uid="another-account").subject == "identity workplace"
    assert len(standing()) == 1


def test_what_linkedin_no_longer_says_ends(brigid: Signature) -> None:
    take(brigid)
    with pytest.raises(ProofRefused, match=NOTHING_VERIFIED.value):
        take(brigid, [])
    brigid.refresh_from_db()
    assert (standing(), brigid.level) == ([], Level.CONFIRMED)
    # Of another account it says nothing about the first.
    first = take(brigid)
    with pytest.raises(ProofRefused, match=NOTHING_VERIFIED.value):
        take(brigid, [], uid="another-account")
    assert standing() == [first]


def test_an_account_counts_for_one_signature_of_a_letter(letter: Letter) -> None:
    brigid, salma = listed(letter, BRIGID, SALMA)
    first = take(brigid)
    of_salma = take(salma, uid="salma")
    with pytest.raises(ProofRefused, match=Problem.ACCOUNT_TAKEN):
        take(salma)
    # What she had shown before is still hers.
    assert standing() == [first, of_salma]
    assert proofs.revoke(proof=first)
    assert take(salma).signature == salma


@pytest.mark.django_db(transaction=True)
def test_of_two_at_once_one_stands(letter: Letter) -> None:
    brigid, salma = listed(letter, BRIGID, SALMA)

    def tried(signature: Signature) -> str:
        try:
            take(signature)
        except ProofRefused as refused:
            return str(refused)
        return "stands"

    assert sorted(at_once([lambda: tried(brigid), lambda: tried(salma)])) == [
        Problem.ACCOUNT_TAKEN,
        "stands",
    ]
    assert len(standing()) == 1


def test_who_takes_another_name_shows_it_anew(brigid: Signature) -> None:
    take(brigid)
    proofs.end_of_name(signature=brigid)
    proofs.end_of_name(signature=brigid)
    brigid.refresh_from_db()
    assert (standing(), brigid.level) == ([], Level.CONFIRMED)


def test_only_for_who_has_confirmed(letter: Letter) -> None:
    from signatures.errors import NotSigned

    with pytest.raises(NotSigned):
        take(pending(letter, BRIGID))
    assert not Proof.objects.exists()
    assert take(confirmed(letter, SALMA)).state == ProofState.STANDING
