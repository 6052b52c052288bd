"""Letters and signatures for tests, made as the site makes them, and who signs them.

Everyone here is invented; `.example` addresses belong to nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from campaign.letters import closing, drafting, publishing
from campaign.letters.models import Event, EventKind, Letter, LetterState, Text, Translation
from campaign.letters.texts import current_text, draft_text, seal_of, translation_for
from campaign.organizers.models import Membership, Organizer, Role, Team
from signatures import confirmation, signing
from signatures.details import Details
from signatures.models import Kind, Profession, Signature
from signatures.record import sequencer

# Since when the members of a team have been in it, unless a test says otherwise.
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
PASSWORD = "a long password for tests"
ENGLISH: dict[str, Any] = {
    "title": "For work that is ours",
    "addressee": "To those who build with what we made",
    "body": "We ask to be **asked**.\n\nWe ask to be named, and paid.",
}
ARABIC: dict[str, Any] = {
    "title": "من أجل عملٍ هو لنا",
    "addressee": "إلى من يبنون بما صنعناه",
    "body": "نطلب أن **نُسأل**.\n\nنطلب أن تُذكر أسماؤنا وأن نُنصَف.",
}


@dataclass(frozen=True)
class Person:
    """Who signs, from which address, and what they tell about themselves."""

    email: str
    details: Details
    language: str = "en"

    def but(self, **changes: Any) -> "Person":
        """The same person with other details."""
        return replace(self, details=replace(self.details, **changes))


def person(email: str, name: str, **details: Any) -> Person:
    """Somebody who consents to be published, unless told otherwise."""
    language = details.pop("language", "en")
    is_organisation = details.get("kind") == Kind.ORGANISATION
    chosen: dict[str, Any] = {
        "profession": "" if is_organisation else Profession.AUTHOR,
        "country": "IE",
        "consent_publish": True,
    } | details
    return Person(email=email, details=Details(name=name, **chosen), language=language)


BRIGID = person(
    "brigid@quayside.example",
    "Brigid O’Malloran",
    credit="The Salt Ledger",
    consent_updates=True,
)
SALMA = person(
    "salma@zaytuna.example",
    "سلمى الزيتوني",
    profession=Profession.POET,
    country="LB",
    language="ar",
)
WIKTOR = person(
    "wiktor@latarnia.example", "Wiktor Żółcik", profession=Profession.COMPOSER, country="PL"
)
MEI = person("mei@lantern.example", "梅若溪", profession=Profession.PAINTER, country="TW")
# Signs, but not under their name.
QUIET = person(
    "quiet@hush.example",
    "Odalys Brandtner",
    profession=Profession.ACTOR,
    country="AT",
    consent_publish=False,
)
GUILD = person(
    "office@lampwrights.example",
    "Guild of Lampwrights",
    country="NZ",
    kind=Kind.ORGANISATION,
)


def someone(number: int, **details: Any) -> Person:
    """As many more people as a test needs."""
    return person(f"signer{number}@crowd.example", f"Signer Number {number}", **details)


def make_team(*, slug: str = "open-stage") -> Team:
    """The team of this short name: made the first time."""
    return Team.objects.get_or_create(slug=slug, defaults={"name": slug.replace("-", " ").title()})[
        0
    ]


def make_organizer(
    *, team: Team, email: str = "ottilie@open-stage.example", role: Role = Role.OWNER
) -> Organizer:
    """Can log in with PASSWORD; the address counts as verified."""
    from allauth.account.models import EmailAddress

    organizer = Organizer.objects.create_user(email=email, password=PASSWORD, name="Ottilie Fenn")
    EmailAddress.objects.create(user=organizer, email=email, verified=True, primary=True)
    Membership.objects.create(team=team, organizer=organizer, role=role, role_since=LONG_AGO)
    return organizer


def draft_letter(
    *,
    slug: str = "work-that-is-ours",
    team: Team | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Letter:
    """A draft with its first text in English, which is authoritative, and in Arabic."""
    letter = drafting.create_letter(
        team=team or make_team(),
        slug=slug,
        language="en",
        opens_at=opens_at,
        closes_at=closes_at,
        **ENGLISH,
    )
    text = draft_text(letter=letter)
    assert text is not None
    drafting.save_translation(text=text, language="ar", **ARABIC)
    return letter


def open_letter(
    *,
    slug: str = "work-that-is-ours",
    team: Team | None = None,
    opens_at: datetime | None = None,
    closes_at: datetime | None = None,
) -> Letter:
    """A published letter in English and Arabic; two events wait for its record.

    Most tests begin here, so the rows are written at once, as drafting and publishing leave them
    in some forty statements; test_factories.py compares.
    """
    now = timezone.now()
    letter = Letter.objects.create(
        team_id=(team or make_team()).pk,
        slug=slug,
        state=LetterState.PUBLISHED,
        opens_at=opens_at,
        closes_at=closes_at,
        published_at=now,
        origin=f"{settings.SITE_HOST}/letters/{slug}/record",
    )
    text = Text.objects.create(letter=letter, number=1, published_at=now)
    translations = [
        Translation(text=text, language="en", is_authoritative=True, **ENGLISH),
        Translation(text=text, language="ar", **ARABIC),
    ]
    for each in translations:
        each.sha256 = each.hash_of_source()
    Translation.objects.bulk_create(translations)
    Event.objects.bulk_create(
        Event(letter=letter, kind=kind, text_sha256=each.sha256)
        for kind, each in zip((EventKind.PUBLISH, EventKind.TEXT), translations, strict=True)
    )
    return letter


def close(letter: Letter) -> None:
    closing.close_letter(letter=letter, now=timezone.now())
    letter.refresh_from_db()


def translation_of(letter: Letter, language: str = "en") -> Translation:
    """The letter's current text in this language."""
    text = current_text(letter=letter)
    assert text is not None
    found = translation_for(text=text, language=language)
    assert found is not None
    return found


