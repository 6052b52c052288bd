"""Invented people who sign when somebody presses a button: fresh ones each time, by the site's own
signing and confirming."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from threading import Lock

from django.utils.translation import get_language

from campaign.letters.models import Letter, Translation
from campaign.letters.texts import current_text, translation_for
from demo.letters import letters
from demo.people import Person, people
from demo.roster_seed import members_to_come
from signatures import addresses, confirmation, signing, tasks
from signatures.details import Details
from signatures.models import Kind, Signature

_SEED = 20_261_123
_lock = Lock()


class NobodyLeft(Exception):
    """All of the society's members have signed."""


class NoLetter(Exception):
    """The letter that the demo is about was never set up here."""


def the_letter() -> tuple[Letter, Translation]:
    """The one that the demo is about, in the reader's language. Raises NoLetter."""
    slug = letters()[0].slug
    letter = Letter.objects.public().filter(slug=slug).first()
    text = current_text(letter=letter) if letter else None
    shown = translation_for(text=text, language=get_language() or "en") if text else None
    if letter is None or shown is None:
        raise NoLetter
    return letter, shown


def somebody(*, letter: Letter, language: str, kind: Kind = Kind.PERSON) -> Person:
    """Who has not signed yet, wants to be named, and speaks this language."""
    return _next(
        letter,
        _crowd,
        lambda each: each.kind == kind and each.language == language and each.publish,
    )


def member(*, letter: Letter) -> tuple[str, Person]:
    """The number and person of a member of the society who has not signed. Raises NobodyLeft."""
    for number, person in members_to_come().items():
        if not _has_signed(letter, person):
            return number, replace(person, publish=True)
    raise NobodyLeft


def sign(*, letter: Letter, shown: Translation, person: Person) -> Signature:
    """Signed, confirmed as by the link in the mail that is sent, and in the record unless held.

    Raises LetterNotOpen.
    """
    signed = signing.sign(
        letter=letter,
        translation=shown,
        email=person.email,
        details=Details(
            name=person.name,
            profession=person.profession,
            country=person.country,
            credit=person.credit,
            affiliation=person.affiliation,
            kind=person.kind,
            consent_publish=True,
            consent_updates=person.updates,
        ),
        language=shown.language,
    )
    tasks.send_owed_mail()
    signature = load(signed.signature_id)
    confirmation.confirm(signature=signature, expected_revision=signature.revision)
    return write_into_record(signature)


def write_into_record(signature: Signature) -> Signature:
    """Not waiting for the sweep, so that the next page tells it all."""
    tasks.sequence_letter(signature.letter_id)
    return load(signature.pk)


def load(signature_id: int) -> Signature:
    return Signature.objects.select_related("letter__team", "translation").get(pk=signature_id)


def _next(
    letter: Letter, crowd: Callable[[], Iterator[Person]], fits: Callable[[Person], bool]
) -> Person:
    # After a restart the crowd begins anew, and those who have signed are passed by.
    while True:
        with _lock:
            person = next(each for each in crowd() if fits(each))
        if not _has_signed(letter, person):
            return person


def _has_signed(letter: Letter, person: Person) -> bool:
    key = addresses.email_key(person.email)
    return Signature.objects.filter(letter=letter, email_key=key).exists()


@cache
def _crowd() -> Iterator[Person]:
    return people(count=10**9, seed=_SEED)
