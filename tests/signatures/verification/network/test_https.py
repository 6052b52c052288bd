"""Real sites on this machine, some of them hostile: what is read, and what is not even gone to."""

import os
import time
from collections.abc import Callable

import pytest

from signatures.verification.network import environment, https
from signatures.verification.network.environment import World
from signatures.verification.network.https import MOST_BYTES, approach
from signatures.verification.problems import AnyProblem, NotShown, Problem
from tests.signatures.verification.fake_internet import (
    ELSEWHERE,
    LOCAL,
    Handler,
    LocalWorld,
    kinds_asked,
)

NOOR = "noor.example"


def problem_at(path: str = "/") -> AnyProblem:
    with pytest.raises(NotShown) as found:
        approach(NOOR).read(path)
    return found.value.problem


@pytest.fixture
def short(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(https, "FETCH_TIMEOUT_SECONDS", 0.5)


def test_a_page_is_read_and_we_say_who_we_are(world: LocalWorld) -> None:
    site = world.site(NOOR)
    site.front("<p>żółć</p>")
    assert approach(NOOR).read("/") == https.Page("text/html", "<p>żółć</p>")
    assert site.asked == ["/"]
    [agent] = site.agents
    assert agent == "Undersigned/1.0 (+http://127.0.0.1:8000/how-we-verify/)"


def test_no_proxy_from_the_environment_is_used(
    world: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY"):
        monkeypatch.setitem(os.environ, name, "http://127.0.0.1:9")
    world.site(NOOR).front("here")
    assert approach(NOOR).read("/").text == "here"


def test_chunks_and_plain_text_are_read(world: LocalWorld) -> None:
    def chunked(handler: Handler) -> None:
        handler.wfile.write(
            b"HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nTransfer-Encoding: chunked\r\n\r\n"
            b"5\r\nhello\r\n6\r\n there\r\n0\r\n\r\n"
        )

    world.site(NOOR).pages["/"] = chunked
    assert approach(NOOR).read("/") == https.Page("text/plain", "hello there")


def test_a_page_of_just_the_most_bytes_is_read(world: LocalWorld) -> None:
    world.site(NOOR).front("x" * MOST_BYTES)
    assert len(approach(NOOR).read("/").text) == MOST_BYTES


def silence(_handler: Handler) -> None:
    time.sleep(3)


def drips_head(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
    handler.drip(b"X: y\r\n")


def drips_body(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    handler.drip(b"x")


def always_continue(handler: Handler) -> None:
    handler.drip(b"HTTP/1.1 100 Continue\r\n\r\n", seconds=0.01)


@pytest.mark.parametrize("slow", [silence, drips_head, drips_body, always_continue])
def test_whoever_takes_too_long_is_left(
    world: LocalWorld, short: None, slow: Callable[[Handler], None]
) -> None:
    world.site(NOOR).pages["/"] = slow
    started = time.monotonic()
    assert problem_at() == Problem.TOO_SLOW
    assert time.monotonic() - started < 1.5


def gigabyte_announced(handler: Handler) -> None:
    handler.wfile.write(
        b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 1073741824\r\n\r\n"
    )
    endless(handler)


def gigabyte(handler: Handler) -> None:
    handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")
    endless(handler)


def endless(handler: Handler) -> None:
    for _part in range(16 * 1024):
        handler.wfile.write(b"x" * 65536)


@pytest.mark.parametrize("large", [gigabyte, gigabyte_announced])
def test_of_a_gigabyte_little_is_read(world: LocalWorld, large: Callable[[Handler], None]) -> None:
    world.site(NOOR).pages["/"] = large
    assert problem_at() == Problem.TOO_LARGE


@pytest.mark.parametrize(
    "to", ["http://127.0.0.1/", "https://169.254.169.254/latest/", "/elsewhere", "//[::1]/"]
)
def test_no_redirect_is_followed(world: LocalWorld, to: str) -> None:
    site = world.site(NOOR)
    site.pages["/"] = lambda handler: handler.moved(to)
    assert problem_at() == Problem.REDIRECT
    assert site.asked == ["/"]
    assert world.connections == 1


@pytest.mark.parametrize("status", [401, 404, 410, 429, 500, 503])
def test_an_error_is_no_page(world: LocalWorld, status: int) -> None:
    world.site(NOOR).pages["/"] = status
    assert problem_at() == Problem.STATUS


def test_only_text_that_is_not_packed_is_read(world: LocalWorld) -> None:
    site = world.site(NOOR)
    for content_type in ("image/png", "application/json", "text/css", "nonsense"):
        site.pages["/"] = (content_type, "x")
        assert problem_at() == Problem.CONTENT_TYPE
    site.pages["/"] = lambda handler: handler.say(b"x", Content_Encoding="br")
    assert problem_at() == Problem.CONTENT_TYPE
    site.pages["/"] = lambda handler: handler.raw(b"HTTP/1.1 200 OK\r\n\r\nhello")
    assert problem_at() == Problem.CONTENT_TYPE


@pytest.mark.parametrize(
    "nonsense",
    [
        b"SSH-2.0-rubble\r\n",
        b"",
        b"HTTP/1.1 abc\r\n\r\n",
        b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 200,
    ],
)
def test_what_is_not_http_is_no_page(world: LocalWorld, nonsense: bytes) -> None:
    world.site(NOOR).pages["/"] = lambda handler: handler.raw(nonsense)
    assert problem_at() == Problem.BROKEN


@pytest.mark.parametrize("certificate", ["somebody-else.example", "expired"])
def test_a_certificate_that_is_not_theirs_or_has_run_out(
    world: LocalWorld, certificate: str
) -> None:
    site = world.site(NOOR, certificate=certificate)
    site.shows("abc")
    assert problem_at() == Problem.CERTIFICATE
    assert site.asked == []


def test_a_certificate_that_nobody_vouches_for(
    world: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = world.site(NOOR)
    seen = environment.world
    own = World(
        nameservers=seen.nameservers,
        dns_port=seen.dns_port,
        https_port=seen.https_port,
        also_public=seen.also_public,
    )
    monkeypatch.setattr(environment, "world", own)
    assert problem_at() == Problem.CERTIFICATE
    assert site.asked == []


def test_where_nobody_listens(world: LocalWorld) -> None:
    world.site(NOOR, address=ELSEWHERE)
    assert problem_at() == Problem.UNREACHABLE


def test_a_second_address_is_tried_when_nobody_listens_at_the_first(world: LocalWorld) -> None:
    world.site(NOOR).front("here")
    world.says(NOOR, "A", ELSEWHERE, LOCAL)
    assert approach(NOOR).read("/").text == "here"


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.3",
        "::1",
        "169.254.169.254",
        "::ffff:10.0.0.1",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
    ],
)
def test_a_name_that_leads_inward_is_not_gone_to(world: LocalWorld, address: str) -> None:
    world.says(NOOR, "AAAA" if ":" in address else "A", address)
    with pytest.raises(NotShown, match=Problem.INWARD):
        approach(NOOR)
    assert world.connections == 0


def test_a_name_that_leads_elsewhere_the_second_time_is_not_asked_a_second_time(
    world: LocalWorld,
) -> None:
    site = world.site(NOOR, address=ELSEWHERE)
    site.shows("abc")
    # What an attacker has waiting inside, for whoever asks again when connecting.
    world.then_says(NOOR, "A", LOCAL)
    found = approach(NOOR)
    for path in ("/robots.txt", "/"):
        with pytest.raises(NotShown, match=Problem.UNREACHABLE):
            found.read(path)
    assert kinds_asked(world, NOOR) == ["A", "AAAA"]
    assert (world.connections, site.asked) == (0, [])


def test_time_that_is_over_before_anything_began(
    world: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(https, "FETCH_TIMEOUT_SECONDS", 0.0)
    world.site(NOOR)
    assert problem_at() == Problem.TOO_SLOW
    assert world.connections == 0
