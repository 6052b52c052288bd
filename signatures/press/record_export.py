"""The whole record of a letter as one file that `verify.py` can check (docs/record.md).

Everything is read in short steps, so that a slow reader holds up nothing. What makes them fit
together: leaves never change, so the file is of one checkpoint, however long it takes; and whoever
changed since that checkpoint is named as changed, and shown with nothing that it does not hold.
"""

import base64
import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation

from campaign.letters.models import Event, EventKind, Letter, Translation
from signatures.details import COMMITTED
from signatures.listing import queries
from signatures.listing.proof_text import told_once
from signatures.models import (
    Checkpoint,
    Continuation,
    Correction,
    Entry,
    Level,
    Proof,
    ProofState,
    Signature,
    SignatureState,
)
from signatures.press.serializers import facts_of
from signatures.record.format.commitment import commit, record_bytes
from signatures.record.sequencer import verifier_of

FORMAT = "undersigned-record-v1"
# Of records that go on from a lost one, which older verifiers do not understand.
FORMAT_CONTINUED = "undersigned-record-v2"
LINES_PER_QUERY = 2000

_ANONYMOUS = b'{"anonymous":true}\n'
_ROW = ("pk", "public_id", "number", "level", "consent_publish", "salt", *COMMITTED)


def export(*, letter: Letter, checkpoint: Checkpoint) -> Iterator[bytes]:
    """Whole lines, some thousands at a time."""
    with translation.override("en"):
        page = f"{settings.SITE_URL}{reverse('letter', args=[letter.slug])}"
    continued = _continued(letter_id=letter.pk, size=checkpoint.size)
    yield _line(
        {
            "format": FORMAT_CONTINUED if continued else FORMAT,
            "url": page,
            "key": str(verifier_of(letter)),
            "checkpoint": checkpoint.note,
        }
    )
    changes = _Changes(letter_id=letter.pk, since=checkpoint.size)
    texts: list[str] = []
    for start in range(0, checkpoint.size, LINES_PER_QUERY):
        end = min(start + LINES_PER_QUERY, checkpoint.size)
        leaves = list(_leaves(letter_id=letter.pk, start=start, end=end))
        told = [json.loads(leaf) for leaf in leaves]
        texts += [each["x"] for each in told if "s" not in each and "x" in each]
        shown = _shown(letter_id=letter.pk, committing=[each for each in told if "c" in each])
        changes.look()
        lines = []
        for leaf, each in zip(leaves, told, strict=True):
            lines.append(leaf + b"\n")
            lines += continued.get(each["n"], [])
            if (behind := shown.get((each.get("s"), each.get("c")))) and not changes.has(each["s"]):
                lines.append(behind[each["s"] in changes.lifted])
        yield b"".join(lines)
    changes.look()
    yield b"".join(_line({"changed": public_id}) for public_id in sorted(changes.found))
    published = _published(letter_id=letter.pk, hashes=texts)
    yield b"".join(map(_text, published))
    yield b"".join(_corrections(letter_id=letter.pk, size=checkpoint.size))
    numbers = sorted({each.text.number for each in published})
    yield _line({"end": _counts(checkpoint, numbers)})


def _continued(*, letter_id: int, size: int) -> dict[int, list[bytes]]:
    """What stands behind the leaves that go on from a lost log, by their index."""
    found = Continuation.objects.filter(letter_id=letter_id, index__lt=size)
    return {each.index: [_line({"continued": {"checkpoint": each.note}})] for each in found}


class _Changes:
    """Signatures that are not what the record said at this size, and those whose level is not.

    Looked for after the rows were read. A change writes its event in its own transaction; so, if
    the rows have it, its event still waits, or it was sequenced since and is a leaf: therefore
    what waits is looked at first, and then the leaves.
    """

    def __init__(self, *, letter_id: int, since: int) -> None:
        self.found: set[str] = set()
        # What is told of their proofs may be ahead of the level that the record gives them.
        self.lifted: set[str] = set()
        self._letter_id, self._size = letter_id, since

    def look(self) -> None:
        waiting = Event.objects.filter(letter_id=self._letter_id).exclude(public_id="")
        for public_id, kind in waiting.exclude(kind=EventKind.SIGN).values_list(
            "public_id", "kind"
        ):
            self._note(public_id, kind)
        for leaf in _leaves(letter_id=self._letter_id, start=self._size):
            self._size += 1
            told = json.loads(leaf)
            if "s" in told and told["e"] != EventKind.SIGN:
                self._note(told["s"], told["e"])

    def _note(self, public_id: str, kind: str) -> None:
        (self.lifted if kind == EventKind.VERIFY else self.found).add(public_id)

    def has(self, public_id: str) -> bool:
        return public_id in self.found


