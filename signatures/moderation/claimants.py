"""A claimant shows that the name which they reported is theirs, and it leaves the list at once.

Two methods prove a name: a membership in it on a list that two organizers confirmed, and the
official website that a public record of it tells. A mailbox, a domain or an account alone shows
whose hand that is and not whose name, so none of these holds anything.

Public records are edited by anybody, and two people share a name: so holding is all that a proof
does. It is off the list and out of the count, the signer is told, the case stays open, and one
decision brings everything back.
"""

from datetime import datetime, timedelta

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign import limits
from campaign.organizers.models import Organizer
from campaign.wake import Task, wake
from signatures.errors import NotWaiting
from signatures.models import (
    ClaimantProof,
    ClaimMethod,
    Level,
    Message,
    Proof,
    Reason,
    Report,
    ReportCase,
    ReportOutcome,
    Roster,
    Signature,
    Source,
    Vetting,
    VettingState,
)
from signatures.moderation import decisions, recheck, reports
from signatures.names.lookalikes import words_key
from signatures.outbox import ask_for_mail, owe
from signatures.verification.evidence import looking_up
from signatures.verification.evidence.identifiers import Identifier
from signatures.verification.network import https
from signatures.verification.network.hosts import owner_of
from signatures.verification.problems import (
    NotShown,
    OwnProblem,
    Problem,
    ProofRefused,
    sentence_for,
)
from signatures.verification.proofs import new_token
from signatures.verification.rosters import membership
from signatures.verification.website import front_page

log = structlog.get_logger(__name__)

# Of an ORCID record one person alone writes both the name and the website.
SOURCES = (Source.MUSICBRAINZ, Source.WIKIDATA, Source.OPEN_LIBRARY)
BATCH_PROOFS = 10
# Longer than any look can take.
CLAIMED_FOR = timedelta(minutes=2)

NO_ENTRY = OwnProblem("no_entry", _("The record has no such entry. Please check its address."))
OTHER_NAME = OwnProblem(
    "other_name", _("This entry has another name than the one that you reported.")
)
NO_WEBSITE = OwnProblem(
    "no_website",
    _("This entry tells no official website of its own, so there is nothing to compare."),
)
_OWN_PROBLEMS = (NO_ENTRY, OTHER_NAME, NO_WEBSITE)


def sentence_of(problem: str) -> str:
    """For the claimant, in the language that is active; empty for no problem."""
    own = (str(each.sentence) for each in _OWN_PROBLEMS if each.value == problem)
    return next(own, "") or sentence_for(problem)


def may_show(*, report: Report) -> bool:
    """Whether the report waits for its answer, and nothing was shown with it yet."""
    waits = Report.objects.filter(pk=report.pk, case__isnull=False, case__answered_at=None)
    return waits.exclude(proof__shown_at__isnull=False).exists()


def show_membership(*, report: Report, roster: Roster, number: str, network: bytes) -> bool:
    """The claimant is a member in the very name that they reported. False if there is nothing to
    show any more. Raises ProofRefused."""
    signature = report.signature
    if signature is None or not may_show(report=report):
        return False
    membership.check_name(
        roster=roster,
        number=number,
        name=signature.name,
        who=_who(report),
        network=network,
    )
    shown = {"method": ClaimMethod.MEMBERSHIP, "subject": roster.name}
    nothing = {"source": "", "identifier": "", "token": "", "problem": "", "check_due_at": None}
    with transaction.atomic():
        locked = _still_waiting(report_id=report.pk, name=signature.name)
        if locked is None:
            return False
        ClaimantProof.objects.update_or_create(report=report, defaults=shown | nothing)
        _show(signature=locked, report_id=report.pk)
    return True


def name_record(*, report: Report, identifier: Identifier) -> bool:
    """Begin to show the official website of this entry: with a line to place there. The same line
    stays for another entry."""
    if not may_show(report=report):
        return False
    named = {
        "method": ClaimMethod.WEBSITE,
        "source": identifier.source,
        "identifier": identifier.value,
        "subject": "",
        "problem": "",
        "check_due_at": None,
    }
    ClaimantProof.objects.update_or_create(
        report=report, defaults=named, create_defaults=named | {"token": new_token()}
    )
    ClaimantProof.objects.filter(report=report, token="").update(token=new_token())
    return True


def ask_for_look(*, report: Report) -> bool:
    """Have a worker look as soon as it can. Asking twice is asking once. Raises ProofRefused."""
    if not limits.hit(limits.Limit.LOOKS_OF_CLAIMANT, _who(report)):
        raise ProofRefused(Problem.TOO_MANY)
    waiting = ClaimantProof.objects.filter(
        report=report, method=ClaimMethod.WEBSITE, shown_at=None, report__case__answered_at=None
    )
    asked = waiting.update(check_due_at=timezone.now(), problem="")
    if asked:
        wake(Task.CHECK_DUE_PROOFS)
    return bool(asked)


def is_being_checked(proof: ClaimantProof) -> bool:
    return proof.check_due_at is not None


def check_due() -> int:
    """Look at what is due, if the site looks up records at all; how many were looked at. Safe to
    run in many places at once."""
    if not settings.LOOK_UP_PUBLIC_RECORDS or not https.one_at_a_time.acquire(blocking=False):
        return 0
    try:
        due = ClaimantProof.objects.filter(check_due_at__lte=timezone.now())
        rows = list(due.order_by("check_due_at").select_related("report__signature"))
        return sum(map(_check, rows[:BATCH_PROOFS]))
    finally:
        https.one_at_a_time.release()


