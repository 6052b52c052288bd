"""Mail domains that ask us to slow down: each slows its own mail only.

A provider that is asked for less gives more: after a refusal nothing goes there for a second, then
for two, and so on for as long as it refuses; the first mail that it takes ends that.
"""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import F

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


def slow_down(*, domain: str, reply: str, now: datetime) -> datetime:
    """It refused because we send too much; until when nothing goes there."""
    route, _created = MailRoute.objects.get_or_create(domain=domain, defaults={"paused_until": now})
    pause = min(SHORTEST_PAUSE_SECONDS * 2 ** min(route.refusals, 16), LONGEST_PAUSE_SECONDS)
    until = now + timedelta(seconds=pause)
    MailRoute.objects.filter(domain=domain).update(
        refusals=F("refusals") + 1, paused_until=until, reply=reply
    )
    return until


def slowed() -> set[str]:
    """All that refused lately and took nothing since, whether paused now or not."""
    return set(MailRoute.objects.values_list("domain", flat=True))


def took_mail(domains: Collection[str]) -> None:
    """They take mail again, or did all the time."""
    MailRoute.objects.filter(domain__in=domains).delete()
