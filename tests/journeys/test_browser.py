"""The browser of the journeys is there, talks to the site, and reports what goes wrong."""

from playwright.sync_api import BrowserContext, Page


def test_the_live_server_answers_the_browser(site: str, page: Page) -> None:
    response = page.goto(f"{site}/healthz")
    assert response is not None
    assert response.status == 200


def test_the_browser_reaches_nothing_outside(context: BrowserContext) -> None:
    page = context.new_page()
    page.set_content("<img src='https://outside.example/x.png'>")
    failure = page.evaluate(
        "fetch('https://outside.example/').then(() => 'reached', error => error.message)"
    )
    assert failure == "Failed to fetch"
