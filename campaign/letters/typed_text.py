"""Reads a text as people type and paste it, where CommonMark reads it otherwise.

Rules for the parser: lines and paragraphs as they come out of Word, mail and notes; numbers that
are no list; bullets; footnotes; each paragraph in its own direction. No rule takes a word away or
changes one. What was done is noted in `env["notes"]`, for the preview.
"""

import re
import unicodedata
from collections.abc import Iterator, Sequence
from enum import Enum
from itertools import pairwise
from typing import Any, Literal

from markdown_it import MarkdownIt
from markdown_it.common.utils import escapeHtml
from markdown_it.rules_block import StateBlock
from markdown_it.rules_core import StateCore
from markdown_it.rules_inline import StateInline
from markdown_it.token import Token

Direction = Literal["ltr", "rtl"]

# In characters: a longer line is a paragraph that nobody wrapped.
LONGEST_WRAPPED_LINE = 84
SHORTEST_WRAPPED_LINE = 60
PARAGRAPH_LINE = 100
# Share and number of line ends that must look like those of a mail program.
_WRAPPED_SHARE, _FEWEST_WRAPS = 0.9, 4
_LONGEST_NUMBER = 2

_BULLET = re.compile(r"^([ \t]*)[•◦▪▫‣●○·∙⁃][ \t\u00a0]+", re.MULTILINE)
_INDENTED = re.compile(r"(?:\A|\n[ \t]*\n)(?: {4}|\t)[ \t]*[^\s\-*+•·◦▪\d]")
_NOTE = re.compile(r"\[\^([^\]\s\[^]{1,20})\]")
_NOTE_TEXT = re.compile(_NOTE.pattern + r":[ \t]*(.*)")
_BLOCKS = {"paragraph_open", "heading_open", "list_item_open"}


class Done(Enum):
    """What a reader of the source might not expect."""

    BULLETS = "bullets"
    NUMBERS = "numbers"
    INDENTED = "indented"
    LINES_KEPT = "lines kept"
    LINES_JOINED = "lines joined"
    PARAGRAPHS = "paragraphs"
    FOOTNOTES = "footnotes"


def install(parser: MarkdownIt) -> None:
    parser.disable("code")
    parser.core.ruler.before("block", "typed_bullets", _bullets)
    parser.block.ruler.before("reference", "footnote", _footnote, {"alt": ["paragraph"]})
    parser.core.ruler.after("block", "typed_numbers", _numbers)
    parser.core.ruler.after("typed_numbers", "footnote_texts", _footnote_texts)
    parser.inline.ruler.before("link", "footnote_mark", _footnote_mark)
    parser.core.ruler.push("typed_lines", _lines)
    parser.core.ruler.push("directions", _directions)
    parser.add_render_rule("footnote_mark", _render_mark)


def direction_of(words: str) -> Direction | None:
    """That of most of its words, each by its first letter; none if it is as much one as other.

    By words and not by letters: a short Arabic sentence may name a long Latin name.
    """
    directions = [_direction_of_word(word) for word in words.split()]
    right, left = directions.count("rtl"), directions.count("ltr")
    if right == left:
        return None
    return "rtl" if right > left else "ltr"


def _direction_of_word(word: str) -> Direction | None:
    for character in word:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return "ltr" if kind == "L" else "rtl"
    return None


def _note(state: StateCore | StateBlock, done: Done) -> None:
    state.env.setdefault("notes", set()).add(done)


# --- lists ------------------------------------------------------------------------------------


def _bullets(state: StateCore) -> None:
    if _INDENTED.search(state.src):
        _note(state, Done.INDENTED)
    state.src, found = _BULLET.subn(r"\1- ", state.src)
    if found:
        _note(state, Done.BULLETS)


