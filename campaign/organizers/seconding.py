"""From when a member of a team counts where two organizers are needed.

One owner could otherwise invite a second account of their own and be both at once. The others have
a day to see who came. Whoever was there before anything was public counts at once: a small team can
begin and publish on one day.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q

from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Membership, Organizer

SECOND_ORGANIZER_MEMBER_HOURS = 24
_WAIT = timedelta(hours=SECOND_ORGANIZER_MEMBER_HOURS)


def counting(*, public_since: datetime | None, now: datetime) -> Q:
    """Memberships that count for a letter that is public since then; all of them for a draft."""
    if public_since is None:
        return Q(pk__isnull=False)
    return Q(role_since__lt=public_since) | Q(role_since__lte=now - _WAIT)


def counts_from(*, membership: Membership, public_since: datetime | None) -> datetime:
    since = membership.role_since
    return since if public_since is None or since < public_since else since + _WAIT


def waits_until(*, membership: Membership, now: datetime) -> datetime | None:
    """For the letters that were public before; None when nothing is waited for any more."""
    until = membership.role_since + _WAIT
    return until if until > now else None


def refusal(
    organizers: Iterable[Organizer], *, team_id: int, public_since: datetime | None, now: datetime
) -> CountsLater | None:
    """About the first of them who does not count yet. Who is no member is not looked for: whoever
    asks has done so."""
    members = Membership.objects.filter(team_id=team_id, organizer__in=list(organizers))
    later = members.exclude(counting(public_since=public_since, now=now))
    each = later.select_related("organizer").order_by("pk").first()
    if each is None:
        return None
    return CountsLater(each.organizer, counts_from(membership=each, public_since=public_since))


def check(
    organizers: Iterable[Organizer], *, team_id: int, public_since: datetime | None, now: datetime
) -> None:
    """Raises CountsLater if one of them does not count yet."""
    if later := refusal(organizers, team_id=team_id, public_since=public_since, now=now):
        raise later
