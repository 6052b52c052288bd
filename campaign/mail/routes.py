"""Mail domains that ask us to slow down: each slows its own mail only.

A provider that is asked for less gives more: after a refusal nothing goes there for a second, then
for two, and so on for as long as it refuses; the first mail that it takes ends that.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from campaign.mail.models import MailRoute

SHORTEST_PAUSE_SECONDS = 0.5
LONGEST_PAUSE_SECONDS = 3600.0


def paused(*, now: datetime) -> list[str]:
    """The domains to which nothing goes now."""
    waiting = MailRoute.objects.filter(paused_until__gt=now)
    return list(waiting.values_list("domain", flat=True))


def next_end(*, now: datetime) -> datetime | None:
    """When the first of those pauses is over."""
    waiting = MailRoute.objects.filter(paused_until__gt=now).order_by("paused_until")
    return waiting.values_list("paused_until", flat=True).first()


def slow_down(*, domain: str, reply: str, now: datetime) -> bool:
    """It refused because we send too much. False if it pauses already: what several workers are
    told at the same moment is one refusal."""
    fresh = MailRoute(domain=domain, paused_until=now)
    MailRoute.objects.bulk_create([fresh], ignore_conflicts=True)
    route = MailRoute.objects.filter(domain=domain, paused_until__lte=now)
    refusals = route.values_list("refusals", flat=True).first()
    if refusals is None:
        return False
    pause = min(SHORTEST_PAUSE_SECONDS * 2 ** min(refusals, 16), LONGEST_PAUSE_SECONDS)
    return bool(
        route.filter(refusals=refusals).update(
            refusals=refusals + 1, paused_until=now + timedelta(seconds=pause), reply=reply
        )
    )


def slowed() -> set[str]:
    """All that refused lately and took nothing since, whether paused now or not."""
    return set(MailRoute.objects.values_list("domain", flat=True))


def took_mail(domains: Collection[str]) -> None:
    """They take mail again, or did all the time."""
    MailRoute.objects.filter(domain__in=domains).delete()
