"""One mail of every kind, as it is sent: for what has to hold for all of them, and to look at.

It writes the rows that the mails are made of. Who does not want to keep them rolls them back.
"""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from email import message_from_bytes, policy
from email.message import Message as Message822
from pathlib import Path
from typing import cast

import allauth
from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.utils import timezone, translation

from campaign.letters import drafting, organisations, owner_mail, publishing, reporters, updates
from campaign.letters.models import Letter, Update
from campaign.letters.owner_mail import Deed
from campaign.organizers import (
    account_mail,
    application_mail,
    applications,
    mailing,
    team_mail,
)
from campaign.organizers.models import (
    AccountMail,
    Application,
    Invitation,
    Membership,
    Organizer,
    Role,
    Team,
)
from demo.mail_cast import (
    SIGNERS,
    WORDS,
    listed,
    load,
    owner_of,
    publish_version,
    team_of,
)
from signatures import withdrawal
from signatures.exports import exporting
from signatures.exports.contents import What
from signatures.models import (
    Because,
    Checkpoint,
    Collected,
    Decision,
    Delivery,
    Happening,
    Inquiry,
    InvitationMail,
    Message,
    Notice,
    NoticeKind,
    PressFollower,
    PressMail,
    PressMessage,
    Proof,
    ProofState,
    Reason,
    Removal,
    Report,
    ReportKind,
    ReportMail,
    SampleAudit,
    SampleQuestion,
    Signature,
    SignatureState,
    SigningInvitation,
    Verdict,
    Vetting,
    VettingState,
    Webhook,
)
from signatures.moderation import reports
from signatures.notifications import (
    inquiries,
    invitation_mails,
    messages,
    press_followers,
    press_mails,
    update_approvals,
    writer_mail,
)
from signatures.notifications.notices import choices, mails
from signatures.notifications.update_mail import UpdateMail
from signatures.notifications.webhooks import sending
from signatures.notifications.webhooks import settings as webhooks
from signatures.record import sequencer, snapshots

TEMPLATES = Path(settings.BASE_DIR) / "templates"
ALLAUTH = Path(allauth.__file__).parent / "templates"


def names() -> set[str]:
    """Of the templates that are there: ours, and those of allauth that this site may send."""
    ours = {
        str(path.relative_to(TEMPLATES)).removesuffix("_subject.txt")
        for path in TEMPLATES.rglob("*_subject.txt")
    }
    return ours | set(_account_mails())


def every_mail(language: str) -> dict[str, EmailMultiAlternatives]:
    """By the name of its templates."""
    letter = _letter(language)
    [signature] = listed(letter, SIGNERS[language])
    owner = owner_of(letter.team, f"owner-{language}@open-stage.example")
    found = dict(_to_organizers(letter, owner, language))
    update = _written(letter, signature, owner)
    found["signatures/email/update"] = _update(update, load(signature.pk))
    update_approvals.ask(update=update, released_by=owner, recipients=1234)
    found["signatures/email/update_proposed"] = _account_mail()
    found["signatures/email/update_held"] = _held(update, owner)
    found |= dict(_notices(letter, owner, language))
    found |= dict(_to_claimants(letter, signature, owner, language))
    found |= dict(_to_signers(letter, signature, owner))
    found["signatures/email/what_signed"] = _answer(load(signature.pk))
    found |= dict(_to_followers(letter, language))
    found |= dict(_to_invited(letter, owner, language))
    return found


def text_of(message: EmailMultiAlternatives) -> str:
    return str(message.body)


def html_of(message: EmailMultiAlternatives) -> str:
    [(html, _kind)] = message.alternatives
    return str(html)


def _letter(language: str) -> Letter:
    """Whose authoritative text is in this language: owners hear of later ones in it."""
    letter = drafting.create_letter(
        team=team_of(language),
        slug=f"every-mail-{language}",
        language=language,
        opens_at=None,
        closes_at=None,
        **WORDS[language],
    )
    publishing.publish(letter=letter, now=timezone.now())
    letter.refresh_from_db()
    return letter


