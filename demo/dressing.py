"""A letter with a look of its own."""

from campaign.letters import look
from campaign.letters.models import Letter
from demo.picture import DESCRIPTIONS, drawn

_GREEN = "#1d6b4f"


def dress(*, letter: Letter) -> None:
    look.choose_accent(letter=letter, accent=_GREEN, expected_revision=1)
    look.put_picture(letter=letter, data=drawn(), descriptions=DESCRIPTIONS, expected_revision=2)
