"""Reports of names: filed, confirmed, answered, forgotten."""

from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures import erasure, withdrawal
from signatures.errors import LinkUnknown, NothingReported, NotListed, ReportsChanged
from signatures.models import (
    Because,
    Correction,
    Report,
    ReportCase,
    ReportKind,
    ReportOutcome,
    Signature,
)
from signatures.moderation import recheck, removal, reports
from signatures.notifications import report_mails
from signatures.press import corrections
from tests.signatures.factories import BRIGID, MEI, QUIET, WIKTOR, listed, load, sequence

pytestmark = pytest.mark.django_db


def filed(signature: Signature, email: str = "real@elsewhere.example", **typed: str) -> Report:
    reports.file(
        signature=signature,
        name=typed.get("name", "Brigid the Real"),
        email=email,
        kind=ReportKind.NEVER_SIGNED,
        words=typed.get("words", "Call my agent, please."),
        language="en",
        now=timezone.now(),
    )
    return Report.objects.filter(signature=signature, email=email).latest("pk")


def confirmed(signature: Signature, email: str = "real@elsewhere.example") -> Report:
    report = filed(signature, email)
    assert reports.confirm(report=report, now=timezone.now())
    report.refresh_from_db()
    return report


def newest(signature: Signature) -> int:
    case = reports.open_case(signature=signature)
    assert case is not None
    return case.newest_report


