"""Files for tests, as organizers import them."""

from datetime import date
from typing import Any

from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.importing import asking, reading, working
from signatures.models import Collected, SheetImport
from signatures.notifications import invitation_mails

SIGNED_ON = date(2026, 11, 20)
PLACE = "Lantern Theatre, Cork"


def rows_of(*numbers: int) -> str:
    return "".join(f"Person Number {n},person{n}@quay.example\n" for n in numbers)


def sent(letter: Letter, organizer: Organizer, raw: bytes | str, **more: Any) -> SheetImport:
    """Taken in, and nothing else."""
    typed: dict[str, Any] = {
        "collected": Collected.PAPER,
        "place": PLACE,
        "signed_on": SIGNED_ON,
        "language": "en",
        "told_in": "en",
    }
    return reading.receive(
        letter=letter,
        organizer=organizer,
        raw=raw.encode() if isinstance(raw, str) else raw,
        now=timezone.now(),
        **typed | more,
    )


def checked(letter: Letter, organizer: Organizer, raw: bytes | str, **more: Any) -> SheetImport:
    sheet = sent(letter, organizer, raw, **more)
    working.work_off()
    sheet.refresh_from_db()
    return sheet


def asked(letter: Letter, organizer: Organizer, raw: bytes | str, **more: Any) -> SheetImport:
    sheet = checked(letter, organizer, raw, **more)
    asking.ask(
        sheet=sheet,
        organizer=organizer,
        expected_revision=sheet.revision,
        now=timezone.now(),
    )
    working.work_off()
    sheet.refresh_from_db()
    return sheet


def found(sheet: SheetImport) -> dict[str, int]:
    return {name: sheet.found[name] for name in ("fresh", "known", "again", "wrong")}


def send_mail() -> None:
    invitation_mails.send_until_done(batches=5)
