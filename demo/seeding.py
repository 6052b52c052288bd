"""Filling the demo: letters published, signed and sequenced by the site's own code.

Rows are written in bulk, but every signing and proof is an event, and the sequencer makes leaves,
tally and checkpoints of them, as of real ones.
"""

import secrets
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from campaign.letters import closing, drafting, publishing
from campaign.letters.models import Event, EventKind, Letter, Translation
from campaign.letters.texts import current_text
from campaign.organizers.models import Membership, Organizer, Role, Team
from demo.arrivals import arrivals
from demo.people import Person, people
from demo.statement import Statement, letters
from signatures import consent
from signatures.details import Details
from signatures.models import Level, Signature, SignatureState
from signatures.press.search_key import search_key
from signatures.record.commitment import fresh_salt
from signatures.record.sequencer import sequence
from signatures.signing import email_key, new_public_id

ORGANIZER = "organizer@undersigned.example"
PASSWORD = "put your name to it"  # noqa: S105 - the demo's, printed at start
DAYS = 5
# One checkpoint for each of these stretches of the past.
_STRETCH = timedelta(minutes=30)


def is_seeded() -> bool:
    return Organizer.objects.filter(email=ORGANIZER).exists()


@transaction.atomic
def seed(*, now: datetime | None = None) -> None:
    """All or nothing, so that a start that was interrupted begins anew."""
    now = now or timezone.now()
    team = _team()
    for number, letter in enumerate(letters()):
        _publish(letter, team=team, seed=number, now=now)


def _team() -> Team:
    organizer = Organizer.objects.create_user(ORGANIZER, PASSWORD, name="Demo organizer")
    EmailAddress.objects.create(user=organizer, email=ORGANIZER, verified=True, primary=True)
    team = Team.objects.create(name="Working Artists’ Council", slug="working-artists")
    Membership.objects.create(team=team, organizer=organizer, role=Role.OWNER)
    return team
