from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.letters.models import Event, Letter
from campaign.organizers.models import Organizer
from signatures import editing, signing, transitions, withdrawal
from signatures.confirmation import confirm
from signatures.details import Details
from signatures.errors import DetailsChanged
from signatures.listing import queries
from signatures.models import (
    Delivery,
    DeliveryState,
    Message,
    Proof,
    ProofState,
    Signature,
    SignatureState,
    Vetting,
)
from signatures.moderation import attestation, decisions, resemblance
from signatures.notifications import messages, namesakes
from signatures.record import tally
from signatures.screening import watchlist
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    WIKTOR,
    Person,
    close,
    confirmed,
    listed,
    load,
    open_letter,
    pending,
    person,
    sequence,
    sign,
)

pytestmark = pytest.mark.django_db

Held = Callable[[Person], tuple[Signature, Vetting]]
FAKE = person("fake@rubble.example", "Brigid O’Mаlloran")  # with a Cyrillic a


def test_a_watched_name_is_held_public_nowhere_and_not_counted(
    letter: Letter, watch: Callable[..., None], held: Held
) -> None:
    watch("Brigid O’Malloran")
    before = Event.objects.count()
    signature, vetting = held(BRIGID)
    assert (signature.level, signature.number) == (0, None)
    assert signature.confirmed_at is not None
    assert Event.objects.count() == before
    assert (vetting.reason, vetting.state) == ("watched", "waiting")
    assert vetting.watched is not None
    assert vetting.watched.name == "Brigid O’Malloran"
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert counted.total == 0
    assert not queries.listed(letter=letter).exists()
    assert load(signature.pk).number is None
    assert not confirm(signature=load(signature.pk), expected_revision=signature.revision)


@pytest.mark.parametrize(
    ("name", "reason", "risk"),
    [
        ("Brigid O’Mаlloran", "watched", 90),
        ("O'Malloran Brigid", "watched", 80),
        ("Mаria Karlsen", "mixed", 85),
        ("سلمى الزيتوني", "watched", 60),
    ],
)
def test_why_it_is_held_and_how_risky_that_is(
    letter: Letter, watch: Callable[..., None], held: Held, name: str, reason: str, risk: int
) -> None:
    watch("Brigid O’Malloran", "Salma al-Zaytouni")
    _signature, vetting = held(person("a@rubble.example", name))
    assert (vetting.reason, vetting.risk) == (reason, risk)


@pytest.mark.parametrize(
    "changes",
    [
        {"credit": "Duo with Brigid O’Malloran"},
        {"affiliation": "Бригид О’Маллоран"},
        {"kind": "organisation", "profession": "", "name": "The Brigid O’Malloran Society"},
    ],
)
def test_a_watched_name_is_held_wherever_it_would_be_public(
    letter: Letter, watch: Callable[..., None], held: Held, changes: dict[str, str]
) -> None:
    watch("Brigid O’Malloran")
    _signature, vetting = held(WIKTOR.but(**changes))
    assert (vetting.reason, vetting.watched_id is not None) == ("watched", True)


@pytest.mark.parametrize("name", ["Иван Печкин", "Wiktor Żółcik", "Ελένη Παππά", "梅若溪"])
def test_an_honest_name_of_any_alphabet_is_not_held(
    letter: Letter, watch: Callable[..., None], name: str
) -> None:
    watch("Brigid O’Malloran")
    assert confirmed(letter, person("a@rubble.example", name)).state == SignatureState.CONFIRMED


def _vetted(letter: Letter, who: Person, organizer: Organizer) -> Signature:
    signature = load(confirmed(letter, who).pk)
    attestation.vet(
        signature=signature, organizer=organizer, expected_revision=1, evidence="met her"
    )
    watchlist.forget()
    return load(signature.pk)


@pytest.mark.parametrize(
    ("name", "risk"),
    [
        ("Brigid O’Malloran", 80),
        ("O'MALLORAN brigid", 80),
        ("Brigid O’Mаlloran", 90),
        ("Dr. Brigid O’Malloran", 75),
        ("Brigid O’Maloran", 75),
        ("Brigid O’Mallorak", 70),
        ("Бригид О’Маллоран", 60),
    ],
)
def test_whoever_has_the_name_of_somebody_vetted_here_waits(
    letter: Letter, held: Held, ottilie: Organizer, name: str, risk: int
) -> None:
    _vetted(letter, BRIGID, ottilie)
    _signature, vetting = held(person("second@rubble.example", name))
    assert (vetting.reason, vetting.risk, vetting.needs_two) == ("namesake", risk, False)
    [(theirs, _likeness)] = resemblance.told(signature=vetting.signature, vetting=vetting)
    assert theirs == BRIGID.details.name


def test_somebody_vetted_may_write_their_own_name_differently(
    letter: Letter, ottilie: Organizer
) -> None:
    brigid = _vetted(letter, BRIGID, ottilie)
    details = BRIGID.but(name="Brigid O’Malloran-Finch").details
    assert editing.edit(signature=brigid, expected_revision=brigid.revision, details=details)
    assert load(brigid.pk).state == SignatureState.CONFIRMED


