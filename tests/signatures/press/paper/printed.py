"""PDFs as a reader opens them."""

import io

from pypdf import PdfReader

from campaign.letters.models import Letter
from signatures.press.paper import content, typesetting


def made(letter: Letter, language: str = "en") -> bytes:
    found = content.of(letter=letter, language=language)
    assert found is not None
    return typesetting.pdf(found.told)


def opened(file: bytes) -> PdfReader:
    return PdfReader(io.BytesIO(file))


def words_of(file: bytes) -> str:
    """All of it in one line, without the marks that keep directions apart."""
    text = " ".join(page.extract_text() for page in opened(file).pages)
    bare = "".join(each for each in text if each not in "\u2068\u2069\u200b")
    return " ".join(bare.split())
