"""Looking at a page as closely as a careful person would: in light and dark, with axe, to its edge."""

from functools import cache
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Locator, Page, expect

# Whatever else axe looks at does not depend on the colours.
COLOURS_ONLY = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}


@cache
def axe() -> Axe:
    return Axe()


def looks_right(page: Page) -> None:
    """No violation of axe's rules in light or dark, and nothing sticks out to the side."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    found = _violations(page)
    assert not found, "\n".join(found)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    found = _violations(page, COLOURS_ONLY)
    assert not found, "\n".join(found)
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0


def in_view(part: Locator) -> None:
    expect(part).to_be_in_viewport()


def _violations(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    results = axe().run(page, options=options) if options else axe().run(page)
    return [
        f"{each['id']}: {node['html']} {node['failureSummary']}"
        for each in results.response["violations"]
        for node in each["nodes"]
    ]
