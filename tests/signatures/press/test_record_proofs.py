"""The proof that the site's log has a letter's record, as its readers get it."""

import pytest
from django.test import Client

from campaign.letters.models import Letter
from signatures.models import SiteCheckpoint
from signatures.record import site_log
from signatures.record.format.cosignatures import cosign
from signatures.record.sequencer import verifier_of
from signatures.record.verifier import verify
from tests.signatures.factories import BRIGID, MEI, SALMA, listed, open_letter
from tests.signatures.record.exports import WITNESS_KEY, WITNESS_NAME, WITNESS_VKEY

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    other = open_letter(slug="another")
    listed(other, BRIGID)
    letter = open_letter()
    listed(letter, BRIGID)
    return letter


def _export(letter: Letter) -> bytes:
    return Client().get(f"/letters/{letter.slug}/record/export").getvalue()


def _proof(letter: Letter, size: object = None) -> str:
    asked = "" if size is None else f"?size={size}"
    response = Client().get(f"/letters/{letter.slug}/record/log-proof{asked}")
    assert response.status_code == 200
    assert response["Access-Control-Allow-Origin"] == "*"
    return response.text


def _problems(letter: Letter, export: bytes, log: str) -> list[str]:
    checking = verify.check(
        iter(export.splitlines(keepends=True)),
        expected_key=str(verifier_of(letter)),
        log=log,
        log_key=str(site_log.verifier_of_site()),
        witness_keys=[WITNESS_VKEY],
    )
    return [problem["code"] for each in checking.report()["checks"] for problem in each["problems"]]


def _cosign() -> None:
    latest = site_log.latest()
    assert latest is not None
    text = latest.note.rpartition("\n\n")[0] + "\n"
    line = cosign(text=text, name=WITNESS_NAME, private_key=WITNESS_KEY, at=1792678400)
    SiteCheckpoint.objects.filter(pk=latest.pk).update(note=latest.note + line)


def test_log_proof_holds_for_the_export_whatever_the_log_has_seen_since(letter: Letter) -> None:
    first = _export(letter)
    site_log.extend()
    _cosign()
    for size in (None, 3):
        assert _problems(letter, first, _proof(letter, size)) == []
    listed(letter, SALMA, MEI)
    site_log.extend()
    # The log has not seen 3 lines only; 3 are still the beginning, and the witness comes later.
    assert _problems(letter, _export(letter), _proof(letter, 5)) == ["witness_missing"]
    _cosign()
    assert _problems(letter, first, _proof(letter, 3)) == []
    assert _problems(letter, _export(letter), _proof(letter, 5)) == []
    # Between two that the log has seen.
    assert '"size":4' in verify.LogProof(_proof(letter, 4)).behind.decode()
    assert _problems(letter, first, _proof(letter, 4)) == ["log_not_linked"]
    assert _problems(letter, first, _proof(letter)) == ["log_not_linked"]


def test_log_proof_carries_the_checkpoint_that_witnesses_have_signed(letter: Letter) -> None:
    site_log.extend()
    _cosign()
    seen = site_log.latest()
    assert seen is not None
    listed(letter, SALMA)
    site_log.extend()
    assert verify.LogProof(_proof(letter, 3)).note.size == seen.size
    # What is newer than any cosignature comes with the newest checkpoint.
    assert verify.LogProof(_proof(letter, 4)).note.size == seen.size + 1


def test_log_proof_of_another_letter_does_not_hold(letter: Letter) -> None:
    site_log.extend()
    _cosign()
    other = Letter.objects.get(slug="another")
    assert _problems(letter, _export(letter), _proof(other, 3)) == ["log_of_other_record"]


@pytest.mark.parametrize(
    ("asked", "status"),
    [("?size=4", 404), ("?size=999999999999999999", 404), ("?size=-1", 400), ("?size=x", 400)],
)
def test_log_proof_of_what_the_log_has_not_seen_is_refused(
    letter: Letter, asked: str, status: int
) -> None:
    assert Client().get(f"/letters/{letter.slug}/record/log-proof").status_code == 404
    site_log.extend()
    response = Client().get(f"/letters/{letter.slug}/record/log-proof{asked}")
    assert response.status_code == status
    assert response["Cache-Control"] == "no-store"
