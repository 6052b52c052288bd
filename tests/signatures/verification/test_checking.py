"""Looking at what was placed: once at a time, again each month, and what follows."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from signatures.models import Delivery, Level, Proof, ProofState, Signature, SignatureState
from signatures.tasks import check_due_proofs, send_owed_mail
from signatures.verification import checking, domain, placed_line, proofs, registry, website
from signatures.verification.domain import dns_record
from signatures.verification.method import RECHECK_EVERY, Look, Method
from signatures.verification.problems import NotShown, Problem
from tests.concurrency import at_once
from tests.signatures.verification.fake_internet import LocalWorld

pytestmark = pytest.mark.django_db

HOST = "brigid.example"


def started(signature: Signature, method: Method = website.METHOD, subject: str = HOST) -> Proof:
    proof = proofs.start(signature=signature, method=method, subject=subject)
    proofs.ask_for_check(proof=proof)
    return proof


def looks_with(
    monkeypatch: pytest.MonkeyPatch, look: Callable[[Proof], Mapping[str, object]]
) -> None:
    """At websites, instead of the real look."""
    monkeypatch.setitem(registry._methods, "website", replace(website.METHOD, look=Look(at=look)))


def now_is(proof: Proof) -> Proof:
    proof.refresh_from_db()
    return proof


def level(signature: Signature) -> int:
    signature.refresh_from_db()
    return signature.level


def make_due(when: datetime | None = None) -> None:
    Proof.objects.update(check_due_at=when or timezone.now())


def test_a_site_that_shows_it_lifts_the_level(world: LocalWorld, brigid: Signature) -> None:
    proof = started(brigid)
    assert checking.is_being_checked(now_is(proof), now=timezone.now())
    world.site(HOST).shows(proof.token)
    check_due_proofs()
    assert now_is(proof).state == ProofState.STANDING
    assert proof.proved_at == proof.checked_at
    assert proof.check_due_at is not None
    assert proof.proved_at is not None
    assert proof.check_due_at - proof.proved_at == RECHECK_EVERY
    assert not checking.is_being_checked(proof, now=timezone.now())
    assert level(brigid) == Level.CONTROLS
    assert list(Event.objects.values_list("kind", "before", "after")) == [
        (EventKind.VERIFY, "v1:person:1:author:IE", "v1:person:2:author:IE")
    ]


def test_so_does_a_record_in_the_dns(world: LocalWorld, brigid: Signature) -> None:
    proof = started(brigid, domain.METHOD)
    name = dns_record.record_name(HOST)
    check_due_proofs()
    assert now_is(proof).problem == Problem.RECORD_MISSING
    world.says(name, "TXT", "v=something else")
    proofs.ask_for_check(proof=proof)
    check_due_proofs()
    assert now_is(proof).problem == Problem.RECORD_OTHER
    world.says(name, "TXT", "v=something else", placed_line.LABEL + proof.token)
    proofs.ask_for_check(proof=proof)
    check_due_proofs()
    assert (now_is(proof).state, proof.problem) == (ProofState.STANDING, "")
    assert world.connections == 0


def test_the_token_of_somebody_else_proves_nothing(world: LocalWorld, brigid: Signature) -> None:
    proof = started(brigid)
    world.site(HOST).shows("a" * 16)
    check_due_proofs()
    assert (now_is(proof).state, proof.problem) == (ProofState.STARTED, Problem.TOKEN_MISSING)
    assert proof.check_due_at is None
    assert level(brigid) == Level.CONFIRMED
    # It waits for its signer to ask again.
    assert checking.check_due() == 0


def test_nothing_due_is_nothing_done(world: LocalWorld, brigid: Signature) -> None:
    proofs.start(signature=brigid, method=website.METHOD, subject=HOST)
    assert checking.check_due() == 0
    assert world.questions == []


def test_a_proof_that_is_missing_a_month_later_gets_two_weeks_and_a_mail(
    world: LocalWorld, brigid: Signature
) -> None:
    send_owed_mail()
    mail.outbox.clear()
    proof = started(brigid)
    world.site(HOST).shows(proof.token)
    check_due_proofs()
    world.site(HOST).front("new design")
    shown_at = now_is(proof).proved_at
    later = timezone.now() + RECHECK_EVERY + timedelta(minutes=1)
    with time_machine.travel(later, tick=False):
        make_due()
        check_due_proofs()
        assert (now_is(proof).state, proof.problem) == (ProofState.LAPSING, Problem.TOKEN_MISSING)
        assert proof.lapses_at == timezone.now() + checking.GRACE_PERIOD
        assert proof.check_due_at == timezone.now() + checking.RECHECK_IN_GRACE_EVERY
        assert level(brigid) == Level.CONTROLS
        send_owed_mail()
        [message] = mail.outbox
        assert message.to == [brigid.email]
        assert HOST in message.subject
        assert "/s/" in str(message.body)
    # Looked at again meanwhile: it keeps its date, and no second mail goes out.
    with time_machine.travel(later + checking.RECHECK_IN_GRACE_EVERY, tick=False):
        check_due_proofs()
        assert now_is(proof).lapses_at == later + checking.GRACE_PERIOD
    assert Delivery.objects.filter(proof=proof).count() == 1
    with time_machine.travel(later + timedelta(days=13), tick=False):
        check_due_proofs()
        assert now_is(proof).check_due_at == proof.lapses_at
    with time_machine.travel(later + checking.GRACE_PERIOD, tick=False):
        check_due_proofs()
    lapsed = Proof.objects.get(pk=proof.pk)
    assert (lapsed.state, lapsed.check_due_at) == (ProofState.LAPSED, None)
    assert lapsed.proved_at == shown_at
    assert level(brigid) == Level.CONFIRMED
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 2


def test_a_proof_that_comes_back_in_time_stands_with_its_old_date(
    world: LocalWorld, brigid: Signature
) -> None:
    proof = started(brigid)
    world.site(HOST).shows(proof.token)
    check_due_proofs()
    shown_at = now_is(proof).proved_at
    world.silent.add(HOST)
    world.records.clear()
    make_due()
    check_due_proofs()
    assert now_is(proof).state == ProofState.LAPSING
    mail.outbox.clear()
    world.silent.clear()
    world.site(HOST).shows(proof.token)
    proofs.ask_for_check(proof=proof)
    check_due_proofs()
    assert (now_is(proof).state, proof.lapses_at, proof.problem) == (ProofState.STANDING, None, "")
    assert proof.proved_at == shown_at
    assert level(brigid) == Level.CONTROLS
    assert Event.objects.filter(kind=EventKind.VERIFY).count() == 1
    # The warning was not sent yet, and is no longer true.
    send_owed_mail()
    assert not [each for each in mail.outbox if HOST in each.subject]


def test_what_is_taken_back_while_we_look_stays_taken_back(
    monkeypatch: pytest.MonkeyPatch, brigid: Signature
) -> None:
    proof = started(brigid)

    def look(_proof: Proof) -> dict[str, object]:
        proofs.revoke(proof=proof)
        return {}

    looks_with(monkeypatch, look)
    assert checking.check_due() == 1
    assert now_is(proof).state == ProofState.REVOKED
    assert level(brigid) == Level.CONFIRMED


def test_what_is_taken_back_while_we_find_nothing_stays_taken_back(
    monkeypatch: pytest.MonkeyPatch, world: LocalWorld, brigid: Signature
) -> None:
    proof = started(brigid)
    world.site(HOST).shows(proof.token)
    check_due_proofs()

    def look(_proof: Proof) -> dict[str, object]:
        proofs.revoke(proof=proof)
        raise NotShown(Problem.TOO_SLOW)

    looks_with(monkeypatch, look)
    for lapses_at in (None, timezone.now()):
        Proof.objects.update(state=ProofState.STANDING, lapses_at=lapses_at)
        make_due()
        check_due_proofs()
        assert now_is(proof).state == ProofState.REVOKED
    assert not Delivery.objects.filter(proof=proof).exists()


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_look_at_the_same_proof(
    monkeypatch: pytest.MonkeyPatch, brigid: Signature
) -> None:
    from threading import Lock
    from time import sleep

    looked: list[str] = []
    for number in range(3):
        started(brigid, subject=f"site{number}.example")

    def look(proof: Proof) -> dict[str, object]:
        looked.append(proof.subject)
        sleep(0.05)
        return {}

    class Open:
        """As if each thread were a process of its own."""

        def acquire(self, blocking: bool = True) -> bool:
            return True

        def release(self) -> None:
            pass

    assert isinstance(checking._one_at_a_time, type(Lock()))
    monkeypatch.setattr(checking, "_one_at_a_time", Open())
    looks_with(monkeypatch, look)
    assert sum(at_once([checking.check_due] * 4)) == 3
    assert sorted(looked) == [f"site{number}.example" for number in range(3)]


def test_one_process_waits_for_sites_in_one_thread_only(brigid: Signature) -> None:
    started(brigid)
    with checking._one_at_a_time:
        assert checking.check_due() == 0


def test_a_worker_that_died_leaves_a_claim_that_runs_out(
    monkeypatch: pytest.MonkeyPatch, world: LocalWorld, brigid: Signature
) -> None:
    proof = started(brigid)
    world.site(HOST).shows(proof.token)

    def dies(_proof: Proof) -> dict[str, object]:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        looks_with(patched, dies)
        with pytest.raises(KeyboardInterrupt):
            checking.check_due()
    assert checking.check_due() == 0
    with time_machine.travel(timezone.now() + checking.CLAIMED_FOR):
        assert checking.check_due() == 1
    assert now_is(proof).state == ProofState.STANDING


def test_a_run_ends_before_it_keeps_a_worker_for_itself(
    monkeypatch: pytest.MonkeyPatch, world: LocalWorld, brigid: Signature
) -> None:
    monkeypatch.setattr(checking, "_MAX_RUN_SECONDS", 0.0)
    for number in range(3):
        started(brigid, subject=f"site{number}.example")
    assert checking.check_due() == 1
    assert checking.check_due(batch=0) == 0


def test_no_site_notices_us_however_many_ask(world: LocalWorld, letter: Letter) -> None:
    from tests.signatures.factories import confirmed, someone

    site = world.site(f"www.{HOST}")
    site.front("welcome")
    started_by = [
        started(confirmed(letter, someone(number)), subject=f"www.{HOST}") for number in range(7)
    ]
    check_due_proofs()
    assert site.asked.count("/") == 6
    last = now_is(started_by[-1])
    assert (last.problem, last.checked_at) == (Problem.TOO_OFTEN, None)
    assert last.check_due_at is not None
    assert last.check_due_at > timezone.now() + timedelta(minutes=59)
    assert not checking.is_being_checked(last, now=timezone.now())


def test_all_names_of_one_owner_are_one_site(world: LocalWorld, letter: Letter) -> None:
    """Who answers for any name below their own is not asked for each that somebody makes up."""
    from tests.signatures.factories import confirmed, someone

    hosts = [f"n{number}.{HOST}" for number in range(7)]
    sites = [world.site(host) for host in hosts]
    found = [
        started(confirmed(letter, someone(number)), subject=host)
        for number, host in enumerate(hosts)
    ]
    check_due_proofs()
    assert sum(bool(site.asked) for site in sites) == 6
    assert now_is(found[-1]).problem == Problem.TOO_OFTEN


@pytest.mark.parametrize("state", [SignatureState.WITHDRAWN, SignatureState.REJECTED])
def test_nothing_is_looked_up_for_who_no_longer_signs(
    world: LocalWorld, brigid: Signature, state: SignatureState
) -> None:
    proof = started(brigid)
    Signature.objects.filter(pk=brigid.pk).update(state=state)
    check_due_proofs()
    assert now_is(proof).check_due_at is None
    assert world.questions == []


def test_who_is_held_may_show_it_meanwhile(world: LocalWorld, brigid: Signature) -> None:
    proof = started(brigid)
    world.site(HOST).shows(proof.token)
    Signature.objects.filter(pk=brigid.pk).update(state=SignatureState.HELD)
    check_due_proofs()
    assert now_is(proof).state == ProofState.STANDING
    assert not Event.objects.filter(kind=EventKind.VERIFY).exists()
