"""Lines of text drawn in the site's own fonts: which cut has each letter, and how runs stand.

The fonts are cut by script (static/fonts/README.md), and a line may need several cuts. Whether a
cut has a letter is found by drawing it: what is missing looks like every other missing letter.
"""

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from typing import Literal, TypeAlias, TypeVar

from django.conf import settings
from PIL import ImageDraw, ImageFont, features

Direction: TypeAlias = Literal["ltr", "rtl"]
T = TypeVar("T")
Font: TypeAlias = ImageFont.FreeTypeFont | ImageFont.ImageFont

_FOLDER = settings.BASE_DIR / "static" / "fonts"
_SERIF = ("latin", "latin-ext", "vietnamese", "cyrillic", "cyrillic-ext", "greek")
# Files of one weight, the first that has a letter draws it.
REGULAR = (
    *(f"source-serif-4-{cut}-400-normal" for cut in _SERIF),
    "noto-naskh-arabic-arabic-400-normal",
)
BOLD = (
    *(f"source-serif-4-{cut}-600-normal" for cut in _SERIF),
    "noto-naskh-arabic-arabic-700-normal",
)
# Signs that titles have and our fonts have not, and what says the same.
_SUBSTITUTES = {
    "→": "–",
    "←": "–",
    "⇒": "–",
    "➔": "–",
    "♯": "#",
    "♭": "b",
    "♮": "",
    "−": "–",
    "‐": "-",
    "‑": "-",
    "•": "·",
    "※": "*",
    "★": "*",
    "☆": "*",
    "、": ",",
    "。": ".",
    "「": "“",
    "」": "”",
    "（": "(",
    "）": ")",
    "！": "!",
    "？": "?",
    "：": ":",
}
# No letter of any script, so no font draws it.
_NO_LETTER = "\U0010ffff"
_MEASURED_AT = 40


@dataclass(frozen=True, slots=True)
class Run:
    """Letters of one font and one direction."""

    text: str
    font: Font
    direction: Direction
    width: float


@dataclass(frozen=True, slots=True)
class Line:
    """Runs from left to right, as they are seen."""

    runs: tuple[Run, ...]

    @property
    def width(self) -> float:
        return sum(run.width for run in self.runs)

    def draw(
        self, draw: ImageDraw.ImageDraw, *, x: float, baseline: float, colour: str | int
    ) -> None:
        for run in self.runs:
            draw.text(
                (x, baseline),
                run.text,
                fill=colour,
                font=run.font,
                anchor="ls",
                direction=_shaped(run.font, run.direction),
            )
            x += run.width


def can_shape() -> bool:
    """Arabic letters join, and run from the right, only with libraqm and libfribidi."""
    return features.check("raqm") is True and features.check("fribidi") is True


def can_set(text: str, *, face: tuple[str, ...] = BOLD) -> bool:
    """Every letter has a font, and what must be shaped can be."""
    pieces = clusters(text)
    if not can_shape() and any(_direction_of(piece) == "rtl" for piece in pieces):
        return False
    return all(_file_with(piece, face) for piece in pieces)


def settable(text: str, *, face: tuple[str, ...] = BOLD) -> str:
    """The text without the signs that no font has, such as emoji, or with others in their place;
    empty when a letter or digit cannot be set."""
    kept = ""
    for piece in clusters(text):
        if can_set(piece, face=face):
            kept += piece
            continue
        plain = unicodedata.normalize("NFKC", piece[0])
        for each in (_SUBSTITUTES.get(piece[0], ""), piece[0], plain):
            if each and can_set(each, face=face):
                kept += each
                break
        else:
            if unicodedata.category(piece[0])[0] in "LMN":
                return ""
            # Its neighbours stay two words.
            kept += " "
        # An accent that is missing would be another word.
        if kept and unicodedata.category(piece[0])[0] == "L":
            return ""
    found = " ".join(kept.split())
    return found if can_set(found, face=face) else ""


def line(text: str, *, size: int, base: Direction, face: tuple[str, ...] = BOLD) -> Line:
    """The text as one line; what `can_set` refuses would show empty boxes."""
    pieces = clusters(text)
    groups: list[list[Run]] = []
    for direction, group in groupby(zip(pieces, _directions(pieces, base), strict=True), _second):
        files = ((piece, _file_with(piece, face) or face[0]) for piece, _direction in group)
        runs = [
            _run("".join(piece for piece, _file in several), _font(file, size), direction)
            for file, several in groupby(files, _second)
        ]
        groups.append(runs if direction == "ltr" else runs[::-1])
    ordered = groups if base == "ltr" else groups[::-1]
    return Line(tuple(run for group in ordered for run in group))


