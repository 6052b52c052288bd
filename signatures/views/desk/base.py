"""What the desk's pages about signatures share; who may see them: `campaign.letters.views.desk`."""

from typing import Any

from campaign.letters.models import Letter
from campaign.letters.texts import draft_text, main_translation, published_texts


def about(letter: Letter) -> dict[str, Any]:
    """What every page about a letter's signatures shows of the letter."""
    published = published_texts(letter=letter)[:1]
    return {
        "letter": letter,
        "translation": main_translation(*published, *filter(None, [draft_text(letter=letter)])),
    }
