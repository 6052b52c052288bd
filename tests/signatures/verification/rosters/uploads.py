"""Rosters that count: uploaded by one organizer and confirmed by another."""

from collections.abc import Collection

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer, Role
from signatures.models import Roster
from signatures.verification.rosters import upload
from tests.signatures.factories import make_organizer

SECOND = "second@open-stage.example"


def uploaded(
    *, letter: Letter, name: str, organizer: Organizer, lines: Collection[bytes]
) -> Roster:
    return _confirmed(upload.upload(letter=letter, name=name, organizer=organizer, lines=lines))


def replaced(*, roster: Roster, organizer: Organizer, lines: Collection[bytes]) -> Roster:
    return _confirmed(upload.replace(roster=roster, organizer=organizer, lines=lines))


def _confirmed(roster: Roster) -> Roster:
    second = Organizer.objects.filter(email=SECOND).first() or make_organizer(
        team=roster.letter.team, email=SECOND, role=Role.VETTER
    )
    return upload.confirm(roster=roster, organizer=second, proposal=roster.proposal)
