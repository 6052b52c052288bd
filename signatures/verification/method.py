"""What a method of proof is: all that forms, pages, checks, files and the record ask of one.

Each method's folder exports one METHOD, and `methods.py` lists them.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import Enum, auto
from typing import Any

from django.utils.functional import Promise

from campaign.pages import PageContext
from signatures.models import Level, Proof, Signature
from signatures.verification.problems import OwnProblem, sentence_for

RECHECK_EVERY = timedelta(days=30)

# Below `templates/`: a method has a folder there, named by its code.
_TEMPLATES = "signatures/proofs"


class Word(Enum):
    """Whose word readers go by."""

    SIGNER = auto()
    OTHERS = auto()
    ORGANIZERS = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sentences:
    """What readers are told, with `subject`, `provider` and `when`: messages to be translated, as
    `gettext_noop` marks them. Only the first one is for all."""

    standing: str
    # It was so on that day, and may not be so now.
    missing: str = ""
    without_subject: str = ""
    by_other_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """How a signer starts it: by typing one thing into one field of their page of proofs."""

    label: Promise
    help_text: Promise
    button: Promise
    # Raises ProofRefused or AddressRefused.
    clean: Callable[[str], str]
    max_length: int = 2000
    input_type: str = "text"
    attributes: Mapping[str, str] = field(default_factory=dict)
    # Given the signature and what was typed, clean; None: a token to place, and nothing else.
    start: Callable[[Signature, str], Proof] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """How public evidence is looked at: when its signer asks, and again while it stands."""

    # Returns what is kept of it besides, by field; with an `exclusive_key`, no other signature of
    # the letter may show the same. Raises NotShown.
    at: Callable[[Proof], Mapping[str, object]]
    every: timedelta = RECHECK_EVERY


def _nothing(_proof: Proof) -> PageContext:
    return PageContext()


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    # In every proof and in the record, for good: twelve characters at most.
    code: str
    label: Promise
    level: Level
    word: Word
    sentences: Sentences
    # Whether signers start it and take it back themselves, from their own page.
    is_by_signer: bool = False
    offer: Offer | None = None
    look: Look | None = None
    # What the page of one proof needs besides.
    placing: Callable[[Proof], PageContext] = _nothing
    # The service that the subject belongs to, where it is always the same.
    provider: str = ""
    # What a subject is in words, where it is a code.
    subjects: Mapping[str, Promise] = field(default_factory=dict)
    # The kind of service that signers sign in to for it; where its class for allauth is, loaded at
    # the first use; and what becomes of the answer: of whose account, with all that was told.
    # Raises NotSigned and ProofRefused.
    service: str = ""
    service_class: str = ""
    take: Callable[[Signature, str, Mapping[str, Any]], Proof] | None = None
    # Whether the subject is a host, and so shows the domain of an organisation.
    is_of_host: bool = False
    # Whether the subject is one that many have, and sharing it says nothing.
    is_of_many: bool = False
    # Whether it is of the name under the letter, and ends when that becomes another.
    is_of_name: bool = False
    # What `private` is called in the signer's own data, where it is theirs.
    private_as: str = ""
    # Why a look finds nothing, besides what any look may meet.
    problems: tuple[OwnProblem, ...] = ()

    def sentence_for(self, problem: str) -> str:
        """For the signer, in the language that is active; empty for no problem."""
        own = (str(each.sentence) for each in self.problems if each.value == problem)
        return next(own, "") or sentence_for(problem)

    @property
    def is_of_controlled_host(self) -> bool:
        """Whether readers can go and look at the subject themselves."""
        return self.is_of_host and self.look is not None

    @property
    def about(self) -> str:
        """The template that says what it shows, and what it does not."""
        return f"{_TEMPLATES}/{self.code}/_about.html"

    @property
    def explained(self) -> tuple[str, str]:
        """The template of the page on how we verify; the first one that is there."""
        return f"{_TEMPLATES}/{self.code}/_explained.html", self.about

    @property
    def place(self) -> str:
        """The template of the page of one proof: what to do next."""
        return f"{_TEMPLATES}/{self.code}/_place.html"
