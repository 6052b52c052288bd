"""What happened to a letter just now: what the organizers did, what left the list, snapshots.

The audit trail is its team's owners' to read; others are told what anybody may know.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import AuditEntry
from signatures.models import Signature, Snapshot
from signatures.press import corrections
from signatures.press.corrections import Line

# So many are told.
MAX_TOLD = 6
# Among so many of the team's newest entries those of the letter are looked for.
_ENTRIES_READ = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """Exactly one of the three is what happened."""

    at: datetime
    entry: AuditEntry | None = None
    snapshot: Snapshot | None = None
    correction: Line | None = None


def latest(*, letter: Letter, with_deeds: bool) -> Sequence[Happening]:
    """Newest first."""
    taken = Snapshot.objects.filter(letter=letter).defer("breakdown", "texts")
    told = corrections.page(letter=letter, most=MAX_TOLD).rows
    found = [
        *(Happening(at=each.at, entry=each) for each in (_deeds(letter) if with_deeds else ())),
        *(
            Happening(at=each.checkpoint.as_of, snapshot=each)
            for each in taken.select_related("checkpoint").order_by("-number")[:MAX_TOLD]
        ),
        *(Happening(at=each.correction.at, correction=each) for each in told),
    ]
    return sorted(found, key=lambda each: each.at, reverse=True)[:MAX_TOLD]


def _deeds(letter: Letter) -> Sequence[AuditEntry]:
    """Of the newest entries of the team those that name the letter, or something of it."""
    newest = list(audit.entries(team=letter.team)[:_ENTRIES_READ])
    keys = {each.pk: each.subject.partition(" ")[::2] for each in newest}
    public_ids = [key for kind, key in keys.values() if kind == "signature"]
    signed = Signature.objects.filter(public_id__in=public_ids, letter=letter)
    own = set(signed.values_list("public_id", flat=True)) if public_ids else set()
    return [each for each in newest if _is_of(letter, keys[each.pk], own)]


def _is_of(letter: Letter, key: tuple[str, str], signatures: set[str]) -> bool:
    """Updates and deeds about many are called by the letter and their number: `ask-first/3`."""
    kind, name = key
    if kind == "signature":
        return name in signatures
    return kind in ("letter", "update", "bulk") and name.partition("/")[0] == letter.slug
