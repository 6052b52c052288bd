"""A text's paragraphs: what is commented upon, merged, and followed by translations."""

import hashlib
import re
from dataclasses import dataclass

from campaign.letters.models import Translation

TITLE, ADDRESSEE = 0, 1
_BLANK_LINES = re.compile(r"\n[^\S\n]*\n\s*")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """`place` counts from the title, 0, and the addressee, 1."""

    place: int
    words: str

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.words.encode()).hexdigest()


def paragraphs_of(translation: Translation) -> list[Paragraph]:
    parts = (translation.title, translation.addressee, *split(translation.body))
    return [Paragraph(place, words) for place, words in enumerate(parts)]


def split(body: str) -> list[str]:
    """Parted by blank lines; or else each line, as many people type."""
    found = _BLANK_LINES.split(body.strip())
    if len(found) == 1:
        found = body.splitlines()
    return [each.rstrip() for each in found if each.strip()]
