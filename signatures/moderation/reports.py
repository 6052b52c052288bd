"""Reports that a name on the list is not theirs, or not whose it seems: from filing to the answer.

Filing owes an e-mail to the claimant; confirming, from that e-mail, brings it before the
organizers. All unanswered reports of one signature are one case. What claimants told about
themselves is deleted when their case is answered, and their address once they were told.
"""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median
from typing import Any

from django.db import transaction
from django.db.models import Count, Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import link_token
from campaign.keyed_hash import Purpose, is_keyed_hash, keyed_hash
from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import Organizer
from campaign.templatetags.locale_format import listed as listed_in_words
from campaign.templatetags.locale_format import number
from signatures.addresses import email_key
from signatures.errors import (
    DetailsChanged,
    LinkUnknown,
    NothingReported,
    NotListed,
    ReportsChanged,
)
from signatures.listing.queries import listed
from signatures.models import (
    ClaimantProof,
    Report,
    ReportCase,
    ReportKind,
    ReportMail,
    ReportOutcome,
    Signature,
    SignatureState,
)
from signatures.outbox import ask_for_mail

TIME_TO_CONFIRM = timedelta(days=7)
CASES_ON_PAGE = 50
# Answers that the public median is taken of, newest first.
_ANSWERS_MEASURED = 500


def file(
    *,
    signature: Signature,
    name: str,
    email: str,
    kind: ReportKind,
    words: str,
    language: str,
    now: datetime,
) -> None:
    """An unconfirmed report, and an e-mail owed to the claimant. `signature` is listed.

    The newest from one address about one signature replaces an unconfirmed one, and makes its link
    void. Where this address has a report in the open case already, that one's e-mail is owed once
    more.
    """
    key = email_key(email)
    with transaction.atomic():
        # Serializes reports of one signature.
        rows = Signature.objects.select_for_update(of=("self",)).filter(pk=signature.pk)
        if rows.values_list("pk").first() is None:
            return
        mine = Report.objects.filter(signature=signature, email_key=key)
        owed = _owed(ReportMail.CONFIRM, now)
        if not mine.filter(case__answered_at=None, confirmed_at__isnull=False).update(**owed):
            mine.filter(confirmed_at=None).delete()
            Report.objects.create(
                letter_id=signature.letter_id,
                signature=signature,
                kind=kind,
                name=name,
                email=email,
                email_key=key,
                words=words,
                language=language,
                nonce=secrets.token_bytes(8),
                filed_at=now,
                **owed,
            )
        ask_for_mail()


def token_for(*, report: Report) -> str:
    return link_token.write(report.pk, keyed_hash(Purpose.REPORT_LINK, _part(report)))


def report_behind(token: str) -> Report:
    """Raises LinkUnknown for any token but the report's own, and for an unconfirmed report whose
    time to confirm is over."""
    read = link_token.read(token)
    if read is None:
        raise LinkUnknown
    pk, given = read
    found = Report.objects.filter(pk=pk)
    report = found.select_related("letter", "case", "signature").first()
    if report is None or not is_keyed_hash(given, Purpose.REPORT_LINK, _part(report)):
        raise LinkUnknown
    if report.confirmed_at is None and timezone.now() >= report.filed_at + TIME_TO_CONFIRM:
        raise LinkUnknown
    return report


def confirm(*, report: Report, now: datetime) -> bool:
    """Bring it before the organizers, in the open case of its signature; False if it is already.

    Raises NotListed when the name has left the list meanwhile, for whatever reason.
    """
    with transaction.atomic():
        # Locked, so that nobody opens a second case at this moment.
        rows = Signature.objects.select_for_update(of=("self",))
        signature = rows.filter(pk=report.signature_id).first() if report.signature_id else None
        waiting = Report.objects.filter(pk=report.pk, confirmed_at=None)
        if not waiting.exists():
            return False
        if signature is None or not is_listed(signature):
            raise NotListed
        case, _new = ReportCase.objects.get_or_create(
            signature=signature,
            answered_at=None,
            defaults={"letter_id": report.letter_id, "opened_at": now},
        )
        waiting.update(confirmed_at=now, case=case)
    return True


