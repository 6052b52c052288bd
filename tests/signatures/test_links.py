import string
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from campaign.letters.models import Letter
from signatures.errors import LinkUnknown
from signatures.links import TIME_TO_CONFIRM, code_for, has_run_out, signature_behind, token_for
from signatures.models import Signature
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    WIKTOR,
    confirmed,
    load,
    open_letter,
    pending,
    someone,
)

pytestmark = pytest.mark.django_db

ALPHABET = string.ascii_letters + string.digits + "-_"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def test_a_token_leads_to_its_signature_alone(letter: Letter) -> None:
    signatures = [pending(letter, who) for who in (BRIGID, SALMA, WIKTOR)]
    tokens = [token_for(signature=signature) for signature in signatures]

    assert [signature_behind(token) for token in tokens] == signatures
    assert {len(token) for token in tokens} == {32}
    assert all(set(token) <= set(ALPHABET) for token in tokens)


def test_a_link_costs_one_query(letter: Letter) -> None:
    token = token_for(signature=pending(letter))

    with CaptureQueriesContext(connection) as queries:
        signature = signature_behind(token)
        assert signature.name == BRIGID.details.name

    assert len(queries) == 1


@pytest.mark.parametrize("place", range(32))
def test_an_altered_token_is_unknown(letter: Letter, place: int) -> None:
    token = token_for(signature=pending(letter))
    other = ALPHABET[(ALPHABET.index(token[place]) + 1) % 64]

    with pytest.raises(LinkUnknown):
        signature_behind(token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize(
    "token",
    [
        "",
        "A",
        "=" * 32,
        "A" * 31,
        "A" * 32,
        "A" * 33,
        "A" * 31 + "=",
        "A" * 24 + "ü" * 8,
        "_" * 32,
        "gAAA" + "A" * 28,
        "A" * 100_000,
        "A" * 30 + "\x00\x00",
        "\ud800" * 32,
        "../../../etc/passwd/../../../etc",
    ],
)
def test_nonsense_is_unknown(token: str) -> None:
    with pytest.raises(LinkUnknown):
        signature_behind(token)


def test_another_spelling_of_the_same_bytes_is_unknown(letter: Letter) -> None:
    token = token_for(signature=pending(letter))

    # All of these decode to the same bytes.
    for spelling in (f"{token}====", f" {token}", f"{token}\n", token.replace("A", "A!", 1)):
        with pytest.raises(LinkUnknown):
            signature_behind(spelling)


def test_the_link_of_a_forgotten_signature_is_unknown(letter: Letter) -> None:
    signature = pending(letter)
    token = token_for(signature=signature)
    signature.delete()

    with pytest.raises(LinkUnknown):
        signature_behind(token)


def test_a_new_nonce_makes_link_and_code_void(letter: Letter) -> None:
    signature = pending(letter)
    token, code = token_for(signature=signature), code_for(signature=signature)

    Signature.objects.update(nonce=b"another!")

    with pytest.raises(LinkUnknown):
        signature_behind(token)
    assert code_for(signature=load(signature.pk)) != code


def test_another_secret_makes_all_links_void(letter: Letter, settings: Settings) -> None:
    token = token_for(signature=pending(letter))
    settings.SECRET_KEY = "another secret, as long as it should be"

    with pytest.raises(LinkUnknown):
        signature_behind(token)


def test_a_code_is_six_digits_and_ones_own(letter: Letter) -> None:
    codes = [code_for(signature=pending(letter, someone(number))) for number in range(12)]

    assert {len(code) for code in codes} == {6}
    assert all(code.isascii() and code.isdigit() for code in codes)
    assert len(set(codes)) > 1


def test_a_code_may_begin_with_zeros() -> None:
    codes = {code_for(signature=Signature(pk=number, nonce=b"nonce678")) for number in range(99)}

    assert any(code.startswith("0") for code in codes)


def test_the_link_stays_the_same_once_it_was_used(letter: Letter) -> None:
    token = token_for(signature=pending(letter))

    signature = confirmed(letter)

    assert signature_behind(token) == signature


def test_only_what_waits_runs_out(letter: Letter) -> None:
    waiting, done = pending(letter), confirmed(letter, WIKTOR)
    end = waiting.asked_at + TIME_TO_CONFIRM

    assert has_run_out(waiting, now=end)
    assert not has_run_out(waiting, now=end - timedelta(microseconds=1))
    assert not has_run_out(done, now=end + timedelta(days=3650))
