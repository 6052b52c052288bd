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
from operator import itemgetter
from threading import Lock
from typing import Concatenate, ParamSpec, TypeVar
from urllib.parse import unquote_plus

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import Resolver404, resolve
from django.utils import translation

from campaign import answers, process_cache
from campaign.conditional import conditional_get
from campaign.path_language import language_of
from campaign.process_cache import ProcessCache

CACHE_CONTROL = "public, max-age=10, s-maxage=20, stale-while-revalidate=15"
# Our own nginx asks again after a second, as the process does; it passes this on to nobody.
NGINX_SECONDS = "1"
MAX_PAGES = 500
MAX_PATHS = 2000
# While one request renders a page anew, the others get the one that just ran out.
STALE_SECONDS = 5

P = ParamSpec("P")
V = TypeVar("V", bound=Callable[..., HttpResponse])
_Kept = tuple[float, bytes, int, list[tuple[str, str]], str, answers.Page]
_pages: OrderedDict[str, _Kept] = OrderedDict()
_lock = Lock()
_names_of_paths: ProcessCache[str, frozenset[str] | None] = ProcessCache(
    "names in queries", max_entries=MAX_PATHS, seconds=None
)
_being_rendered: set[str] = set()


def reads(*names: str) -> Callable[[V], V]:
    """Names the parameters that a shared page reads from its query; it sees no others.

    So a page has no more forms than it can have, whatever links to it carry.
    """

    def mark(view: V) -> V:
        view.query_names = frozenset(names)  # type: ignore[attr-defined]
        return view

    return mark


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
        elif request.method == "GET" and response.status_code == 422:
            # The same question has the same fault, but only this process may keep that.
            request.shared_page = True  # type: ignore[attr-defined]
        return response

    sharing.query_names = frozenset()  # type: ignore[attr-defined]
    return update_wrapper(sharing, view)


class SharedPagesMiddleware:
    """Stands first: a page that is kept costs no other middleware."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.seconds = settings.SHARED_PAGE_SECONDS

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.META.get("QUERY_STRING"):
            _drop_unknown(request)
        if request.method != "GET":
            return _unless_known(request, self.get_response(request))
        path = request.get_full_path()
        kept = _pages.get(path)
        if kept is None or (_is_over(kept) and not self._is_rendered_by_another(path, kept)):
            try:
                response = self.get_response(request)
            finally:
                _being_rendered.discard(path)
            if not getattr(request, "shared_page", False) or not isinstance(response, HttpResponse):
                return response
            kept = self._keep(path, request, response)
        else:
            request.kept_as = kept[-1]  # type: ignore[attr-defined]
        _until, content, status, headers, etag, _page = kept
        if unchanged := conditional_get(request, etag=etag, headers=headers):
            return unchanged
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

    def _keep(self, path: str, request: HttpRequest, response: HttpResponse) -> _Kept:
        kept = (
            time.monotonic() + self.seconds,
            response.content,
            response.status_code,
            list(response.items()),
            response.get("ETag", ""),
            answers.page_of(request),
        )
        if self.seconds:
            with _lock:
                _pages[path] = kept
                _pages.move_to_end(path)
                # Oldest first. What ran out long ago is of no use, and a crawler leaves thousands.
                while (
                    _is_over(next(iter(_pages.values())), by=STALE_SECONDS)
                    or len(_pages) > MAX_PAGES
                ):
                    _pages.popitem(last=False)
        return kept


def _unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """What HEAD gets: of the same answers the same."""
    if not getattr(request, "shared_page", False):
        return response
    etag = response.get("ETag", "")
    return conditional_get(request, etag=etag, headers=response.items()) or response


def _drop_unknown(request: HttpRequest) -> None:
    """Of the query leave what the page reads, in the order of the names."""
    names = _query_names(request.path_info)
    if names is None or request.method not in ("GET", "HEAD"):
        return
    parts = [(unquote_plus(each.partition("=")[0]), each) for each in _parts(request)]
    known = sorted((part for part in parts if part[0] in names), key=itemgetter(0))
    request.META["QUERY_STRING"] = "&".join(each for _name, each in known)


def _parts(request: HttpRequest) -> list[str]:
    return str(request.META["QUERY_STRING"]).split("&")


def _query_names(path: str) -> frozenset[str] | None:
    """What the shared page at this path reads; None where there is none."""
    try:
        return _names_of_paths[path]
    except KeyError:
        pass
    try:
        with translation.override(language_of(path)):
            names: frozenset[str] | None = getattr(resolve(path).func, "query_names", None)
    except Resolver404:
        names = None
    _names_of_paths.keep(path, names)
    return names


def _is_over(kept: _Kept, *, by: float = 0) -> bool:
    return kept[0] + by < time.monotonic()


def forget() -> None:
    """For tests: as if every kept page had run out."""
    with _lock:
        _pages.clear()


process_cache.register("pages", forget=forget, seconds=settings.SHARED_PAGE_SECONDS)
