"""Website: a token on the site's front page or in its well-known file.

Proves that whoever signed can change what stands on the front of this host. Only the front page
and the well-known file count: on a host that many share, any of them can write `/~name/`.
"""

from html.parser import HTMLParser
from urllib.parse import urlsplit
from urllib.robotparser import RobotFileParser

from django.conf import settings

from signatures.verification.fetching import NAME, Page, Site, approach
from signatures.verification.problems import NotShown, Problem

WELL_KNOWN = "/.well-known/undersigned.txt"
# What stands before the token wherever it is a line of text.
LABEL = "undersigned-verify="
# So that a rel="me" link can lead to the letter and still carry it.
FRAGMENT = "u-"

# Inside of these tags are mere text, or a stock that the page does not show.
_TEXT = ("textarea", "title", "noscript", "iframe", "noembed", "noframes", "xmp")
_STOCK = "template"
# Only the answer is at fault: the front page may still have it.
_NOT_THE_FILE = (
    Problem.STATUS,
    Problem.REDIRECT,
    Problem.CONTENT_TYPE,
    Problem.TOO_LARGE,
    Problem.BROKEN,
)


def look(*, host: str, token: str) -> None:
    """Return if the site shows the token; raises NotShown. Three pages are read at most."""
    site = approach(host)
    rules = _robots(site)
    if rules.can_fetch(NAME, WELL_KNOWN) and _in_file(site, token):
        return
    if not rules.can_fetch(NAME, "/"):
        raise NotShown(Problem.ROBOTS)
    if not is_on_page(site.read("/"), token):
        raise NotShown(Problem.TOKEN_MISSING)


def is_line(text: str, token: str) -> bool:
    return text.strip().removeprefix(LABEL) == token


def is_on_page(page: Page, token: str) -> bool:
    """Whether the front page has it, in a `<meta>` or in a link that says `rel="me"`."""
    if page.content_type == "text/plain":
        raise NotShown(Problem.CONTENT_TYPE)
    reader = _Reader(token)
    reader.feed(page.text)
    reader.close()
    return reader.found


class _Reader(HTMLParser):
    """Looks at tags alone; what stands inside of elements that hold mere text is nobody's word."""

    CDATA_CONTENT_ELEMENTS = ("script", "style", *_TEXT)  # type: ignore[misc]

    def __init__(self, token: str) -> None:
        super().__init__()
        self.found = False
        self._token = token
        self._inside = ""
        self._depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if not self._inside and (tag in _TEXT or tag == _STOCK):
            self._inside = tag
        if self._inside:
            self._depth += tag == self._inside
            return
        # The first of a repeated attribute counts, as in browsers.
        named = {name: value or "" for name, value in reversed(attrs)}
        if tag == "meta" and named.get("name", "").lower() == "undersigned":
            self.found |= is_line(named.get("content", ""), self._token)
        elif tag in ("a", "link") and "me" in named.get("rel", "").lower().split():
            self.found |= self._leads_to_us(named.get("href", ""))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        # A slash at the end means nothing in HTML: `<textarea/>` is open.
        self.handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._inside:
            self._depth -= 1
            if not self._depth:
                self._inside = ""

    def _leads_to_us(self, href: str) -> bool:
        try:
            parts = urlsplit(href.strip())
        except ValueError:
            return False
        return parts.netloc == settings.SITE_HOST and parts.fragment == FRAGMENT + self._token


def _robots(site: Site) -> RobotFileParser:
    """What the site asks of programs; a site that asks nothing allows all."""
    rules = RobotFileParser()
    try:
        rules.parse(site.read("/robots.txt").text.splitlines())
    except NotShown as error:
        if error.problem not in _NOT_THE_FILE:
            raise
        rules.parse([])
    return rules


def _in_file(site: Site, token: str) -> bool:
    try:
        page = site.read(WELL_KNOWN)
    except NotShown as error:
        if error.problem not in _NOT_THE_FILE:
            raise
        return False
    # Some hosts answer everything with their front page.
    return page.content_type == "text/plain" and any(
        is_line(line, token) for line in page.text.splitlines()
    )
