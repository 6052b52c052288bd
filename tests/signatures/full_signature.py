"""Somebody of whom every table knows something, and a look through all tables for her."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django.db import connection
from django.utils import timezone

from campaign.letters.models import Letter, Quote
from campaign.organizers.models import Organizer
from signatures import editing, withdrawal
from signatures.models import (
    Answer,
    Authority,
    Because,
    BulkAction,
    Delivery,
    DeliveryState,
    Evidence,
    EvidenceState,
    InvitationState,
    Message,
    Proof,
    ProofState,
    Question,
    Report,
    ReportKind,
    SampleAnswer,
    SampleAudit,
    SampleQuestion,
    Signature,
    SigningInvitation,
    Source,
    UnnamedVetting,
    Vouch,
)
from signatures.moderation import attestation, decisions, pinning, recheck, removal, reports
from signatures.moderation.bulk import asking
from signatures.moderation.bulk.querying import Query
from signatures.sampling import announcing
from tests.signatures.factories import confirmed, load, make_organizer, person, sequence, someone

ERNESTINE = person(
    "ernestine@quillhaven-mail.example",
    "Ernestine Quillhaven",
    credit="The Quillhaven Papers",
    affiliation="Society of the Erasable",
    consent_updates=True,
)
# Each is part of something that is hers alone, wherever it was typed.
WORDS = ("ernestine", "quillhaven", "erasable")
NETWORK = b"\xe1\xc7network of hers"
NOTE = "Ernestine Quillhaven rang, and her agent"
REPORTED = "It is I who am Quillhaven"
MINE = "she painted my house"
THEIRS = "Quillhaven taught me to read"


def full_signature(letter: Letter) -> Signature:
    """She signed, withdrew by name, signed again, was removed, restored, doubted, approved, vetted;
    is quoted, shows proofs, is vouched for, vouches, is named first, changed her credit."""
    organizer = make_organizer(team=letter.team, email="vetter@team.example")
    first = confirmed(letter, ERNESTINE)
    sequence(letter)
    withdrawal.withdraw(signature=first, named=True)
    sequence(letter)
    signature = confirmed(letter, ERNESTINE)
    sequence(letter)
    _is_moderated(signature, organizer)
    _shows_who_she_is(signature)
    _knows_people(letter, signature)
    Signature.objects.filter(pk=signature.pk).update(network_key=NETWORK)
    said = {"letter": letter, "language": "en", "words": "Ask first.", "about": "Erasable novelist"}
    Quote.objects.create(**said, speaker="E. Quillhaven", public_id=signature.public_id)
    sequence(letter)
    _is_asked(signature, organizer)
    _is_reported(signature, organizer)
    _was_invited(signature, organizer)
    _is_looked_for(signature, organizer)
    pinning.pin(signature=signature, organizer=organizer, expected_revision=signature.revision)
    details = ERNESTINE.but(credit="The Quillhaven Letters").details
    editing.edit(
        signature=load(signature.pk), expected_revision=signature.revision, details=details
    )
    UnnamedVetting.objects.create(
        signature=signature, public_id=signature.public_id, days=30, asked_at=timezone.now()
    )
    asked = {"letter": signature.letter, "kind": "text", "is_required": False}
    question = Question.objects.create(
        **asked, is_public=True, words={"en": "Why?"}, begun_at=timezone.now()
    )
    Answer.objects.create(signature=signature, question=question, value="Erasable reasons")
    return load(signature.pk)


def _is_asked(signature: Signature, organizer: Organizer) -> None:
    """Drawn in an audit by sample, and said yes."""
    now = timezone.now()
    announcing.announce(letter=signature.letter, organizer=organizer, sample_size=10, now=now)
    audit = SampleAudit.objects.get(letter=signature.letter)
    SampleQuestion.objects.create(
        audit=audit, signature=signature, answer=SampleAnswer.YES, answered_at=now
    )


def _was_invited(signature: Signature, organizer: Organizer) -> None:
    """And said yes."""
    now = timezone.now()
    SigningInvitation.objects.create(
        letter=signature.letter,
        name="E. Quillhaven",
        address_key=signature.email_key,
        language="en",
        state=InvitationState.ACCEPTED,
        nonce=b"12345678",
        invited_by=organizer,
        signature=signature,
        created_at=now,
        answered_at=now,
        mail="",
    )


def _is_looked_for(signature: Signature, organizer: Organizer) -> None:
    """Vetted, so that a deed about many takes two, and waits."""
    typed = {"name": signature.name, "with_vetted": "on"}
    asking.ask(
        letter=signature.letter,
        organizer=organizer,
        action=BulkAction.HOLD,
        query=Query(name=signature.name, with_vetted=True),
        typed=typed,
        counted=1,
        boundary=signature.pk,
        key=uuid4(),
        now=timezone.now(),
    )


def _is_reported(signature: Signature, organizer: Organizer) -> None:
    """One report was answered, one waits, one was never confirmed."""
    for number in range(3):
        reports.file(
            signature=signature,
            name=f"Claimant {number}",
            email=f"claimant{number}@reports.example",
            kind=ReportKind.NEVER_SIGNED,
            words=f"{REPORTED} {number}",
            language="en",
            now=timezone.now(),
        )
        report = Report.objects.latest("pk")
        if number < 2:
            reports.confirm(report=report, now=timezone.now())
        if number == 0:
            who: dict[str, Any] = {"signature": load(signature.pk), "organizer": organizer}
            reports.dismiss(
                **who,
                expected_newest_report=report.pk,
                expected_revision=signature.revision,
                note=NOTE,
            )


def _is_moderated(signature: Signature, organizer: Organizer) -> None:
    who: dict[str, Any] = {
        "signature": signature,
        "organizer": organizer,
        "expected_revision": signature.revision,
    }
    removal.remove(**who, because=Because.RULES, note=NOTE)
    removal.restore(**who, because=Because.MISTAKE, note=NOTE)
    vetting = recheck.doubt(**who, note=NOTE)
    decisions.approve(
        vetting=vetting, organizer=organizer, expected_revision=signature.revision, reason=NOTE
    )
    attestation.vet(**who, evidence=NOTE)


def _shows_who_she_is(signature: Signature) -> None:
    now = timezone.now()
    shown: dict[str, Any] = {
        "signature": signature,
        "state": ProofState.STANDING,
        "started_at": now,
        "proved_at": now,
    }
    Proof.objects.create(**shown, method="website", subject="quillhaven.example", token="t0ken")
    work = Proof.objects.create(
        **shown,
        method="work_email",
        subject="erasable.example",
        private="e.quillhaven@erasable.example",
    )
    Proof.objects.create(
        **shown,
        method="account",
        subject="quillhaven",
        provider="Masto",
        profile_url="https://masto.example/@quillhaven",
        exclusive_key=b"\xe1\xc7account of hers".ljust(32),
    )
    Delivery.objects.create(
        signature=signature,
        proof=work,
        message=Message.WORK_EMAIL,
        state=DeliveryState.SENT,
        due_at=now,
        created_at=now,
        sent_at=now,
    )
    Authority.objects.create(
        signature=signature, name="E. Quillhaven", role="Erasable in chief", stated_at=now
    )
    Evidence.objects.create(
        signature=signature,
        source=Source.WIKIDATA,
        identifier="Q1000001",
        state=EvidenceState.FOUND,
        found_name="Ernestine Quillhaven",
        found_host="quillhaven.example",
        given_at=now,
    )


def _knows_people(letter: Letter, signature: Signature) -> None:
    now = timezone.now()
    seen, unseen, ended = (
        confirmed(letter, someone(number, consent_publish=number != 902))
        for number in (901, 902, 903)
    )
    made: dict[str, Any] = {"made_at": now}
    Vouch.objects.create(voucher=seen, signature=signature, relation=THEIRS, **made)
    Vouch.objects.create(voucher=unseen, signature=signature, relation="on tour", **made)
    Vouch.objects.create(
        voucher=ended,
        signature=signature,
        relation="thought I knew Quillhaven",
        revoked_at=now + timedelta(seconds=1),
        **made,
    )
    Vouch.objects.create(voucher=signature, signature=seen, relation=MINE, **made)


def words_of(signature: Signature) -> set[str]:
    """As they stand in `tables`: what she told, and what only her row knows."""
    secrets = (signature.email_key, signature.salt, signature.nonce, signature.network_key)
    found = {bytes(each).hex() for each in secrets if each is not None}
    return found | set(WORDS) | {MINE, "thought i knew"}


def tables() -> dict[str, str]:
    """Every table of the database, whoever made it, with all that stands in it."""
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            found[table] = "\n".join(
                " | ".join(_text(value) for value in row) for row in cursor.fetchall()
            ).lower()
    return found


def where(words: set[str]) -> set[str]:
    """The tables in which one of these stands."""
    return {table for table, text in tables().items() if any(word in text for word in words)}


def _text(value: Any) -> str:
    if isinstance(value, memoryview | bytes):
        data = bytes(value)
        return f"{data.hex()} {data.decode('utf-8', 'replace')}"
    return str(value)
