"""A real Chromium against a real server: what a person would see, and what the browser says."""

from collections.abc import Iterator, Sequence
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Page,
    ViewportSize,
    expect,
    sync_playwright,
)
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from campaign.letters import drafting, publishing
from campaign.letters.models import Letter
from campaign.letters.texts import draft_text
from tests import chromium
from tests.signatures import factories

JOURNEYS = Path(__file__).parent
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-quic",
    # Nothing but the live server is ever asked for.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
]
# For whatever a page does by itself; the machine may be busy with another journey.
PATIENCE = 30_000
expect.set_options(timeout=PATIENCE)
PHONE: ViewportSize = {"width": 390, "height": 844}
DESKTOP: ViewportSize = {"width": 1280, "height": 900}


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: Sequence[pytest.Item]) -> None:
    """Ahead of `-m`, which asks for the marks."""
    for item in items:
        if item.path.is_relative_to(JOURNEYS):
            item.add_marker("long")


@pytest.fixture
def letter(db: None) -> Letter:
    """Open in English and Arabic, and too long for one screen; two people and an organisation
    stand under it already."""
    letter = factories.draft_letter()
    text = draft_text(letter=letter)
    assert text is not None
    for language, words in (("en", factories.ENGLISH), ("ar", factories.ARABIC)):
        long = words | {"body": "\n\n".join([words["body"]] * 8)}
        drafting.save_translation(text=text, language=language, **long)
    publishing.publish(letter=letter, now=timezone.now())
    letter.refresh_from_db()
    factories.listed(letter, factories.WIKTOR, factories.MEI, factories.GUILD)
    return letter


@pytest.fixture
def site(live_server: LiveServer, settings: Settings) -> str:
    """The address of the running site, which its e-mails' links name too."""
    address = live_server.url
    settings.SITE_URL = address
    settings.SITE_HOST = urlsplit(address).netloc
    settings.CSRF_TRUSTED_ORIGINS = [address]
    return address


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    path = chromium.find()
    assert path, "The journeys need Chromium: tests/machine.sh installs it."
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A browser profile without any past."""
    context = browser.new_context(viewport=DESKTOP, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Iterator[Page]:
    """A tab whose console must stay free of errors: scripts, policies, missing files."""
    errors: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        # What the browser tells of a form that was not filled in right (422), and of one that it
        # has to compute for (428).
        is_told = any(f"status of {status} " in message.text for status in (422, 428))
        if message.type == "error" and not is_told:
            errors.append(message.text)

    context.on("console", listen)
    context.on("weberror", lambda problem: errors.append(str(problem.error)))
    page = context.new_page()
    yield page
    assert errors == []


@pytest.fixture
def phone(page: Page) -> Page:
    """The same tab at a phone's size."""
    page.set_viewport_size(PHONE)
    return page


@pytest.fixture
def without_scripts(browser: Browser) -> Iterator[BrowserContext]:
    context = browser.new_context(java_script_enabled=False, locale="en-GB")
    context.set_default_timeout(PATIENCE)
    yield context
    context.close()
