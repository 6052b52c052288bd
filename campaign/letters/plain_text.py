"""A text's Markdown as it is read where there is no HTML: in the plain-text part of a mail."""

from collections.abc import Iterator, Sequence
from textwrap import indent

from markdown_it.tree import SyntaxTreeNode

from campaign.letters import markdown

_RULE = "* * *"
_CODE_INDENT = "    "


def render(source: str) -> str:
    """Words without marks, with the address of each link in angle brackets behind its words, and
    lists with dashes or with their numbers. The links are those of the HTML. Never raises."""
    tree = SyntaxTreeNode(markdown.parse(source).tokens)
    text = "\n\n".join(_blocks(tree.children))
    # What ends in a space may be the line that a mailbox takes for the end of the mail ("-- ").
    return "\n".join(line.rstrip() for line in text.split("\n"))


def _blocks(nodes: Sequence[SyntaxTreeNode]) -> Iterator[str]:
    """Those that say something."""
    return filter(str.strip, map(_block, nodes))


def _block(node: SyntaxTreeNode) -> str:
    match node.type:
        case "bullet_list" | "ordered_list":
            items = [_item(each) for each in node.children]
            return ("\n" if _is_tight(node) else "\n\n").join(items)
        case "blockquote":
            return indent("\n\n".join(_blocks(node.children)), "> ", lambda _line: True)
        case "fence" | "code_block":
            return indent(node.content.rstrip("\n"), _CODE_INDENT)
        case "hr":
            return _RULE
        case "inline":
            return _inline(node.children).strip()
        case _:
            return "\n\n".join(_blocks(node.children))


def _item(node: SyntaxTreeNode) -> str:
    marker = f"{node.info}{node.markup} " if node.info else "- "
    between = "\n" if _is_tight(node) else "\n\n"
    return marker + indent(between.join(_blocks(node.children)), " " * len(marker)).lstrip(" ")


def _is_tight(node: SyntaxTreeNode) -> bool:
    """Whether no paragraph of this list stands apart."""
    items = [node] if node.type == "list_item" else node.children
    inside = [each for item in items for each in item.children if each.type == "paragraph"]
    return all(each.hidden for each in inside)


def _inline(nodes: Sequence[SyntaxTreeNode]) -> str:
    return "".join(map(_words, nodes))


def _words(node: SyntaxTreeNode) -> str:
    match node.type:
        case "softbreak":
            return " "
        case "hardbreak":
            return "\n"
        case "footnote_mark":
            return f"[{node.content}]"
        case "link":
            return _link(_inline(node.children).strip(), str(node.attrs.get("href", "")))
        case _:
            return _inline(node.children) if node.children else node.content


def _link(words: str, address: str) -> str:
    if words in ("", address):
        return f"<{address}>" if words else ""
    if f"mailto:{words}" == address:
        return words
    return f"{words} <{address}>"
