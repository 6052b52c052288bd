"""Filling the demo: letters published, signed and sequenced by the site's own code.

Rows are written in bulk, but every signing and proof is an event, and the sequencer makes leaves,
tally and checkpoints of them, as of real ones.
"""

import secrets
from datetime import datetime, timedelta

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone

from campaign.letters import closing, drafting, publishing
from campaign.letters.models import EventKind, Letter
from campaign.letters.texts import current_text
from campaign.organizers.models import Membership, Organizer, Role, Team
from demo import backfill, delivery, desk, dressing, press, updates
from demo.arrivals import arrivals
from demo.audit import Audit
from demo.backfill import Step
from demo.departures import leave
from demo.letters import Statement, letters
from demo.people import Person, people
from demo.proof_seeding import Showing
from demo.roster_seed import Society
from demo.sites import Placed, the_sites
from signatures import consent
from signatures.addresses import email_key
from signatures.models import Level, Removal, Signature, SignatureState
from signatures.names.folding import search_key
from signatures.names.latin_key import latin_key
from signatures.record.format.commitment import fresh_salt
from signatures.record.sequencer import sequence
from signatures.signing import new_public_id

ORGANIZER = "organizer@undersigned.example"
# A watched name needs two organizers, and so does an update to many.
SECOND_ORGANIZER = "second.organizer@undersigned.example"
PASSWORD = "put your name to it"  # noqa: S105 - the demo's, printed at start
DAYS = 5
# One checkpoint for each of these stretches of the past.
_STRETCH = timedelta(hours=1)
_STRETCH_OF_FEW = timedelta(hours=6)
_MANY = 5_000
# Nobody signed since: so the count can be cited from the first look, with a minute that is over.
_QUIET = timedelta(minutes=2)


def is_seeded() -> bool:
    return Organizer.objects.filter(email=ORGANIZER).exists()


@transaction.atomic
def seed(*, now: datetime | None = None) -> None:
    """All or nothing, so that a start that was interrupted begins anew."""
    now = now or timezone.now() - _QUIET
    organizers = _organizers()
    placed: list[Placed] = []
    # The oldest first, as the site's own log came to know of them.
    for number, statement in sorted(enumerate(letters()), key=lambda each: -each[1].days_ago):
        placed += _Past(statement, seed=number, organizers=organizers, now=now).happen()
    the_sites().write_anew(placed)
    for closed in Letter.objects.filter(closed_at__isnull=False):
        delivery.deliver(letter=closed, organizer=organizers[0], now=timezone.now())
        dressing.dress(letter=closed)


def _organizers() -> tuple[Organizer, Organizer]:
    team = Team.objects.create(name="Working Artists’ Council", slug="working-artists")
    first = Organizer.objects.create_user(ORGANIZER, PASSWORD, name="Demo organizer")
    second = Organizer.objects.create(
        # Hashing takes its time, and it is the same password.
        email=SECOND_ORGANIZER,
        password=first.password,
        name="Second demo organizer",
    )
    for organizer in (first, second):
        email = organizer.email
        EmailAddress.objects.create(user=organizer, email=email, verified=True, primary=True)
        since = timezone.now() - timedelta(days=400)
        Membership.objects.create(team=team, organizer=organizer, role=Role.OWNER, role_since=since)
    return first, second


