"""The tags of a stranger's page, in time that grows with its length and no faster.

Python's HTMLParser looks at the rest of a page again for each tag that is never closed, so 64 KiB
of `<a ` took it half a minute; parsers that build a tree can be made to copy what is open again
and again. This one keeps nothing, and each character is read a fixed number of times: it follows
the tokenizer of the HTML standard as far as tags, attributes, comments and raw text.
"""

import re
from collections.abc import Iterator
from html import unescape

# Inside of these stands mere text.
RAW_TEXT = frozenset(
    {
        *("script", "style", "textarea", "title", "noscript", "iframe"),
        *("noembed", "noframes", "xmp", "plaintext"),
    }
)
# Longer than any address or token that is looked for.
MAX_VALUE_LENGTH = 4096

_SPACES = r"\t\n\f\r "
_NAME = re.compile(rf"[^{_SPACES}/>]++")
_GAP = re.compile(rf"[{_SPACES}/]*+")
_SPACE = re.compile(rf"[{_SPACES}]*+")
# It may begin with an equals sign, and with nothing else that ends one.
_ATTRIBUTE = re.compile(rf"[^{_SPACES}/>][^{_SPACES}/>=]*+")
_BARE_VALUE = re.compile(rf"[^{_SPACES}>]++")
_COMMENT_END = re.compile(r"--!?>")

Attributes = dict[str, str]


def tags(html: str) -> Iterator[tuple[str, Attributes, bool]]:
    """Name, attributes (the first of a name counts) and whether it is an end tag, in order."""
    position = 0
    while (position := html.find("<", position)) != -1:
        after = html[position + 1 : position + 2]
        closing = after == "/"
        first = html[position + 2 : position + 3] if closing else after
        if first.isascii() and first.isalpha():
            found = _tag(html, position + 1 + closing)
            if found is None:
                return
            name, attributes, position = found
            yield name, attributes, closing
            if not closing and name in RAW_TEXT:
                position = _after_raw_text(html, position, name)
        elif html.startswith("<!--", position):
            position = _after_comment(html, position)
        elif after in ("!", "?", "/"):
            position = _after(html, ">", position + 1)
        else:
            position += 1
        if position == -1:
            return


def _tag(html: str, position: int) -> tuple[str, Attributes, int] | None:
    """What begins with its name here, and where it ends; None if the page ends before."""
    name = _NAME.match(html, position)
    if name is None:
        return None
    attributes: Attributes = {}
    position = name.end()
    while True:
        position = _end(_GAP, html, position)
        if html.startswith(">", position):
            return name[0].lower(), attributes, position + 1
        attribute = _ATTRIBUTE.match(html, position)
        if attribute is None:
            return None
        value, position = "", attribute.end()
        equals = _end(_SPACE, html, position)
        if html.startswith("=", equals):
            start = _end(_SPACE, html, equals + 1)
            quote = html[start : start + 1]
            if quote and quote in "\"'":
                end = html.find(quote, start + 1)
                if end == -1:
                    return None
                value, position = html[start + 1 : end], end + 1
            else:
                bare = _BARE_VALUE.match(html, start)
                value, position = (bare[0], bare.end()) if bare else ("", start)
        attributes.setdefault(attribute[0].lower(), _unescaped(value))


def _unescaped(value: str) -> str:
    if len(value) > MAX_VALUE_LENGTH:
        return ""
    try:
        return unescape(value)
    except ValueError:
        # A number of more digits than Python reads.
        return value


def _after_comment(html: str, position: int) -> int:
    for empty in ("<!-->", "<!--->"):
        if html.startswith(empty, position):
            return position + len(empty)
    end = _COMMENT_END.search(html, position + 4)
    return end.end() if end else -1


def _after_raw_text(html: str, position: int, name: str) -> int:
    """Where its end tag begins; the page's end if it has none, as nothing ends `plaintext`."""
    if name == "plaintext":
        return -1
    end = re.compile(rf"</{name}(?=[{_SPACES}/>])", re.IGNORECASE).search(html, position)
    return end.start() if end else -1


def _after(html: str, what: str, position: int) -> int:
    found = html.find(what, position)
    return -1 if found == -1 else found + 1


def _end(pattern: re.Pattern[str], html: str, position: int) -> int:
    found = pattern.match(html, position)
    return found.end() if found else position