def _account_mails() -> list[str]:
    return [
        str(path.relative_to(ALLAUTH)).removesuffix("_subject.txt")
        for path in sorted(ALLAUTH.glob("*/email/*_subject.txt"))
        if path.parts[-3] in ("account", "mfa")
    ]


def _to_signers(
    letter: Letter, signature: Signature, owner: Organizer
) -> Iterator[tuple[str, EmailMultiAlternatives]]:
    language = signature.language
    body = WORDS[language]["body"]
    publish_version(letter, language=language, body=f"{body}.", correcting="A full stop.")
    yield _to_signer(signature, Message.SLIP)
    publish_version(letter, language=language, title="A later title", body=body.split("\n")[0])
    _take_off(signature, owner)
    _drawn(signature, owner)
    for kind in Message:
        if kind is not Message.SLIP:
            yield _to_signer(signature, kind)


def _drawn(signature: Signature, owner: Organizer) -> None:
    """In an audit by sample, which is running."""
    now = timezone.now()
    sequencer.sequence(letter_id=signature.letter_id)
    letter, number = signature.letter, load(signature.pk).number
    audit = SampleAudit.objects.create(
        letter=letter,
        number=1,
        sample_size=10,
        announcement="{}",
        secret=b"",
        announced_at=now,
        announced_by=owner,
        site_index=0,
        logged_at=now,
        checkpoint=Checkpoint.objects.filter(letter=letter).latest(),
        population=1,
        drawn=[number],
        drawn_at=now,
        ends_at=now + timedelta(days=14),
    )
    SampleQuestion.objects.create(audit=audit, signature=signature)


def _to_signer(signature: Signature, kind: Message) -> tuple[str, EmailMultiAlternatives]:
    shown = load(signature.pk)
    if kind is Message.REMOVED:
        shown.state = SignatureState.REMOVED
    delivery = Delivery(
        pk=list(Message).index(kind) + 1,
        signature=shown,
        message=kind,
        proof=_proof(shown, kind),
        earlier_name="Brigid M",
    )
    return f"signatures/email/{kind.value}", messages.build(delivery)


def _take_off(signature: Signature, owner: Organizer) -> None:
    """Both ways: turned away with a message, and removed for a reason."""
    now = timezone.now()
    Removal.objects.create(
        signature=signature, because=Because.RULES, removed_by=owner, removed_at=now
    )
    vetting = Vetting.objects.create(
        signature=signature,
        letter=signature.letter,
        reason=Reason.EVERYONE,
        state=VettingState.REJECTED,
        opened_at=now,
        decided_at=now,
    )
    Decision.objects.create(
        vetting=vetting,
        organizer=owner,
        verdict=Verdict.REJECT,
        message=WORDS[signature.language]["addressee"],
        before=VettingState.WAITING,
        revision=1,
        at=now,
    )


def _proof(signature: Signature, kind: Message) -> Proof | None:
    if kind not in (Message.WORK_EMAIL, Message.PROOF_LAPSING):
        return None
    return Proof(
        pk=1,
        signature=signature,
        method="work_email" if kind is Message.WORK_EMAIL else "domain",
        subject="quayside-theatre.example",
        private="brigid@quayside-theatre.example",
        state=ProofState.LAPSING,
        started_at=timezone.now(),
        lapses_at=timezone.now(),
    )


class AsSent(EmailMultiAlternatives):
    """A mail that is written as bytes, read again as mailboxes do."""

    def __init__(self, raw: bytes) -> None:
        read = message_from_bytes(raw, policy=policy.default)
        text, html = (part.get_content() for part in read.iter_parts())
        super().__init__(
            subject=read["Subject"], body=text, headers={"Message-ID": read["Message-ID"]}
        )
        self.attach_alternative(html, "text/html")
        self.raw = raw

    def message(self) -> "_Raw":  # type: ignore[override]
        return _Raw(self.raw)


