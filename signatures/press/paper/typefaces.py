"""The typefaces of a PDF, each a package of files, and which letters they have."""

import struct
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from anyascii import anyascii

# What is typeset is looked for in this order. No two files of a family are told apart by script.
_PACKAGES = (
    ("fontpkg_source_serif_4", "Source Serif 4"),
    ("fontpkg_amiri", "Amiri"),
    ("noto_cjk_sans_jp_regular", "Noto Sans CJK JP"),
    ("fontpkg_frank_ruhl_libre", "Frank Ruhl Libre"),
    ("fontpkg_noto_sans_devanagari", "Noto Sans Devanagari"),
    ("fontpkg_hind_siliguri", "Hind Siliguri"),
    ("fontpkg_noto_sans_tamil", "Noto Sans Tamil"),
    ("fontpkg_noto_sans_thai", "Noto Sans Thai"),
)
FAMILIES = tuple(family for _package, family in _PACKAGES)
# Letters, marks and digits can be written in Latin letters; a sign says nothing there.
_SPELLED = "LMN"
_INVISIBLE = ("Cf", "Zs", "Cc")


@dataclass(frozen=True, slots=True)
class Settable:
    """Words of which every letter has a typeface. `is_spelled` where they were written otherwise,
    in Latin letters, since one had none."""

    words: str
    is_spelled: bool = False


def folders() -> list[Path]:
    return [folder for package, _family in _PACKAGES if (folder := _folder(package))]


def settable(words: str) -> Settable:
    """Never an empty box: a word with a letter that no typeface has is written in Latin letters,
    and signs that none has, such as emoji, are left out."""
    if all(map(has, words)):
        return Settable(words)
    kept = "".join(each if has(each) or _is_spelled(each) else " " for each in words)
    is_spelled = not all(map(has, kept))
    spelled = (word if all(map(has, word)) else _in_latin(word) for word in kept.split())
    return Settable(" ".join(spelled), is_spelled)


def _is_spelled(letter: str) -> bool:
    return unicodedata.category(letter)[0] in _SPELLED


def _in_latin(word: str) -> str:
    return anyascii(word).strip() or "?"


def has(letter: str) -> bool:
    return unicodedata.category(letter) in _INVISIBLE or ord(letter) in _letters()


@cache
def _letters() -> frozenset[int]:
    """Of all typefaces together, by one file of each: cuts of a family have the same letters."""
    found: set[int] = set()
    for folder in folders():
        files = sorted([*folder.rglob("*.ttf"), *folder.rglob("*.otf")])
        upright = [file for file in files if "Italic" not in file.name]
        found |= _letters_of(upright[0].read_bytes())
    return frozenset(found)


@cache
def _folder(package: str) -> Path | None:
    """Without running anything of the package."""
    spec = find_spec(package)
    places: Sequence[str] = (spec and spec.submodule_search_locations) or ()
    return Path(places[0]) if places else None


def _letters_of(file: bytes) -> set[int]:
    """The code points in an OpenType file's `cmap`: those of the tables for Unicode."""
    (tables,) = struct.unpack_from(">H", file, 4)
    for index in range(tables):
        tag, _checksum, start, _length = struct.unpack_from(">4sLLL", file, 12 + 16 * index)
        if tag == b"cmap":
            return set(_in_cmap(file, start))
    return set()


def _in_cmap(file: bytes, start: int) -> Iterator[int]:
    _version, encodings = struct.unpack_from(">HH", file, start)
    for index in range(encodings):
        _platform, _encoding, offset = struct.unpack_from(">HHL", file, start + 4 + 8 * index)
        (form,) = struct.unpack_from(">H", file, start + offset)
        if form == 12:
            yield from _grouped(file, start + offset)
        elif form == 4:
            yield from _segmented(file, start + offset)


def _grouped(file: bytes, start: int) -> Iterator[int]:
    (groups,) = struct.unpack_from(">L", file, start + 12)
    for index in range(groups):
        first, last, _glyph = struct.unpack_from(">LLL", file, start + 16 + 12 * index)
        yield from range(first, last + 1)


def _segmented(file: bytes, start: int) -> Iterator[int]:
    (doubled,) = struct.unpack_from(">H", file, start + 6)
    shape = f">{doubled // 2}H"
    ends = struct.unpack_from(shape, file, start + 14)
    starts = struct.unpack_from(shape, file, start + 16 + doubled)
    for first, last in zip(starts, ends, strict=True):
        # The last segment only says that there are no more.
        yield from range(first, min(last, 0xFFFE) + 1)