def test_report_before_confirmation_is_before_nobody(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    filed(signature)
    assert reports.open_case(signature=signature) is None
    assert reports.answers(letter=letter) == reports.Answers(0, 0, None)


def test_confirming_opens_a_case_once(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    report = filed(signature)
    assert reports.confirm(report=report, now=timezone.now()) is True
    assert reports.confirm(report=report, now=timezone.now()) is False
    assert ReportCase.objects.count() == 1
    oldest = Report.objects.get().confirmed_at
    assert reports.answers(letter=letter) == reports.Answers(0, 1, None, oldest=oldest)


def test_fifty_reports_of_one_name_are_one_case(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    for number in range(50):
        confirmed(signature, f"claimant{number}@elsewhere.example")
    [case] = reports.waiting_cases(letter=letter)
    assert (case.signature, vars(case)["reports_count"]) == (signature, 50)
    assert len(reports.waiting_cases(letter=letter)) == 1


def test_second_report_of_one_address_replaces_the_unconfirmed(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    token = reports.token_for(report=filed(signature, words="first"))
    second = filed(signature, words="second")
    assert [each.words for each in Report.objects.all()] == ["second"]
    with pytest.raises(LinkUnknown):
        reports.report_behind(token)
    assert reports.report_behind(reports.token_for(report=second)) == second


def test_report_again_after_confirming_owes_its_mail_once_more(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    report = confirmed(signature)
    report_mails.send_owed()
    assert filed(signature, words="other words") == report
    report.refresh_from_db()
    assert (report.words, report.mail) == ("Call my agent, please.", "report_confirm")
    assert Report.objects.count() == 1


def test_name_that_left_the_list_is_not_brought_before_anybody(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    report = filed(signature)
    withdrawal.withdraw(signature=signature)
    with pytest.raises(NotListed):
        reports.confirm(report=report, now=timezone.now())
    assert ReportCase.objects.count() == 0


@pytest.mark.parametrize("cut", ["", "x", "AAAA", "é" * 32, "/" * 32])
def test_altered_link_leads_to_nothing(letter: Letter, cut: str) -> None:
    [signature] = listed(letter, BRIGID)
    token = reports.token_for(report=filed(signature))
    for wrong in (cut, token[:-1], token + "A", "A" * 32):
        with pytest.raises(LinkUnknown):
            reports.report_behind(wrong)


def test_link_of_unconfirmed_report_expires_and_report_is_forgotten(letter: Letter) -> None:
    [signature, other] = listed(letter, BRIGID, MEI)
    token = reports.token_for(report=filed(signature))
    kept = confirmed(other)
    with time_machine.travel(timezone.now() + reports.TIME_TO_CONFIRM, tick=False):
        with pytest.raises(LinkUnknown):
            reports.report_behind(token)
        assert reports.report_behind(reports.token_for(report=kept)) == kept
    with time_machine.travel(timezone.now() + timedelta(days=8), tick=False):
        assert reports.forget_unconfirmed() == 1
    assert [each.pk for each in Report.objects.all()] == [kept.pk]


def test_dismissing_answers_each_report_and_deletes_what_was_told(
    letter: Letter, ottilie: Organizer
) -> None:
    [signature] = listed(letter, BRIGID)
    confirmed(signature, "one@elsewhere.example")
    confirmed(signature, "two@elsewhere.example")
    report_mails.send_owed()
    mail.outbox.clear()
    signature = load(signature.pk)
    reports.dismiss(
        signature=signature,
        organizer=ottilie,
        expected_newest_report=newest(signature),
        expected_revision=signature.revision,
        note="rang her",
    )
    with pytest.raises(NothingReported):
        reports.dismiss(
            signature=signature,
            organizer=ottilie,
            expected_newest_report=1,
            expected_revision=signature.revision,
        )
    case = ReportCase.objects.get()
    assert (case.outcome, case.answered_by, case.note) == ("dismissed", ottilie, "rang her")
    assert {(each.name, each.words) for each in Report.objects.all()} == {("", "")}
    assert load(signature.pk).state == "confirmed"
    assert report_mails.send_owed() == 2
    assert report_mails.send_owed() == 0
    assert [each.to for each in mail.outbox] == [
        ["one@elsewhere.example"],
        ["two@elsewhere.example"],
    ]
    assert "the name stays on the list" in mail.outbox[0].body
    assert {(each.email, each.email_key) for each in Report.objects.all()} == {("", None)}
    [entry] = AuditEntry.objects.filter(action="answer_report")
    assert (entry.subject, entry.detail) == (f"signature {signature.public_id}", "dismissed")


def test_answer_to_what_was_not_read_is_refused(letter: Letter, ottilie: Organizer) -> None:
    [signature] = listed(letter, BRIGID)
    confirmed(signature, "one@elsewhere.example")
    newest_report = newest(signature)
    confirmed(signature, "two@elsewhere.example")
    signature = load(signature.pk)
    with pytest.raises(ReportsChanged):
        reports.dismiss(
            signature=signature,
            organizer=ottilie,
            expected_newest_report=newest_report,
            expected_revision=signature.revision,
        )
    with pytest.raises(ReportsChanged):
        removal.remove(
            signature=signature,
            organizer=ottilie,
            expected_revision=signature.revision,
            because=Because.NOT_THEM,
            expected_newest_report=newest_report,
        )
    with pytest.raises(ReportsChanged):
        recheck.doubt(
            signature=signature,
            organizer=ottilie,
            expected_revision=signature.revision,
            expected_newest_report=newest_report,
        )
    assert load(signature.pk).state == "confirmed"
    assert reports.answers(letter=letter).waiting == 2


def test_removal_after_a_report_is_told_as_such(letter: Letter, ottilie: Organizer) -> None:
    [signature] = listed(letter, BRIGID)
    confirmed(signature)
    signature = load(signature.pk)
    removal.remove(
        signature=signature,
        organizer=ottilie,
        expected_revision=signature.revision,
        because=Because.NOT_THEM,
    )
    sequence(letter)
    assert ReportCase.objects.get().outcome == ReportOutcome.REMOVED
    assert Correction.objects.get().reason == Because.REPORTED
    [line] = corrections.page(letter=letter).rows
    assert str(line) == (
        "Signature 1 was taken out by the organizers: reported, and not signed by the person named."
    )


def test_removal_for_another_reason_keeps_it_and_answers(
    letter: Letter, ottilie: Organizer
) -> None:
    [signature] = listed(letter, BRIGID)
    confirmed(signature)
    signature = load(signature.pk)
    removal.remove(
        signature=signature,
        organizer=ottilie,
        expected_revision=signature.revision,
        because=Because.TWICE,
    )
    sequence(letter)
    assert Correction.objects.get().reason == Because.TWICE
    assert ReportCase.objects.get().outcome == ReportOutcome.REMOVED


def test_removal_without_a_report_says_nothing_of_one(letter: Letter, ottilie: Organizer) -> None:
    [signature] = listed(letter, BRIGID)
    filed(signature)
    signature = load(signature.pk)
    removal.remove(
        signature=signature,
        organizer=ottilie,
        expected_revision=signature.revision,
        because=Because.NOT_THEM,
    )
    sequence(letter)
    assert Correction.objects.get().reason == Because.NOT_THEM


def test_holding_answers_the_case(letter: Letter, ottilie: Organizer) -> None:
    [signature] = listed(letter, BRIGID)
    confirmed(signature)
    signature = load(signature.pk)
    recheck.doubt(signature=signature, organizer=ottilie, expected_revision=signature.revision)
    assert ReportCase.objects.get().outcome == ReportOutcome.HELD
    assert load(signature.pk).state == "held"


def test_name_that_was_answered_can_be_reported_again(letter: Letter, ottilie: Organizer) -> None:
    [signature] = listed(letter, BRIGID)
    confirmed(signature)
    signature = load(signature.pk)
    reports.dismiss(
        signature=signature,
        organizer=ottilie,
        expected_newest_report=newest(signature),
        expected_revision=signature.revision,
    )
    confirmed(signature)
    assert reports.answers(letter=letter).waiting == 1
    assert ReportCase.objects.count() == 2


def test_answering_after_withdrawal_says_that_the_name_had_left(
    letter: Letter, ottilie: Organizer
) -> None:
    [signature] = listed(letter, BRIGID)
    confirmed(signature)
    withdrawal.withdraw(signature=signature)
    assert reports.answers(letter=letter).waiting == 1
    signature = load(signature.pk)
    reports.dismiss(
        signature=signature,
        organizer=ottilie,
        expected_newest_report=newest(signature),
        expected_revision=signature.revision,
    )
    assert ReportCase.objects.get().outcome == ReportOutcome.GONE


def test_erasing_answers_what_waits_and_keeps_the_numbers(
    letter: Letter, ottilie: Organizer
) -> None:
    [signature, other] = listed(letter, BRIGID, WIKTOR)
    confirmed(signature, "one@elsewhere.example")
    signature = load(signature.pk)
    reports.dismiss(
        signature=signature,
        organizer=ottilie,
        expected_newest_report=newest(signature),
        expected_revision=signature.revision,
        note="Brigid O’Malloran",
    )
    confirmed(signature, "two@elsewhere.example")
    filed(signature, "three@elsewhere.example")
    filed(other)
    erasure.erase(signature=signature)
    assert [
        (each.signature, each.note, each.outcome) for each in ReportCase.objects.order_by("pk")
    ] == [(None, "", "dismissed"), (None, "", "gone")]
    assert [(each.signature, each.words) for each in Report.objects.order_by("pk")] == [
        (None, ""),
        (None, ""),
        (other, "Call my agent, please."),
    ]
    assert reports.answers(letter=letter).answered == 2
    mail.outbox.clear()
    report_mails.send_owed()
    told = {each.to[0]: each.body for each in mail.outbox}
    assert "the name had left the list" in told["two@elsewhere.example"]
    assert "the name stays on the list" in told["one@elsewhere.example"]


def test_public_median_is_of_reports(letter: Letter, ottilie: Organizer) -> None:
    one, two, three = listed(letter, BRIGID, MEI, WIKTOR)
    start = timezone.now()
    with time_machine.travel(start, tick=False):
        for signature in (one, two, three):
            confirmed(signature)
    for hours, signature in ((2, one), (5, two), (30, three)):
        with time_machine.travel(start + timedelta(hours=hours), tick=False):
            found = load(signature.pk)
            reports.dismiss(
                signature=found,
                organizer=ottilie,
                expected_newest_report=newest(found),
                expected_revision=found.revision,
            )
    kept = ((ReportOutcome.DISMISSED, 3),)
    assert reports.answers(letter=letter) == reports.Answers(
        3, 0, timedelta(hours=5), outcomes=kept
    )


def test_outcomes_are_told_in_public_without_names(letter: Letter, ottilie: Organizer) -> None:
    one, two = listed(letter, BRIGID, MEI)
    for signature in (one, two):
        confirmed(signature)
    who = {"organizer": ottilie, "expected_newest_report": newest(one)}
    reports.dismiss(signature=load(one.pk), expected_revision=one.revision, **who)  # type: ignore[arg-type]
    recheck.doubt(signature=load(two.pk), organizer=ottilie, expected_revision=two.revision)
    told = reports.answers(letter=letter).in_words
    assert told == "the name stays on the list (1), taken off the list, to be checked (1)"


def test_signature_without_a_name_is_never_listed(letter: Letter) -> None:
    [hidden] = listed(letter, QUIET)
    assert not reports.is_listed(hidden)