class _Raw(Message822):
    def __init__(self, raw: bytes) -> None:
        super().__init__()
        self.__dict__.update(vars(message_from_bytes(raw)))
        self.raw = raw

    def as_bytes(self, *args: object, **kwargs: object) -> bytes:
        return self.raw


def _written(letter: Letter, signature: Signature, owner: Organizer) -> Update:
    words = WORDS[signature.language]
    written = updates.Words(words["title"], words["body"])
    return updates.create(
        letter=letter,
        organizer=owner,
        content=updates.Content(words={signature.language: written}, audience={}),
    )


def _update(update: Update, signature: Signature) -> AsSent:
    mail = UpdateMail(update=update, language=signature.language)
    return AsSent(mail.to(signature, delivery_id=1).message().as_bytes())


def _held(update: Update, owner: Organizer) -> EmailMultiAlternatives:
    """To the one other writer."""
    writer_mail.owe(
        update=update,
        template="signatures/email/update_held",
        context={"is_late": True},
        without=owner,
    )
    return _account_mail()


def _answer(signature: Signature) -> EmailMultiAlternatives:
    now = timezone.now()
    inquiries.ask(email=signature.email, language=signature.language, now=now)
    return _only(inquiries.outbox.build(Inquiry.objects.latest("pk")))


def _to_followers(letter: Letter, language: str) -> Iterator[tuple[str, EmailMultiAlternatives]]:
    """Of the snapshot that is taken here, and of a day on which one withdrew."""
    now = timezone.now()
    press_followers.ask(letter=letter, email="reporter@daily.example", language=language, now=now)
    follower = PressFollower.objects.get(letter=letter)
    follower.confirmed_at = now - timedelta(days=1)
    [other] = listed(letter, SIGNERS["ar" if language == "en" else "en"])
    withdrawal.withdraw(signature=other)
    sequencer.sequence(letter_id=letter.pk)
    for message in PressMessage:
        row = PressMail(pk=1, follower=follower, message=message, created_at=now)
        if message is PressMessage.MILESTONE:
            row.snapshot = snapshots.take(letter=letter)
        if message is PressMessage.CORRECTIONS:
            row.day = now.date()
        yield f"signatures/email/{message.value}", press_mails.compose_mail(row)


def _to_invited(
    letter: Letter, owner: Organizer, language: str
) -> Iterator[tuple[str, EmailMultiAlternatives]]:
    """An agent signs for them."""
    invitation = SigningInvitation(
        pk=1,
        letter=letter,
        name=SIGNERS[language].details.name,
        email="invited@elsewhere.example",
        agent_email="agent@elsewhere.example",
        language=language,
        line=WORDS[language]["addressee"],
        nonce=b"12345678",
        invited_by=owner,
        created_at=timezone.now(),
    )
    for kind in (InvitationMail.FIRST, InvitationMail.REMINDER):
        invitation.mail = kind
        yield f"signatures/email/{kind.value}", invitation_mails.compose_mail(invitation)
    # Who signed on paper, and answers for themselves.
    invitation.collected, invitation.agent_email = Collected.PAPER, ""
    invitation.signed_place = WORDS[language]["addressee"]
    invitation.signed_on = timezone.now().date()
    invitation.mail = InvitationMail.IMPORTED
    yield f"signatures/email/{invitation.mail}", invitation_mails.compose_mail(invitation)


def _to_claimants(
    letter: Letter, signature: Signature, owner: Organizer, language: str
) -> Iterator[tuple[str, EmailMultiAlternatives]]:
    reports.file(
        signature=signature,
        name="Somebody",
        email="claimant@elsewhere.example",
        kind=ReportKind.OTHER,
        words="",
        language=language,
        now=timezone.now(),
    )
    report = Report.objects.latest("pk")
    yield f"signatures/email/{ReportMail.CONFIRM.value}", messages.build_report(report)
    reports.confirm(report=report, now=timezone.now())
    reports.dismiss(
        signature=signature,
        organizer=owner,
        expected_newest_report=report.pk,
        expected_revision=signature.revision,
    )
    report = Report.objects.select_related("case").get(pk=report.pk)
    yield f"signatures/email/{ReportMail.ANSWER.value}", messages.build_report(report)
    report.delete()


