"""Asking witnesses to cosign the site's log (c2sp.org/tlog-witness).

Which ones is a setting, each an address and the witness's verifier key. Their lines go under the
latest site checkpoint, so that a reader who trusts one of them need not trust us.
"""

import base64
from dataclasses import dataclass

import requests
import structlog
from django.conf import settings
from django.db.models import F, Value
from django.db.models.functions import Concat

from signatures.models import SiteCheckpoint
from signatures.record import site_log
from signatures.record.format.cosignatures import Cosigner, cosigned_at
from signatures.record.format.notes import MAX_NOTE, MalformedNote, UnverifiedNote
from signatures.record.format.proofs import consistency_proof

log = structlog.get_logger(__name__)

_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Asked:
    address: str
    cosigner: Cosigner

    @classmethod
    def parse(cls, words: str) -> "Asked":
        """`https://witness.example/log witness.example+…+…`. Raises MalformedNote."""
        address, _, vkey = words.partition(" ")
        if not address.startswith(("https://", "http://127.0.0.1:")):
            raise MalformedNote("a witness is asked by https")
        return cls(address.rstrip("/"), Cosigner.parse(vkey.strip()))


def witnesses() -> list[Asked]:
    return [Asked.parse(words) for words in settings.WITNESSES]


def ask_all() -> int:
    """Ask each witness that has not signed the latest site checkpoint yet; how many did now.

    Safe to repeat: a line is there once. A witness that fails is asked again the next time.
    """
    return sum(_ask(each) for each in witnesses())


def _ask(asked: Asked) -> bool:
    latest = site_log.latest()
    if latest is None or cosigned_at(note=latest.note, cosigner=asked.cosigner) is not None:
        return False
    try:
        answer = _post(asked, latest, old_size=_last_signed(asked))
        if answer.status_code == 409:
            # It has seen more, or less, than we remember.
            answer = _post(asked, latest, old_size=_size_in(answer, at_most=latest.size))
        if answer.status_code != 200:
            raise MalformedNote(f"answered {answer.status_code}")
        line = _line_in(answer, latest, asked)
    except (requests.RequestException, MalformedNote, UnverifiedNote) as error:
        log.warning("witness_failed", witness=asked.cosigner.name, error=type(error).__name__)
        return False
    added = SiteCheckpoint.objects.filter(pk=latest.pk).exclude(note__contains=line)
    return bool(added.update(note=Concat(F("note"), Value(line))))


def _post(asked: Asked, latest: SiteCheckpoint, *, old_size: int) -> requests.Response:
    proof = consistency_proof(site_log.tree_of(latest), old_size=old_size, new_size=latest.size)
    lines = [f"old {old_size}", *(base64.b64encode(each).decode() for each in proof)]
    body = "\n".join(lines) + "\n\n" + site_log.own_note(latest)
    return requests.post(
        f"{asked.address}/add-checkpoint",
        data=body.encode(),
        headers={"Content-Type": "text/plain; charset=utf-8"},
        timeout=_SECONDS,
        allow_redirects=False,
    )


def _last_signed(asked: Asked) -> int:
    signed = SiteCheckpoint.objects.filter(note__contains=f"\n\u2014 {asked.cosigner.name} ")
    return signed.order_by("-size").values_list("size", flat=True).first() or 0


def _size_in(answer: requests.Response, *, at_most: int) -> int:
    told = answer.content[:30].decode("ascii", errors="replace").strip()
    if not (told.isascii() and told.isdigit()) or int(told) > at_most:
        raise MalformedNote("the witness says that it has seen more than there is")
    return int(told)


def _line_in(answer: requests.Response, latest: SiteCheckpoint, asked: Asked) -> str:
    """Its own line, checked; whatever else it sent is left out."""
    for line in answer.content[:MAX_NOTE].decode("utf-8", errors="replace").splitlines():
        if not line.startswith(f"\u2014 {asked.cosigner.name} "):
            continue
        note = f"{site_log.own_note(latest)}{line}\n"
        if cosigned_at(note=note, cosigner=asked.cosigner) is not None:
            return f"{line}\n"
    raise MalformedNote("no cosignature in the answer")
