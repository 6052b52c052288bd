"""Whom the mails of the gallery are about: invented people, and a letter with its team."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.utils import timezone

from campaign.letters import drafting, publishing
from campaign.letters.models import Letter
from campaign.letters.texts import current_text, draft_text, seal_of, translation_for
from campaign.organizers.models import Membership, Organizer, Role, Team
from signatures import confirmation, signing
from signatures.details import Details
from signatures.models import Profession, Signature
from signatures.record import sequencer

_LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Signer:
    email: str
    details: Details


SIGNERS: Mapping[str, Signer] = {
    "en": Signer(
        "brigid@quayside.example",
        Details(
            name="Brigid O’Malloran",
            profession=Profession.AUTHOR,
            country="IE",
            credit="The Salt Ledger",
            consent_publish=True,
            consent_updates=True,
        ),
    ),
    "ar": Signer(
        "salma@zaytuna.example",
        Details(
            name="سلمى الزيتوني",
            profession=Profession.POET,
            country="LB",
            consent_publish=True,
        ),
    ),
}
WORDS: Mapping[str, Mapping[str, Any]] = {
    "en": {
        "title": "For work that is ours",
        "addressee": "To those who build with what we made",
        "body": "We ask to be **asked**.\n\nWe ask to be named, and paid.",
    },
    "ar": {
        "title": "من أجل عملٍ هو لنا",
        "addressee": "إلى من يبنون بما صنعناه",
        "body": "نطلب أن **نُسأل**.\n\nنطلب أن تُذكر أسماؤنا وأن نُنصَف.",
    },
}


def team_of(language: str) -> Team:
    return Team.objects.create(slug=f"every-mail-{language}", name="Open Stage")


def owner_of(team: Team, email: str) -> Organizer:
    return _organizer(team, email, Role.OWNER)


def listed(letter: Letter, who: Signer) -> list[Signature]:
    """Signed, confirmed and in the record."""
    text = current_text(letter=letter)
    assert text is not None  # noqa: S101 -- it is public
    language = next(code for code, each in SIGNERS.items() if each is who)
    translation = translation_for(text=text, language=language)
    assert translation is not None  # noqa: S101 -- a public text has one
    signed = signing.sign(
        letter=letter,
        translation=translation,
        email=who.email,
        details=who.details,
        language=language,
    )
    signature = load(signed.signature_id)
    confirmation.confirm(signature=signature, expected_revision=signature.revision)
    sequencer.sequence(letter_id=letter.pk)
    return [load(signature.pk)]


def load(signature_id: int) -> Signature:
    """As the views load it: with its letter and translation."""
    return Signature.objects.select_related("letter", "translation").get(pk=signature_id)


def publish_version(letter: Letter, *, language: str, correcting: str = "", **words: str) -> None:
    """The letter's next text, proposed by one organizer and approved by another; with `correcting`,
    the reason, as a correction of a slip."""
    begun = drafting.start_revision(letter=letter)
    before = translation_for(text=begun, language=language)
    assert before is not None  # noqa: S101 -- it begins with what was public
    kept = {part: getattr(before, part) for part in ("title", "addressee", "body")}
    drafting.save_translation(text=begun, language=language, **(kept | words))
    text = draft_text(letter=letter)
    assert text is not None  # noqa: S101 -- it was just begun
    proposal = publishing.propose(
        letter=letter,
        organizer=_publisher(letter.team, "proposer"),
        now=timezone.now(),
        expected_seal=seal_of(list(text.translations.all())),
        correction=publishing.Correction(correcting) if correcting else None,
    )
    publishing.approve(
        letter=letter,
        organizer=_publisher(letter.team, "approver"),
        now=timezone.now(),
        expected_seal=proposal.seal,
    )


def _publisher(team: Team, name: str) -> Organizer:
    email = f"{name}@{team.slug}.example"
    found = Organizer.objects.filter(email=email).first()
    return found or _organizer(team, email, Role.EDITOR)


def _organizer(team: Team, email: str, role: Role) -> Organizer:
    made = Organizer.objects.create(email=email, name="Ottilie Fenn")
    Membership.objects.create(team=team, organizer=made, role=role, role_since=_LONG_AGO)
    return made
