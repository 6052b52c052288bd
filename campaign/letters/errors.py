"""Why something cannot be done to a letter. Raised by behaviours, put into words by views."""

from enum import Enum

from campaign.letters.models import PressKit, Translation


class LetterError(Exception):
    pass


class AddressTaken(LetterError):
    """Another letter has this slug."""


class OrganisationUnknown(LetterError):
    """No organisation has this link, or not any more."""


class OrganisationNamed(LetterError):
    """This letter has one of this name."""


class OrganisationAlike(LetterError):
    """It is called nearly like a team of this site."""


class TooManyOrganisations(LetterError):
    pass


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


class FormChanged(LetterError):
    """Somebody saved another form since this one was read."""


class LookChanged(LetterError):
    """Somebody else has changed how the letter looks since."""


class AssemblyGoesOn(LetterError):
    """More may sign from one network already: it ends first, or is ended."""


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


class TakenDownMeanwhile(LetterError):
    """Another operator took the letter down, or put it back, since this one looked."""


class NotOver(LetterError):
    """The letter can still be signed."""


class ArchivedMeanwhile(LetterError):
    """Another archived the letter, or brought it back, since this one looked."""


class AlreadyPublished(LetterError):
    """What was published once is not deleted."""


class AlreadyClosed(LetterError):
    """The letter takes no signatures and no new texts any more."""


class FirstText(LetterError):
    """The only text of a letter cannot be discarded."""


class KitChangedMeanwhile(LetterError):
    """Somebody saved the press kit of this language since it was read."""

    def __init__(self, stored: PressKit | None) -> None:
        super().__init__()
        self.stored = stored


class EnoughForThePress(LetterError):
    """A letter has so many quotes, or pictures, and no more."""


class PictureKnown(LetterError):
    """The letter has this very picture already."""


class Unusable(Enum):
    TOO_LARGE = "too large"
    TOO_MANY_PIXELS = "too many pixels"
    NO_PICTURE = "no picture"
    BROKEN = "broken"
    NOT_WIDE = "not wide"


class PictureRefused(LetterError):
    """What was uploaded is no picture that can be shown."""

    def __init__(self, reason: Unusable) -> None:
        super().__init__(reason.value)
        self.reason = reason


class SecondNeeded(LetterError):
    """Somebody has signed: a new text is proposed by one organizer and approved by another."""


class OwnProposal(LetterError):
    """Who proposed a version is not the one who approves it."""


class NoProposal(LetterError):
    """Nothing is proposed: it was published, altered or taken back, or its proposer is no longer
    one of those who may publish."""


class AlreadyProposed(LetterError):
    """Another organizer has proposed this version: it can be approved, or taken back first."""


class NoSecondNeeded(LetterError):
    """Nobody has signed yet: the version can be published at once."""


class Differs(Enum):
    LETTERS = "letters"
    WORDS = "words"
    NUMBERS = "numbers"
    NEGATIONS = "negations"
    SENTENCES = "sentences"


class NotASlip(LetterError):
    """More differs than a correction may change; without a language, the languages do."""

    def __init__(
        self,
        language: str = "",
        *,
        differs: Differs = Differs.LETTERS,
        changed: int = 0,
        allowed: int = 0,
    ) -> None:
        super().__init__(language, differs.value)
        self.language, self.differs = language, differs
        self.changed, self.allowed = changed, allowed


class UpdateFrozen(LetterError):
    """The update is on its way, sent or cancelled: its words stay as they are."""


class UpdateChanged(LetterError):
    """Somebody changed the update since it was read."""


class UpdateIncomplete(LetterError):
    """The words in the letter's authoritative language are missing."""


class EmbargoOver(LetterError):
    """The letter is public, or will be within a minute: it cannot be hidden again."""


class EmbargoChanged(LetterError):
    """Somebody moved the hour of the embargo since it was read."""


class EmbargoHourPassed(LetterError):
    """An embargo ends at an hour that is still ahead."""


class TooManyReporters(LetterError):
    """A letter has so many named reporters, and no more."""


class ReporterUnknown(LetterError):
    """No reporter is let in by this link: it never was one, ran out, or was cut off."""


class TooManyComments(LetterError):
    """A text has so many comments, or a comment so many answers, and no more."""
