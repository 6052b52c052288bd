"""Making a text public for good.

The first text, and any later one while nobody has signed, takes one organizer. Once somebody has
signed, it takes two: one proposes, another approves exactly what was proposed.
"""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import transaction

from campaign.letters import characters, errors, owner_mail, signed, slips
from campaign.letters.models import (
    Event,
    EventKind,
    Letter,
    LetterState,
    Proposal,
    Text,
    Translation,
)
from campaign.letters.owner_mail import Deed
from campaign.letters.texts import seal_of
from campaign.organizers import access, seconding
from campaign.organizers.models import Organizer, Team


@dataclass(frozen=True, slots=True)
class Correction:
    """What a version is if it only corrects a slip of the one before. `reason` is public."""

    reason: str


def publish(
    *,
    letter: Letter,
    now: datetime,
    expected_seal: str | None = None,
    organizer: Organizer | None = None,
) -> Text:
    """Make the text that is being written public, and freeze it for good.

    In one transaction: the text gets its date; with the first text the letter becomes public and
    its record gets its name; each translation gets the SHA-256 of its bytes, after which a
    trigger in the database lets nobody alter it; events tell the record. The first publication
    writes `publish` with the authoritative translation's hash and `text` for each other one; a
    later version writes `text` for each, the authoritative one first.

    Of two at once, or of two clicks, one publishes and the other gets NothingToPublish.
    `expected_seal` is the seal of what the publisher looked at: ChangedMeanwhile, if it is another
    by now. Also raises AlreadyClosed, ClosingTimePassed, EmbargoHourPassed, TextIncomplete, and
    SecondNeeded once anybody has signed. Whatever is raised, nothing changed.
    """
    with _held(letter) as (held, text):
        if needs_second(text=text):
            raise errors.SecondNeeded
        translations = _translations(text)
        _check(translations, expected_seal=None)
        if expected_seal not in (None, seal_to_publish(held, translations)):
            raise errors.ChangedMeanwhile(None)
        _make_public(held, text, translations, now=now)
        if organizer and text.number > 1:
            owner_mail.owe(deed=Deed.PUBLISHED, text=text, by=organizer, corrects=None)
    text.published_at = now
    return text


def propose(
    *,
    letter: Letter,
    organizer: Organizer,
    now: datetime,
    expected_seal: str,
    correction: Correction | None = None,
) -> Proposal:
    """Say that this version shall be public, as it is now; another organizer has to approve it.

    `expected_seal` is the seal of the wording that was looked at. With `correction` the signatures
    of the version before stand under this one as well, if so little differs: else NotASlip. The
    same organizer again replaces what they proposed. Raises also AlreadyProposed, NoSecondNeeded,
    NoProposal for who may not publish, CountsLater for who is new, and what `publish` raises.
    """
    with _held(letter) as (held, text):
        if not needs_second(text=text):
            raise errors.NoSecondNeeded
        if not _may_publish(organizer.pk, team_id=held.team_id):
            raise errors.NoProposal
        _check_two(held, organizer, now=now)
        earlier = Proposal.objects.filter(text=text).first()
        if earlier and earlier.proposed_by_id != organizer.pk and stands(earlier, letter=held):
            raise errors.AlreadyProposed
        translations = _translations(text)
        _check(translations, expected_seal=expected_seal)
        for each in translations:
            if missing_parts(each):
                raise errors.TextIncomplete(each.language)
        if correction:
            slips.check(letter=held, draft=translations)
        proposed = Proposal(
            text=text,
            corrects=text.number - 1 if correction else None,
            reason=characters.one_line(correction.reason) if correction else "",
            proposed_by=organizer,
            proposed_at=now,
        )
        proposed.seal = seal_of_proposal(proposed, translations)
        Proposal.objects.filter(text=text).delete()
        proposed.save(force_insert=True)
        if earlier is None or earlier.seal != proposed.seal:
            owner_mail.owe(deed=Deed.PROPOSED, text=text, by=organizer, corrects=proposed.corrects)
    return proposed


def approve(*, letter: Letter, organizer: Organizer, now: datetime, expected_seal: str) -> Text:
    """Publish what another organizer proposed, and nothing else.

    `expected_seal` is the seal of the proposal that was looked at. Raises NoProposal, OwnProposal,
    ChangedMeanwhile, CountsLater, and what `publish` raises. Of two at once one publishes. Who
    proposed and who approves are both of the team, with a role that may publish, at this very
    moment, and count as two (organizers/seconding.py).
    """
    with _held(letter) as (held, text):
        proposal = Proposal.objects.filter(text=text).first()
        if proposal is None or not stands(proposal, letter=held):
            raise errors.NoProposal
        if proposal.proposed_by_id == organizer.pk:
            raise errors.OwnProposal
        if not _may_publish(organizer.pk, team_id=held.team_id):
            raise errors.NoProposal
        _check_two(held, proposal.proposed_by, organizer, now=now)
        translations = _translations(text)
        if not expected_seal == proposal.seal == seal_of_proposal(proposal, translations):
            raise errors.ChangedMeanwhile(None)
        _check(translations, expected_seal=None)
        if proposal.corrects is not None:
            slips.check(letter=held, draft=translations)
        _make_public(held, text, translations, now=now, proposal=proposal)
        owner_mail.owe(deed=Deed.PUBLISHED, text=text, by=organizer, corrects=proposal.corrects)
        proposal.delete()
    text.published_at = now
    return text


