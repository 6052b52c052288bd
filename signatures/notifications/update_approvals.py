"""Asking those who may approve an update: each other writer of the team gets an e-mail."""

from campaign.letters.models import Update
from campaign.organizers.models import Organizer
from signatures.notifications import writer_mail


def ask(*, update: Update, released_by: Organizer, recipients: int) -> None:
    """In the caller's transaction."""
    writer_mail.owe(
        update=update,
        template="signatures/email/update_proposed",
        context={"organizer": " ".join(str(released_by).split()), "recipients": recipients},
        without=released_by,
    )
