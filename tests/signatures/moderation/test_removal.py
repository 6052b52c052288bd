from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from campaign.letters import press_kit
from campaign.letters.models import Event, Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures import confirmation, editing, retention, withdrawal
from signatures.errors import DetailsChanged, NotConfirmed, NotRemoved, NotSigned
from signatures.listing import queries
from signatures.models import (
    Because,
    Correction,
    Delivery,
    Message,
    Proof,
    ProofState,
    Removal,
    Signature,
    Vetting,
)
from signatures.moderation import attestation, contact, decisions, history, removal
from signatures.notifications.deliveries import send_owed
from signatures.record import tally
from signatures.screening import watchlist
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    pending,
    sequence,
    sign,
)

pytestmark = pytest.mark.django_db


def _remove(signature: Signature, organizer: Organizer, because: Because = Because.RULES) -> None:
    removal.remove(
        signature=signature,
        organizer=organizer,
        expected_revision=signature.revision,
        because=because,
        note="seen at the desk",
    )


def _restore(signature: Signature, organizer: Organizer) -> None:
    removal.restore(
        signature=signature,
        organizer=organizer,
        expected_revision=signature.revision,
        because=Because.MISTAKE,
    )


def _events() -> list[tuple[str, str, str, str, str]]:
    found = Event.objects.exclude(public_id="").order_by("pk")
    return list(found.values_list("kind", "before", "after", "reason", "told_name"))


def _total(letter: Letter) -> int:
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    return counted.total


def _later(**ahead: int) -> time_machine.travel:
    return time_machine.travel(timezone.now() + timedelta(**ahead), tick=False)


def test_removing_leaves_list_and_count_with_one_event_and_a_trace(
    letter: Letter, ottilie: Organizer
) -> None:
    brigid, wiktor = listed(letter, BRIGID, WIKTOR)
    _remove(brigid, ottilie, Because.NOT_THEM)
    assert (load(brigid.pk).state, load(brigid.pk).level) == ("removed", 0)
    assert _events() == [("remove", "v1:person:1:author:IE", "", "not_them", "")]
    assert list(queries.listed(letter=letter)) == [wiktor]
    assert _total(letter) == 1
    removal = Removal.objects.get()
    assert (removal.because, removal.note, removal.removed_by, removal.restored_at) == (
        "not_them",
        "seen at the desk",
        ottilie,
        None,
    )
    [entry] = AuditEntry.objects.all()
    assert (entry.action, entry.subject, entry.detail) == (
        "remove",
        f"signature {brigid.public_id}",
        "not_them",
    )
    correction = Correction.objects.get()
    assert (correction.kind, correction.reason, correction.number, correction.name) == (
        "remove",
        "not_them",
        1,
        "",
    )


