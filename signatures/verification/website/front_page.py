"""Website: a token on the site's front page or in its well-known file.

Proves that the signer can change what stands on the front of this host. Only the front page
and the well-known file count: on a host that many share, any of them can write `/~name/`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.robotparser import RobotFileParser

from campaign.pages import PageContext
from signatures.models import Proof
from signatures.verification.network.https import NAME, Page, Site, approach
from signatures.verification.placed_line import is_line, is_link
from signatures.verification.problems import NotShown, Problem
from signatures.verification.website.html_tags import Attributes, tags

WELL_KNOWN = "/.well-known/undersigned.txt"

# Only the answer is at fault: the front page may still have it.
_NOT_THE_FILE = (
    Problem.STATUS,
    Problem.REDIRECT,
    Problem.CONTENT_TYPE,
    Problem.TOO_LARGE,
    Problem.BROKEN,
)


def look(proof: Proof) -> Mapping[str, object]:
    """Return if the site shows the token; raises NotShown. Three pages are read at most."""
    site, token = approach(proof.subject), proof.token
    rules = _robots(site)
    if rules.can_fetch(NAME, WELL_KNOWN) and _in_file(site, token):
        return {}
    if not rules.can_fetch(NAME, "/"):
        raise NotShown(Problem.ROBOTS)
    if not is_on_page(site.read("/"), token):
        raise NotShown(Problem.TOKEN_MISSING)
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Placing(PageContext):
    """Where the token goes."""

    front_page: str
    well_known: str


def placing(proof: Proof) -> Placing:
    site = f"https://{proof.subject}"
    return Placing(front_page=f"{site}/", well_known=f"{site}{WELL_KNOWN}")


def is_on_page(page: Page, token: str) -> bool:
    """Whether the front page has it, in a `<meta>` or in a link that says `rel="me"`."""
    if page.content_type == "text/plain":
        raise NotShown(Problem.CONTENT_TYPE)
    # Most pages do not have it, and need no reading.
    return token in page.text and any(_shows(*tag, token) for tag in _shown_tags(page.text))


def _shown_tags(html: str) -> Iterator[tuple[str, Attributes]]:
    """Start tags outside of `<template>`, a stock that the page does not show."""
    depth = 0
    for name, attributes, is_end in tags(html):
        if name == "template":
            depth = max(0, depth + (-1 if is_end else 1))
        elif not depth and not is_end:
            yield name, attributes


def _shows(name: str, attributes: Attributes, token: str) -> bool:
    if name == "meta" and attributes.get("name", "").lower() == "undersigned":
        return is_line(attributes.get("content", ""), token)
    if name in ("a", "link") and "me" in attributes.get("rel", "").lower().split():
        return is_link(attributes.get("href", ""), token)
    return False


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
