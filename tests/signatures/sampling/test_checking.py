"""What anyone can find out about a draw with the export, the audit's file and verify.py alone."""

import io
import json
from base64 import b64encode
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import withdrawal
from signatures.models import Checkpoint, SiteCheckpoint
from signatures.record import sequencer, site_log
from signatures.record.format.cosignatures import Cosigner, cosign
from signatures.record.verifier import verify
from signatures.sampling import drawing
from tests.signatures.factories import close, confirmed, listed, load, sequence, someone
from tests.signatures.sampling.samples import announced, drawn

pytestmark = pytest.mark.django_db

WITNESS = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
WITNESS_VKEY = str(Cosigner.of(name="witness.example", private_key=WITNESS))
HOLDING = dict.fromkeys(verify.AUDIT_CHECKS, True)


class Files:
    """The export and the audit, as a reader downloads them."""

    def __init__(self, letter: Letter, number: int = 1) -> None:
        answer = Client().get(f"/letters/{letter.slug}/record/export")
        self.export = b"".join(answer)
        url = f"/letters/{letter.slug}/audits/{number}.json"
        self.audit: dict[str, Any] = Client().get(url).json()

    def checked(self, **asked: Any) -> verify.Check:
        lines = verify.lines_of(io.BufferedReader(io.BytesIO(self.export)))
        return verify.check(lines, audit=json.dumps(self.audit), **asked)

    def holding(self) -> dict[str, bool]:
        checking = self.checked()
        told = checking.report()["audit"]["checks"]
        found = {each["check"]: each["holds"] for each in told}
        assert checking.holds == all(found.values())
        return found

    def announced(self, **changes: Any) -> None:
        read = json.loads(self.audit["announcement"]) | changes
        self.audit["announcement"] = json.dumps(read, separators=(",", ":"))


@pytest.fixture
def files(letter: Letter, ottilie: Organizer) -> Files:
    """Of an audit by ten out of 26, some of whom came after the draw."""
    listed(letter, *(someone(number) for number in range(25)))
    drawn(letter, ottilie)
    confirmed(letter, someone(400))
    later = timezone.now() + timedelta(minutes=12)
    sequencer.sequence(letter_id=letter.pk, now=lambda: later)
    return Files(letter)


def test_a_draw_is_computed_anew(files: Files) -> None:
    assert files.holding() == HOLDING
    assert files.audit["draw"]["population"] == 26
    said = verify.in_words(files.checked())
    assert "Audit 1: 10 drawn\nholds          The site’s log has told" in said
    assert "These dates are the site’s own" in said


# What is falsified, and the checks that notice.
FALSE: dict[str, tuple[Callable[[Files], object], set[str]]] = {
    "another was drawn": (
        lambda files: files.audit["draw"].update(numbers=list(range(1, 11))),
        {"drawn"},
    ),
    "one is left out": (lambda files: files.audit["draw"]["numbers"].pop(), {"drawn"}),
    "fewer counted": (lambda files: files.audit["draw"].update(population=25), {"drawn"}),
    "another secret": (
        lambda files: files.audit["draw"].update(secret=b64encode(b"s" * 32).decode()),
        {"drawn"},
    ),
    "more were announced": (lambda files: files.announced(sample=11), {"announced", "drawn"}),
    "announced for another letter": (
        lambda files: files.announced(origin="other.example/record"),
        {"announced"},
    ),
    "drawn by an older checkpoint": (lambda files: _by_size(files, first=True), {"later", "drawn"}),
    "drawn by a newer checkpoint": (lambda files: _by_size(files, first=False), {"later", "drawn"}),
    "drawn by a checkpoint of nobody’s": (
        lambda files: files.audit["draw"].update(
            checkpoint=files.audit["draw"]["checkpoint"].replace("\n28\n", "\n27\n")
        ),
        {"checkpoint", "later", "drawn"},
    ),
    "the log’s line is another": (
        lambda files: files.audit.update(
            log_proof=Client().get("/letters/work-that-is-ours/record/log-proof").text
        ),
        {"announced", "later"},
    ),
    "the log is signed by another": (
        lambda files: files.audit.update(log_proof=_spoilt(files.audit["log_proof"])),
        {"announced"},
    ),
}


