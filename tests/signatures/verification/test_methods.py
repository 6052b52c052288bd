"""What each method must have, and what the database says of some of them by their codes."""

import pytest
from django.db.models import Q
from django.template.loader import get_template, select_template

from signatures.listing.proof_text import told_once
from signatures.models import ATTESTED_METHODS, Level, Proof
from signatures.verification import registry
from signatures.verification.method import Method, Word
from signatures.verification.methods import METHODS


def test_every_method_has_a_code_of_its_own_that_fits() -> None:
    codes = [each.code for each in METHODS]
    assert sorted(codes) == sorted(set(codes))
    field = Proof._meta.get_field("method")
    assert [code for code in codes if len(code) > (field.max_length or 0)] == []
    assert registry.every() == METHODS


@pytest.mark.parametrize("method", METHODS, ids=lambda each: each.code)
def test_a_method_has_its_templates(method: Method) -> None:
    get_template(method.about)
    select_template(method.explained)
    if method.is_by_signer:
        get_template(method.place)


@pytest.mark.parametrize("method", METHODS, ids=lambda each: each.code)
def test_a_method_that_is_offered_can_be_taken_back(method: Method) -> None:
    assert method.is_by_signer or (method.offer is None and method.look is None)


def test_the_models_know_what_organizers_attest() -> None:
    attested = {each.code for each in METHODS if each.word == Word.ORGANIZERS}
    assert set(ATTESTED_METHODS) == attested


def test_the_index_of_the_highest_level_has_every_method_that_lifts_to_it() -> None:
    [index] = [each for each in Proof._meta.indexes if each.name == "proof_independent"]
    assert isinstance(index.condition, Q)
    independent = [each.code for each in METHODS if each.level == Level.INDEPENDENT]
    assert ("method__in", independent) in index.condition.children


def test_what_only_newer_code_knows_is_not_told() -> None:
    """It writes rows while this code still serves."""
    known = Proof(method="website", subject="noor.example")
    assert told_once([known, Proof(method="telepathy", subject="noor.example")]) == [known]
