"""Sending the e-mails that invitations owe."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign.mail.composing import compose
from campaign.mail.outbox import Outbox
from campaign.organizers.invitations import VALID_FOR, token_for
from campaign.organizers.models import Invitation

BATCH_ROWS = 100


class InvitationMails(Outbox[Invitation]):
    """An address that is refused for good is marked, for the team to see."""

    model = Invitation
    owed = (
        "sent_at IS NULL AND refused_at IS NULL AND accepted_at IS NULL AND revoked_at IS NULL"
        " AND created_at > %s"
    )

    def owed_params(self, now: datetime) -> Sequence[datetime]:
        return (now - VALID_FOR,)

    def rows(self) -> QuerySet[Invitation]:
        return Invitation.objects.select_related("team", "invited_by")

    def build(self, row: Invitation) -> Sequence[EmailMultiAlternatives]:
        # Others of the batch were sent in the meantime.
        is_open = Invitation.objects.filter(pk=row.pk, accepted_at=None, revoked_at=None).exists()
        return [build(row)] if is_open else []

    def settle(
        self, rows: QuerySet[Invitation], row: Invitation, *, is_sent: bool, reply: str
    ) -> None:
        at = {"sent_at" if is_sent else "refused_at": timezone.now()}
        rows.update(**at, leased_until=None, reply=reply)

    def owed_since(self, row: Invitation) -> datetime:
        return row.created_at


outbox = InvitationMails()


def send_owed() -> int:
    return outbox.send(batch=BATCH_ROWS)


def requeue(*, since: datetime, reply: str = "", dry_run: bool = False) -> int:
    """Owe again the invitations refused since then that could still be accepted, if their last
    refusal began so; how many."""
    refused = Invitation.objects.filter(
        refused_at__gte=since,
        reply__startswith=reply,
        accepted_at=None,
        revoked_at=None,
        created_at__gt=timezone.now() - VALID_FOR,
    )
    if dry_run:
        return refused.count()
    return outbox.owe_again(refused, due_at=timezone.now(), refused_at=None, refusals=0)


def build(invitation: Invitation) -> EmailMultiAlternatives:
    """In the language that the inviter's pages were in. Its Message-ID is always the same."""
    with translation.override(invitation.language):
        path = reverse("invitation", args=[token_for(invitation=invitation)])
        return compose(
            template="campaign/organizers/email/invitation",
            context={
                "invitation": invitation,
                "link": settings.SITE_URL + path,
                "days": VALID_FOR.days,
            },
            why=_("You get this e-mail because this address was invited to a team at %(host)s.")
            % {"host": settings.SITE_HOST},
            to=invitation.email,
            message_id=f"invitation-{invitation.pk}",
        )
