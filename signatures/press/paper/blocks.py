"""A text's Markdown as data for the template: what its words are, never how they are written."""

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from markdown_it.tree import SyntaxTreeNode

from campaign.letters import markdown
from campaign.letters.typed_text import Direction
from signatures.press.paper import words

# What `letter.typ` knows: a kind, and what is in it.
Node: TypeAlias = dict[str, Any]
_NO_BREAK = "\u00a0"
# What is nested deeper stands flat: the compiler gives up where very many are within each other.
_DEEPEST = 8
_NESTING = ("blockquote", "bullet_list", "ordered_list", "list_item")


def blocks(source: str, *, direction: Direction) -> list[Node]:
    """Of the same text as the page shows. Never raises, whatever is in the source."""
    tree = SyntaxTreeNode(markdown.parse(source, direction=direction).tokens)
    found = list(_blocks(tree.children))
    _close_ranks(found, above=0)
    return found


def _close_ranks(told: Sequence[Node], *, above: int) -> int:
    """No heading more than one level below the one before it, as the standard for screen readers
    demands. Returns the level of the last one."""
    for each in told:
        if each["kind"] == "heading":
            each["level"] = above = min(each["level"], above + 1)
        for within in (each.get("blocks", ()), *each.get("items", ())):
            above = _close_ranks(within, above=above)
    return above


def _blocks(nodes: Sequence[SyntaxTreeNode], *, depth: int = 0) -> Iterator[Node]:
    for node in nodes:
        if depth >= _DEEPEST and node.type in _NESTING:
            yield from _blocks(node.children, depth=depth)
        elif found := _block(node, depth=depth):
            yield found


def _block(node: SyntaxTreeNode, *, depth: int) -> Node | None:
    match node.type:
        case "paragraph" | "inline":
            return _turned(node, {"kind": "paragraph", "words": _inline(node)})
        case "heading":
            # The title, which is h1 on the page, is not among the headings of a PDF.
            level = int(node.tag[1]) - 1
            told = _inline(node)
            if not _are_words(told):
                return None
            return _turned(node, {"kind": "heading", "level": level, "words": told})
        case "bullet_list" | "ordered_list":
            items = [list(_blocks(each.children, depth=depth + 1)) for each in node.children]
            return _turned(
                node,
                {
                    "kind": "list" if node.type == "bullet_list" else "numbered",
                    "start": int(node.attrs.get("start", 1)),
                    "items": [each or [_nothing()] for each in items],
                },
            )
        case "blockquote":
            return {"kind": "quote", "blocks": list(_blocks(node.children, depth=depth + 1))}
        case "fence" | "code_block":
            lines = [_code_line(line) for line in node.content.rstrip("\n").split("\n")]
            return {"kind": "code", "lines": lines}
        case "hr":
            return {"kind": "rule"}
        case _:
            return {"kind": "quote", "blocks": list(_blocks(node.children, depth=depth + 1))}


def _turned(node: SyntaxTreeNode, told: Node) -> Node:
    """With the direction, where it runs against the text around it."""
    return told | ({"dir": str(node.attrs["dir"])} if node.attrs.get("dir") else {})


def _are_words(told: Sequence[Node]) -> bool:
    """A heading of nothing is none for screen readers, and stops the compiler."""
    return any(each.get("text", "").strip() or _are_words(each.get("words", ())) for each in told)


def _nothing() -> Node:
    return {"kind": "paragraph", "words": []}


def _inline(node: SyntaxTreeNode, *, depth: int = 0) -> list[Node]:
    found: list[Node] = []
    for child in node.children:
        is_flat = child.type == "inline" or (depth >= _DEEPEST and child.children)
        found += _inline(child, depth=depth) if is_flat else [_words(child, depth=depth + 1)]
    return found


def _words(node: SyntaxTreeNode, *, depth: int) -> Node:
    match node.type:
        case "softbreak":
            return {"kind": "text", "text": " "}
        case "hardbreak":
            return {"kind": "break"}
        case "footnote_mark":
            return {"kind": "note", "text": words.plain(node.content).words}
        case "link":
            return {
                "kind": "link",
                "address": str(node.attrs.get("href", "")),
                "words": _inline(node, depth=depth),
            }
        case "code_inline":
            return {"kind": "code", "text": _text(node.content)}
        case "em" | "strong":
            return {"kind": node.type, "words": _inline(node, depth=depth)}
        case _ if node.children:
            return {"kind": "span", "words": _inline(node, depth=depth)}
        case _:
            return {"kind": "text", "text": _text(node.content)}


def _text(content: str) -> str:
    """The blank space at its ends parts it from its neighbours, and stays."""
    found = words.plain(content).words.strip()
    if not found:
        return " " if content else ""
    before = " " if content[:1].isspace() else ""
    after = " " if content[-1:].isspace() else ""
    return f"{before}{words.breakable(found)}{after}"


def _code_line(line: str) -> str:
    """With the blank space that it begins with."""
    words_alone = line.lstrip()
    indent = line[: len(line) - len(words_alone)].expandtabs(4)
    return _NO_BREAK * len(indent) + _text(words_alone)