class _Past:
    """Of one letter: published when its first signature came in, and signed ever since."""

    def __init__(
        self,
        statement: Statement,
        *,
        seed: int,
        organizers: tuple[Organizer, Organizer],
        now: datetime,
    ) -> None:
        self._statement = statement
        self._seed = seed
        self._organizers = organizers
        self._now = now
        self._days = DAYS if statement.closed else statement.days_ago
        self._start = now - timedelta(days=statement.days_ago)
        self._end = self._start + timedelta(days=self._days)
        self._letter = self._publish()
        text = current_text(letter=self._letter)
        assert text is not None  # noqa: S101 - just published
        self._translations = {each.language: each for each in text.translations.all()}
        self._authority = next(
            each for each in self._translations.values() if each.is_authoritative
        )

    def happen(self) -> list[Placed]:
        """What now stands on the sites of those who signed."""
        placed = self._sign()
        if self._statement.closed:
            closing.close_letter(letter=self._letter, now=self._end)
            sequence(letter_id=self._letter.pk, now=lambda: self._end)
            updates.to_send(letter=self._letter, organizer=self._organizers[0])
        if self._statement.in_the_news:
            named = desk.name_first(
                letter=self._letter, organizer=self._organizers[0], at=self._end
            )
            press.tell(letter=self._letter, named=named)
            desk.change_one(letter=self._letter, at=self._end)
            updates.of_the_news(letter=self._letter, organizers=self._organizers, now=self._now)
        return placed

    def _publish(self) -> Letter:
        first, *others = self._statement.versions
        letter = drafting.create_letter(
            team=Team.objects.get(),
            slug=self._statement.slug,
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
        publishing.publish(letter=letter, now=self._start)
        sequence(letter_id=letter.pk, now=lambda: self._start)
        return letter

    def _sign(self) -> list[Placed]:
        statement, organizer = self._statement, self._organizers[0]
        signatures = self._everybody()
        attacked = statement.under_attack
        looked_at = desk.choose(signatures, now=self._now) if attacked else []
        leaving, removals = leave(statement, signatures, until=self._end, organizer=organizer)
        Signature.objects.bulk_create(signatures, batch_size=500)
        Removal.objects.bulk_create(removals)
        society = (
            Society(
                letter=self._letter,
                signatures=signatures,
                organizers=self._organizers,
                since=self._start,
            )
            if statement.in_the_news
            else None
        )
        showing = Showing(
            seed=1000 + self._seed,
            until=self._end,
            now=self._now,
            organizer=organizer,
            society=society,
        )
        first_looked_at = {each.public_id for each in looked_at}
        others = [each for each in signatures if each.public_id not in first_looked_at]
        shown = showing.show(others)
        proofs, let_in = desk.let_in(looked_at, organizers=self._organizers)
        shown.proofs += proofs
        backfill.write(
            letter=self._letter,
            steps=[*map(_signing, others), *shown.steps, *leaving, *let_in],
            start=self._start,
            stretch=_STRETCH if len(signatures) > _MANY else _STRETCH_OF_FEW,
            meanwhile=(
                Audit(letter=self._letter, organizer=organizer, start=self._start).go_on
                if statement.audited
                else lambda _at: None
            ),
        )
        if attacked:
            desk.fill_queue(
                letter=self._letter,
                decided=looked_at,
                make=self._signature,
                showing=showing,
                organizers=self._organizers,
                now=self._now,
            )
        if statement.in_the_news:
            desk.hold_some(
                letter=self._letter,
                make=self._signature,
                showing=showing,
                organizer=organizer,
                now=self._now,
            )
            desk.report_one(letter=self._letter, now=self._now)
        shown.write()
        return shown.placed

    def _everybody(self) -> list[Signature]:
        count = self._statement.signed
        times = arrivals(count=count, seed=self._seed, start=self._start, days=self._days)
        everybody = people(count=count, seed=self._seed)
        return [self._signature(each, at) for each, at in zip(everybody, times, strict=True)]

    def _signature(self, person: Person, at: datetime) -> Signature:
        """Not written yet."""
        translation = self._translations.get(person.language, self._authority)
        return Signature(
            letter=self._letter,
            translation=translation,
            version=translation.text.number,
            public_id=new_public_id(),
            state=SignatureState.CONFIRMED,
            level=person.level,
            email=person.email,
            email_key=email_key(person.email),
            name=person.name,
            name_key=search_key(person.name),
            name_latin=latin_key(person.name),
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


def _signing(signature: Signature) -> Step:
    assert signature.confirmed_at is not None  # noqa: S101 - all of the past have confirmed
    return Step(signature.confirmed_at, signature, EventKind.SIGN, Level.CONFIRMED)
