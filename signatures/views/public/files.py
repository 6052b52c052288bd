"""What files for download have in common: who may have a large one now, and what their headers say.

Small ones are limited by the hour only.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from campaign import limits
from campaign.pages import PageContext, render_page
from campaign.shared_pages import CACHE_CONTROL, NGINX_SECONDS
from signatures.views.public.cors import readable_everywhere

# From here on it takes more than a moment.
LARGE_FILE_ROWS = 10_000
# Each keeps a thread as long as its reader takes; signing needs the others.
at_once = limits.ConcurrencyLimit(limits.LARGE_AT_ONCE, together=2, each=1)

_GZIP = re.compile(r"(?:^|,)\s*(?:x-)?gzip\s*(?:$|,|;(?!\s*q=0(?:\.0*)?\s*(?:$|,)))", re.IGNORECASE)


class Refusal(NamedTuple):
    status: int
    # When to try again.
    seconds: int


TOO_MANY = Refusal(429, 3600)
BUSY = Refusal(503, 60)


def takes_gzip(request: HttpRequest) -> bool:
    return bool(_GZIP.search(request.headers.get("Accept-Encoding", "")))


def no_place(network: bytes, when_closed: Callable[[Callable[[], None]], object]) -> Refusal | None:
    """Why there is none for one more large file; else it is taken, and left `when_closed`."""
    if not at_once.enter(network):
        return BUSY
    when_closed(lambda: at_once.leave(network))
    if not limits.hit(limits.Limit.LARGE_DOWNLOADS_FROM_NETWORK, network):
        return TOO_MANY
    return None


def later(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """The refusal as a page."""
    response = render_page(
        request, "signatures/public/download_later.html", PageContext(), status=refusal.status
    )
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(refusal.seconds)
    readable_everywhere(response)
    return response


def with_headers(response: HttpResponseBase, etag: str) -> HttpResponseBase:
    """For caches, and for programs on other sites; `etag` in its quotes."""
    response["ETag"] = etag
    response["Cache-Control"] = CACHE_CONTROL
    response["X-Accel-Expires"] = NGINX_SECONDS
    response["Vary"] = "Accept-Encoding"
    readable_everywhere(response)
    return response