def test_only_who_is_listed_and_vetted_on_this_letter_keeps_a_name(
    letter: Letter, ottilie: Organizer
) -> None:
    other = open_letter(slug="another")
    brigid = _vetted(letter, BRIGID, ottilie)
    confirmed(letter, WIKTOR)
    _vetted(letter, QUIET, ottilie)
    for number, (where, name) in enumerate(
        ((other, BRIGID), (letter, WIKTOR), (letter, QUIET)), start=1
    ):
        twin = person(f"{number}@rubble.example", name.details.name)
        assert confirmed(where, twin).state == SignatureState.CONFIRMED
    withdrawal.withdraw(signature=brigid)
    watchlist.forget()
    twin = person("last@rubble.example", BRIGID.details.name)
    assert confirmed(letter, twin).state == SignatureState.CONFIRMED


def test_confirming_asks_no_more_queries_than_before(letter: Letter) -> None:
    # The lists are read every few seconds, and a link leads to the signature with its letter.
    confirmed(letter, MEI)
    signature = Signature.objects.select_related("letter").get(pk=pending(letter).pk)
    with CaptureQueriesContext(connection) as queries:
        assert confirm(signature=signature, expected_revision=signature.revision)
    assert len(queries) == 1


def test_vetting_everyone_holds_at_once_even_where_a_process_has_not_heard_of_it(
    letter: Letter,
) -> None:
    watchlist.watch_of(letter_id=letter.pk)
    Letter.objects.filter(pk=letter.pk).update(vets_everyone=True)
    signature = confirmed(letter, BRIGID)
    assert signature.state == SignatureState.HELD
    assert Vetting.objects.get(signature=signature).reason == "everyone"
    watchlist.forget()
    assert confirmed(letter, MEI).state == SignatureState.HELD
    close(letter)


def test_fifty_confirms_at_once_make_one_place_in_the_queue(
    transactional_db: None, everyone: Letter
) -> None:
    signature = pending(everyone)
    answers = at_once(
        [partial(confirm, signature=load(signature.pk), expected_revision=signature.revision)] * 6
    )
    assert sorted(answers) == [False] * 5 + [True]
    assert Vetting.objects.count() == 1


def test_a_rejected_name_that_tries_again_with_another_address_is_held(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    _signature, vetting = held(BRIGID)
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=1, reason="not her")
    Letter.objects.update(vets_everyone=False)
    watchlist.forget()
    _again, second = held(person("second@rubble.example", "O'MALLORAN Brigid"))
    assert (second.reason, second.risk) == ("again", 70)
    assert confirmed(everyone, WIKTOR).state == SignatureState.CONFIRMED


def test_signing_again_with_the_address_of_one_held_or_rejected_changes_nothing(
    everyone: Letter, held: Held, ottilie: Organizer
) -> None:
    signature, vetting = held(BRIGID)
    sign(everyone, BRIGID.but(name="Somebody Else"))
    assert load(signature.pk).name == BRIGID.details.name
    decisions.reject(vetting=vetting, organizer=ottilie, expected_revision=1, reason="not her")
    sign(everyone, BRIGID.but(name="Somebody Else"))
    signing.send_again(signature_id=signature.pk)
    stored = load(signature.pk)
    assert (stored.name, stored.state) == (BRIGID.details.name, SignatureState.REJECTED)
    reminded = Delivery.objects.filter(signature=signature, message=Message.ALREADY_SIGNED)
    assert reminded.count() == 1
    assert not withdrawal.withdraw(signature=stored)


def test_a_held_signer_withdraws_without_an_event_and_may_come_again(
    everyone: Letter, held: Held
) -> None:
    signature, vetting = held(BRIGID)
    before = Event.objects.count()
    assert withdrawal.withdraw(signature=signature)
    assert not withdrawal.withdraw(signature=signature)
    assert Event.objects.count() == before
    vetting.refresh_from_db()
    assert (load(signature.pk).state, vetting.state) == ("withdrawn", "withdrawn")
    again, reopened = held(BRIGID)
    assert (again.pk, reopened.pk, reopened.state) == (signature.pk, vetting.pk, "waiting")