def _to_organizers(
    letter: Letter, owner: Organizer, language: str
) -> Iterator[tuple[str, EmailMultiAlternatives]]:
    invitation = Invitation.objects.create(
        team=letter.team,
        email="nadia@elsewhere.example",
        role=Role.VETTER,
        invited_by=owner,
        language=language,
        created_at=timezone.now(),
    )
    yield "campaign/organizers/email/invitation", _only(mailing.outbox.build(invitation))
    editor = Organizer.objects.create_user(f"editor-{language}@open-stage.example", "pw")
    joined = Membership.objects.create(team=letter.team, organizer=editor, role=Role.EDITOR)
    team_mail.owe(membership=joined, language=language, now=timezone.now(), joined=True)
    yield "campaign/organizers/email/team_changed", _account_mail()
    yield from _to_applicants(letter.team, language)
    text = drafting.start_revision(letter=letter)
    for deed in Deed:
        owner_mail.owe(deed=deed, text=text, by=editor, corrects=None)
        yield f"campaign/letters/email/version_{deed.value}", _account_mail()
    owner_mail.owe_taken_down(letter=letter, because=BECAUSE[language], by=editor)
    yield "campaign/letters/email/taken_down", _account_mail()
    exporting.tell_owners(letter=letter, by=editor, what=What.ADDRESSES)
    yield "signatures/email/private_export", _account_mail()
    yield "campaign/letters/email/embargo_link", _to_a_reporter(letter, owner, language)
    organisations.ask(
        letter=letter,
        organizer=owner,
        name="Lantern Readers",
        email="office@lantern-readers.example",
        language=language,
        now=timezone.now(),
    )
    yield "campaign/letters/email/organisation", _account_mail()
    for name in _account_mails():
        with translation.override(language):
            get_adapter().send_mail(name, owner.email, _context(owner))
        yield name, _account_mail()


def _to_applicants(team: Team, language: str) -> Iterator[tuple[str, EmailMultiAlternatives]]:
    """And to the operators, of one who applies."""
    application = Application(
        pk=1,
        email="applicant@elsewhere.example",
        team_name=team.name,
        language=language,
        nonce=b"12345678",
    )
    token, days = applications.token_for(application=application), applications.KEPT_FOR.days
    application_mail.owe_link(application=application, token=token, days=3)
    yield "campaign/organizers/email/application_confirm", _account_mail()
    application_mail.owe_approved(application=application, team=team, token=token, days=days)
    yield "campaign/organizers/email/application_approved", _account_mail()
    application_mail.owe_declined(
        application=application, reason=WORDS[language]["addressee"], days=days
    )
    yield "campaign/organizers/email/application_declined", _account_mail()
    account_mail.owe(
        content=application_mail.waiting(application=application), to="office@letters.example"
    )
    yield "campaign/organizers/email/application_waiting", _account_mail()


def _to_a_reporter(letter: Letter, owner: Organizer, language: str) -> EmailMultiAlternatives:
    """As if the letter were hidden until tomorrow, for as long as it takes."""
    now = timezone.now()
    mine = Letter.objects.filter(pk=letter.pk)
    mine.update(embargo_until=now + timedelta(days=1))
    reporters.add(
        letter=letter,
        organizer=owner,
        name="Ida Lindqvist-Moreau",
        outlet="The Harbour Times",
        email="ida@harbour-times.example",
        expires_at=None,
        language=language,
        now=now,
    )
    mine.update(embargo_until=None)
    return _account_mail()


