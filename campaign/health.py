"""For whoever runs the site: is the process alive, and can it do its work?"""

from django.conf import settings
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from redis import Redis
from redis.exceptions import RedisError


@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    return JsonResponse({"status": "ok"})


@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """503 without the database. Redis gone is told but does not stop signing, so it stays 200."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "unavailable", "database": "gone"}, status=503)
    return JsonResponse({"status": "ok", "database": "ok", "redis": _redis()})


def _redis() -> str:
    if not settings.REDIS_URL:
        return "not used"
    try:
        with Redis.from_url(settings.REDIS_URL, socket_timeout=0.5) as redis:
            redis.ping()
    except (RedisError, OSError):
        return "gone"
    return "ok"
