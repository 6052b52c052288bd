"""One rendering serves everybody for as long as it is kept, and not longer."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.http.response import HttpResponseBase
from django.test import RequestFactory
from pytest_django import Settings

from campaign import shared_pages
from campaign.shared_pages import SharedPagesMiddleware, shared_page

LIST = "/letters/x/signatories/"
View = Callable[[HttpRequest], HttpResponseBase]


@pytest.fixture(autouse=True)
def _kept_for_a_minute(settings: Settings) -> Iterator[None]:
    settings.SHARED_PAGE_SECONDS = 60
    yield
    shared_pages.forget()


class Counting:
    """A view that tells how often it was asked."""

    def __init__(self, status: int = 200) -> None:
        self.asked = 0
        self.status = status

    def __call__(self, request: HttpRequest) -> HttpResponse:
        self.asked += 1
        response = HttpResponse(f"answer {self.asked}", status=self.status)
        response["X-Told"] = "once"
        return response


def get(site: View, path: str = "/", method: str = "get", **headers: str) -> Any:
    return site(getattr(RequestFactory(), method)(path, headers=headers))


def test_a_shared_page_is_rendered_once() -> None:
    view = Counting()
    site = SharedPagesMiddleware(shared_page(view))
    answers = [get(site) for _time in range(3)]
    assert [answer.content for answer in answers] == [b"answer 1"] * 3
    assert [answer["X-Told"] for answer in answers] == ["once"] * 3
    assert {answer["Cache-Control"] for answer in answers} == {shared_pages.CACHE_CONTROL}
    assert view.asked == 1


def test_each_path_and_query_is_a_page_of_its_own() -> None:
    site = SharedPagesMiddleware(shared_page(Counting()))
    paths = (LIST, f"{LIST}?q=a", f"{LIST}?q=b", f"/ar{LIST}", f"{LIST}?q=a")
    contents = [get(site, path).content for path in paths]
    assert contents == [b"answer 1", b"answer 2", b"answer 3", b"answer 4", b"answer 2"]


@pytest.mark.parametrize(
    ("asked", "seen"),
    [
        (f"{LIST}?utm_source=x&q=a&fbclid=y", "q=a"),
        (f"{LIST}?q=a&after=3&&=&x", "after=3&q=a"),
        (f"{LIST}?after=3&q=a", "after=3&q=a"),
        (f"{LIST}?%71=a", "%71=a"),
        (f"/ar{LIST}?q=b&q=a&Q=c", "q=b&q=a"),
        (f"{LIST}?{'x=1&' * 200}q=a", "q=a"),
        ("/?q=a", ""),
        ("/letters/x/press/?claim=1&q=a", "claim=1"),
        ("/oembed?url=u&callback=c", "url=u"),
        # Not a shared page: whatever it is, it sees what was asked.
        ("/desk/?x=1", "x=1"),
        ("/nothing/here?x=1", "x=1"),
    ],
)
def test_a_shared_page_sees_only_what_it_reads(asked: str, seen: str) -> None:
    queries: list[str] = []

    @shared_page
    def view(request: HttpRequest) -> HttpResponse:
        queries.append(request.GET.urlencode())
        assert request.META["QUERY_STRING"] == seen
        return HttpResponse(request.get_full_path())

    site = SharedPagesMiddleware(view)
    assert get(site, asked).content == get(site, asked).content
    assert len(queries) == 1


def test_queries_that_a_page_does_not_read_are_no_pages_of_their_own() -> None:
    view = Counting()
    site = SharedPagesMiddleware(shared_page(view))
    for path in ("/", "/?a", "/?b=1", "/?utm_source=c"):
        assert get(site, path).content == b"answer 1"
    assert view.asked == 1


def test_a_question_with_a_fault_is_answered_once_and_kept_by_nobody_else() -> None:
    view = Counting(422)
    site = SharedPagesMiddleware(shared_page(view))
    answers = [get(site, **{"If-None-Match": '"x"'}) for _time in range(2)]
    assert [(each.status_code, each.content) for each in answers] == [(422, b"answer 1")] * 2
    assert not any(name in answers[1] for name in ("Cache-Control", "ETag", "X-Accel-Expires"))


def test_a_page_runs_out(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("campaign.shared_pages.time.monotonic", lambda: now)
    site = SharedPagesMiddleware(shared_page(Counting()))
    assert get(site).content == b"answer 1"
    now += 60
    assert get(site).content == b"answer 1"
    now += 0.1
    assert get(site).content == b"answer 2"


def test_pages_are_gone_from_every_cache_within_a_minute() -> None:
    ages = dict(part.split("=") for part in shared_pages.CACHE_CONTROL.split(", ") if "=" in part)
    ours = 1 + shared_pages.STALE_SECONDS + int(shared_pages.NGINX_SECONDS)
    theirs = int(ages["s-maxage"]) + 2 * int(ages["stale-while-revalidate"])
    assert ours + theirs <= 60


def test_page_that_ran_out_is_rendered_by_one_while_others_get_the_old_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("campaign.shared_pages.time.monotonic", lambda: now)
    begun, may_end = Event(), Event()
    asked: list[int] = []

    @shared_page
    def slow(request: HttpRequest) -> HttpResponse:
        asked.append(len(asked))
        if len(asked) > 1:
            begun.set()
            assert may_end.wait(timeout=30)
        return HttpResponse(f"answer {len(asked)}")

    site = SharedPagesMiddleware(slow)
    get(site)
    now += 61
    with ThreadPoolExecutor(1) as pool:
        anew = pool.submit(get, site)
        assert begun.wait(timeout=30)
        others = [get(site).content for _time in range(3)]
        may_end.set()
        assert anew.result(timeout=30).content == b"answer 2"
    assert others == [b"answer 1"] * 3
    assert get(site).content == b"answer 2"
    assert len(asked) == 2


def test_page_that_ran_out_long_ago_is_not_shown_any_more(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("campaign.shared_pages.time.monotonic", lambda: now)
    site = SharedPagesMiddleware(shared_page(Counting()))
    get(site)
    now += 60 + shared_pages.STALE_SECONDS + 0.1
    # As if another were at it, and slow.
    shared_pages._being_rendered.add("/")
    assert get(site).content == b"answer 2"


def test_page_whose_rendering_failed_is_rendered_by_the_next(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = 1000.0
    monkeypatch.setattr("campaign.shared_pages.time.monotonic", lambda: now)
    view = Counting()
    site = SharedPagesMiddleware(shared_page(view))
    get(site)
    now += 61
    site.get_response = lambda request: 1 / 0  # type: ignore[assignment, return-value]
    with pytest.raises(ZeroDivisionError):
        get(site)
    site.get_response = shared_page(view)
    assert get(site).content == b"answer 2"


def test_without_keeping_every_request_is_rendered(settings: Settings) -> None:
    settings.SHARED_PAGE_SECONDS = 0
    site = SharedPagesMiddleware(shared_page(Counting()))
    assert [get(site).content for _time in range(2)] == [b"answer 1", b"answer 2"]


@pytest.mark.parametrize("method", ["post", "head", "put"])
def test_only_what_is_fetched_is_kept(method: str) -> None:
    view = Counting()
    site = SharedPagesMiddleware(shared_page(view))
    get(site)
    get(site, method=method)
    assert view.asked == 2
    assert get(site).content == b"answer 1"


@pytest.mark.parametrize("status", [201, 302, 404, 409, 500])
def test_only_what_succeeded_is_kept(status: int) -> None:
    site = SharedPagesMiddleware(shared_page(Counting(status)))
    answers = [get(site) for _time in range(2)]
    assert [answer.content for answer in answers] == [b"answer 1", b"answer 2"]
    assert "Cache-Control" not in answers[0]


def test_other_views_are_left_alone() -> None:
    site = SharedPagesMiddleware(Counting())
    assert [get(site).content for _time in range(2)] == [b"answer 1", b"answer 2"]


def test_a_stream_passes_through() -> None:
    def streaming(request: HttpRequest) -> StreamingHttpResponse:
        request.shared_page = True  # type: ignore[attr-defined]
        return StreamingHttpResponse([b"a"])

    site = SharedPagesMiddleware(streaming)
    assert isinstance(site(RequestFactory().get("/")), StreamingHttpResponse)


def test_a_cookie_set_on_the_way_reaches_nobody_else() -> None:
    @shared_page
    def greedy(request: HttpRequest) -> HttpResponse:
        response = HttpResponse("page")
        response.set_cookie("who", "somebody")
        return response

    site = SharedPagesMiddleware(greedy)
    assert [dict(get(site).cookies) for _time in range(2)] == [{}, {}]


def test_who_has_it_is_told_so_from_what_is_kept() -> None:
    view = Counting()
    site = SharedPagesMiddleware(shared_page(view))
    etag = get(site)["ETag"]
    answer = get(site, **{"If-None-Match": etag})
    assert (answer.status_code, b"".join(answer), answer["ETag"]) == (304, b"", etag)
    assert view.asked == 1


def test_a_process_keeps_no_more_than_it_has_room_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_pages, "MAX_PAGES", 3)
    site = SharedPagesMiddleware(shared_page(Counting()))
    for number in range(10):
        get(site, f"{LIST}?q={number}")
    assert list(shared_pages._pages) == [f"{LIST}?q={number}" for number in (7, 8, 9)]
