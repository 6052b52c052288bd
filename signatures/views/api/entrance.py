"""Everything under /api/: what is the same for every answer, whatever it is.

Errors are problem details (RFC 9457), anyone's page may read, limits are told in each answer, and
caches are treated as by the public pages.
"""

import hashlib
from functools import cache
from typing import Any

from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt

from campaign import limits
from campaign.conditional import conditional_get
from campaign.shared_pages import CACHE_CONTROL
from signatures.views.public.cors import readable_everywhere
from signatures.views.public.problems import not_there, problem

_METHODS = "GET, HEAD, OPTIONS"


# Nothing here acts, and refusals shall be in the form that programs read.
@csrf_exempt
def api(request: HttpRequest, rest: str) -> HttpResponseBase:
    response: HttpResponseBase
    use = None
    # A browser asks so by itself, ahead of what a page asks for.
    if request.method != "OPTIONS":
        use = limits.use(limits.Limit.API_FROM_NETWORK, limits.network_key(request))
    if use is not None and not use.allowed:
        response = problem(
            status=429,
            title="Too many requests",
            detail=f"Your network has {use.quota} requests in {use.window} seconds. "
            "Retry-After says when there are new ones.",
        )
        response["Retry-After"] = str(use.seconds)
    else:
        response = _answer(request, rest)
    readable_everywhere(response)
    if use is not None:
        _tell_limits(response, use)
    return response


def _answer(request: HttpRequest, rest: str) -> HttpResponseBase:
    try:
        view, args, kwargs = _resolver().resolve(rest)
    except Resolver404:
        return not_there()
    if request.method == "OPTIONS":
        return _preflight()
    if request.method not in ("GET", "HEAD"):
        refused = problem(
            status=405,
            title="Method not allowed",
            detail="This interface is for reading: use GET, HEAD or OPTIONS.",
        )
        refused["Allow"] = _METHODS
        return refused
    # The server leaves the body of an answer to HEAD away by itself.
    asked, request.method = request.method, "GET"
    try:
        response: HttpResponse = view(request, *args, **kwargs)
    except Http404:
        return not_there()
    except TooManyFieldsSent:
        return problem(
            status=422,
            title="Wrong parameters",
            detail="There are more parameters than anything here could be asked by.",
        )
    finally:
        request.method = asked
    if response.status_code != 200:
        return response
    _tell_caches(response)
    unchanged = conditional_get(request, etag=response["ETag"], headers=response.items())
    return unchanged or response


@cache
def _resolver() -> URLResolver:
    """Imported at the first request, and not before."""
    from signatures.views.api.v1 import patterns

    return URLResolver(RegexPattern(r"^v1/"), patterns)


def _preflight() -> HttpResponse:
    response = HttpResponse(status=204)
    response["Allow"] = _METHODS
    response["Access-Control-Allow-Methods"] = _METHODS
    response["Access-Control-Allow-Headers"] = "Accept, If-None-Match"
    response["Access-Control-Max-Age"] = "86400"
    return response


def _tell_caches(response: HttpResponse) -> None:
    response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
    response["Cache-Control"] = CACHE_CONTROL
    # Not by our own nginx: what one network has left is no other's.
    response["X-Accel-Expires"] = "0"


def _tell_limits(response: HttpResponseBase, use: Any) -> None:
    """As draft-ietf-httpapi-ratelimit-headers-11 has it, sections 3.1 and 4.1: one policy by a
    name, its quota and window in seconds; of the same name, what is left and for how long.
    Retry-After is never earlier (section 6). No partition key: it would tell of the network."""
    response["RateLimit-Policy"] = f'"network";q={use.quota};w={use.window}'
    response["RateLimit"] = f'"network";r={use.remaining};t={use.seconds}'
