"""What a backup is of, and what it needs: written with it, and read before anything is touched."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from campaign import database_copy
from campaign.keyed_hash import Purpose, keyed_hash
from campaign.letters.models import Letter
from signatures.backups.errors import BackupUnusable
from signatures.models import Continuation, Signature
from signatures.record import site_log, tally
from signatures.record.keys import load_key, public_bytes

MANIFEST_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Log:
    """How far one log goes in this copy, by its last checkpoint."""

    origin: str
    size: int
    note: str


@dataclass(frozen=True, slots=True)
class Keys:
    """Fingerprints, from which no key can be made."""

    data: str
    secret: str
    record: str


@dataclass(frozen=True, slots=True)
class Manifest:
    made_at: str
    site: str
    version: str
    migrations: list[list[str]]
    keys: Keys
    logs: list[Log]
    # Logs that were lost in part before, and went on under another name.
    ended: list[str]
    # The checkpoints that were kept outside the database, as they were signed.
    kept: list[str]
    letters: int
    paused: int
    signatures: int
    # The sealed copy of the database.
    copy: str = ""
    copy_sha256: str = ""

    def to_json(self) -> bytes:
        return json.dumps({"format": MANIFEST_FORMAT} | asdict(self), indent=1).encode()

    @classmethod
    def parse(cls, content: bytes) -> "Manifest":
        """Raises BackupUnusable."""
        try:
            told: dict[str, Any] = json.loads(content)
            if told.pop("format") != MANIFEST_FORMAT:
                raise BackupUnusable("A newer release made this backup: install that first.")
            told["keys"] = Keys(**told["keys"])
            told["logs"] = [Log(**each) for each in told["logs"]]
            return cls(**told)
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            raise BackupUnusable("Its manifest cannot be read.") from error


def of_this_moment(*, kept: list[str], now: datetime | None = None) -> Manifest:
    """Inside `database.consistent_read`. `kept` was read before that: a checkpoint is kept after
    its commit, so whatever is kept then is in the database."""
    made_at = (now or timezone.now()).replace(microsecond=0)
    return Manifest(
        made_at=made_at.isoformat().replace("+00:00", "Z"),
        site=settings.SITE_URL,
        version=database_copy.version(),
        migrations=sorted(map(list, MigrationRecorder(connection).applied_migrations())),
        keys=fingerprints(),
        logs=_logs(),
        ended=[each.origin for each in Continuation.objects.order_by("pk")],
        kept=kept,
        letters=Letter.objects.count(),
        paused=Letter.objects.filter(halted_at__isnull=False).count(),
        signatures=Signature.objects.count(),
    )


def fingerprints() -> Keys:
    """Raises UnusableKey where the record key is missing."""
    record_key = public_bytes(load_key(settings.RECORD_KEY_FILE))
    return Keys(
        data=keyed_hash(Purpose.DATA_KEY_FINGERPRINT).hex(),
        secret=keyed_hash(Purpose.SECRET_KEY_FINGERPRINT).hex(),
        record=sha256(record_key).hexdigest(),
    )


def _logs() -> list[Log]:
    letters = {each.pk: each for each in Letter.objects.all()}
    found = [
        Log(letters[letter_id].origin, last.size, last.note)
        for letter_id, last in tally.latest_of(letters=letters.values()).items()
    ]
    if site := site_log.latest():
        note = site_log.own_note(site)
        found.append(Log(note.partition("\n")[0], site.size, note))
    return found
