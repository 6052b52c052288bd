"""A text's Markdown as HTML that is safe on a public page."""

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

from campaign.letters import typed_text
from campaign.letters.typed_text import Direction, Done

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"),
    *("em", "strong", "code", "pre", "a", "sup"),
}
_BLOCKS = ("p", "h2", "h3", "h4", "h5", "h6", "li")
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}} | {tag: {"dir"} for tag in _BLOCKS}
SCHEMES = {"https", "http", "mailto"}
# `https:path` counts as absolute for the cleaner, and as relative for a browser.
_ABSOLUTE = re.compile(r"https?://[^/?#\\]|mailto:[^/]", re.IGNORECASE)

# CommonMark without HTML of its own and without pictures, read as people type it.
_parser = MarkdownIt("commonmark", {"html": False}).disable(["html_inline", "html_block", "image"])
typed_text.install(_parser)
# Whatever an address is, it becomes a link here, and the cleaner decides: so what leads nowhere
# can be told from words in brackets.
_parser.validateLink = lambda url: True  # type: ignore[method-assign]


@dataclass(frozen=True)
class DeadLink:
    """A link that a reader could not follow."""

    words: str
    address: str


@dataclass(frozen=True)
class Link:
    """`title` is what a browser shows beside the words."""

    words: str
    address: str
    title: str


@dataclass(frozen=True)
class Parsed:
    """A text as the parser's tokens, of which links that lead nowhere are words only."""

    tokens: list[Token]
    env: dict[str, Any]
    links: list[Link]
    dead_links: list[DeadLink]


@dataclass(frozen=True)
class Reading:
    html: SafeString
    done: list[Done]
    links: list[Link]
    dead_links: list[DeadLink]

    @property
    def hidden_links(self) -> list[Link]:
        """Those whose words are not the address itself."""
        return [each for each in self.links if each.words != each.address]


# The text of a page that is asked for often is the same for weeks.
@lru_cache(maxsize=100)
def render(source: str, *, direction: Direction | None = None) -> SafeString:
    """The text as HTML, without what is told to its writers."""
    return read(source, direction=direction).html


def read(source: str, *, direction: Direction | None = None) -> Reading:
    """CommonMark to HTML: no raw HTML, no pictures, no address that is not absolute.

    Headings begin at h2 and skip no level, since the letter's title is the page's h1. A paragraph
    that runs against `direction`, that of the text around it, says so. Never raises, whatever is
    in the source. Two fences: the parser, and a cleaner that does not trust it.
    """
    parsed = parse(source, direction=direction)
    html = _parser.renderer.render(parsed.tokens, _parser.options, parsed.env)
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        # By default `/path` and `//host` pass.
        url_relative="deny",
        attribute_filter=_only_harmless,
        link_rel="noopener nofollow",
    )
    done = typed_text.notes_of(parsed.env)
    return Reading(mark_safe(clean), done, parsed.links, parsed.dead_links)  # noqa: S308


def parse(source: str, *, direction: Direction | None = None) -> Parsed:
    """What HTML and plain text are made of."""
    source = source.encode(errors="replace").decode()
    env: dict[str, Any] = {"direction": direction}
    tokens = _parser.parse(source, env)
    _begin_headings_at_h2(tokens)
    links, dead = _links_in(tokens)
    return Parsed(tokens, env, links, dead)


def _only_harmless(_tag: str, attribute: str, value: str) -> str | None:
    if attribute == "dir":
        return value if value in ("ltr", "rtl") else None
    return value if attribute != "href" or _ABSOLUTE.match(value) else None


def _links_in(tokens: list[Token]) -> tuple[list[Link], list[DeadLink]]:
    """All of them. What would look like a link and lead nowhere becomes words only."""
    links: list[Link] = []
    dead: list[DeadLink] = []
    for token in tokens:
        kept: list[Token] = []
        opened: list[tuple[Token, int]] = []
        for child in token.children or ():
            if child.type == "link_open":
                opened.append((child, len(kept)))
                if not _leads_somewhere(child):
                    continue
            elif child.type == "link_close":
                opening, start = opened.pop()
                words = "".join(_read_of(each) for each in kept[start:])
                address = str(opening.attrGet("href") or "")
                if not _leads_somewhere(opening):
                    dead.append(DeadLink(words, address))
                    continue
                links.append(Link(words, address, str(opening.attrGet("title") or "")))
            kept.append(child)
        if token.children is not None:
            token.children = kept
    return links, dead


def _leads_somewhere(opening: Token) -> bool:
    return bool(_ABSOLUTE.match(str(opening.attrGet("href") or "")))


def _read_of(token: Token) -> str:
    return " " if token.type in ("softbreak", "hardbreak") else token.content


def _begin_headings_at_h2(tokens: list[Token]) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    used = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(6, used.index(token.tag) + 2)}"