def _numbers(state: StateCore) -> None:
    """Numbered paragraphs, dates and years stay what they are, with the number that was typed."""
    tokens: list[Token] = []
    # For each open list: whether it is one.
    lists: list[bool] = []
    marker = ""
    for index, token in enumerate(state.tokens):
        if token.type == "ordered_list_open":
            lists.append(_is_list(_numbers_in(state.tokens, index)))
            if not lists[-1]:
                _note(state, Done.NUMBERS)
        elif token.type == "bullet_list_open":
            lists.append(True)
        stays = not lists or lists[-1] or not token.type.startswith(("ordered_list", "list_item"))
        if token.type in ("ordered_list_close", "bullet_list_close"):
            lists.pop()
        if not stays:
            if marker:
                tokens += _paragraph(marker)
            marker = f"{token.info}{token.markup}" if token.type == "list_item_open" else ""
            continue
        if marker and token.type == "inline" and tokens[-1].type == "paragraph_open":
            token.content = f"{marker} {token.content}"
            marker = ""
        elif marker and token.type != "paragraph_open":
            tokens += _paragraph(marker)
            marker = ""
        if lists and not lists[-1] and token.type.startswith("paragraph"):
            token.hidden = False
        tokens.append(token)
    state.tokens = tokens


def _numbers_in(tokens: Sequence[Token], opening: int) -> list[str]:
    """The numbers of a list's own items, as they were typed."""
    found: list[str] = []
    for token in tokens[opening + 1 :]:
        if token.level == tokens[opening].level:
            break
        if token.type == "list_item_open" and token.level == tokens[opening].level + 1:
            found.append(token.info)
    return found


def _is_list(numbers: Sequence[str]) -> bool:
    if len(numbers) < 2 or any(len(number) > _LONGEST_NUMBER for number in numbers):
        return False
    values = [int(number) for number in numbers]
    return set(values) == {1} or all(after == before + 1 for before, after in pairwise(values))


def _paragraph(content: str) -> list[Token]:
    inline = Token("inline", "", 0, content=content, children=[], block=True)
    opening = Token("paragraph_open", "p", 1, block=True)
    return [opening, inline, Token("paragraph_close", "p", -1, block=True)]


# --- footnotes --------------------------------------------------------------------------------


