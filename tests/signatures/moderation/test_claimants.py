"""A claimant shows that the reported name is theirs: what proves it, and what that can do."""

import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaign import limits
from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import editing, erasure, withdrawal
from signatures.errors import NothingReported, NotWaiting, ReportsChanged
from signatures.models import (
    ClaimantProof,
    Correction,
    Delivery,
    Level,
    Message,
    Report,
    ReportCase,
    ReportKind,
    ReportOutcome,
    Roster,
    Signature,
    SignatureState,
    Vetting,
    VettingState,
)
from signatures.moderation import attestation, claimants, reports
from signatures.notifications import deliveries
from signatures.tasks import check_due_proofs
from signatures.verification.evidence.identifiers import parse
from signatures.verification.evidence.sources import wikidata
from signatures.verification.network import environment
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.rosters import membership, upload
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    WIKTOR,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    sequence,
)
from tests.signatures.verification.fake_internet import LocalWorld
from tests.signatures.verification.rosters import uploads
from tests.signatures.views.visitors import NAUGHTY

pytestmark = pytest.mark.django_db

SOCIETY = "Society of Invented Arts"
NETWORK = b"a network"
NUMBER = "0010-482"


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def society(letter: Letter, ottilie: Organizer) -> Roster:
    lines = [
        membership.line_key(number=NUMBER, name=BRIGID.details.name),
        membership.line_key(number="77", name="Somebody Else"),
    ]
    return uploads.uploaded(letter=letter, name=SOCIETY, organizer=ottilie, lines=lines)


@pytest.fixture
def fake(letter: Letter) -> Signature:
    """Whoever signed with Brigid's name."""
    [signature] = listed(letter, BRIGID)
    return signature


def reported(signature: Signature, email: str = "real@elsewhere.example") -> Report:
    """Confirmed from its e-mail."""
    reports.file(
        signature=signature,
        name="The Real One",
        email=email,
        kind=ReportKind.NEVER_SIGNED,
        words="",
        language="en",
        now=timezone.now(),
    )
    report = Report.objects.filter(signature=signature).latest("pk")
    reports.confirm(report=report, now=timezone.now())
    return Report.objects.select_related("signature", "case").get(pk=report.pk)


def shows(report: Report, society: Roster, number: str = NUMBER) -> bool:
    return claimants.show_membership(report=report, roster=society, number=number, network=NETWORK)


def state_of(signature: Signature) -> str:
    return load(signature.pk).state


def decides(signature: Signature, organizer: Organizer) -> dict[str, Any]:
    case = reports.open_case(signature=signature)
    assert case is not None
    return {
        "signature": load(signature.pk),
        "organizer": organizer,
        "expected_newest_report": case.newest_report,
        "expected_revision": load(signature.pk).revision,
        "note": "",
    }


def test_membership_in_the_reported_name_holds_it_at_once(
    letter: Letter, fake: Signature, society: Roster
) -> None:
    report = reported(fake)
    assert shows(report, society)
    assert state_of(fake) == SignatureState.HELD
    case = ReportCase.objects.get()
    assert (case.answered_at, case.held_at is not None) == (None, True)
    assert Vetting.objects.get().reason == "claimed"
    sequence(letter)
    assert [(each.number, each.reason) for each in Correction.objects.all()] == [(1, "checking")]
    mail.outbox.clear()
    deliveries.send_owed()
    [told] = mail.outbox
    assert (told.to, "real@elsewhere" in str(told.body)) == ([BRIGID.email], False)
    assert str(told.subject).startswith("Your signature is being checked")


@pytest.mark.parametrize("number", ["77", "10483", "0"])
def test_membership_of_another_name_or_number_holds_nothing(
    fake: Signature, society: Roster, number: str
) -> None:
    report = reported(fake)
    with pytest.raises(ProofRefused):
        shows(report, society, number)
    assert state_of(fake) == SignatureState.CONFIRMED
    assert not ClaimantProof.objects.exists()


def test_nobody_hunts_for_a_number_by_many_reports(fake: Signature, society: Roster) -> None:
    refusals = []
    for each in range(4):
        report = reported(fake, f"claimant{each}@elsewhere.example")
        for number in range(3):
            with pytest.raises(ProofRefused) as refused:
                shows(report, society, str(100 * each + number))
            refusals.append(refused.value.reason)
    assert refusals == [Problem.NOT_A_MEMBER] * 10 + [Problem.TOO_MANY] * 2


def test_without_a_confirmed_report_nothing_can_be_shown(fake: Signature, society: Roster) -> None:
    report = reported(fake)
    Report.objects.filter(pk=report.pk).update(case=None, confirmed_at=None)
    assert not shows(Report.objects.get(pk=report.pk), society)
    assert state_of(fake) == SignatureState.CONFIRMED