def take_back(*, letter: Letter) -> None:
    """Propose the version no longer, as whoever may publish can say. NoProposal if none is."""
    gone, _by_model = Proposal.objects.filter(text__letter=letter, text__published_at=None).delete()
    if not gone:
        raise errors.NoProposal


def needs_second(*, text: Text) -> bool:
    return text.number > 1 and signed.anybody_signed(letter_id=text.letter_id)


def stands(proposal: Proposal, *, letter: Letter) -> bool:
    """Whether whoever proposed is still one of those who may publish."""
    return _may_publish(proposal.proposed_by_id, team_id=letter.team_id)


def may_second(*, letter: Letter) -> list[tuple[Organizer, datetime]]:
    """Who may be one of the two that a new text takes, and from when on."""
    members = access.writers(team_id=letter.team_id).select_related("organizer").order_by("pk")
    public_since = letter.published_at
    return [
        (each.organizer, seconding.counts_from(membership=each, public_since=public_since))
        for each in members
    ]


def missing_parts(translation: Translation) -> list[str]:
    """Names of the fields that are still blank: with any, the text cannot be published."""
    parts = ("title", "addressee", "body")
    return [part for part in parts if characters.says_nothing(getattr(translation, part))]


def is_complete(translations: Sequence[Translation]) -> bool:
    return any(each.is_authoritative for each in translations) and not any(
        missing_parts(each) for each in translations
    )


def seal_to_publish(letter: Letter, translations: Sequence[Translation]) -> str:
    """The same, with the embargo that a first text is published under: nobody makes a letter
    public who saw that it stays hidden."""
    if letter.state != LetterState.DRAFT or letter.embargo_until is None:
        return seal_of(translations)
    parts = (seal_of(translations), letter.embargo_until.isoformat())
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


def seal_of_proposal(proposal: Proposal, translations: Sequence[Translation]) -> str:
    """The same, with what is said about the wording."""
    parts = (seal_of(translations), str(proposal.corrects), proposal.reason)
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()


@contextmanager
def _held(letter: Letter) -> Iterator[tuple[Letter, Text]]:
    """Letter and draft, locked until the end: nobody leaves the team, publishes or edits meanwhile.

    First the team, since leaving it does so, and not against the entries of its audit trail.
    """
    with transaction.atomic():
        Team.objects.select_for_update(no_key=True).get(pk=letter.team_id)
        held = Letter.objects.select_for_update().get(pk=letter.pk)
        if held.state == LetterState.CLOSED:
            raise errors.AlreadyClosed
        text = (
            Text.objects.select_for_update(no_key=True)
            .filter(letter=held, published_at=None)
            .first()
        )
        if text is None:
            raise errors.NothingToPublish
        yield held, text


def _check(translations: Sequence[Translation], *, expected_seal: str | None) -> None:
    if not any(each.is_authoritative for each in translations):
        raise errors.TextIncomplete
    if expected_seal is not None and expected_seal != seal_of(translations):
        raise errors.ChangedMeanwhile(None)


def _make_public(
    letter: Letter,
    text: Text,
    translations: Sequence[Translation],
    *,
    now: datetime,
    proposal: Proposal | None = None,
) -> None:
    if letter.closes_at is not None and letter.closes_at <= now:
        raise errors.ClosingTimePassed
    until = letter.embargo_until if letter.state == LetterState.DRAFT else None
    if until is not None and until <= now:
        raise errors.EmbargoHourPassed
    Text.objects.filter(pk=text.pk).update(
        published_at=now,
        corrects=proposal.corrects if proposal else None,
        reason=proposal.reason if proposal else "",
    )
    first = bool(
        Letter.objects.filter(pk=letter.pk, state=LetterState.DRAFT).update(
            state=LetterState.PUBLISHED,
            published_at=now,
            archived_at=None,
            origin=f"{settings.SITE_HOST}/letters/{letter.slug}/record",
        )
    )
    for translation in translations:
        _freeze(translation)
    Event.objects.bulk_create(
        Event(
            letter=letter,
            kind=EventKind.PUBLISH if first and each.is_authoritative else EventKind.TEXT,
            text_sha256=each.sha256,
        )
        for each in translations
    )


def _translations(text: Text) -> list[Translation]:
    return list(Translation.objects.filter(text=text).order_by("-is_authoritative", "language"))


def _may_publish(organizer_id: int, *, team_id: int) -> bool:
    return access.writers(team_id=team_id).filter(organizer_id=organizer_id).exists()


def _check_two(letter: Letter, *organizers: Organizer, now: datetime) -> None:
    seconding.check(organizers, team_id=letter.team_id, public_since=letter.published_at, now=now)


def _freeze(translation: Translation) -> None:
    """Stores the very form that is hashed, so that anyone can hash it again."""
    translation.title = characters.one_line(translation.title)
    translation.addressee = characters.one_line(translation.addressee)
    translation.body = characters.many_lines(translation.body)
    if missing_parts(translation):
        raise errors.TextIncomplete(translation.language)
    translation.sha256 = translation.hash_of_source()
    translation.save(update_fields=["title", "addressee", "body", "sha256"])