# Why the site's operators take a letter down.
BECAUSE = {
    "en": "A court ordered it, on 3 November.",
    "ar": "أمرت بذلك محكمة في ٣ تشرين الثاني.",
}
# What a happening of each kind counts.
FIGURES: dict[str, dict[str, object]] = {
    "milestone": {"signatures": 1000, "snapshot": 1},
    "vetting": {"waiting_long": 3, "waiting": 11},
    "report": {"waiting": 2},
    "burst": {"signings": 300, "minutes": 10, "signings_in_the_hour_before": 12},
    "work": {"state": "begun", "since": "2026-10-12T09:30:00+00:00"},
    "mail": {"failed": 12, "asked": 100},
    "update": {"number": 1, "sent": 95, "failed": 1, "suppressed": 2, "unknown": 2},
}
DAY = {"asked": 3, "confirmed": 2, "held": 1, "removed": 1, "reports": 1, "returned": 1}


def notices_of(letter: Letter, owner: Organizer) -> Iterator[EmailMultiAlternatives]:
    """One of each kind, of an attack that is over and of a mail server that takes nothing; the
    digest is the last."""
    now = timezone.now()
    silent = Happening(kind="mail", figures={"since": now.isoformat()}, at=now)
    over = FIGURES["work"] | {"state": "ended", "until": "2026-10-12T11:05:00+00:00", "held": 3}
    quiet = Happening(kind="work", letter=letter, figures=over, at=now)
    kinds = [Happening(kind=kind, letter=letter, figures=FIGURES[kind], at=now) for kind in FIGURES]
    rows = [Notice(happening=each) for each in (*kinds, quiet, silent)]
    for number, row in enumerate([*rows, Notice(day=now.date(), figures={str(letter.pk): DAY})]):
        row.pk, row.organizer = number + 1, owner
        yield _only(mails.outbox.build(row))


def _notices(
    letter: Letter, owner: Organizer, language: str
) -> Iterator[tuple[str, EmailMultiAlternatives]]:
    choices.choose(
        organizer=owner,
        times=choices.Times(hour=8, time_zone="UTC", language=language),
        kinds={Membership.objects.get(organizer=owner): list(NoticeKind)},
    )
    *_others, happening, day = notices_of(letter, owner)
    yield "signatures/email/organizer_notice", happening
    yield "signatures/email/organizer_digest", day
    yield "signatures/email/webhook_off", _webhook_off(letter, owner)


def _webhook_off(letter: Letter, owner: Organizer) -> EmailMultiAlternatives:
    """To the one owner, in the language that they chose."""
    webhook, _secret = webhooks.create(
        team=letter.team,
        organizer=owner,
        url="https://hooks.quayside.example/",
        kinds=webhooks.kinds(),
        now=timezone.now(),
    )
    sending.switch_off(Webhook.objects.filter(pk=webhook.pk), webhook)
    webhook.delete()
    return _account_mail()


def _context(owner: Organizer) -> dict[str, object]:
    """Whatever any of allauth's templates asks for."""
    return {
        "user": owner,
        "code": "",
        "activate_url": "http://127.0.0.1:8000/accounts/confirm-email/key/",
        "password_reset_url": "http://127.0.0.1:8000/accounts/password/reset/key/",
        "signup_url": "http://127.0.0.1:8000/accounts/signup/",
        "timestamp": timezone.now(),
        "ip": "192.0.2.7",
        "user_agent": "Browser/1.0 (a long one; " + "of many words " * 30 + ")",
        "from_email": "before@open-stage.example",
        "to_email": "after@open-stage.example",
        "deleted_email": "gone@open-stage.example",
    }


def _account_mail() -> EmailMultiAlternatives:
    """What was owed last."""
    return _only(account_mail.build(AccountMail.objects.latest("pk")))


def _only(messages: Sequence[EmailMessage]) -> EmailMultiAlternatives:
    [message] = messages
    return cast("EmailMultiAlternatives", message)
