"""Vetted without being named: the identity is deleted as promised, and the level stays provable."""

import json
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, cast

import pytest
from django.db import IntegrityError, transaction
from django.template import loader
from django.test import Client
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Event, Letter
from campaign.letters.views.desk import DeskRequest
from campaign.organizers.models import AuditEntry, Organizer
from signatures import editing, erasure, forgetting, own_data, withdrawal
from signatures.details import Details
from signatures.errors import NotSigned
from signatures.models import (
    Correction,
    Level,
    Proof,
    ProofState,
    Recheck,
    Signature,
    SignatureState,
    UnnamedVetting,
    Vouch,
)
from signatures.moderation import attestation, search
from signatures.press import record_export
from signatures.record import corrections, sequencer
from signatures.verification import attested
from signatures.views.desk.signature_context import whole_address
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    sequence,
)
from tests.signatures.full_signature import full_signature, tables
from tests.signatures.press.handover.packages import packed
from tests.signatures.press.test_record_export import check, lines, problems
from tests.signatures.record.record_invariants import check_that_it_adds_up, latest, record_of
from tests.signatures.views.visitors import Page, link_url

pytestmark = pytest.mark.django_db

DAYS = timedelta(days=30)
MOMENT = timedelta(seconds=1)
NOTE = "Odalys Brandtner showed her passport"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def vetter(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def start(time_machine: TimeMachineFixture) -> datetime:
    now = timezone.now().replace(microsecond=0)
    time_machine.move_to(now, tick=False)
    return now


@pytest.fixture
def quiet(letter: Letter, start: datetime) -> Signature:
    return listed(letter, BRIGID, QUIET.but(credit="Hushed", affiliation="House of Hush"))[1]


def vet(signature: Signature, vetter: Organizer) -> None:
    attestation.vet(
        signature=signature,
        organizer=vetter,
        expected_revision=load(signature.pk).revision,
        evidence=NOTE,
    )


def promise(signature: Signature) -> UnnamedVetting:
    found = forgetting.of(signature=load(signature.pk))
    assert found is not None
    return found


def forgotten(signature: Signature, vetter: Organizer, start: datetime) -> Signature:
    forgetting.ask(signature=signature)
    vet(signature, vetter)
    assert forgetting.forget_due(now=start + DAYS) == 1
    sequence(signature.letter)
    return load(signature.pk)


def test_the_identity_goes_on_the_day_and_the_level_stays(
    quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    letter = quiet.letter
    before = (quiet.number, bytes(quiet.salt), bytes(quiet.nonce))
    forgetting.ask(signature=quiet)
    assert [each.reason for each in attested.to_look_at(letter=letter)] == ["unnamed"]
    assert promise(quiet).forget_at is None
    vet(quiet, vetter)
    assert not Recheck.objects.exists()
    assert promise(quiet).forget_at == start + DAYS
    sequence(letter)
    assert forgetting.forget_due(now=start + DAYS - MOMENT) == 0

    assert forgetting.forget_due(now=start + DAYS) == 1
    assert forgetting.forget_due(now=start + DAYS) == 0

    sequence(letter)
    row = load(quiet.pk)
    told = (row.name, row.name_key, row.name_latin, row.credit, row.affiliation)
    assert (told, row.level, row.state) == (("",) * 5, Level.VETTED, SignatureState.CONFIRMED)
    assert (row.number, bytes(row.nonce)) == (before[0], before[2])
    assert bytes(row.salt) != before[1]
    assert promise(quiet).forgotten_at == start + DAYS
    mine = [leaf for leaf in record_of(letter) if leaf.signature == quiet.public_id]
    assert [(leaf.event, leaf.level) for leaf in mine] == [
        ("sign", 1),
        ("verify", 3),
        ("edit", 3),
    ]
    assert mine[0].commitment != mine[2].commitment
    proof = Proof.objects.get(signature=quiet)
    assert (proof.method, proof.state, proof.role) == ("vetting", ProofState.STANDING, "owner")
    assert (proof.private, proof.proved_at) == ("", start)
    check_that_it_adds_up(letter)


def test_the_export_still_holds_and_names_nobody(
    quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    letter = quiet.letter
    forgotten(quiet, vetter, start)
    exported = lines(letter)
    checking = check(exported, expected_key=str(sequencer.verifier_of(letter)))
    assert problems(checking) == []
    assert latest(letter).levels == {"1": 1, "2": 0, "3": 1, "4": 0}
    assert exported.count(record_export._ANONYMOUS) == 1
    shown = own_data.told(signature=load(quiet.pk), now=start)
    assert shown["signature"]["name"] == ""
    assert shown["record"]["of"] == {"profession": "actor", "country": "AT", "kind": "person"}
    assert shown["vetted_without_being_named"][0]["days_promised"] == 30


def test_no_table_keeps_who_it_was(letter: Letter, start: datetime) -> None:
    """But for the address, by which they withdraw, erase and ask for news."""
    signature = full_signature(letter)
    organizer = Organizer.objects.get(email="vetter@team.example")
    UnnamedVetting.objects.all().delete()
    editing.edit(
        signature=signature,
        expected_revision=signature.revision,
        details=replace(Details.of(signature), consent_publish=False),
    )
    signature = load(signature.pk)
    attested.confirm_changes(
        signature=signature, organizer=organizer, expected_revision=signature.revision
    )
    forgetting.ask(signature=signature)
    address = signature.email
    assert forgetting.forget_due(now=start + DAYS) == 1
    sequence(letter)
    words = ("ernestine", "quillhaven", "erasable", "painted my house", "q1000001")
    left = {
        (table, word)
        for table, text in tables().items()
        for word in words
        if word in text.replace(address, "")
    }
    assert left == set()
    row = load(signature.pk)
    assert (row.level, bool(row.network_key)) == (Level.VETTED, False)
    assert list(Proof.objects.filter(signature=row).values_list("method", flat=True)) == ["vetting"]
    assert not Vouch.objects.filter(voucher=row).exists()
    trail = AuditEntry.objects.filter(subject=f"signature {row.public_id}")
    assert "vetting" in set(trail.values_list("action", flat=True))
    assert erasure.erase(signature=row)
    assert not UnnamedVetting.objects.exists()


def test_a_name_that_waits_to_be_told_is_told_no_more(
    letter: Letter, vetter: Organizer, start: datetime
) -> None:
    """They withdrew in their name, and the record has not come to it when the day is there."""
    [named] = listed(letter, BRIGID)
    withdrawal.withdraw(signature=named, named=True)
    anew = confirmed(letter, BRIGID.but(consent_publish=False))
    assert anew.pk == named.pk
    forgetting.ask(signature=anew)
    vet(anew, vetter)
    taken = Event.objects.get(letter=letter, kind="withdraw")
    assert taken.told_name == BRIGID.details.name

    assert forgetting.forget_due(now=start + DAYS) == 1

    # Also by a sequencer that had taken it before.
    with transaction.atomic():
        corrections.write(letter_id=letter.pk, events=[(99, taken)], given={}, at=start)
    sequence(letter)
    told = Correction.objects.filter(letter=letter).order_by("pk")
    assert list(told.values_list("kind", "name")) == [("withdraw", "")] * 2


def test_a_package_that_names_them_is_kept_no_longer(
    quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    package = packed(quiet.letter, vetter)
    assert package.content is not None
    forgotten(quiet, vetter, start)
    package.refresh_from_db()
    assert package.content is None


def test_the_desk_knows_no_address_of_them_either(
    letter: Letter, quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    asked: dict[str, Any] = {"letter": letter, "organizer": vetter, "email": QUIET.email}
    assert search.look_up(**asked) == quiet
    gone = forgotten(quiet, vetter, start)
    assert search.look_up(**asked) is None
    looks = AuditEntry.objects.filter(action="see_email").count
    assert (whole_address(cast(DeskRequest, None), gone), looks()) == ("", 0)
    page = loader.render_to_string(
        "signatures/desk/vetting/_beside.html",
        {"signature": gone, "private": True, "letter": letter, "here": "/"},
    )
    assert "kept for the signer alone" in page
    assert "hush.example" not in page


def test_who_is_vetted_already_counts_the_days_from_asking(
    quiet: Signature, vetter: Organizer, start: datetime, time_machine: TimeMachineFixture
) -> None:
    vet(quiet, vetter)
    assert forgetting.forget_due(now=start + 10 * DAYS) == 0
    time_machine.move_to(start + DAYS, tick=False)
    forgetting.ask(signature=quiet)
    assert not Recheck.objects.exists()
    assert promise(quiet).forget_at == start + 2 * DAYS


def test_what_was_promised_holds_whatever_the_letter_promises_since(
    quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    forgetting.ask(signature=quiet)
    Letter.objects.update(identity_days=180)
    forgetting.ask(signature=load(quiet.pk))
    vet(quiet, vetter)
    assert promise(quiet).forget_at == start + DAYS


def test_only_who_stands_unnamed_may_ask(
    letter: Letter, quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    [named] = Signature.objects.filter(email=BRIGID.email)
    [guild] = listed(letter, GUILD)
    gone = forgotten(quiet, vetter, start)
    UnnamedVetting.objects.all().delete()
    for signature in (named, guild, gone):
        with pytest.raises(NotSigned):
            forgetting.ask(signature=signature)
    assert not UnnamedVetting.objects.exists()


def test_it_can_be_taken_back_until_it_is_done(
    quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    forgetting.ask(signature=quiet)
    assert forgetting.take_back(signature=quiet)
    assert (forgetting.of(signature=quiet), Recheck.objects.count()) == (None, 0)
    gone = forgotten(quiet, vetter, start)
    assert not forgetting.take_back(signature=gone)
    assert promise(gone).forgotten_at is not None


@pytest.mark.parametrize("days", [1, 40])
def test_who_withdraws_is_forgotten_on_the_same_day(
    quiet: Signature, vetter: Organizer, start: datetime, days: int
) -> None:
    forgetting.ask(signature=quiet)
    vet(quiet, vetter)
    withdrawal.withdraw(signature=load(quiet.pk))
    sequence(quiet.letter)
    assert forgetting.forget_due(now=start + timedelta(days=days)) == (days > 30)
    assert bool(load(quiet.pk).name) is (days < 30)
    check_that_it_adds_up(quiet.letter)


def test_who_signs_anew_from_the_address_has_asked_for_nothing(
    quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    forgetting.ask(signature=quiet)
    vet(quiet, vetter)
    withdrawal.withdraw(signature=load(quiet.pk))
    [anew] = listed(quiet.letter, QUIET)
    assert anew.pk == quiet.pk
    assert forgetting.of(signature=anew) is None
    assert forgetting.forget_due(now=start + DAYS) == 0
    assert load(quiet.pk).name == QUIET.details.name
    assert not UnnamedVetting.objects.exists()


def test_who_becomes_named_is_kept_as_everybody(
    quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    forgetting.ask(signature=quiet)
    vet(quiet, vetter)
    details = QUIET.but(credit="Hushed", affiliation="House of Hush", consent_publish=True).details
    editing.edit(signature=load(quiet.pk), expected_revision=quiet.revision, details=details)
    assert forgetting.forget_due(now=start + DAYS) == 0
    assert (load(quiet.pk).name, load(quiet.pk).level) == (QUIET.details.name, Level.VETTED)


def _edit(signature: Signature, **changes: object) -> Signature:
    fresh = load(signature.pk)
    details = replace(Details.of(fresh), **cast("Any", changes))
    editing.edit(signature=fresh, expected_revision=fresh.revision, details=details)
    return load(signature.pk)


def test_what_nobody_sees_lowers_no_level_until_it_is_seen(
    quiet: Signature, vetter: Organizer
) -> None:
    vet(quiet, vetter)
    attested_as = Details.of(load(quiet.pk))
    changed = _edit(quiet, profession="poet", country="DE", credit="Something grand")
    assert (changed.level, Recheck.objects.count()) == (Level.VETTED, 0)
    named = _edit(quiet, consent_publish=True)
    assert (named.level, Proof.objects.get().state) == (Level.CONFIRMED, ProofState.CHANGED)
    assert Recheck.objects.get().reason == "changed"
    # Hiding does not make it what was attested.
    assert _edit(quiet, consent_publish=False).level == Level.CONFIRMED
    fields = ("profession", "country", "credit")
    _edit(quiet, **{field: getattr(attested_as, field) for field in fields})
    assert load(quiet.pk).level == Level.VETTED


def test_another_name_ends_what_was_attested_of_somebody_unnamed(
    quiet: Signature, vetter: Organizer
) -> None:
    vet(quiet, vetter)
    assert _edit(quiet, name="Somebody Else").level == Level.CONFIRMED
    assert not attested.changes(signature=load(quiet.pk))


def test_a_change_before_and_after_the_deletion_keeps_the_level(
    quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    forgetting.ask(signature=quiet)
    vet(quiet, vetter)
    _edit(quiet, profession="poet")
    assert forgetting.forget_due(now=start + DAYS) == 1
    assert load(quiet.pk).level == Level.VETTED
    assert _edit(quiet, country="DE").level == Level.VETTED


def test_a_name_after_that_has_to_be_vetted_anew(
    client: Client, quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    gone = forgotten(quiet, vetter, start)
    url = link_url(gone, "edit/")
    typed = {"name": "", "profession": "actor", "country": "AT", "seen": gone.revision}
    page = Page(client.post(url, typed | {"consent_publish": "on"}))
    assert "To be named, type your name as it should appear." in page.text
    # One tap cannot name who has no name, and nothing else can.
    client.post(link_url(gone, "naming/"), {"consent_publish": "on", "seen": gone.revision})
    assert not load(gone.pk).consent_publish
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=gone.pk).update(consent_publish=True)
    # Still nobody, but with news: nothing ends.
    news = {"consent_publish": "off", "consent_updates": "on"}
    assert client.post(url, typed | news).status_code == 303
    gone = load(gone.pk)
    assert (gone.consent_updates, gone.level) == (True, Level.VETTED)
    named = {"name": "Odile Brand", "consent_publish": "on", "seen": gone.revision}
    assert client.post(url, typed | named).status_code == 422
    assert client.post(url, typed | named | {"ends": "yes"}).status_code == 303
    sequence(gone.letter)
    row = load(gone.pk)
    assert (row.name, row.level, row.consent_publish) == ("Odile Brand", Level.CONFIRMED, True)
    assert not UnnamedVetting.objects.exists()
    check_that_it_adds_up(gone.letter)


def test_the_signer_reads_the_promise_first_and_then_what_is_left(
    client: Client, letter: Letter, quiet: Signature, vetter: Organizer, start: datetime
) -> None:
    Letter.objects.update(identity_days=45)
    assert (
        "and 45 days after they have vetted you that is deleted"
        in Page(client.get(f"/letters/{letter.slug}/")).text
    )
    url = link_url(quiet, "unnamed/")
    page = Page(client.get(link_url(quiet)))
    assert "45 days after they have vetted you, your name, what you are known for" in page.text
    for nothing in ({}, {"answer": "yes"}):
        assert client.post(url, nothing).status_code == 303
    assert client.get(url, {"answer": "ask"}).status_code == 303
    assert not UnnamedVetting.objects.exists()
    assert client.post(url, {"answer": "ask"})["Location"] == f"{link_url(quiet)}#unnamed"
    assert "the organizers have not vetted you yet" in Page(client.get(link_url(quiet))).text
    vet(quiet, vetter)
    assert "The organizers have vetted you." in Page(client.get(link_url(quiet))).text
    forgetting.forget_due(now=start + timedelta(days=45))
    sequence(letter)
    page = Page(client.get(link_url(quiet)))
    assert "were deleted, as promised" in page.text
    assert "Name deleted" in page.text
    for path in ("withdraw/", "erase/", "thanks/", "proofs/"):
        assert client.get(link_url(quiet, path)).status_code == 200, path
    told = json.dumps(own_data.told(signature=load(quiet.pk), now=start))
    assert "Brandtner" not in told
    assert client.post(link_url(quiet, "withdraw/"), {"agree": "on"}).status_code == 303