def _by_size(files: Files, *, first: bool) -> None:
    checkpoints = Checkpoint.objects.order_by("size")
    chosen = checkpoints.first() if first else checkpoints.last()
    assert chosen is not None
    files.audit["draw"]["checkpoint"] = chosen.note


def _spoilt(proof: str) -> str:
    name, _space, encoded = proof.rstrip("\n").rpartition(" ")
    return f"{name} {encoded[:20]}{'A' if encoded[20] != 'A' else 'B'}{encoded[21:]}\n"


def test_what_is_falsified_is_found(files: Files) -> None:
    true = json.dumps(files.audit)
    found = {}
    for what, (falsify, _noticed) in FALSE.items():
        files.audit = json.loads(true)
        falsify(files)
        found[what] = {name for name, holds in files.holding().items() if not holds}
    assert found == {what: noticed for what, (_falsify, noticed) in FALSE.items()}


def test_a_witness_tells_that_the_announcement_was_before_the_draw(
    letter: Letter, ottilie: Organizer
) -> None:
    listed(letter, *(someone(number) for number in range(12)))
    announced(letter, ottilie)
    checkpoint = SiteCheckpoint.objects.latest("pk")
    text = checkpoint.note.rpartition("\n\n")[0] + "\n"
    at = int(timezone.now().timestamp()) + 60
    seen = cosign(text=text, name="witness.example", private_key=WITNESS, at=at)
    SiteCheckpoint.objects.filter(pk=checkpoint.pk).update(note=checkpoint.note + seen)
    later = timezone.now() + timedelta(minutes=20)
    confirmed(letter, someone(100))
    sequencer.sequence(letter_id=letter.pk, now=lambda: later)
    site_log.extend(now=lambda: later)
    assert drawing.draw_due(now=later) == 1
    checking = Files(letter).checked(witness_keys=[WITNESS_VKEY])
    assert checking.holds
    assert "witness.example saw the log with it on" in verify.in_words(checking)
    assert ", before the draw." in verify.in_words(checking)
    other = Cosigner.of(
        name="other.example", private_key=Ed25519PrivateKey.from_private_bytes(b"o" * 32)
    )
    assert not Files(letter).checked(witness_keys=[str(other)]).holds


def test_the_draw_of_a_quiet_letter_is_checked_too(letter: Letter, ottilie: Organizer) -> None:
    first, *_others = listed(letter, *(someone(number) for number in range(12)))
    close(letter)
    sequence(letter)
    announced(letter, ottilie)
    late = timezone.now() + timedelta(days=2)
    assert drawing.draw_due(now=late) == 1
    assert Files(letter).holding() == HOLDING
    # Had anything been written within that day, it should have drawn.
    withdrawal.withdraw(signature=load(first.pk))
    soon = timezone.now() + timedelta(hours=1)
    sequencer.sequence(letter_id=letter.pk, now=lambda: soon)
    assert Files(letter).holding() == HOLDING | {"later": False}


def test_what_is_no_audit_ends_in_a_sentence(
    letter: Letter, ottilie: Organizer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    listed(letter, *(someone(number) for number in range(3)))
    announced(letter, ottilie)
    files = Files(letter)
    assert files.audit["draw"] is None
    export = tmp_path / "export.ndjson"
    export.write_bytes(files.export)
    whole = json.dumps(files.audit)
    odd = [
        *("", "[]", "{}", '{"format":"undersigned-audit-v2"}', whole[:-2]),
        json.dumps(files.audit | {"announcement": "{}"}),
        json.dumps(files.audit | {"draw": {}}),
        json.dumps(files.audit | {"log_proof": None, "draw": {}}),
    ]
    for told in odd:
        (tmp_path / "audit.json").write_text(told)
        assert verify.main([str(export), "--audit", str(tmp_path / "audit.json")]) == 2
        assert verify.UNREADABLE["audit_malformed"] in capsys.readouterr().out
    (tmp_path / "audit.json").write_text(whole)
    assert verify.main([str(export), "--audit", str(tmp_path / "audit.json")]) == 2
    assert verify.UNREADABLE["audit_not_drawn"] in capsys.readouterr().out
