"""Sessions that were opened when less was asked for do not outlive it.

A new password ends all others by itself: it is part of what each session must match. A second
factor, once there is one, is asked for at log-in only; so what a password alone had opened ends
when the first or a further one is added.
"""

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib.auth import update_session_auth_hash
from django.db.models import F
from django.http import HttpRequest

from campaign.organizers.models import Organizer


def end_others(*, request: HttpRequest, organizer: Organizer) -> None:
    """All sessions of this organizer but that of the request, which goes on under another key."""
    mine = Organizer.objects.filter(pk=organizer.pk)
    mine.update(session_round=F("session_round") + 1)
    organizer.refresh_from_db(fields=["session_round"])
    update_session_auth_hash(request, organizer)


def when_added(
    *, request: HttpRequest, user: Organizer, authenticator: Authenticator, **_more: Any
) -> None:
    """allauth tells of each new authenticator. Recovery codes come with another, and open
    nothing alone."""
    if authenticator.type != Authenticator.Type.RECOVERY_CODES:
        end_others(request=request, organizer=user)
