"""For whoever runs the site: is the process alive, and can it do its work?"""

from django.conf import settings
from django.db import DatabaseError
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis
from redis.exceptions import RedisError

from campaign import limits
from campaign.letters.models import Letter, LetterState
from campaign.mail import breaker
from campaign.mail.models import MailServer


@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(request: HttpRequest) -> JsonResponse:
    """503 without the database. What is told, but leaves the site of use, stays 200: Redis gone, a
    mail server that refuses us, letters that take no signatures until their record can go on.

    Which part it is, is told on this machine alone, whatever stands in front of us.
    """
    told = _told()
    status = 503 if told["status"] == "unavailable" else 200
    if not limits.is_of_this_machine(request):
        told = {"status": told["status"]}
    return JsonResponse(told, status=status)


def _told() -> dict[str, object]:
    try:
        trouble = breaker.trouble()
        paused = Letter.objects.filter(state=LetterState.PUBLISHED, halted_at__isnull=False).count()
    except DatabaseError:
        return {"status": "unavailable", "database": "gone"}
    return {
        "status": "degraded" if paused else "ok",
        "database": "ok",
        "redis": redis_state(),
        "paused_letters": paused,
        **_mail(trouble),
        **_networks(),
    }


def _networks() -> dict[str, str]:
    """Told where the proxies in front do not tell this process who asks: limits count nobody."""
    return {} if limits.addresses_are_known() else {"networks": "unknown"}


def _mail(trouble: MailServer | None) -> dict[str, str]:
    if trouble is None or trouble.failing_since is None:
        return {"mail": "ok"}
    since = trouble.failing_since.isoformat(timespec="seconds")
    return {"mail": "paused", "mail_failing_since": since, "mail_reply": trouble.reply}


def redis_state() -> str:
    if not settings.REDIS_URL:
        return "not used"
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=0.5) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "gone"
    return "ok"