def wrapped(
    text: str, *, size: int, base: Direction, width: float, face: tuple[str, ...] = BOLD
) -> list[str]:
    """The text as lines no wider than this and of about one length. What has no space to break
    at is broken anywhere."""

    pieces = list(_breakable(text, size=size, base=base, width=width, face=face))
    widths = [line(piece, size=size, base=base, face=face).width for piece in pieces]
    space = line(" ", size=size, base=base, face=face).width

    def broken(limit: float) -> list[list[int]]:
        lines: list[list[int]] = []
        used = limit
        for index, own in enumerate(widths):
            used += space + own
            if used > limit:
                lines.append([])
                used = own
            lines[-1].append(index)
        return lines

    best = broken(width)
    # Narrower as long as it takes no more lines: the last is not one lonely word.
    for limit in range(int(width), int(max(widths, default=width)), -20):
        narrower = broken(limit)
        if len(narrower) > len(best):
            break
        best = narrower
    return [" ".join(pieces[index] for index in indexes) for indexes in best]


def clusters(text: str) -> list[str]:
    """Letters, each with the marks that stand on it and the invisible signs after it."""
    found: list[str] = []
    for letter in unicodedata.normalize("NFC", text):
        if found and unicodedata.category(letter) in ("Mn", "Me", "Cf"):
            found[-1] += letter
        else:
            found.append(letter)
    return found


def _breakable(
    text: str, *, size: int, base: Direction, width: float, face: tuple[str, ...]
) -> Iterator[str]:
    for word in text.split():
        part = ""
        for piece in clusters(word):
            if part and line(part + piece, size=size, base=base, face=face).width > width:
                yield part
                part = ""
            part += piece
        yield part


def _directions(pieces: list[str], base: Direction) -> list[Direction]:
    """Of each letter. Spaces and signs go with their neighbours if both go one way, else with the
    line: UAX #9 without nesting, which no title needs."""
    strong = [_direction_of(piece) for piece in pieces]
    found: list[Direction] = []
    for index, own in enumerate(strong):
        before = found[-1] if found else base
        after = next(filter(None, strong[index + 1 :]), base)
        if own is None and _belongs_to_number(pieces, index):
            own = "ltr"
        found.append(own or (before if before == after else base))
    return found


def _direction_of(piece: str) -> Direction | None:
    kind = unicodedata.bidirectional(piece[0])
    if kind in ("L", "EN"):
        return "ltr"
    return "rtl" if kind in ("R", "AL", "AN") else None


def _belongs_to_number(pieces: list[str], index: int) -> bool:
    """The sign in 30%, or in 1.5, as it is written beside European digits."""
    kinds = [unicodedata.bidirectional(each[0]) for each in pieces[max(index - 1, 0) : index + 2]]
    if index == 0:
        return kinds == ["ET", "EN"]
    before, own, *after = kinds
    return (own == "ET" and "EN" in (before, *after)) or [before, *after] == ["EN", "EN"]


def _second(pair: tuple[str, T]) -> T:
    return pair[1]


def _run(text: str, font: Font, direction: Direction) -> Run:
    return Run(text, font, direction, font.getlength(text, direction=_shaped(font, direction)))


def _shaped(font: Font, direction: Direction) -> Direction | None:
    """Without what shapes, Pillow wants to hear of no direction."""
    shapes = getattr(font, "layout_engine", None) == ImageFont.Layout.RAQM
    return direction if shapes else None


@lru_cache(maxsize=4096)
def _file_with(piece: str, face: tuple[str, ...]) -> str | None:
    """The first file that has this letter and its marks. Invisible signs need none."""
    visible = [each for each in piece if unicodedata.category(each) != "Cf"]
    for file in face:
        font = _font(file, _MEASURED_AT)
        missing = _shape(font, _NO_LETTER)
        if all(_shape(font, each) != missing for each in visible):
            return file
    return None


def _shape(font: Font, letter: str) -> tuple[tuple[int, int], bytes]:
    mask = font.getmask(letter)
    return mask.size, bytes(mask)


@lru_cache(maxsize=256)
def _font(file: str, size: int) -> Font:
    """Or Pillow's own Latin font, where FreeType cannot read woff2 (campaign/checks.py)."""
    engine = ImageFont.Layout.RAQM if can_shape() else ImageFont.Layout.BASIC
    try:
        return ImageFont.truetype(_FOLDER / f"{file}.woff2", size, layout_engine=engine)
    except OSError:
        return ImageFont.load_default(size)


def forget() -> None:
    """For tests: as a process that has read no font yet."""
    _file_with.cache_clear()
    _font.cache_clear()
