"""Ines edits a magazine: she places the letter in an article, and her readers come from there."""

import re
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from campaign.letters.models import Letter
from tests.journeys.page_checks import looks_right
from tests.signatures import factories


@pytest.fixture
def magazine() -> Iterator[tuple[str, list[str]]]:
    """A site of somebody else: its address, and the body of its only page."""
    body: list[str] = []

    class Article(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            page = f'<!doctype html><html lang="en"><title>Ines</title><main>{"".join(body)}</main>'
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.end_headers()
            self.wfile.write(page.encode() if self.path == "/" else b"")

        def log_message(self, *_arguments: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Article)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}/", body
    server.shutdown()
    thread.join()
    server.server_close()


def test_ines_pastes_the_letter_into_an_article_and_a_reader_follows_it(
    page: Page, site: str, letter: Letter, magazine: tuple[str, list[str]]
) -> None:
    page.goto(f"{site}/letters/{letter.slug}/")
    page.get_by_role("link", name="Embed or share").click()
    looks_right(page)
    frame = page.get_by_label("HTML to paste into your page").input_value()
    address, body = magazine
    body.append(frame)
    page.goto(address)
    placed = page.frame_locator("iframe")
    expect(placed.locator(".figure")).to_have_text("3")
    with page.expect_popup() as opened:
        placed.get_by_role("link", name=factories.ENGLISH["title"]).click()
    reader = opened.value
    expect(reader.get_by_role("heading", level=1)).to_have_text(factories.ENGLISH["title"])
    assert reader.url == f"{site}/letters/{letter.slug}/"


def test_in_the_sandbox_of_wordpress_a_reader_gets_to_the_letter(
    context: BrowserContext, site: str, letter: Letter, magazine: tuple[str, list[str]]
) -> None:
    """WordPress names the frame by a secret, forbids it all but scripts, hides it until it tells
    its height, and goes where a link leads if message and focus are the frame's."""
    # Not the tab that fails for each message: fonts are let through by nginx, not by this server.
    page = context.new_page()
    address, body = magazine
    body.append(
        '<iframe class="wp-embedded-content" sandbox="allow-scripts" width="600" height="200"'
        f' src="{site}/letters/{letter.slug}/embed/#?secret=s3cret"></iframe>'
        "<script>const told = [];"
        "const frame = document.querySelector('iframe');"
        "addEventListener('message', ({data, source}) => {"
        "  if (source !== frame.contentWindow || data.secret !== 's3cret') return;"
        "  told.push(data.message);"
        "  if (data.message === 'link' && document.activeElement === frame) location = data.value;"
        "});"
        "</script>"
    )
    page.goto(address)
    page.wait_for_function("told.includes('height')")
    placed = page.frame_locator("iframe")
    placed.get_by_role("link", name=factories.ENGLISH["title"]).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(factories.ENGLISH["title"])
    assert page.url == f"{site}/letters/{letter.slug}/"


@pytest.mark.parametrize("language", ["", "ar/"])
@pytest.mark.parametrize("size", [(320, 180), (600, 200)])
def test_the_frame_fits_into_small_places(
    page: Page, site: str, letter: Letter, language: str, size: tuple[int, int]
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    for theme, background in (("light", "rgb(251, 250, 246)"), ("dark", "rgb(20, 22, 26)")):
        page.goto(f"{site}/{language}letters/{letter.slug}/embed/?theme={theme}")
        looks_right(page)
        expect(page.locator("body")).to_have_css("background-color", background)
        assert page.evaluate("document.documentElement.scrollHeight - innerHeight") <= 0
    page.goto(f"{site}/{language}letters/{letter.slug}/embed/")
    page.emulate_media(color_scheme="dark")
    expect(page.locator("body")).to_have_css("background-color", "rgb(20, 22, 26)")


@pytest.mark.parametrize("language", ["", "ar/"])
@pytest.mark.parametrize("size", [(240, 180), (300, 180), (300, 220), (320, 180), (600, 200)])
def test_in_every_size_a_link_is_seen(
    page: Page, site: str, letter: Letter, language: str, size: tuple[int, int]
) -> None:
    width, height = size
    page.set_viewport_size({"width": width, "height": height})
    page.goto(f"{site}/{language}letters/{letter.slug}/embed/")
    title, words = page.locator("h1 a"), page.locator(".go a")
    if words.is_visible():
        expect(words).to_be_in_viewport()
    else:
        expect(title).to_be_in_viewport()
        expect(title).to_have_css("text-decoration-line", "underline")
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def test_the_block_of_data_is_let_through_and_read(page: Page, site: str, letter: Letter) -> None:
    """`page` fails for any message of the browser, as one of the content security policy."""
    page.goto(f"{site}/letters/{letter.slug}/")
    kind = page.evaluate(
        "JSON.parse(document.querySelector('script[type=\"application/ld+json\"]').text)['@type']"
    )
    assert kind == "CreativeWork"
    card = page.locator('meta[property="og:image"]').get_attribute("content")
    assert re.fullmatch(rf"{site}/letters/{letter.slug}/card.png", card or "")
