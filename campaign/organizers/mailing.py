"""Sending invitations that are owed: each leased by a conditional update, at least once."""

import smtplib
from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone, translation

from campaign import stopping
from campaign.mail import breaker
from campaign.mail.composing import compose
from campaign.mail.refusals import judge
from campaign.organizers.invitations import VALID, token_for
from campaign.organizers.models import Invitation

log = structlog.get_logger(__name__)

BATCH = 100
# How long a sender may take, and how long to wait after the mail server failed.
LEASE = timedelta(minutes=5)


def send_owed() -> int:
    """Send up to a batch; how many were taken up. Safe to run in many places at once.

    What cannot be sent now is owed still when the lease has run out, and nothing is tried while
    the mail server refuses us. An address that it refuses for good is marked, for the team to see.
    """
    now = timezone.now()
    taken = 0
    owed = _owed(now).select_related("team", "invited_by").order_by("pk")[:BATCH]
    if not owed:
        return 0
    permission = breaker.ask(most=BATCH)
    for invitation in owed[: permission.most]:
        if stopping.is_asked():
            break
        if _owed(now).filter(pk=invitation.pk).update(leased_until=now + LEASE):
            taken += 1
            if _send(invitation, permission):
                break
    return taken


def requeue(*, since: datetime, dry_run: bool = False) -> int:
    """Owe again the invitations refused since then that could still be accepted; how many."""
    refused = Invitation.objects.filter(
        refused_at__gte=since,
        accepted_at=None,
        revoked_at=None,
        created_at__gt=timezone.now() - VALID,
    )
    return refused.count() if dry_run else refused.update(refused_at=None)


def build(invitation: Invitation) -> EmailMultiAlternatives:
    """In the language that the inviter's pages were in. Its Message-ID is always the same."""
    with translation.override(invitation.language):
        path = reverse("invitation", args=[token_for(invitation=invitation)])
        return compose(
            template="campaign/organizers/email/invitation",
            context={
                "invitation": invitation,
                "link": settings.SITE_URL + path,
                "days": VALID.days,
            },
            to=invitation.email,
            message_id=f"invitation-{invitation.pk}",
        )


def _owed(now: datetime) -> QuerySet[Invitation]:
    return Invitation.objects.filter(
        Q(leased_until=None) | Q(leased_until__lt=now),
        sent_at=None,
        refused_at=None,
        accepted_at=None,
        revoked_at=None,
        created_at__gt=now - VALID,
    )


def _send(invitation: Invitation, permission: breaker.Permission) -> bool:
    """Whether sending must pause now."""
    mine = Invitation.objects.filter(pk=invitation.pk)
    try:
        build(invitation).send()
    except (OSError, smtplib.SMTPException) as error:
        refusal = judge(error)
        log.info(
            "invitation_not_sent",
            invitation=invitation.pk,
            error=type(error).__name__,
            reply=refusal.reply,
        )
        if refusal.is_ours:
            is_down = not isinstance(error, smtplib.SMTPException)
            return breaker.refused(permission, reply=refusal.reply, is_down=is_down)
        if refusal.is_final:
            mine.update(refused_at=timezone.now(), leased_until=None)
    else:
        mine.update(sent_at=timezone.now(), leased_until=None)
    breaker.took_mail(permission)
    return False
