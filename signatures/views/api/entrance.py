"""Everything under /api/: what is the same for every answer, whatever it is.

Errors are problem details (RFC 9457), anyone's page may read, limits are told in each answer, and
caches are treated as by the public pages.
"""

from functools import cache

from django.core.exceptions import TooManyFieldsSent
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, URLResolver
from django.urls.resolvers import RegexPattern
from django.views.decorators.csrf import csrf_exempt

from campaign import limits
from campaign.conditional import conditional_get
from campaign.operations.models import Feature
from campaign.operations.switches import is_on
from signatures.views.api.base import METHODS, preflight, tell_caches, tell_limits
from signatures.views.public.cors import readable_everywhere
from signatures.views.public.problems import not_there, problem, switched_off


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
        tell_limits(response, use)
    return response


def _answer(request: HttpRequest, rest: str) -> HttpResponseBase:
    try:
        view, args, kwargs = _resolver().resolve(rest)
    except Resolver404:
        return not_there()
    if request.method == "OPTIONS":
        return preflight()
    if request.method not in ("GET", "HEAD"):
        refused = problem(
            status=405,
            title="Method not allowed",
            detail="This interface is for reading: use GET, HEAD or OPTIONS.",
        )
        refused["Allow"] = METHODS
        return refused
    is_search = bool(request.GET.get("q", "").strip())
    if not is_on(Feature.API) or (is_search and not is_on(Feature.SEARCH)):
        return switched_off()
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
    tell_caches(response)
    unchanged = conditional_get(request, etag=response["ETag"], headers=response.items())
    return unchanged or response


@cache
def _resolver() -> URLResolver:
    """Imported at the first request, and not before."""
    from signatures.views.api.v1 import patterns  # noqa: PLC0415 -- slow import

    return URLResolver(RegexPattern(r"^v1/"), patterns)