def open_by_answer(*, signature: Signature, now: datetime) -> None:
    """Who was asked in an audit by sample says that they did not sign: a report from the address
    that signed, before the organizers at once. In the transaction that holds the signature's row;
    of what does not count any more there is nothing to look at."""
    if signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD):
        return
    case, _new = ReportCase.objects.get_or_create(
        signature=signature,
        answered_at=None,
        defaults={"letter_id": signature.letter_id, "opened_at": now},
    )
    Report.objects.filter(
        signature=signature, email_key=bytes(signature.email_key), confirmed_at=None
    ).delete()
    Report.objects.get_or_create(
        case=case,
        email_key=bytes(signature.email_key),
        defaults={
            "letter_id": signature.letter_id,
            "signature": signature,
            "kind": ReportKind.ASKED,
            "email": signature.email,
            "language": signature.language,
            "nonce": secrets.token_bytes(8),
            "filed_at": now,
            "confirmed_at": now,
            "mail": ReportMail.NONE,
        },
    )


def is_listed(signature: Signature) -> bool:
    return listed(letter=signature.letter).filter(pk=signature.pk).exists()


@dataclass(frozen=True, slots=True)
class OpenCase:
    # Confirmed reports, oldest first, each with what its claimant has shown of the name.
    reports: Sequence[Report]
    # When a claimant's proof took the name off the list, if one did.
    held_at: datetime | None

    @property
    def newest_report(self) -> int:
        """Its id, which an answer must know: see `dismiss`."""
        return max(each.pk for each in self.reports)


def open_case(*, signature: Signature) -> OpenCase | None:
    """The reports of a signature that wait for an answer."""
    found = Report.objects.filter(case__signature=signature, case__answered_at=None)
    waiting = list(found.select_related("proof", "case").order_by("confirmed_at", "pk"))
    case = waiting[0].case if waiting else None
    return OpenCase(waiting, case.held_at) if case else None


def dismiss(
    *,
    signature: Signature,
    organizer: Organizer,
    expected_newest_report: int,
    expected_revision: int,
    note: str = "",
) -> None:
    """Answer the case and leave the signature as it is. `expected_newest_report` is the id of the
    newest one that the organizer read, `expected_revision` that of the signature. Raises
    NothingReported, also the second time, ReportsChanged, also when a claimant has had the name
    held meanwhile, and DetailsChanged."""
    with transaction.atomic():
        locked = Signature.objects.select_for_update(of=("self",)).get(pk=signature.pk)
        require_newest(signature=locked, expected_newest_report=expected_newest_report)
        if locked.revision != expected_revision:
            raise DetailsChanged
        if locked.state == SignatureState.HELD and _is_held_by_claimant(locked):
            raise ReportsChanged
        outcome = ReportOutcome.DISMISSED if is_listed(locked) else ReportOutcome.GONE
        answer(signature=locked, organizer=organizer, outcome=outcome, note=note)


def require_newest(*, signature: Signature, expected_newest_report: int) -> None:
    """Raises NothingReported or ReportsChanged."""
    newest = ReportCase.objects.filter(signature=signature, answered_at=None).aggregate(
        newest=Max("reports__pk")
    )["newest"]
    if newest is None:
        raise NothingReported
    if newest != expected_newest_report:
        raise ReportsChanged


def _is_held_by_claimant(signature: Signature) -> bool:
    held = ReportCase.objects.filter(signature=signature, answered_at=None)
    return held.exclude(held_at=None).exists()


def answer(
    *, signature: Signature, organizer: Organizer, outcome: ReportOutcome, note: str = ""
) -> bool:
    """Answer the open case, if there is one: within the transaction that holds the signature's row
    and does what was decided. Each claimant is owed an e-mail."""
    now = timezone.now()
    case = ReportCase.objects.filter(signature=signature, answered_at=None).first()
    if case is None:
        return False
    ReportCase.objects.filter(pk=case.pk).update(
        outcome=outcome, answered_at=now, answered_by=organizer, note=note
    )
    Report.objects.filter(case=case).update(name="", words="", **_owed(ReportMail.ANSWER, now))
    ClaimantProof.objects.filter(report__case=case).delete()
    audit.record(
        team=signature.letter.team,
        organizer=organizer,
        action="answer_report",
        subject=f"signature {signature.public_id}",
        detail=outcome.value,
    )
    ask_for_mail()
    return True