def test_one_decision_brings_it_back_with_number_and_answers_the_case(
    letter: Letter, fake: Signature, society: Roster, ottilie: Organizer
) -> None:
    shows(reported(fake), society)
    sequence(letter)
    assert claimants.put_back(**decides(fake, ottilie)) == VettingState.APPROVED
    sequence(letter)
    back = load(fake.pk)
    assert (back.state, back.number) == (SignatureState.CONFIRMED, 1)
    assert ReportCase.objects.get().outcome == ReportOutcome.DISMISSED
    assert not ClaimantProof.objects.exists()
    # And nobody can do it again.
    assert shows(reported(fake, "again@elsewhere.example"), society)
    assert state_of(fake) == SignatureState.CONFIRMED


def test_rejecting_answers_that_it_was_removed(
    fake: Signature, society: Roster, ottilie: Organizer
) -> None:
    shows(reported(fake), society)
    decision = decides(fake, ottilie)
    claimants.turn_away(**decision)
    assert state_of(fake) == SignatureState.REJECTED
    assert ReportCase.objects.get().outcome == ReportOutcome.REMOVED
    for again in (claimants.turn_away, claimants.put_back):
        with pytest.raises((NothingReported, NotWaiting)):
            again(**decision)


def test_watched_name_comes_back_by_two_and_the_case_waits_for_the_second(
    letter: Letter, fake: Signature, society: Roster, ottilie: Organizer
) -> None:
    shows(reported(fake), society)
    Vetting.objects.update(needs_two=True)
    assert claimants.put_back(**decides(fake, ottilie)) == VettingState.SECONDED
    assert reports.open_case(signature=fake) is not None
    second = Organizer.objects.get(email=uploads.SECOND)
    Vetting.objects.update(claimed_by=None, claimed_until=None)
    assert claimants.put_back(**decides(fake, second)) == VettingState.APPROVED
    assert reports.open_case(signature=fake) is None


def test_whom_organizers_vetted_is_not_held_and_what_was_shown_stands_at_the_desk(
    fake: Signature, society: Roster, ottilie: Organizer
) -> None:
    attestation.vet(
        signature=fake, organizer=ottilie, expected_revision=fake.revision, evidence="met her"
    )
    assert shows(reported(fake), society)
    assert (load(fake.pk).level, state_of(fake)) == (Level.VETTED, SignatureState.CONFIRMED)
    case = reports.open_case(signature=fake)
    assert case is not None
    assert (case.held_at, case.reports[0].proof.subject) == (None, SOCIETY)


def test_member_in_this_name_is_not_held_by_another_member(
    letter: Letter, society: Roster, fake: Signature, ottilie: Organizer
) -> None:
    lines = [membership.line_key(number=each, name=BRIGID.details.name) for each in (NUMBER, "555")]
    uploads.replaced(roster=society, organizer=ottilie, lines=lines)
    membership.prove(signature=fake, roster=society, number="555", network=NETWORK)
    assert shows(reported(fake), society)
    assert state_of(fake) == SignatureState.CONFIRMED


def test_many_names_of_one_letter_are_not_held_on_one_day(
    fake: Signature, society: Roster, letter: Letter
) -> None:
    key = str(letter.pk).encode()
    while limits.hit(limits.Limit.CLAIMS_HELD_OF_LETTER, key):
        pass
    assert shows(reported(fake), society)
    assert state_of(fake) == SignatureState.CONFIRMED


def test_vetter_who_read_it_before_it_was_held_does_not_answer(
    fake: Signature, society: Roster, ottilie: Organizer
) -> None:
    report = reported(fake)
    decision = decides(fake, ottilie)
    shows(report, society)
    with pytest.raises(ReportsChanged):
        reports.dismiss(**decision)
    assert reports.open_case(signature=fake) is not None


def test_signer_who_withdraws_and_comes_back_waits_for_the_organizers(
    letter: Letter, fake: Signature, society: Roster
) -> None:
    shows(reported(fake), society)
    withdrawal.withdraw(signature=load(fake.pk))
    assert confirmed(letter, BRIGID).state == SignatureState.HELD