def _footnote(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """`[^1]: words` at the start of a line, to the next blank line or note."""
    found = _NOTE_TEXT.match(_line(state, start))
    if found is None:
        return False
    if silent:
        return True
    label, first = found.groups()
    words = [first]
    line = start + 1
    while line < end and (more := _line(state, line).strip()) and not _NOTE_TEXT.match(more):
        words.append(more)
        line += 1
    state.env.setdefault("footnotes", []).append((label, "\n".join(words)))
    state.env.setdefault("footnote_labels", set()).add(label)
    state.line = line
    _note(state, Done.FOOTNOTES)
    return True


def _line(state: StateBlock, line: int) -> str:
    return state.src[state.bMarks[line] + state.tShift[line] : state.eMarks[line]]


def _footnote_texts(state: StateCore) -> None:
    """Every note at the end of the text, those that nothing refers to as well."""
    notes = state.env.get("footnotes", ())
    if notes:
        state.tokens.append(Token("hr", "hr", 0, markup="---", block=True))
    for label, words in notes:
        opening, inline, closing = _paragraph(words)
        inline.meta["footnote"] = label
        state.tokens += [opening, inline, closing]


def _footnote_mark(state: StateInline, silent: bool) -> bool:
    found = _NOTE.match(state.src, state.pos)
    if found is None or found[1] not in state.env.get("footnote_labels", ()):
        return False
    if not silent:
        state.push("footnote_mark", "sup", 0).content = found[1]
    state.pos = found.end()
    return True


def _render_mark(
    _renderer: object, tokens: Sequence[Token], index: int, _options: object, _env: object
) -> str:
    return f"<sup>{escapeHtml(tokens[index].content)}</sup>"


# --- lines ------------------------------------------------------------------------------------


def _lines(state: StateCore) -> None:
    """Each line end that was typed: a new paragraph, a new line, or a mail program's wrapping."""
    inlines = [token for token in state.tokens if token.type == "inline"]
    for token in inlines:
        if label := token.meta.get("footnote"):
            mark = Token("footnote_mark", "sup", 0, content=label)
            token.children = [mark, Token("text", "", 0, content=" "), *(token.children or ())]
    widest = _wrapped_at([_widths(token) for token in inlines])
    tokens: list[Token] = []
    for token in state.tokens:
        if token.type != "inline" or not _has_break(token):
            tokens.append(token)
            continue
        opening = tokens[-1]
        may_split = opening.type == "paragraph_open" and not opening.hidden
        parts = list(_parts(state, token, widest=widest, may_split=may_split))
        for number, children in enumerate(parts):
            if number:
                tokens += [Token("paragraph_close", "p", -1, block=True), _like(opening)]
            # The width of what is left decides the direction, so each part has words of its own.
            content = "".join(child.content for child in children)
            tokens.append(Token("inline", "", 0, content=content, children=children, block=True))
    state.tokens = tokens


def _like(opening: Token) -> Token:
    return Token("paragraph_open", "p", 1, block=True, level=opening.level)


def _has_break(token: Token) -> bool:
    return any(child.type == "softbreak" for child in token.children or ())


def _widths(token: Token) -> list[tuple[int, int]]:
    """For each line as it is read: its length, and that of its first word."""
    lines = [""]
    for child in token.children or ():
        if child.type in ("softbreak", "hardbreak"):
            lines.append("")
        else:
            lines[-1] += child.content
    return [(len(line), len(line.split(maxsplit=1)[0]) if line.strip() else 0) for line in lines]


def _wrapped_at(blocks: Sequence[list[tuple[int, int]]]) -> int:
    """The width at which a mail program wrapped the text; 0 if none did."""
    widest = max((width for widths in blocks for width, _first in widths), default=0)
    ends = [
        width + 1 + first > widest
        for widths in blocks
        for (width, _), (_, first) in pairwise(widths)
    ]
    fits = SHORTEST_WRAPPED_LINE <= widest <= LONGEST_WRAPPED_LINE
    is_wrapped = fits and len(ends) >= _FEWEST_WRAPS and sum(ends) >= _WRAPPED_SHARE * len(ends)
    return widest if is_wrapped else 0


def _parts(
    state: StateCore, token: Token, *, widest: int, may_split: bool
) -> Iterator[list[Token]]:
    widths = _widths(token)
    line = depth = 0
    children: list[Token] = []
    for child in token.children or ():
        depth += child.nesting
        if child.type not in ("softbreak", "hardbreak"):
            children.append(child)
            continue
        (width, _), (next_width, next_word) = widths[line], widths[line + 1]
        line += 1
        if child.type == "hardbreak":
            children.append(child)
        elif widest and width + 1 + next_word > widest:
            _note(state, Done.LINES_JOINED)
            children.append(child)
        elif max(width, next_width) > PARAGRAPH_LINE and may_split and not depth:
            _note(state, Done.PARAGRAPHS)
            yield children
            children = []
        else:
            _note(state, Done.LINES_KEPT)
            children.append(Token("hardbreak", "br", 0))
    yield children


# --- direction --------------------------------------------------------------------------------


def _directions(state: StateCore) -> None:
    """Where a block runs against the text around it, it says so.

    Without being told, the text around it runs as most of it does.
    """
    around: Direction | None = state.env.get("direction") or direction_of(state.src)
    opened: list[Token] = []
    for token in state.tokens:
        if token.type in _BLOCKS:
            opened.append(token)
        elif token.type == "inline" and opened:
            own = direction_of(_words(token))
            # A tight list has no paragraph of its own: its item says it.
            holder = next((each for each in reversed(opened) if not each.hidden), None)
            if holder and own and own != around and not holder.attrGet("dir"):
                holder.attrSet("dir", own)
        elif token.type in ("paragraph_close", "heading_close", "list_item_close") and opened:
            opened.pop()


def _words(token: Token) -> str:
    """What is read of it: no addresses of links, which are Latin everywhere."""
    return "".join(child.content for child in token.children or ())


def notes_of(env: dict[str, Any]) -> list[Done]:
    found: set[Done] = env.get("notes", set())
    return [done for done in Done if done in found]
