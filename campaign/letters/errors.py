"""Why something cannot be done to a letter. Raised by behaviours, put into words by views."""

from campaign.letters.models import Translation


class LetterError(Exception):
    pass


class AddressTaken(LetterError):
    """Another letter has this slug."""


class AddressFixed(LetterError):
    """A published letter keeps its slug: links and its record name it."""


class ClosesTooEarly(LetterError):
    """The closing time is not after the opening time."""


class ClosingTimePassed(LetterError):
    """Published now, the letter would be closed within seconds."""


class TextFrozen(LetterError):
    """The text is published (or gone): only a new version can say something else."""


class ChangedMeanwhile(LetterError):
    """Somebody saved another wording since this one was read."""

    def __init__(self, stored: Translation | None) -> None:
        super().__init__()
        self.stored = stored


class AuthorityNeeded(LetterError):
    """A text is never without its authoritative language."""


class NothingToPublish(LetterError):
    """No text is being written: it was published already, or never begun."""


class TextIncomplete(LetterError):
    """A language lacks its title, addressee or body, or no language is authoritative."""

    def __init__(self, language: str = "") -> None:
        super().__init__(language)
        self.language = language


class NotPublished(LetterError):
    """The letter is still a draft."""


class AlreadyClosed(LetterError):
    """The letter takes no signatures and no new texts any more."""


class FirstText(LetterError):
    """The only text of a letter cannot be discarded."""