def test_new_name_of_the_signer_is_no_name_of_the_claimant(
    fake: Signature, society: Roster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Taken between the look at the list and the hold."""
    report = reported(fake)
    details = WIKTOR.details
    check = membership.check_name

    def and_then_renamed(**given: Any) -> None:
        check(**given)
        editing.edit(signature=load(fake.pk), expected_revision=fake.revision, details=details)

    monkeypatch.setattr(membership, "check_name", and_then_renamed)
    assert not shows(report, society)
    assert state_of(fake) == SignatureState.CONFIRMED


def test_erasing_the_signature_leaves_nothing_shown(fake: Signature, society: Roster) -> None:
    shows(reported(fake), society)
    erasure.erase(signature=load(fake.pk))
    assert not ClaimantProof.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_five_claimants_at_once_hold_it_once(fake: Signature, society: Roster) -> None:
    claims = [reported(fake, f"claimant{each}@elsewhere.example") for each in range(5)]
    shown = at_once([partial(shows, each, society) for each in claims])
    assert (shown, state_of(fake)) == ([True] * 5, SignatureState.HELD)
    assert ReportCase.objects.count() == 1
    assert Delivery.objects.filter(message=Message.CLAIMED).count() == 1


def test_proof_that_lapses_while_the_case_is_open_leaves_case_and_hold_as_they_are(
    letter: Letter, fake: Signature, society: Roster, ottilie: Organizer
) -> None:
    """First the signer's own, which had kept them on the list; then the claimant's."""
    lines = [membership.line_key(number=each, name=BRIGID.details.name) for each in (NUMBER, "555")]
    uploads.replaced(roster=society, organizer=ottilie, lines=lines)
    membership.prove(signature=fake, roster=society, number="555", network=NETWORK)
    reported(fake, "first@elsewhere.example")
    uploads.replaced(roster=society, organizer=ottilie, lines=lines[:1])
    upload.end_lost()
    assert load(fake.pk).level == Level.CONFIRMED
    second = reported(fake, "second@elsewhere.example")
    assert shows(second, society)
    uploads.replaced(roster=society, organizer=ottilie, lines=lines[1:])
    upload.end_lost()
    case = reports.open_case(signature=fake)
    assert case is not None
    assert (len(case.reports), state_of(fake)) == (2, SignatureState.HELD)
    assert claimants.put_back(**decides(fake, ottilie)) == VettingState.APPROVED


def wikidata_says(world: LocalWorld, *, name: str, website: str) -> None:
    site = world.sites.get("www.wikidata.org") or world.site("www.wikidata.org")
    claims = (
        {"P856": [{"rank": "normal", "mainsnak": {"datavalue": {"value": website}}}]}
        if website
        else {}
    )
    item = {"type": "item", "id": "Q7", "labels": {"en": {"value": name}}, "claims": claims}
    answer = json.dumps({"entities": {"Q7": item}})
    site.pages[wikidata.path("Q7")] = ("application/json; charset=utf-8", answer)


def names_the_record(report: Report) -> ClaimantProof:
    assert claimants.name_record(report=report, identifier=parse("Q7"))
    return ClaimantProof.objects.get(report=report)


def looks(report: Report) -> str:
    """Why nothing was shown; empty if it was."""
    # The source is asked once a second at most.
    cache.delete("look-up:wikidata")
    assert claimants.ask_for_look(report=report)
    check_due_proofs()
    return ClaimantProof.objects.get(report=report).problem


@pytest.fixture
def world(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[LocalWorld]:
    local = LocalWorld(tmp_path)
    with local.running() as seen:
        monkeypatch.setattr(environment, "world", seen)
        yield local


@pytest.fixture
def records(settings: Settings) -> None:
    settings.LOOK_UP_PUBLIC_RECORDS = True


@pytest.mark.usefixtures("records")
def test_official_website_of_a_record_in_this_name_holds_it(
    fake: Signature, world: LocalWorld
) -> None:
    report = reported(fake)
    proof = names_the_record(report)
    wikidata_says(world, name=BRIGID.details.name, website="https://brigid.example/")
    world.site("brigid.example").shows(proof.token)
    assert looks(report) == ""
    assert state_of(fake) == SignatureState.HELD
    proof.refresh_from_db()
    assert (proof.subject, proof.shown_at is not None) == ("brigid.example", True)


@pytest.mark.usefixtures("records")
@pytest.mark.parametrize(
    ("name", "website", "shown", "problem"),
    [
        # A site of their own that the record does not name: a domain shows no name.
        (BRIGID.details.name, "https://brigid.example/", "mine.example", "no_such_name"),
        ("Somebody Else", "https://mine.example/", "mine.example", "other_name"),
        ("", "https://mine.example/", "mine.example", "other_name"),
        (BRIGID.details.name, "", "mine.example", "no_website"),
        (BRIGID.details.name, "https://mine.example/", "", "no_such_name"),
        # Many have a page there.
        (BRIGID.details.name, "https://www.instagram.com/x", "mine.example", "no_website"),
    ],
)
def test_record_that_does_not_fit_holds_nothing(
    fake: Signature, world: LocalWorld, name: str, website: str, shown: str, problem: str
) -> None:
    report = reported(fake)
    proof = names_the_record(report)
    wikidata_says(world, name=name, website=website)
    if shown:
        world.site(shown).shows(proof.token)
    assert looks(report) == problem
    assert claimants.sentence_of(problem)
    assert state_of(fake) == SignatureState.CONFIRMED


@pytest.mark.usefixtures("records")
def test_token_of_another_report_shows_nothing(fake: Signature, world: LocalWorld) -> None:
    report = reported(fake)
    names_the_record(report)
    other = names_the_record(reported(fake, "other@elsewhere.example"))
    wikidata_says(world, name=BRIGID.details.name, website="https://brigid.example/")
    world.site("brigid.example").shows(other.token)
    assert looks(report) == "token_missing"


def test_looks_are_ten_a_day_and_none_where_records_are_not_looked_up(fake: Signature) -> None:
    report = reported(fake)
    names_the_record(report)
    assert all(claimants.ask_for_look(report=report) for _look in range(10))
    with pytest.raises(ProofRefused):
        claimants.ask_for_look(report=report)
    assert claimants.check_due() == 0


def path_of(report: Report, name: str = "report_link") -> str:
    return reverse(name, args=[reports.token_for(report=report)])


@pytest.mark.usefixtures("records")
def test_claimant_is_led_from_the_link_to_what_is_shown(
    client: Client, fake: Signature, society: Roster
) -> None:
    report = reported(fake)
    page = client.get(path_of(report)).text
    assert SOCIETY in page
    assert "By the official website in a public record" in page
    empty = client.post(path_of(report, "report_member"), {})
    assert (empty.status_code, "Enter your member number." in empty.text) == (422, True)
    wrong = {"roster": society.pk, "number": "1"}
    assert client.post(path_of(report, "report_member"), wrong).status_code == 422
    for pasted, said in (("", "Paste the address"), ("0000-0002-1825-0097", "MusicBrainz")):
        refused = client.post(path_of(report, "report_record"), {"link": pasted})
        assert (refused.status_code, said in refused.text) == (422, True)
    client.post(path_of(report, "report_record"), {"link": "https://www.wikidata.org/wiki/Q7"})
    page = client.get(path_of(report)).text
    assert f"undersigned-verify={ClaimantProof.objects.get().token}" in page
    right = {"roster": society.pk, "number": NUMBER}
    assert client.post(path_of(report, "report_member"), right).status_code == 303
    page = client.get(path_of(report)).text
    assert "You have shown that the name is yours" in page
    assert "Is it your name?" not in page
    assert state_of(fake) == SignatureState.HELD


@pytest.mark.parametrize("what", NAUGHTY.values(), ids=NAUGHTY)
@pytest.mark.usefixtures("records")
def test_no_input_breaks_what_a_claimant_sends(
    client: Client, fake: Signature, society: Roster, what: str
) -> None:
    report = reported(fake)
    for name in ("report_member", "report_record", "report_look"):
        sent = {"roster": what, "number": what, "link": what}
        answer = client.post(path_of(report, name), sent)
        assert answer.status_code in (303, 422)
    assert state_of(fake) == SignatureState.CONFIRMED


def test_get_shows_nothing_of_it_and_acts_on_nothing(
    client: Client, fake: Signature, society: Roster
) -> None:
    report = reported(fake)
    for name in ("report_member", "report_record", "report_look"):
        assert client.get(path_of(report, name), {"number": NUMBER}).status_code == 303
        assert client.get(reverse(name, args=["x"])).status_code == 404
    assert not ClaimantProof.objects.exists()


def test_desk_reads_what_was_shown_and_answers_with_one_press(
    client: Client, fake: Signature, society: Roster, ottilie: Organizer
) -> None:
    report = reported(fake)
    shows(report, society)
    client.force_login(ottilie)
    page = client.get(reverse("desk_vet", args=[fake.letter.slug, fake.public_id])).text
    assert f"Showed a membership of <bdi>{SOCIETY}</bdi> in this very name" in page
    decision = decides(fake, ottilie)
    sent = {
        "action": "put_back",
        "seen": decision["expected_newest_report"],
        "revision": decision["expected_revision"],
    }
    url = reverse("desk_report_answer", args=[fake.letter.slug, fake.public_id])
    assert "Back on the list" in client.post(url, sent, follow=True).text
    assert "No report waits any more" in client.post(url, sent, follow=True).text
    assert state_of(fake) == SignatureState.CONFIRMED
    page = client.get(reverse("desk_signature", args=[fake.letter.slug, fake.public_id])).text
    assert "held: somebody else showed that the name is theirs" in page
