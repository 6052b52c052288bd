"""Work for the desk: watched names, signatures that wait, what was decided, and who is named first.

Why somebody is held, and how soon they must be looked at, `holds.hold_reason` says as for real
people.
"""

import secrets
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache
from itertools import cycle, islice

from django.utils import timezone

from campaign.letters.models import EventKind, Letter
from campaign.organizers.models import Organizer
from demo.backfill import Step
from demo.people import Person, people
from demo.proof_seeding import Showing, fresh_number
from demo.rng import Chance
from signatures import editing
from signatures.addresses import email_key
from signatures.details import Details
from signatures.models import (
    Decision,
    Evidence,
    Kind,
    Level,
    Notable,
    Proof,
    ProofState,
    Reason,
    Report,
    ReportCase,
    ReportKind,
    ReportMail,
    Signature,
    SignatureState,
    Source,
    Verdict,
    Vetting,
    VettingState,
    Watched,
)
from signatures.names.folding import search_key
from signatures.names.latin_key import latin_key
from signatures.names.lookalikes import is_arabic
from signatures.record.sequencer import sequence
from signatures.screening import holds, turned_away, watchlist
from signatures.verification import attested, vetting

WAITING = 40
WAITING_IN_THE_NEWS = 14
NOTABLES = 12
_SEED = 907
_FAMOUS = 24
_REJECTED = 4
# Those who came from one network, a few minutes after each other.
_BURST = range(6, 11)
_BURST_AGO = timedelta(hours=5)
# Not those who signed first.
_SPREAD = 31
_DECIDED = 10
_DAY = timedelta(days=1)
_PACE_WITHIN = timedelta(days=13)
_AGREED = "Agreed: the site is theirs."
_CLAIMANT = "claimant@another-mailbox.example"
_OWN_METHODS = ("website", "account", "domain", "work_email")
# As somebody disguises a name: letters that no eye can tell apart.
_LOOK_ALIKES = str.maketrans({"a": "а", "e": "е", "o": "о"})

Make = Callable[[Person, datetime], Signature]


@cache
def famous() -> tuple[str, ...]:
    """Invented names that the organizers watch for, in Latin letters, of two words and more."""
    named = (
        each.name
        for each in people(count=500, seed=_SEED)
        if each.kind == Kind.PERSON and each.name.replace(" ", "").isascii() and " " in each.name
    )
    return tuple(islice(dict.fromkeys(named), _FAMOUS))


def watch(*, letter: Letter, organizer: Organizer) -> None:
    watchlist.add(letter=letter, names=famous(), organizer=organizer)
    Watched.objects.filter(letter=letter).update(screened_at=timezone.now())


def choose(signatures: Sequence[Signature], *, now: datetime) -> list[Signature]:
    """People of the last weeks whose names were watched: they were looked at before they stood
    under the letter, and are vetted since."""
    recent = [
        each
        for each in signatures
        if each.kind == Kind.PERSON
        and each.consent_publish
        and each.level > Level.CONFIRMED
        and now - _PACE_WITHIN < each.created_at < now - _DAY
    ]
    for each in recent[-_DECIDED:]:
        each.level = Level.VETTED
    return recent[-_DECIDED:]


def let_in(
    chosen: Sequence[Signature], *, organizers: Sequence[Organizer]
) -> tuple[list[Proof], list[Step]]:
    """What the second approval did: signed and vetted at once."""
    proofs, steps = [], []
    for place, each in enumerate(chosen):
        at = each.created_at + _wait(place)
        proofs.append(
            Proof(
                signature=each,
                method=vetting.METHOD.code,
                private=_AGREED,
                state=ProofState.STANDING,
                organizer=organizers[1],
                seen=attested.details_of(signature=each),
                started_at=at,
                proved_at=at,
                checked_at=at,
            )
        )
        steps.append(Step(at, each, EventKind.SIGN, Level.CONFIRMED))
        steps.append(Step(at, each, EventKind.VERIFY, Level.VETTED))
    return proofs, steps


def fill_queue(
    *,
    letter: Letter,
    decided: Sequence[Signature],
    make: Make,
    showing: Showing,
    organizers: Sequence[Organizer],
    now: datetime,
) -> None:
    """Forty wait on a letter that vets everyone since yesterday; some were rejected before them.

    `decided` stand under the letter: their names are watched, and two organizers approved each.
    """
    names = (*famous(), *(each.name for each in decided))
    watchlist.add(letter=letter, names=names, organizer=organizers[0])
    Watched.objects.filter(letter=letter).update(screened_at=now)
    chance = Chance(_SEED)
    crowd = people(count=1_000_000, seed=_SEED + 1)
    visits = _visits(now)
    rejected = [
        make(next(each for each in crowd if each.publish), at)
        for at in (next(visits) for _ in range(_REJECTED))
    ]
    _hold(rejected, SignatureState.REJECTED)
    for each in rejected:
        turned_away.remember(signature=each)
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    watchlist.forget()

    waiting = []
    burst = secrets.token_bytes(16)
    for place, at in zip(range(WAITING), visits, strict=False):
        person = next(each for each in crowd if each.kind == Kind.PERSON)
        signature = make(person, _at_their_time(place, at, now))
        signature.name = _name(place, person.name, rejected)
        if place in _BURST:
            signature.network_key = burst
        waiting.append(signature)
    _hold(waiting, SignatureState.HELD)
    _open(letter, waiting)
    _give_evidence(waiting, showing=showing, chance=chance)
    _decide(letter, decided, rejected, organizers=organizers)