def test_removing_twice_is_removing_once(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    _remove(brigid, ottilie)
    with pytest.raises(NotConfirmed):
        _remove(brigid, ottilie)
    assert (
        Removal.objects.count()
        == len(_events())
        == Delivery.objects.filter(message=Message.REMOVED).count()
    )


def test_ten_organizers_at_once_remove_once_and_restore_once(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    answers = at_once([partial(_remove, brigid, ottilie)] * 5)
    assert [type(each) for each in answers if each] == [NotConfirmed] * 4
    answers = at_once([partial(_restore, brigid, ottilie)] * 5)
    assert [type(each) for each in answers if each] == [NotRemoved] * 4
    assert [kind for kind, *_rest in _events()] == ["remove", "restore"]
    assert _total(letter) == 1


@pytest.mark.parametrize("state", ["pending", "held", "rejected", "withdrawn", "removed"])
def test_only_what_is_confirmed_is_removed(letter: Letter, ottilie: Organizer, state: str) -> None:
    signature = pending(letter, BRIGID)
    Signature.objects.update(state=state)
    with pytest.raises(NotConfirmed):
        _remove(signature, ottilie)
    assert not Removal.objects.exists()
    assert _events() == []


def test_nobody_removes_what_they_have_not_read(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    editing.edit(
        signature=load(brigid.pk), expected_revision=1, details=BRIGID.but(credit="Else").details
    )
    with pytest.raises(DetailsChanged):
        _remove(brigid, ottilie)
    assert load(brigid.pk).state == "confirmed"


def test_a_signer_who_withdraws_at_that_moment_is_withdrawn_and_counted_out_once(
    transactional_db: None, letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    answers = while_uncommitted(
        partial(_remove, brigid, ottilie), partial(withdrawal.withdraw, signature=load(brigid.pk))
    )
    assert answers == [None, True]
    assert load(brigid.pk).state == "withdrawn"
    assert [kind for kind, *_rest in _events()] == ["remove"]
    assert _total(letter) == 0


def test_restoring_brings_back_number_proofs_and_level(letter: Letter, ottilie: Organizer) -> None:
    brigid, _wiktor = listed(letter, BRIGID, WIKTOR)
    attestation.vet(
        signature=brigid, organizer=ottilie, expected_revision=brigid.revision, evidence="met her"
    )
    sequence(letter)
    _remove(load(brigid.pk), ottilie)
    assert _total(letter) == 1
    _restore(load(brigid.pk), ottilie)
    assert _events() == [
        ("restore", "", "v1:person:1:author:IE", "mistake", ""),
        ("verify", "v1:person:1:author:IE", "v1:person:3:author:IE", "", ""),
    ]
    back = load(brigid.pk)
    assert (back.state, back.level, back.number) == ("confirmed", 3, 1)
    assert _total(letter) == 2
    removal = Removal.objects.get()
    assert (removal.restored_by, removal.restored_at is None) == (ottilie, False)
    told = Correction.objects.order_by("index").values_list("kind", "reason", "number")
    assert list(told) == [("remove", "rules", 1), ("restore", "mistake", 1)]
    with pytest.raises(NotRemoved):
        _restore(back, ottilie)
    _remove(back, ottilie)
    assert Removal.objects.count() == 2


def test_its_sites_are_looked_at_again_once_it_is_back(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    now = timezone.now()
    proof = Proof.objects.create(
        signature=brigid,
        method="website",
        subject="quayside.example",
        state=ProofState.STANDING,
        started_at=now,
        proved_at=now,
    )
    _remove(brigid, ottilie)
    _restore(brigid, ottilie)
    proof.refresh_from_db()
    assert proof.check_due_at is not None
    assert proof.check_due_at >= now


def test_the_signer_hears_why_in_their_language_after_ten_minutes(
    letter: Letter, ottilie: Organizer
) -> None:
    fields = dict.fromkeys(press_kit.FIELDS, "") | {"contact_email": "desk@open-stage.example"}
    press_kit.save_kit(letter=letter, language="en", **fields)
    brigid, salma = listed(letter, BRIGID, SALMA)
    Delivery.objects.all().delete()
    for each in (brigid, salma):
        _remove(each, ottilie, Because.TWICE)
    assert send_owed() == 0
    with _later(minutes=11):
        send_owed()
    english, arabic = mail.outbox
    assert english.to == [BRIGID.email]
    assert english.subject == "About your signature: For work that is ours"
    assert english.reply_to == ["desk@open-stage.example"]
    for text in (str(english.body), str(english.message())):
        assert "the same person signed twice" in text.replace("=\n", "")
    assert "desk@open-stage.example" in str(english.body)
    assert "seen at the desk" not in str(english.message())
    assert arabic.to == [SALMA.email]
    assert arabic.message()["Content-Language"] == "ar"


def test_a_slip_that_is_put_right_at_once_reaches_nobody(
    letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    Delivery.objects.all().delete()
    _remove(brigid, ottilie)
    _restore(brigid, ottilie)
    with _later(minutes=11):
        send_owed()
    assert mail.outbox == []


def test_who_heard_of_the_removal_hears_of_the_return(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    Delivery.objects.all().delete()
    _remove(brigid, ottilie)
    with _later(minutes=11):
        send_owed()
        _restore(brigid, ottilie)
        send_owed()
    assert [message.subject for message in mail.outbox] == [
        "About your signature: For work that is ours",
        "Your signature is back: For work that is ours",
    ]


def test_who_withdrew_meanwhile_hears_nothing(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    Delivery.objects.all().delete()
    _remove(brigid, ottilie)
    withdrawal.withdraw(signature=brigid)
    with _later(minutes=11):
        send_owed()
    # Of the removal; the withdrawal is told, since whoever has the link can do it.
    assert [message.subject for message in mail.outbox] == [
        "Your signature was withdrawn: For work that is ours"
    ]


def test_signing_again_while_removed_changes_nothing_and_says_so(
    letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    _remove(brigid, ottilie, Because.NOT_A_NAME)
    Delivery.objects.all().delete()
    again = sign(letter, BRIGID.but(name="Somebody Else"))
    assert (again.signature_id, again.fresh) == (brigid.pk, False)
    assert (load(brigid.pk).state, load(brigid.pk).name) == ("removed", BRIGID.details.name)
    assert not confirmation.confirm(signature=load(brigid.pk), expected_revision=1)
    send_owed()
    [message] = mail.outbox
    assert "Signing again does not change this" in str(message.body)
    assert "not the name of a person or organisation" in str(message.body)


def test_withdrawing_and_signing_anew_does_not_get_around_it(
    letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    _remove(brigid, ottilie)
    assert withdrawal.withdraw(signature=load(brigid.pk))
    assert not withdrawal.withdraw(signature=load(brigid.pk))
    anew = confirmed(letter, BRIGID.but(name="Nora Hope"))
    assert (anew.pk, anew.state) == (brigid.pk, "held")
    vetting = Vetting.objects.get()
    assert vetting.reason == "again"
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=anew.revision)
    assert load(anew.pk).state == "confirmed"
    assert not removal.standing(signature=anew).exists()
    assert _total(letter) == 1
    withdrawal.withdraw(signature=load(anew.pk))
    assert confirmed(letter, BRIGID.but(name="Nora Hope")).state == "confirmed"


def test_the_same_name_from_another_address_waits(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    watchlist.forget()
    _remove(brigid, ottilie)
    other = confirmed(letter, MEI.but(name="O’Malloran Brigid"))
    assert other.state == "held"
    assert Vetting.objects.get().reason == "again"


def test_what_is_removed_is_neither_edited_nor_attested(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    _remove(brigid, ottilie)
    with pytest.raises(NotSigned):
        editing.edit(signature=load(brigid.pk), expected_revision=1, details=WIKTOR.details)
    with pytest.raises(NotConfirmed):
        attestation.vet(
            signature=load(brigid.pk),
            organizer=ottilie,
            expected_revision=load(brigid.pk).revision,
            evidence="met her",
        )


def test_somebody_counted_without_a_name_is_removed_too(letter: Letter, ottilie: Organizer) -> None:
    [quiet] = listed(letter, QUIET)
    _remove(quiet, ottilie)
    assert _events()[0][1:3] == ("v1:person:1:actor:AT:anonymous", "")
    assert _total(letter) == 0


def test_removing_before_the_record_has_it_adds_up(letter: Letter, ottilie: Organizer) -> None:
    brigid = confirmed(letter, BRIGID)
    _remove(brigid, ottilie)
    _restore(brigid, ottilie)
    assert _total(letter) == 1
    assert load(brigid.pk).number == 1


def test_the_team_reads_what_was_done(letter: Letter, ottilie: Organizer, ruth: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    with _later(minutes=1):
        _remove(brigid, ottilie)
    with _later(minutes=2):
        _restore(brigid, ruth)
    told = [(deed.organizer, deed.what, deed.note) for deed in history.of(signature=brigid)]
    assert told == [
        (ruth, "let in again", ""),
        (
            ottilie,
            "taken off the list: another reason of the organizers",
            "seen at the desk",
        ),
    ]


@pytest.mark.parametrize(
    ("kits", "asked", "found"),
    [
        ({}, "en", ""),
        ({"en": ""}, "en", ""),
        ({"en": "en@x.example", "ar": "ar@x.example"}, "ar", "ar@x.example"),
        ({"en": "", "ar": "ar@x.example"}, "en", "ar@x.example"),
    ],
)
def test_the_organizers_address_is_that_of_the_reader_s_language_or_any(
    letter: Letter, kits: dict[str, str], asked: str, found: str
) -> None:
    for language, address in kits.items():
        fields = dict.fromkeys(press_kit.FIELDS, "") | {"contact_email": address}
        press_kit.save_kit(letter=letter, language=language, **fields)
    assert contact.address_of(letter=letter, language=asked) == found


def test_a_removed_signature_is_not_forgotten(letter: Letter, ottilie: Organizer) -> None:
    [brigid] = listed(letter, BRIGID)
    _remove(brigid, ottilie)
    with _later(days=60):
        retention.forget_unconfirmed()
    assert Signature.objects.filter(pk=brigid.pk).exists()
