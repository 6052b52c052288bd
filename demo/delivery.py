"""The letter that is closed, handed over: its package made and the delivery noted by the site's
own code."""

from datetime import datetime

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models import HandoverPackage
from signatures.press.handover import noting, packing
from signatures.press.handover.noting import Told

RECIPIENT = "the city council of Saltmarsh"
_HOW = "Read aloud in the council’s open session, and handed over on paper"
_RECEIPT = "Entered as submission 214; the council will answer in its next session"


def deliver(*, letter: Letter, organizer: Organizer, now: datetime) -> None:
    packing.ask(letter=letter, organizer=organizer, now=now)
    packing.make_due()
    package = HandoverPackage.objects.get(letter=letter, made_at__isnull=False)
    noting.note(
        letter=letter,
        package_id=package.pk,
        organizer=organizer,
        told=Told(delivered_on=now.date(), recipient=RECIPIENT, how=_HOW, receipt=_RECEIPT),
        now=now,
    )
