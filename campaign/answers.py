"""Answers, counted as they leave: by the audience and name of the page, never by its path."""

import collections
import time

from django.http import HttpRequest, HttpResponseBase

from campaign import counters

HAND_OVER_SECONDS = 1.0
Page = tuple[str, str]
# Views of libraries, by the package that they come from.
_AUDIENCES = {"ninja": "api", "django": "admin", "allauth": "accounts"}
# To count a kept page would cost a twentieth of sending it: they wait here for the next second.
_kept: collections.deque[tuple[str, str, int]] = collections.deque()
_handed_over_at = time.perf_counter()


def page_of(request: HttpRequest) -> Page:
    match = request.resolver_match
    if match is None:
        return ("none", "none")
    rooms = str(getattr(match.func, "__module__", "")).split(".")
    if rooms[:2] == ["signatures", "views"] and len(rooms) > 2:
        audience = rooms[2]
    elif rooms[0] == "campaign" and "views" in rooms:
        audience = "desk"
    else:
        audience = _AUDIENCES.get(rooms[0], rooms[0])
    return (audience, match.view_name or "none")


def count(request: HttpRequest, response: HttpResponseBase, *, begun: float) -> None:
    """`begun` by `time.perf_counter`. A page that a process keeps says so (`kept_as`)."""
    now = time.perf_counter()
    page: Page | None = getattr(request, "kept_as", None)
    if page is not None:
        _kept.append((*page, response.status_code))
        if now - _handed_over_at > HAND_OVER_SECONDS:
            hand_over()
        return
    page = page_of(request)
    counters.count(counters.requests, *page, response.status_code, "no")
    counters.observe(counters.seconds, page[0], value=now - begun)


def hand_over() -> None:
    """Count the kept pages of the last second. An idle process's wait for its next answer."""
    global _handed_over_at
    _handed_over_at = time.perf_counter()
    answered: collections.Counter[tuple[str, str, int]] = collections.Counter()
    for _each in range(len(_kept)):
        try:
            answered[_kept.popleft()] += 1
        except IndexError:
            # Another thread was faster.
            break
    for labels, number in answered.items():
        counters.count(counters.requests, *labels, "yes", by=number)
