"""Looking at a page as a careful person would: in light and in dark, with axe, and to its edge."""

from axe_playwright_python.sync_playwright import Axe  # type: ignore[import-untyped]
from playwright.sync_api import Page

EVERYTHING = "{resultTypes: ['violations']}"
# Nothing else that axe looks at depends on the scheme.
COLOURS_ONLY = "{resultTypes: ['violations'], runOnly: ['color-contrast']}"


def looks_right(page: Page) -> None:
    """No violation of axe's rules in light or dark, and nothing sticks out to the side."""
    # What is looked at must have its styles, whatever brought the browser here.
    page.wait_for_load_state("load")
    page.evaluate(Axe().axe_script)
    page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    assert not (found := _violations(page, COLOURS_ONLY)), found
    page.emulate_media(color_scheme="light")
    assert not (found := _violations(page, EVERYTHING)), found
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0


def _violations(page: Page, options: str) -> str:
    found = page.evaluate(f"axe.run({options}).then(result => result.violations)")
    return "\n".join(
        f"{each['id']}: {node['html']}\n{node['failureSummary']}"
        for each in found
        for node in each["nodes"]
    )