def sign(
    letter: Letter, who: Person = BRIGID, *, translation: Translation | None = None
) -> signing.Signed:
    """Just the signing, with what it answers: of the current text, or of this translation."""
    return signing.sign(
        letter=letter,
        translation=translation or translation_of(letter, who.language),
        email=who.email,
        details=who.details,
        language=who.language,
    )


def pending(letter: Letter, who: Person = BRIGID) -> Signature:
    """Signed, and not confirmed yet."""
    return load(sign(letter, who).signature_id)


def confirmed(letter: Letter, who: Person = BRIGID) -> Signature:
    """Signed and confirmed; the event waits to be sequenced, so there is no number yet."""
    signature = pending(letter, who)
    confirmation.confirm(signature=signature, expected_revision=signature.revision)
    return load(signature.pk)


def listed(letter: Letter, *people: Person) -> list[Signature]:
    """Each signed, confirmed and in the record, with numbers from 1 in this order."""
    texts = {each: translation_of(letter, each) for each in {who.language for who in people}}
    keys = [sign(letter, who, translation=texts[who.language]).signature_id for who in people]
    for signature in _loaded(keys):
        confirmation.confirm(signature=signature, expected_revision=signature.revision)
    sequence(letter)
    return _loaded(keys)


def sequence(letter: Letter) -> int:
    """Write all that waits into the record; how many events that were."""
    written = batch = sequencer.sequence(letter_id=letter.pk)
    # Fewer than a batch is all that waits.
    while batch == sequencer.BATCH_EVENTS:
        batch = sequencer.sequence(letter_id=letter.pk)
        written += batch
    return written


def load(signature_id: int) -> Signature:
    """As the views load it: with its letter and translation."""
    return _loaded([signature_id])[0]


def _loaded(keys: Sequence[int]) -> list[Signature]:
    found = Signature.objects.select_related("letter", "translation").in_bulk(keys)
    return [found[key] for key in keys]


def publish_version(
    letter: Letter, *, language: str = "en", correcting: str = "", **words: str
) -> Text:
    """The letter's next text: as the one before, with these words in this language changed; with
    `correcting`, the reason, as a correction of a slip."""
    text = drafting.start_revision(letter=letter)
    before = translation_for(text=text, language=language)
    assert before is not None
    kept = {part: getattr(before, part) for part in ("title", "addressee", "body")}
    drafting.save_translation(text=text, language=language, **(kept | words))
    return publish_draft(letter, correcting=correcting)


def publish_draft(letter: Letter, *, correcting: str = "") -> Text:
    """By one organizer, or, once somebody has signed, by two."""
    text, now = draft_text(letter=letter), timezone.now()
    assert text is not None
    if not publishing.needs_second(text=text):
        return publishing.publish(letter=letter, now=now)
    proposer, approver = (_publisher(letter.team, name) for name in ("proposer", "approver"))
    proposal = publishing.propose(
        letter=letter,
        organizer=proposer,
        now=now,
        expected_seal=seal_of(list(text.translations.all())),
        correction=publishing.Correction(correcting) if correcting else None,
    )
    return publishing.approve(
        letter=letter, organizer=approver, now=now, expected_seal=proposal.seal
    )


def _publisher(team: Team, name: str) -> Organizer:
    email = f"{name}@{team.slug}.example"
    found = Organizer.objects.filter(email=email).first()
    return found or make_organizer(team=team, email=email, role=Role.EDITOR)