def test_withdrawing_loses_to_an_approval_and_then_goes_the_other_way(
    everyone: Letter, held: Held, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature, vetting = held(BRIGID)
    apply = transitions.apply

    def after_an_approval(**move: Any) -> Any:
        monkeypatch.undo()
        decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
        return apply(**move)

    monkeypatch.setattr(transitions, "apply", after_an_approval)
    assert withdrawal.withdraw(signature=signature)
    assert load(signature.pk).state == SignatureState.WITHDRAWN
    assert Event.objects.order_by("pk").values_list("kind", flat=True).last() == "withdraw"


def test_editing_while_held_is_written_nowhere_and_asks_for_approval_anew(
    letter: Letter, watch: Callable[..., None], held: Held, ottilie: Organizer, ruth: Organizer
) -> None:
    watch("Brigid O’Malloran", "Nora Hope")
    signature, vetting = held(FAKE)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=1)
    before = Event.objects.count()
    details = BRIGID.but(credit="Another Work").details
    assert editing.edit(signature=load(signature.pk), expected_revision=1, details=details)
    vetting.refresh_from_db()
    assert (vetting.state, vetting.risk) == ("waiting", 90)
    assert Event.objects.count() == before
    with pytest.raises(DetailsChanged):
        decisions.approve(vetting=vetting, organizer=ruth, expected_revision=1)
    stale = load(signature.pk)
    Signature.objects.update(revision=9)
    with pytest.raises(DetailsChanged):
        editing.edit(signature=stale, expected_revision=2, details=FAKE.details)


def test_a_held_name_that_becomes_a_watched_one_weighs_more(
    everyone: Letter, watch: Callable[..., None], held: Held
) -> None:
    watch("Nora Hope")
    signature, vetting = held(BRIGID)
    assert vetting.reason == "everyone"
    editing.edit(
        signature=signature, expected_revision=1, details=BRIGID.but(name="Nora Hope").details
    )
    vetting.refresh_from_db()
    assert (vetting.reason, vetting.risk) == ("watched", 80)


def test_nobody_slips_into_a_watched_name_by_editing(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer, ruth: Organizer
) -> None:
    watch("Nora Hope")
    [signature] = listed(letter, BRIGID)
    details = BRIGID.but(name="Nora Норе").details
    assert editing.edit(signature=signature, expected_revision=1, details=details)
    stored = load(signature.pk)
    assert (stored.state, stored.level, stored.number) == (SignatureState.HELD, 0, 1)
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert (counted.total, counted.signings) == (0, 1)

    vetting = Vetting.objects.get(signature=signature)
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=2)
    decisions.approve(vetting=vetting, organizer=ruth, expected_revision=2)
    [event] = Event.objects.all()
    assert (event.kind, event.before, event.after) == ("restore", "", "v1:person:1:author:IE")
    assert event.commitment == Details.of(stored).commitment(salt=bytes(stored.salt))
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert (counted.total, counted.signings) == (1, 1)
    assert load(signature.pk).number == 1


def test_what_was_attested_of_one_name_does_not_pass_to_another(
    letter: Letter, ottilie: Organizer
) -> None:
    [signature] = listed(letter, BRIGID)
    attestation.vet(
        signature=signature,
        organizer=ottilie,
        expected_revision=signature.revision,
        evidence="met her",
    )
    assert load(signature.pk).level == 3
    editing.edit(
        signature=load(signature.pk),
        expected_revision=1,
        details=BRIGID.but(credit="New Work").details,
    )
    assert load(signature.pk).level == 1
    editing.edit(
        signature=load(signature.pk),
        expected_revision=2,
        details=BRIGID.but(name="Ada Quill").details,
    )
    assert load(signature.pk).level == 1
    proof = Proof.objects.get(method="vetting")
    assert proof.state == ProofState.REVOKED
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert counted.levels == {"1": 1, "2": 0, "3": 0, "4": 0}


def test_the_first_is_told_of_a_namesake_once_a_day_and_nothing_of_them(
    letter: Letter, held: Held, ottilie: Organizer
) -> None:
    first = _vetted(letter, BRIGID, ottilie)
    told = Delivery.objects.filter(message=Message.NAMESAKE)
    second, _vetting = held(person("second@rubble.example", "Brigid O’Maloran"))
    delivery = told.select_related("signature").get()
    assert (delivery.signature, delivery.state) == (first, DeliveryState.OWED)
    mail = messages.build(delivery)
    assert mail.to == [BRIGID.email]
    for part in (mail.subject, mail.body, mail.alternatives[0][0]):
        assert second.name not in str(part)
        assert "rubble.example" not in str(part)
    assert not confirm(signature=load(second.pk), expected_revision=second.revision)
    held(person("third@rubble.example", "Brigid O’Malloran"))
    assert told.count() == 1
    told.update(created_at=timezone.now() - namesakes.TOLD_AGAIN_AFTER, state=DeliveryState.SENT)
    held(person("fourth@rubble.example", "Brigid O’Malloran"))
    assert told.count() == 2


def test_the_first_is_told_of_a_name_that_is_watched_too_or_was_edited(
    letter: Letter, watch: Callable[..., None], ottilie: Organizer
) -> None:
    first = _vetted(letter, BRIGID, ottilie)
    other = confirmed(letter, person("second@rubble.example", "Nora Hope"))
    watch("Brigid O’Malloran")
    details = replace(Details.of(other), name="Brigid O’Malloran")
    editing.edit(signature=load(other.pk), expected_revision=1, details=details)
    assert load(other.pk).state == SignatureState.HELD
    told = Delivery.objects.filter(message=Message.NAMESAKE)
    assert [each.signature_id for each in told] == [first.pk]
