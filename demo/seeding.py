"""Filling the demo: letters published, signed and sequenced by the site's own code.

Rows are written in bulk, but every signing and proof is an event, and the sequencer makes leaves,
tally and checkpoints of them, as of real ones.
"""

import secrets
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from campaign.letters import closing, drafting, publishing
from campaign.letters.models import Event, EventKind, Letter, Translation
from campaign.letters.texts import current_text
from campaign.organizers.models import Membership, Organizer, Role, Team
from demo.arrivals import arrivals
from demo.people import Person, people
from demo.statement import Statement, letters
from signatures import consent
from signatures.details import Details
from signatures.models import Level, Signature, SignatureState
from signatures.press.search_key import search_key
from signatures.record.commitment import fresh_salt
from signatures.record.sequencer import sequence
from signatures.signing import email_key, new_public_id

ORGANIZER = "organizer@undersigned.example"
PASSWORD = "put your name to it"  # noqa: S105 - the demo's, printed at start
DAYS = 5
# One checkpoint for each of these stretches of the past.
_STRETCH = timedelta(minutes=30)


def is_seeded() -> bool:
    return Organizer.objects.filter(email=ORGANIZER).exists()


@transaction.atomic
def seed(*, now: datetime | None = None) -> None:
    """All or nothing, so that a start that was interrupted begins anew."""
    now = now or timezone.now()
    team = _team()
    for number, statement in enumerate(letters()):
        _publish(statement, team=team, seed=number, now=now)


def _team() -> Team:
    organizer = Organizer.objects.create_user(ORGANIZER, PASSWORD, name="Demo organizer")
    EmailAddress.objects.create(user=organizer, email=ORGANIZER, verified=True, primary=True)
    team = Team.objects.create(name="Working Artists’ Council", slug="working-artists")
    Membership.objects.create(team=team, organizer=organizer, role=Role.OWNER)
    return team


def _publish(statement: Statement, *, team: Team, seed: int, now: datetime) -> None:
    """A letter of the past: published when its first signature came in, signed for five days."""
    start = now - timedelta(days=statement.days_ago)
    first, *others = statement.versions
    letter = drafting.create_letter(
        team=team,
        slug=statement.slug,
        language=first.language,
        title=first.title,
        addressee=first.addressee,
        body=first.body,
        opens_at=None,
        closes_at=None,
    )
    for other in others:
        drafting.save_translation(
            text=letter.texts.get(),
            language=other.language,
            title=other.title,
            addressee=other.addressee,
            body=other.body,
        )
    publishing.publish(letter=letter, now=start)
    sequence(letter_id=letter.pk, now=lambda: start)
    _sign(letter, count=statement.signatures, seed=seed, start=start)
    if statement.closed:
        end = start + timedelta(days=DAYS)
        closing.close_letter(letter=letter, now=end)
        sequence(letter_id=letter.pk, now=lambda: end)


def _sign(letter: Letter, *, count: int, seed: int, start: datetime) -> None:
    text = current_text(letter=letter)
    assert text is not None  # noqa: S101 - just published
    translations = {each.language: each for each in text.translations.all()}
    authority = next(each for each in translations.values() if each.is_authoritative)
    times = arrivals(count=count, seed=seed, start=start, days=DAYS)
    Signature.objects.bulk_create(
        (
            _signature(person, letter, translations.get(person.language, authority), at)
            for person, at in zip(people(count=count, seed=seed), times, strict=True)
        ),
        batch_size=500,
    )
    signed = Signature.objects.filter(letter=letter).select_related("translation").order_by("pk")
    for stretch, group in groupby(signed, key=lambda each: _stretch(each, start)):
        Event.objects.bulk_create(_events(group))
        end = start + (stretch + 1) * _STRETCH
        while sequence(letter_id=letter.pk, now=lambda: end):  # noqa: B023 - called at once
            pass


def _stretch(signature: Signature, start: datetime) -> int:
    return (signature.created_at - start) // _STRETCH


def _signature(person: Person, letter: Letter, translation: Translation, at: datetime) -> Signature:
    return Signature(
        letter=letter,
        translation=translation,
        public_id=new_public_id(),
        state=SignatureState.CONFIRMED,
        level=person.level,
        email=person.email,
        email_key=email_key(person.email),
        name=person.name,
        name_key=search_key(person.name),
        profession=person.profession,
        country=person.country,
        credit=person.credit,
        affiliation=person.affiliation,
        kind=person.kind,
        language=person.language,
        consent_publish=person.publish,
        consent_updates=person.updates,
        consent_version=consent.version_in(person.language),
        consented_at=at,
        salt=fresh_salt(),
        nonce=secrets.token_bytes(8),
        created_at=at,
        asked_at=at,
        confirmed_at=at,
    )


def _events(signatures: Iterable[Signature]) -> Iterator[Event]:
    """Signed at level 1; whoever stands higher was verified afterwards."""
    for signature in signatures:
        level, signature.level = signature.level, Level.CONFIRMED
        signed_as = signature.shape
        yield Event(
            letter_id=signature.letter_id,
            kind=EventKind.SIGN,
            signature_id=signature.pk,
            public_id=signature.public_id,
            level=Level.CONFIRMED,
            text_sha256=signature.translation.sha256,
            commitment=Details.of(signature).commitment(salt=bytes(signature.salt)),
            after=signed_as,
        )
        if level > Level.CONFIRMED:
            signature.level = level
            yield Event(
                letter_id=signature.letter_id,
                kind=EventKind.VERIFY,
                signature_id=signature.pk,
                public_id=signature.public_id,
                level=level,
                before=signed_as,
                after=signature.shape,
            )
