"""The PDF of a letter as readers get it: made before, the same for all, and never for a draft."""

import subprocess

import pytest
from django.test import Client

from campaign import limits
from campaign.letters.models import Letter
from campaign.shared_pages import CACHE_CONTROL
from signatures import withdrawal
from signatures.models import LetterPdf, Signature
from signatures.press.paper import making
from tests.signatures.factories import BRIGID, SALMA, draft_letter, listed, open_letter
from tests.signatures.press.paper.printed import words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    listed(letter, BRIGID, SALMA)
    return letter


def url(letter: Letter, prefix: str = "") -> str:
    return f"{prefix}/letters/{letter.slug}/letter.pdf"


def test_it_is_served_as_it_was_made(letter: Letter, client: Client) -> None:
    making.make_due()
    for prefix, word in (("", "2 signatures"), ("/ar", "توقيعان")):
        response = client.get(url(letter, prefix))
        made = LetterPdf.objects.get(letter=letter, language=prefix[1:] or "en")
        assert response.content == bytes(made.content)
        assert (response.status_code, response["Content-Type"], response["Cache-Control"]) == (
            200,
            "application/pdf",
            CACHE_CONTROL,
        )
        assert (word, word in words_of(response.content)) == (word, True)
        again = client.get(url(letter, prefix), headers={"If-None-Match": response["ETag"]})
        assert (again.status_code, b"".join(again), dict(again.cookies)) == (304, b"", {})


def test_while_there_is_none_readers_are_told_and_nothing_is_compiled(
    letter: Letter, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subprocess, "run", None)
    for _each in range(20):
        response = client.get(url(letter))
        assert (response.status_code, response["Retry-After"], response["Cache-Control"]) == (
            404,
            "30",
            "no-store",
        )
    assert "is being made" in response.content.decode()


def test_from_a_withdrawal_on_the_file_with_the_name_is_not_served(
    letter: Letter, client: Client
) -> None:
    making.make_due()
    etag = client.get(url(letter))["ETag"]
    withdrawal.withdraw(signature=Signature.objects.get(letter=letter, number=1))
    for headers in ({}, {"If-None-Match": etag}):
        assert client.get(url(letter), headers=headers).status_code == 404


def test_a_draft_and_a_language_that_the_letter_is_not_in_have_none(client: Client) -> None:
    draft = draft_letter(slug="unheard-of")
    for each in (url(draft), "/letters/nothing/letter.pdf"):
        assert client.get(each).status_code == 404
    assert client.post(url(draft)).status_code == 405


def test_one_network_gets_no_more_than_other_files(
    letter: Letter, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    making.make_due()
    monkeypatch.setattr(limits, "hit", lambda *_args, **_more: False)
    assert client.get(url(letter)).status_code == 429