def forget_signature(*, signature: Signature) -> None:
    """In the transaction that deletes the row: what was not confirmed goes with it, an open case is
    answered by that, and no note tells of the signer any more."""
    now = timezone.now()
    Report.objects.filter(signature=signature, confirmed_at=None).delete()
    cases = ReportCase.objects.filter(signature=signature)
    waiting = list(cases.filter(answered_at=None).values_list("pk", flat=True))
    cases.update(note="")
    cases.filter(pk__in=waiting).update(outcome=ReportOutcome.GONE, answered_at=now)
    Report.objects.filter(case__in=waiting).update(**_owed(ReportMail.ANSWER, now))
    ClaimantProof.objects.filter(report__signature=signature).delete()
    # Claimants may have written of the signer, also where the answer is still owed.
    Report.objects.filter(signature=signature).update(name="", words="", signature=None)


def forget_unconfirmed() -> int:
    old = Report.objects.filter(confirmed_at=None, filed_at__lt=timezone.now() - TIME_TO_CONFIRM)
    return old.delete()[0]


@dataclass(frozen=True, slots=True)
class Answers:
    """What is public of a letter's reports: numbers, each of confirmed reports."""

    answered: int
    waiting: int
    # From confirmation to answer; None while none was answered.
    usual: timedelta | None
    # Since when the oldest waits; None while none does.
    oldest: datetime | None = None
    # How those that were answered ended, in the order of `ReportOutcome`.
    outcomes: tuple[tuple[ReportOutcome, int], ...] = ()

    @property
    def in_words(self) -> str:
        """How they ended, in the language that is active."""
        return listed_in_words(
            _("%(outcome)s (%(n)s)") % {"outcome": outcome.label, "n": number(count)}
            for outcome, count in self.outcomes
        )


def answers(*, letter: Letter) -> Answers:
    confirmed = Report.objects.filter(letter=letter, confirmed_at__isnull=False)
    waits = Q(case__answered_at=None)
    counts = confirmed.aggregate(
        answered=Count("pk", filter=~waits),
        waiting=Count("pk", filter=waits),
        oldest=Min("confirmed_at", filter=waits),
    )
    ended = dict(
        confirmed.filter(~waits).order_by().values_list("case__outcome").annotate(count=Count("pk"))
        if counts["answered"]
        else ()
    )
    newest = confirmed.filter(case__answered_at__isnull=False).order_by("-case__answered_at", "-pk")
    times = newest.values_list("confirmed_at", "case__answered_at") if counts["answered"] else ()
    took = [
        (end - start).total_seconds() for start, end in times[:_ANSWERS_MEASURED] if start and end
    ]
    return Answers(
        **counts,
        usual=timedelta(seconds=median(took)) if took else None,
        outcomes=tuple((each, ended[each]) for each in ReportOutcome if each in ended),
    )


def waiting_cases(*, letter: Letter) -> QuerySet[ReportCase]:
    """Oldest first, each with `reports_count` and `newest_report`, as `OpenCase` has it."""
    cases = ReportCase.objects.filter(letter=letter, answered_at=None)
    counted = cases.annotate(reports_count=Count("reports"), newest_report=Max("reports__pk"))
    return counted.select_related("signature").order_by("opened_at", "pk")[:CASES_ON_PAGE]


def answered_cases(*, letter: Letter) -> QuerySet[ReportCase]:
    """Newest first."""
    cases = ReportCase.objects.filter(letter=letter, answered_at__isnull=False)
    counted = cases.annotate(reports_count=Count("reports"))
    related = counted.select_related("signature", "answered_by")
    return related.order_by("-answered_at", "-pk")[:CASES_ON_PAGE]


def _part(report: Report) -> bytes:
    """Its id, then its nonce."""
    return report.pk.to_bytes(8, "big") + bytes(report.nonce)


def _owed(mail: ReportMail, now: datetime) -> dict[str, Any]:
    """Owed anew, by nobody claimed: whoever is sending the one before settles nothing of it."""
    return {
        "mail": mail,
        "mail_due_at": now,
        "mail_leased_until": None,
        "mail_attempts": 0,
        "mail_refusals": 0,
    }
