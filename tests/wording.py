"""Finds words that docs/style.md replaces, in what people read: documents, templates, messages.

Run as `python -m tests.wording`; prints file, line, word and what to say instead, and exits with
status 1 if there was any. What stands between backticks, or in a code block, is code. Sentences
that code says are found in a catalog, where all of them are collected.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
STYLE = "docs/style.md"
# By what to say instead; each is found as whole words, whatever their case.
INSTEAD = {
    "anyone who": r"whoever|whomever",
    "a plain past (“was”)": r"(?:we|you|they) have been",
    "to": r"in order to",
    "use": r"utili[sz]e[sd]?|leverage[sd]?",
    "nothing": r"please note(?: that)?|simply|seamless(?:ly)?|robust",
    "for example": r"e\.g\.",
    "that is": r"i\.e\.",
    "safely, or on disk": r"durably",
}
RULES = [
    (re.compile(rf"\b(?:{words})(?!\w)".replace(" ", r"\s+"), re.I), better)
    for better, words in INSTEAD.items()
]
_CODE = re.compile(r"```.*?```|`[^`\n]*`|(?m:^    [^\n]*$)", re.S)
_TAGS = re.compile(r"\{#.*?#\}|<[^>]*>", re.S)
CATALOG = ROOT / "locale/ar/LC_MESSAGES/django.po"
# In a catalog, what is no English: where a message stands, and what it is in the other language.
_NO_ENGLISH = re.compile(r"(?m)^(?:#.*|msgstr.*(?:\n\".*)*)$")


def main() -> int:
    found = [line for path in read_by_people() for line in problems(path)]
    print(*found, sep="\n", end="\n" if found else "")
    return 1 if found else 0


def read_by_people() -> Iterator[Path]:
    yield from sorted(path for path in ROOT.glob("*.md"))
    yield from sorted(path for path in ROOT.glob("docs/*.md") if path != ROOT / STYLE)
    for ending in ("html", "txt"):
        yield from sorted(ROOT.glob(f"templates/**/*.{ending}"))
    yield CATALOG


def problems(path: Path) -> Iterator[str]:
    text = path.read_text()
    if path == CATALOG:
        text = english_of(text)
    for line, word, better in found_in(text, is_markdown=path.suffix == ".md"):
        yield f"{path.relative_to(ROOT)}:{line}: “{word}”: say {better} ({STYLE})"


def english_of(catalog: str) -> str:
    """The sentences of the interface, each at its line of the catalog."""
    return _NO_ENGLISH.sub(_blank, catalog)


def found_in(text: str, *, is_markdown: bool) -> list[tuple[int, str, str]]:
    """Each unwanted word: its line, itself, and what to say instead."""
    prose = (_CODE if is_markdown else _TAGS).sub(_blank, text)
    found = [
        (text.count("\n", 0, match.start()) + 1, match[0], better)
        for rule, better in RULES
        for match in rule.finditer(prose)
    ]
    return sorted(found)


def _blank(match: re.Match[str]) -> str:
    """Takes words out and leaves the lines, so that their numbers stay right."""
    return re.sub(r"[^\n]", " ", match[0])


if __name__ == "__main__":
    sys.exit(main())
