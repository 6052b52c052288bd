"""Public pages are the same for all, so one rendering a second serves everybody.

Kept by each process for `SHARED_PAGE_SECONDS`; caches in front may keep them for half a minute,
so that a withdrawn name is gone from every one of them within sixty seconds. At worst a second
and five here, a second and fifteen in our nginx, then twenty and fifteen in somebody's network of
caches.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import update_wrapper
from threading import Lock
from typing import Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase

CACHE_CONTROL = "public, max-age=10, s-maxage=20, stale-while-revalidate=15"
# Our own nginx asks again after a second, as the process does; it passes this on to nobody.
NGINX_SECONDS = "1"
MOST_PAGES = 500
# While one request renders a page anew, the others get the one that just ran out.
STALE_SECONDS = 5

P = ParamSpec("P")
_Kept = tuple[float, bytes, int, list[tuple[str, str]], str]
_pages: OrderedDict[str, _Kept] = OrderedDict()
_lock = Lock()
_being_rendered: set[str] = set()


def shared_page(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For views whose answer depends on nothing but the path and query: no cookie, no session."""

    def sharing(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        if request.method in ("GET", "HEAD") and response.status_code == 200:
            response["Cache-Control"] = CACHE_CONTROL
            response["X-Accel-Expires"] = NGINX_SECONDS
            response["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
            request.shared_page = True  # type: ignore[attr-defined]
        return response

    return update_wrapper(sharing, view)


class SharedPagesMiddleware:
    """Stands first: a page that is kept costs no other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.seconds = settings.SHARED_PAGE_SECONDS

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method != "GET":
            return self.get_response(request)
        path = request.get_full_path()
        kept = _pages.get(path)
        if kept is None or (_is_over(kept) and not self._is_rendered_by_another(path, kept)):
            try:
                response = self.get_response(request)
            finally:
                _being_rendered.discard(path)
            if not getattr(request, "shared_page", False) or not isinstance(response, HttpResponse):
                return response
            kept = self._keep(path, response)
        _until, content, status, headers, etag = kept
        # Also in a list, and with the W/ that a compressing proxy puts in front.
        if etag in request.META.get("HTTP_IF_NONE_MATCH", ""):
            content, status = b"", 304
        answer = HttpResponse(content, status=status)
        for name, value in headers:
            answer[name] = value
        return answer

    def _is_rendered_by_another(self, path: str, kept: _Kept) -> bool:
        """Whether somebody else is at it and what ran out will do; if not, this request is."""
        with _lock:
            if path in _being_rendered and not _is_over(kept, by=STALE_SECONDS):
                return True
            _being_rendered.add(path)
            return False

    def _keep(self, path: str, response: HttpResponse) -> _Kept:
        kept = (
            time.monotonic() + self.seconds,
            response.content,
            response.status_code,
            list(response.items()),
            response["ETag"],
        )
        if self.seconds:
            with _lock:
                _pages[path] = kept
                _pages.move_to_end(path)
                # Oldest first. What ran out long ago is of no use, and a crawler leaves thousands.
                while (
                    _is_over(next(iter(_pages.values())), by=STALE_SECONDS)
                    or len(_pages) > MOST_PAGES
                ):
                    _pages.popitem(last=False)
        return kept


def _is_over(kept: _Kept, *, by: float = 0) -> bool:
    return kept[0] + by < time.monotonic()


def forget() -> None:
    """For tests: as if every kept page had run out."""
    with _lock:
        _pages.clear()
