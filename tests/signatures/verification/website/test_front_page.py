"""Where the token may stand on a site, and where it counts for nothing."""

import pytest

from signatures.models import Proof
from signatures.verification.network.https import Page
from signatures.verification.problems import NotShown, Problem
from signatures.verification.website import front_page
from tests.signatures.verification.fake_internet import LocalWorld

NOOR = "noor.example"
TOKEN = "abcdefgh23456723"
LINE = f"undersigned-verify={TOKEN}"
ME = f"http://127.0.0.1:8000/letters/work-that-is-ours/#u-{TOKEN}"


def is_found(html: str) -> bool:
    return front_page.is_on_page(Page("text/html", html), TOKEN)


@pytest.mark.parametrize(
    "html",
    [
        f'<meta name="undersigned" content="{LINE}">',
        f"<META NAME=Undersigned CONTENT=' {TOKEN} '/>",
        f'<!doctype html><title>a<b</title><p>x<meta name="undersigned" content="{LINE}">',
        f'<a rel="me" href="{ME}">the letter</a>',
        f'<link rel="nofollow ME noopener" href=" {ME} ">',
        f'<a rel=me href="{ME.replace("/letters", "/ar/letters")}">',
        f'<textarea>x</textarea><meta name="undersigned" content="{LINE}">',
        f'<br/><meta name="undersigned" content="{LINE}" content="other">',
    ],
)
def test_found(html: str) -> None:
    assert is_found(html)


@pytest.mark.parametrize(
    "html",
    [
        "",
        LINE,
        f"<p>{LINE}</p>",
        f'<!-- <meta name="undersigned" content="{LINE}"> -->',
        f'<script>\'<meta name="undersigned" content="{LINE}">\'</script>',
        f'<textarea><meta name="undersigned" content="{LINE}"></textarea>',
        f'<textarea/><meta name="undersigned" content="{LINE}">',
        f'<template><a rel="me" href="{ME}"></a></template>',
        f'<template><template></template><meta name="undersigned" content="{LINE}"></template>',
        f'<noscript><div><meta name="undersigned" content="{LINE}"></div></noscript>',
        f'<meta name="description" content="{LINE}">',
        f'<meta name="undersigned" content="{LINE}x">',
        f'<meta name="undersigned" content="other" content="{LINE}">',
        '<meta name="undersigned">',
        f'<a href="{ME}">',
        f'<a rel="nofollow" href="{ME}">',
        f'<a rel="me" href="{ME}x">',
        f'<a rel="me" href="https://elsewhere.example/#u-{TOKEN}">',
        f'<a rel="me" href="//127.0.0.1:8000@elsewhere.example/#u-{TOKEN}">',
        '<a rel="me" href="https://[">',
        '<a rel="me">',
        f"<meta name='undersigned' content='{LINE}",
    ],
)
def test_not_found(html: str) -> None:
    assert not is_found(html)


def test_a_page_of_plain_text_has_no_tags() -> None:
    with pytest.raises(NotShown, match=Problem.CONTENT_TYPE):
        front_page.is_on_page(
            Page("text/plain", f'<meta name="undersigned" content="{LINE}">'), TOKEN
        )


def look() -> None:
    front_page.look(Proof(subject=NOOR, token=TOKEN))


def test_the_front_page_shows_it(world: LocalWorld) -> None:
    site = world.site(NOOR)
    site.shows(TOKEN)
    look()
    assert site.asked == ["/robots.txt", front_page.WELL_KNOWN, "/"]


def test_the_small_file_shows_it_and_is_enough(world: LocalWorld) -> None:
    site = world.site(NOOR)
    site.pages[front_page.WELL_KNOWN] = ("text/plain", f"# two people\r\nx\r\n {LINE} \r\n")
    look()
    assert "/" not in site.asked


def test_a_file_of_another_type_or_elsewhere_is_not_the_file(world: LocalWorld) -> None:
    site = world.site(NOOR)
    site.front("welcome")
    for answer in (
        ("text/html", LINE),
        ("text/plain", f"x{LINE}"),
        ("image/png", LINE),
        ("text/plain", "x" * 600_000 + f"\n{LINE}"),
    ):
        site.pages[front_page.WELL_KNOWN] = answer
        with pytest.raises(NotShown, match=Problem.TOKEN_MISSING):
            look()
    site.pages[front_page.WELL_KNOWN] = lambda handler: handler.moved("/")
    site.shows(TOKEN)
    look()


def test_another_page_of_the_same_host_does_not_count(world: LocalWorld) -> None:
    site = world.site(NOOR)
    site.front("many live here")
    site.pages["/~vlad/"] = ("text/html", f'<meta name="undersigned" content="{LINE}">')
    with pytest.raises(NotShown, match=Problem.TOKEN_MISSING):
        look()
    assert "/~vlad/" not in site.asked


@pytest.mark.parametrize(
    "rules", ["User-agent: *\nDisallow: /\n", "User-agent: undersigned\nDisallow: /\n"]
)
def test_what_robots_txt_forbids_is_not_read(world: LocalWorld, rules: str) -> None:
    site = world.site(NOOR)
    site.shows(TOKEN)
    site.pages["/robots.txt"] = ("text/plain", rules)
    with pytest.raises(NotShown, match=Problem.ROBOTS):
        look()
    assert site.asked == ["/robots.txt"]


def test_what_robots_txt_allows_is(world: LocalWorld) -> None:
    site = world.site(NOOR)
    site.pages[front_page.WELL_KNOWN] = ("text/plain", LINE)
    site.pages["/robots.txt"] = (
        "text/plain",
        "User-agent: *\nDisallow: /\n\nUser-agent: Undersigned\nAllow: /\n",
    )
    look()


def test_a_site_that_cannot_be_reached_is_asked_once(world: LocalWorld) -> None:
    site = world.site(NOOR, certificate="expired")
    with pytest.raises(NotShown, match=Problem.CERTIFICATE):
        look()
    assert (world.connections, site.asked) == (1, [])


def test_a_site_that_breaks_off_at_the_file_only(
    world: LocalWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    site = world.site(NOOR)
    monkeypatch.setattr("signatures.verification.network.https.FETCH_TIMEOUT_SECONDS", 0.5)
    site.pages[front_page.WELL_KNOWN] = lambda handler: handler.drip(b"H")
    site.shows(TOKEN)
    with pytest.raises(NotShown, match=Problem.TOO_SLOW):
        look()
