"""What programs on other sites' pages may read: public files, without cookies."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse, HttpResponseBase

P = ParamSpec("P")

_READABLE = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Total-Count"


def readable_everywhere(response: HttpResponseBase) -> None:
    """CORS: any page may GET this. Nothing in it depends on who asks."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = _READABLE
    response["Cross-Origin-Resource-Policy"] = "cross-origin"


def for_other_sites(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Makes every answer of a view readable everywhere. Nearer to it than `shared_page`."""

    def opened(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        readable_everywhere(response)
        return response

    return update_wrapper(opened, view)