def _leaves(*, letter_id: int, start: int, end: int | None = None) -> Iterator[bytes]:
    found = Entry.objects.filter(letter_id=letter_id, index__gte=start)
    if end is not None:
        found = found.filter(index__lt=end)
    for leaf in found.order_by("index").values_list("leaf", flat=True):
        yield bytes(leaf)


def _shown(
    *, letter_id: int, committing: Sequence[dict[str, Any]]
) -> dict[tuple[str | None, str | None], tuple[bytes, bytes]]:
    """The line behind each of these leaves that carries what is shown now, with proofs and without,
    by its signature and commitment. Salt and details of who signed without being shown never leave
    this function."""
    ids = {each["s"] for each in committing}
    rows = list(_standing(letter_id).filter(public_id__in=ids).values_list(*_ROW))
    proofs = _proofs([pk for pk, _id, _n, level, *_ in rows if level > Level.CONFIRMED])
    lines: dict[tuple[str | None, str | None], tuple[bytes, bytes]] = {}
    for pk, public_id, number, _level, is_shown, salt_bytes, *details in rows:
        commitment, line = _opened(number, bytes(salt_bytes), details)
        lines[public_id, commitment] = (
            (b"%b%b}\n" % (line, proofs.get(pk, b"")), b"%b}\n" % line)
            if is_shown
            else (_ANONYMOUS, _ANONYMOUS)
        )
    return lines


def opening(*, letter_id: int, leaf: bytes) -> bytes:
    """The line that the export has behind this leaf, without proofs and without its end; empty if
    nobody is shown there, or not as the leaf says."""
    told = json.loads(leaf)
    shown = _standing(letter_id).filter(public_id=told["s"], consent_publish=True)
    row = shown.values_list("number", "salt", *COMMITTED).first()
    if row is None:
        return b""
    number, salt, *details = row
    commitment, line = _opened(number, bytes(salt), details)
    return line + b"}" if commitment == told["c"] else b""


def _standing(letter_id: int) -> QuerySet[Signature]:
    """Who is in the record and counts."""
    return Signature.objects.filter(
        letter_id=letter_id, state=SignatureState.CONFIRMED, number__isnull=False
    )


def _opened(number: int, salt: bytes, details: Sequence[str]) -> tuple[str, bytes]:
    """The commitment to these details, and what opens it, as the line begins that shows them."""
    record = record_bytes(dict(zip(COMMITTED, details, strict=True)))
    line = b'{"number":%d,"salt":"%b","of":%b' % (number, base64.b64encode(salt), record)
    return commit(salt=salt, record=record), line


def _proofs(ids: Sequence[int]) -> dict[int, bytes]:
    """The end of the line of those who showed something, as readers of the list see it."""
    counting = Proof.objects.filter(signature_id__in=ids, state__in=ProofState.counting())
    by_signature: dict[int, list[Proof]] = defaultdict(list)
    for proof in counting.order_by("proved_at", "pk").only("signature_id", *queries.TOLD):
        by_signature[proof.signature_id].append(proof)
    return {
        pk: b',"proofs":' + _dumped([_told(proof) for proof in told_once(proofs)])
        for pk, proofs in by_signature.items()
    }


def _told(proof: Proof) -> dict[str, str | bool]:
    told: dict[str, str | bool] = {name: each for name, each in facts_of(proof).items() if each}
    # Without it, a membership says more than it shows.
    return told | ({"by_other_name": True} if proof.by_other_name else {})


def _published(*, letter_id: int, hashes: Sequence[str]) -> list[Translation]:
    """Every text that the record has, and none that waits for it."""
    published = Translation.objects.filter(text__letter_id=letter_id, sha256__in=hashes)
    return list(published.select_related("text").order_by("text__number", "language"))


def _text(published: Translation) -> bytes:
    return _line(
        {
            "text": {
                "version": published.text.number,
                "language": published.language,
                "authoritative": published.is_authoritative,
                "sha256": published.sha256,
                "source": published.source.decode(),
            }
        }
    )


def _corrections(*, letter_id: int, size: int) -> Iterator[bytes]:
    found = Correction.objects.filter(letter_id=letter_id, index__lt=size).order_by("index")
    for each in found.iterator():
        told = {"n": each.index, "event": each.kind, "reason": each.reason, "number": each.number}
        yield _line({"correction": told | ({"name": each.name} if each.name else {})})


def _counts(checkpoint: Checkpoint, numbers: Iterable[int]) -> dict[str, Any]:
    return {
        "as_of": checkpoint.as_of.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "total": checkpoint.total,
        "people": checkpoint.people,
        "organisations": checkpoint.organisations,
        "anonymous": checkpoint.anonymous,
        "levels": checkpoint.levels,
        "versions": [
            {"version": each, "total": checkpoint.of_version(each).total} for each in numbers
        ],
    }


def _line(told: dict[str, Any]) -> bytes:
    return _dumped(told) + b"\n"


def _dumped(told: object) -> bytes:
    return json.dumps(told, separators=(",", ":")).encode("ascii")
