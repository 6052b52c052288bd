"""A text's Markdown as HTML that is safe on a public page."""

import re

import nh3
from django.utils.safestring import SafeString, mark_safe
from markdown_it import MarkdownIt
from markdown_it.token import Token

TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "li", "blockquote"),
    *("em", "strong", "code", "pre", "a"),
}
ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
SCHEMES = {"https", "http", "mailto"}
# `https:path` counts as absolute for the cleaner, and as relative for a browser.
_ABSOLUTE = re.compile(r"https?://[^/?#\\]|mailto:[^/]", re.IGNORECASE)

# CommonMark without HTML of its own and without pictures.
_parser = MarkdownIt("commonmark", {"html": False}).disable(["html_inline", "html_block", "image"])


def render(source: str) -> SafeString:
    """CommonMark to HTML: no raw HTML, no pictures, no address that is not absolute.

    Headings begin at h2 and skip no level, since the letter's title is the page's h1. Never
    raises, whatever is in the source. Two fences: the parser, and a cleaner that does not trust it.
    """
    source = source.encode(errors="replace").decode()
    tokens = _parser.parse(source)
    _begin_headings_at_h2(tokens)
    html = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        html,
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        # By default `/path` and `//host` pass.
        url_relative="deny",
        attribute_filter=_only_absolute,
        link_rel="noopener nofollow",
    )
    return mark_safe(clean)  # noqa: S308


def _only_absolute(_tag: str, attribute: str, value: str) -> str | None:
    return value if attribute != "href" or _ABSOLUTE.match(value) else None


def _begin_headings_at_h2(tokens: list[Token]) -> None:
    headings = [token for token in tokens if token.type in ("heading_open", "heading_close")]
    used = sorted({token.tag for token in headings})
    for token in headings:
        token.tag = f"h{min(6, used.index(token.tag) + 2)}"