def put_back(
    *,
    signature: Signature,
    organizer: Organizer,
    expected_newest_report: int,
    expected_revision: int,
    note: str,
) -> VettingState:
    """Approve what a claimant had held, and answer the case by that, unless a second organizer must
    approve, too. Raises what `decisions.approve` does, NothingReported and ReportsChanged."""
    with transaction.atomic():
        vetting = _vetting(signature, expected_newest_report)
        state = decisions.approve(
            vetting=vetting, organizer=organizer, expected_revision=expected_revision, reason=note
        )
        if state == VettingState.APPROVED:
            reports.answer(
                signature=signature,
                organizer=organizer,
                outcome=ReportOutcome.DISMISSED,
                note=note,
            )
    return state


def turn_away(
    *,
    signature: Signature,
    organizer: Organizer,
    expected_newest_report: int,
    expected_revision: int,
    note: str,
) -> None:
    """Reject what a claimant had held, and answer the case by that. Raises what
    `decisions.reject` does, NothingReported and ReportsChanged."""
    with transaction.atomic():
        vetting = _vetting(signature, expected_newest_report)
        decisions.reject(
            vetting=vetting, organizer=organizer, expected_revision=expected_revision, reason=note
        )
        reports.answer(
            signature=signature, organizer=organizer, outcome=ReportOutcome.REMOVED, note=note
        )


def _vetting(signature: Signature, expected_newest_report: int) -> Vetting:
    """Its place in the queue, with the signature locked."""
    rows = Signature.objects.select_for_update(of=("self",)).select_related("letter__team")
    locked = rows.get(pk=signature.pk)
    reports.require_newest(signature=locked, expected_newest_report=expected_newest_report)
    vetting = Vetting.objects.filter(signature=locked).first()
    if vetting is None:
        raise NotWaiting
    vetting.signature, vetting.letter = locked, locked.letter
    return vetting


def _check(proof: ClaimantProof) -> bool:
    claim = timezone.now() + CLAIMED_FOR
    mine = ClaimantProof.objects.filter(pk=proof.pk, check_due_at=proof.check_due_at)
    signature = proof.report.signature
    if signature is None or not mine.update(check_due_at=claim):
        return False
    try:
        host = _official_website(proof, name=signature.name)
    except looking_up.NoTurn:
        _write(proof, claim, check_due_at=timezone.now())
        return False
    except NotShown as error:
        log.info("claim_not_shown", proof=proof.pk, problem=error.problem.value)
        _write(proof, claim, check_due_at=None, problem=error.problem.value)
        return True
    with transaction.atomic():
        locked = _still_waiting(report_id=proof.report_id, name=signature.name)
        if locked and _write(proof, claim, check_due_at=None, problem="", subject=host):
            _show(signature=locked, report_id=proof.report_id)
    return True


def _official_website(proof: ClaimantProof, *, name: str) -> str:
    """The host that the entry names, if the claimant has placed their line there."""
    entry = looking_up.read_entry(source=Source(proof.source), identifier=proof.identifier)
    if entry is None:
        raise NotShown(NO_ENTRY)
    if not words_key(name) or words_key(entry.name) != words_key(name):
        raise NotShown(OTHER_NAME)
    if not entry.host:
        raise NotShown(NO_WEBSITE)
    if not limits.hit(limits.Limit.CHECKS_OF_DOMAIN, owner_of(entry.host).encode()):
        raise NotShown(Problem.TOO_OFTEN)
    try:
        front_page.look(Proof(subject=entry.host, token=proof.token))
    except NotShown as error:
        if error.problem not in (Problem.REDIRECT, Problem.NO_SUCH_NAME):
            raise
        # Records name many sites without the host that they are served from.
        front_page.look(Proof(subject=f"www.{entry.host}", token=proof.token))
    return entry.host


def _write(proof: ClaimantProof, claim: datetime, **fields: object) -> bool:
    """The outcome, unless the claim is gone: answered, or asked anew meanwhile."""
    return bool(ClaimantProof.objects.filter(pk=proof.pk, check_due_at=claim).update(**fields))


def _still_waiting(*, report_id: int, name: str) -> Signature | None:
    """The signature, locked before what hangs on it, if it has this name and its case is open."""
    rows = Signature.objects.select_for_update(of=("self",)).select_related("letter")
    signature = rows.filter(reports=report_id).first()
    if signature is None or words_key(signature.name) != words_key(name):
        return None
    return signature if _open_cases(report_id).exists() else None


def _show(*, signature: Signature, report_id: int) -> None:
    """What was shown stands beside the report, and holds the name unless organizers have looked."""
    now = timezone.now()
    ClaimantProof.objects.filter(report=report_id).update(shown_at=now)
    if _may_hold(signature):
        _hold(signature, now)
        _open_cases(report_id).update(held_at=now)


def _open_cases(report_id: int) -> QuerySet[ReportCase]:
    mine = Report.objects.filter(pk=report_id).values("case")
    return ReportCase.objects.filter(pk__in=mine, answered_at=None)


def _may_hold(signature: Signature) -> bool:
    """Not whom the organizers vetted or called, or a society's list has in this name; not twice;
    and not many names of one letter on one day."""
    if signature.level >= Level.VETTED or not reports.is_listed(signature):
        return False
    if ReportCase.objects.filter(signature=signature, held_at__isnull=False).exists():
        return False
    return limits.hit(limits.Limit.CLAIMS_HELD_OF_LETTER, str(signature.letter_id).encode())


def _hold(signature: Signature, now: datetime) -> None:
    recheck.send_back(signature=signature, reason=Reason.CLAIMED, now=now)
    owe(signature=signature, message=Message.CLAIMED)
    ask_for_mail()


def _who(report: Report) -> bytes:
    """Apart from the keys of signatures."""
    return f"report {report.pk}".encode()