def hold_some(
    *, letter: Letter, make: Make, showing: Showing, organizer: Organizer, now: datetime
) -> None:
    """On a letter that does not vet everyone: watched names as they are, turned round, and in
    letters that look alike; some of them came from one network."""
    watch(letter=letter, organizer=organizer)
    chance = Chance(_SEED + 2)
    crowd = people(count=1_000_000, seed=_SEED + 3)
    waiting = []
    burst = secrets.token_bytes(16)
    for place in range(WAITING_IN_THE_NEWS):
        person = next(each for each in crowd if each.kind == Kind.PERSON)
        at = now - timedelta(minutes=19) - timedelta(hours=2) * (WAITING_IN_THE_NEWS - place)
        signature = make(person, _at_their_time(place, at, now))
        signature.name = _held_name(place)
        if place in _BURST:
            signature.network_key = burst
        waiting.append(signature)
    _hold(waiting, SignatureState.HELD)
    _open(letter, waiting)
    _give_evidence(waiting, showing=showing, chance=chance)


def report_one(*, letter: Letter, now: datetime) -> None:
    """Somebody says that a name on the list is theirs, and that they never signed."""
    listed = Signature.objects.filter(
        letter=letter,
        state=SignatureState.CONFIRMED,
        consent_publish=True,
        level=Level.CONFIRMED,
        kind=Kind.PERSON,
        notable=None,
    )
    signature = listed.exclude(number=None).order_by("-number").first()
    if signature is None:
        return
    at = now - timedelta(hours=2)
    case = ReportCase.objects.create(letter=letter, signature=signature, opened_at=at)
    Report.objects.create(
        letter=letter,
        signature=signature,
        case=case,
        kind=ReportKind.NEVER_SIGNED,
        name=signature.name,
        email=_CLAIMANT,
        email_key=email_key(_CLAIMANT),
        words="A colleague saw my name here. I know of the letter, but I did not sign it.",
        language="en",
        nonce=secrets.token_bytes(8),
        filed_at=at - timedelta(minutes=6),
        confirmed_at=at,
        mail=ReportMail.NONE,
    )


def change_one(*, letter: Letter, at: datetime) -> None:
    """Somebody whom the organizers vetted has written something else beside their name since."""
    vetted = Proof.objects.filter(
        method=vetting.METHOD.code,
        state=ProofState.STANDING,
        signature__letter=letter,
        signature__state=SignatureState.CONFIRMED,
        signature__level=Level.VETTED,
        signature__notable=None,
        signature__consent_publish=True,
    ).exclude(signature__credit="")
    proof = vetted.select_related("signature__letter").order_by("signature__number").first()
    if proof is None:
        return
    signature = proof.signature
    details = replace(Details.of(signature), credit=f"{signature.credit}, and three prizes")
    editing.edit(signature=signature, expected_revision=signature.revision, details=details)
    while sequence(letter_id=letter.pk, now=lambda: at):
        pass


