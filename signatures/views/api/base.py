"""What every answer of the API has: methods, caches, limits."""

import hashlib
from typing import Any

from django.http import HttpResponse, HttpResponseBase

from campaign.shared_pages import CACHE_CONTROL

METHODS = "GET, HEAD, OPTIONS"


def preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = METHODS
    response["Access-Control-Allow-Methods"] = METHODS
    response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response["Access-Control-Max-Age"] = "86400"
    return response


def tell_caches(response: HttpResponse) -> None:
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["Cache-Control"] = CACHE_CONTROL
    # Not by our own nginx: what one network has left is no other's.
    response["X-Accel-Expires"] = "0"


def tell_limits(response: HttpResponseBase, use: Any) -> None:
    """As draft-ietf-httpapi-ratelimit-headers-11 has it, sections 3.1 and 4.1: one policy by a
    name, its quota and window in seconds; of the same name, what is left and for how long.
    Retry-After is never earlier (section 6). No partition key: it would tell of the network."""
    response["RateLimit-Policy"] = f'"network";q={use.quota};w={use.window}'
    response["RateLimit"] = f'"network";r={use.remaining};t={use.seconds}'