def name_first(*, letter: Letter, organizer: Organizer, at: datetime) -> list[Signature]:
    """Vetted people with something that they are known for, of many professions."""
    vetted = Signature.objects.filter(
        letter=letter,
        state=SignatureState.CONFIRMED,
        level__gte=Level.VETTED,
        consent_publish=True,
        number__isnull=False,
        kind=Kind.PERSON,
        proofs__method=vetting.METHOD.code,
    ).exclude(credit="")
    everybody = list(vetted.order_by("number"))
    in_arabic = [each for each in everybody if is_arabic(each.name) and each.language == "ar"]
    candidates = (*in_arabic[: NOTABLES // 4], *everybody[::_SPREAD], *everybody)
    by_profession: dict[str, Signature] = {}
    for each in candidates:
        by_profession.setdefault(each.profession, each)
    chosen = {each.pk: each for each in (*by_profession.values(), *candidates)}
    named = sorted(islice(chosen.values(), NOTABLES), key=lambda each: each.name_key)
    Notable.objects.bulk_create(
        Notable(letter=letter, signature=each, place=place, pinned_by=organizer, pinned_at=at)
        for place, each in enumerate(named, start=1)
    )
    return named


def _wait(place: int) -> timedelta:
    return timedelta(minutes=35 + 17 * (place % 9))


def _visits(now: datetime) -> Iterator[datetime]:
    """From two days ago until just now."""
    count = _REJECTED + WAITING
    for place in range(count):
        yield now - timedelta(minutes=11) - timedelta(days=2) * ((count - place) / count)


def _name(place: int, own: str, rejected: Sequence[Signature]) -> str:
    """Under which name the next one signs: a watched one in some disguise, one that was rejected,
    or, most of them, their own."""
    watched = famous()[place % _FAMOUS]
    match place % 10:
        case 0 | 4:
            return watched
        case 2:
            return watched.translate(_LOOK_ALIKES)
        case 6:
            first, *others = watched.split(" ")
            return " ".join((*others, first)).upper()
        case 5:
            return own.translate(_LOOK_ALIKES)
        case 8:
            return rejected[place // 10 % len(rejected)].name
    return own


def _held_name(place: int) -> str:
    """A watched name, in some disguise or none."""
    watched = famous()[(3 * place + 1) % _FAMOUS]
    first, *others = watched.split(" ")
    disguises = (
        watched.translate(_LOOK_ALIKES),
        watched,
        " ".join((*others, first)).upper(),
        f"Sir {watched}",
    )
    return disguises[place % len(disguises)]


def _at_their_time(place: int, at: datetime, now: datetime) -> datetime:
    if place not in _BURST:
        return at
    return now - _BURST_AGO + timedelta(minutes=3) * (place - _BURST.start)


def _hold(signatures: Sequence[Signature], state: SignatureState) -> None:
    for each in signatures:
        each.state, each.level = state, Level.PENDING
        each.name_key, each.name_latin = search_key(each.name), latin_key(each.name)
    Signature.objects.bulk_create(signatures)


def _open(letter: Letter, signatures: Sequence[Signature]) -> None:
    rows = []
    for each in signatures:
        hold = holds.hold_reason(letter_id=letter.pk, name=each.name)
        assert hold is not None  # noqa: S101 - the letter vets everyone, or the name is watched
        rows.append(
            Vetting(
                signature=each,
                letter=letter,
                reason=hold.reason,
                watched_id=hold.watched_id,
                needs_two=hold.needs_two,
                risk=hold.risk,
                opened_at=each.created_at,
            )
        )
    Vetting.objects.bulk_create(rows)


def _give_evidence(signatures: Sequence[Signature], *, showing: Showing, chance: Chance) -> None:
    """Some have shown something while they wait, and some point at a public record."""
    methods = cycle(_OWN_METHODS)
    records = []
    for each in signatures:
        if chance.percent(45):
            showing.show_one(each, next(methods), at=each.created_at + timedelta(minutes=8))
        if chance.percent(30):
            records.append(
                Evidence(
                    signature=each,
                    source=Source.MUSICBRAINZ,
                    identifier=fresh_number(),
                    given_at=each.created_at + timedelta(minutes=9),
                )
            )
    Evidence.objects.bulk_create(records)


def _decide(
    letter: Letter,
    approved: Sequence[Signature],
    rejected: Sequence[Signature],
    *,
    organizers: Sequence[Organizer],
) -> None:
    first, second = organizers
    watched = {row.name: row for row in watchlist.watched_by(letter=letter)}
    vettings, decisions = [], []
    for place, each in enumerate((*approved, *rejected)):
        took = _wait(place)
        is_approved = each.state == SignatureState.CONFIRMED
        vetting = Vetting(
            signature=each,
            letter=letter,
            reason=Reason.WATCHED if is_approved else Reason.EVERYONE,
            watched=watched.get(each.name),
            needs_two=is_approved or each.name in watched,
            state=VettingState.APPROVED if is_approved else VettingState.REJECTED,
            risk=80 if is_approved else 10,
            opened_at=each.created_at,
            decided_at=each.created_at + took,
        )
        vettings.append(vetting)
        verdicts = (
            (
                (first, Verdict.APPROVE, VettingState.WAITING, "Their own site links to it."),
                (second, Verdict.APPROVE, VettingState.SECONDED, _AGREED),
            )
            if is_approved
            else ((second, Verdict.REJECT, VettingState.WAITING, "Nobody of this name exists."),)
        )
        for step, (organizer, verdict, before, reason) in enumerate(verdicts, start=1):
            decisions.append(
                Decision(
                    vetting=vetting,
                    organizer=organizer,
                    verdict=verdict,
                    reason=reason,
                    before=before,
                    revision=each.revision,
                    at=each.created_at + took * step / len(verdicts),
                )
            )
    Vetting.objects.bulk_create(vettings)
    Decision.objects.bulk_create(decisions)
