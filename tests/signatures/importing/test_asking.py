"""Asking the people of a file: who may have it done, whom it reaches, and what they answer."""

from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.mail.return_tokens import MailRow
from campaign.mail.returned import Outcome, Returned, key_of
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role
from signatures import erasure, own_data, tasks
from signatures.errors import (
    ImportInWrongState,
    ImportOfStranger,
    InvitedAlready,
    LetterNotOpen,
    NobodyToAsk,
    OwnImport,
)
from signatures.importing import asking, forgetting, working
from signatures.importing.progress import progress
from signatures.invitations import inviting
from signatures.models import (
    Collected,
    Delivery,
    SheetImport,
    Signature,
    SigningInvitation,
    Suppression,
)
from signatures.notifications import bounces, deliveries
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    close,
    confirmed,
    load,
    make_organizer,
    make_team,
    open_letter,
    pending,
)
from tests.signatures.importing.imported import asked, checked, found, rows_of, send_mail
from tests.signatures.invitations.invited import NO, invite, send, url_of, yes

pytestmark = pytest.mark.django_db
BRIGIDS = f"name,email,country,job,credit\nBrigid,{BRIGID.email},Ireland,poet,The Quay\n"


@pytest.fixture
def letter(db: None) -> Letter:
    return open_letter()


@pytest.fixture
def olga(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team, email="olga@open-stage.example")


def only() -> SigningInvitation:
    return SigningInvitation.objects.select_related("letter").get()


def ask(sheet: SheetImport, organizer: Organizer) -> Any:
    return asking.ask(
        sheet=sheet, organizer=organizer, expected_revision=sheet.revision, now=timezone.now()
    )


def mailed() -> list[str]:
    send_mail()
    return [each.to[0] for each in mail.outbox]


def test_each_is_asked_once_with_what_is_said_of_them(letter: Letter, ottilie: Organizer) -> None:
    sheet = asked(letter, ottilie, BRIGIDS)
    row = only()
    assert (row.collected, row.signed_place, str(row.signed_on), row.said) == (
        "paper",
        "Lantern Theatre, Cork",
        "2026-11-20",
        {"country": "IE", "profession": "poet", "credit": "The Quay"},
    )
    assert (sheet.state, sheet.asked, sheet.parts.count()) == ("done", 1, 0)
    assert (mailed(), mailed()) == ([BRIGID.email], [BRIGID.email])
    [message] = mail.outbox
    assert isinstance(message, EmailMultiAlternatives)
    for part in (message.body, str(message.alternatives[0][0])):
        assert "Lantern Theatre, Cork" in part
        assert "20 November 2026" in part
        assert url_of(row) in part
    assert Signature.objects.count() == 0


def test_a_row_may_have_a_place_and_day_of_its_own(letter: Letter, ottilie: Organizer) -> None:
    rows = "name,email,place,date\nNoor,noor@quay.example,Quay Hall,3.11.2026\n"
    asked(letter, ottilie, rows, collected=Collected.EVENT)
    row = only()
    assert (row.collected, row.signed_place, str(row.signed_on)) == (
        "event",
        "Quay Hall",
        "2026-11-03",
    )


def test_the_same_file_twice_adds_nothing(letter: Letter, ottilie: Organizer) -> None:
    asked(letter, ottilie, rows_of(1, 2, 3))
    again = checked(letter, ottilie, rows_of(1, 2, 3))
    with pytest.raises(NobodyToAsk):
        ask(again, ottilie)
    assert SigningInvitation.objects.count() == 3


def test_yes_signs_by_the_same_flow(letter: Letter, ottilie: Organizer) -> None:
    asked(letter, ottilie, BRIGIDS)
    send_mail()
    row = only()
    page = Client().get(url_of(row))
    for words in ("Did you sign this letter?", "Lantern Theatre, Cork", 'value="The Quay"'):
        assert words in page.text
    assert send(row, yes(letter)).status_code == 303
    [signature] = Signature.objects.all()
    assert (signature.state, signature.email) == ("confirmed", BRIGID.email)
    row = only()
    assert (row.state, row.name, row.email, row.said) == ("accepted", "", "", None)
    assert own_data.told(signature=load(signature.pk), now=timezone.now())["invited_to_sign"][0][
        "signed_elsewhere"
    ] == {"how": "paper", "where": "Lantern Theatre, Cork", "day": "2026-11-20"}


def test_a_watched_name_is_held_as_always(letter: Letter, ottilie: Organizer, watch: Any) -> None:
    watch(BRIGID.details.name)
    asked(letter, ottilie, BRIGIDS)
    send(only(), yes(letter))
    assert [each.state for each in Signature.objects.all()] == ["held"]


def test_no_deletes_and_nothing_goes_there_any_more(letter: Letter, ottilie: Organizer) -> None:
    asked(letter, ottilie, BRIGIDS)
    send_mail()
    assert "I did not sign this" in Client().get(url_of(only())).text
    assert send(only(), NO).status_code == 303
    row = only()
    assert (row.state, row.name, row.email, row.said) == ("declined", "", "", None)
    assert [each.reason for each in Suppression.objects.all()] == ["denied"]
    assert "you did not sign" in Client().get(url_of(row)).text
    again = checked(letter, ottilie, BRIGIDS)
    assert found(again)["fresh"] == 0
    with pytest.raises(InvitedAlready):
        invite(letter, ottilie)


def test_nothing_is_said_by_a_get_or_half_a_form(letter: Letter, ottilie: Organizer) -> None:
    asked(letter, ottilie, BRIGIDS)
    statuses = [send(only(), typed).status_code for typed in ({}, {"answer": "no"})]
    assert (statuses, only().state) == ([200, 422], "open")


def test_who_has_signed_gets_no_mail_and_nobody_can_tell(
    letter: Letter, ottilie: Organizer
) -> None:
    confirmed(letter, BRIGID)
    with_her = asked(letter, ottilie, BRIGIDS)
    without = asked(letter, ottilie, rows_of(1))
    deliveries.send_until_done(batches=5)
    mail.outbox.clear()
    assert mailed() == ["person1@quay.example"]
    assert progress(sheet=with_her) == progress(sheet=without)
    assert progress(sheet=without) == {
        "total": 1,
        "waiting": 0,
        "settled": 1,
        "yes": 0,
        "no": 0,
        "open": 1,
    }


def test_who_has_not_confirmed_yet_has_a_mail_already(letter: Letter, ottilie: Organizer) -> None:
    pending(letter, BRIGID)
    asked(letter, ottilie, BRIGIDS)
    assert mailed() == []


@pytest.mark.parametrize(
    ("reason", "of_letter"),
    [("left", True), ("left", False), ("denied", True), ("complained", False), ("bounced", False)],
)
def test_who_wants_no_mail_gets_none(
    letter: Letter, ottilie: Organizer, reason: str, of_letter: bool
) -> None:
    asked(letter, ottilie, BRIGIDS)
    Suppression.objects.create(
        letter=letter if of_letter else None,
        address_key=only().address_key,
        reason=reason,
        since=timezone.now(),
    )
    assert mailed() == []


def test_first_signatories_are_mailed_first(letter: Letter, ottilie: Organizer) -> None:
    asked(letter, ottilie, rows_of(1, 2))
    invite(letter, ottilie)
    assert mailed()[0] == BRIGID.email


def test_they_stand_in_no_list_of_first_signatories(letter: Letter, ottilie: Organizer) -> None:
    asked(letter, ottilie, BRIGIDS)
    now = timezone.now()
    assert inviting.of_letter(letter=letter).count() == 0
    assert inviting.to_remind(letter=letter, now=now + timedelta(days=5)).count() == 0


def test_above_so_many_another_owner_has_to_approve(
    letter: Letter, ottilie: Organizer, olga: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_ALONE", 3)
    asked(letter, ottilie, rows_of(1, 2))
    sheet = checked(letter, ottilie, rows_of(3, 4))
    assert ask(sheet, ottilie) == "proposed"
    working.work_off()
    assert SigningInvitation.objects.count() == 2
    now = timezone.now()
    approve = partial(asking.approve, sheet=sheet, now=now)
    editor = make_organizer(team=letter.team, email="e@open-stage.example", role=Role.EDITOR)
    stranger = make_organizer(team=make_team(slug="another"), email="o@other.example")
    with pytest.raises(OwnImport):
        approve(organizer=ottilie)
    for each in (editor, stranger):
        with pytest.raises(ImportOfStranger):
            approve(organizer=each)
    approve(organizer=olga)
    with pytest.raises(ImportInWrongState):
        approve(organizer=olga)
    working.work_off()
    assert SigningInvitation.objects.count() == 4
    told = AuditEntry.objects.filter(subject=f"import {letter.slug}/{sheet.pk}").order_by("pk")
    assert list(told.values_list("action", "organizer__email")) == [
        ("import_read", ottilie.email),
        ("import_ask", ottilie.email),
        ("import_approve", olga.email),
    ]


def test_another_letter_of_the_team_gives_no_further_ones(
    letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_ALONE", 3)
    second = open_letter(slug="another-letter", team=letter.team)
    asked(letter, ottilie, rows_of(1, 2))
    sheet = checked(second, ottilie, rows_of(3, 4))
    assert ask(sheet, ottilie) == "proposed"
    SheetImport.objects.filter(letter=letter).update(state="stopped")
    assert ask(checked(second, ottilie, rows_of(5)), ottilie) == "proposed"
    others = open_letter(slug="of-others", team=make_team(slug="another"))
    stranger = make_organizer(team=others.team, email="o@other.example")
    assert ask(checked(others, stranger, rows_of(6)), stranger) == "asking"


def test_nobody_approves_for_who_has_left(
    letter: Letter, ottilie: Organizer, olga: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(asking, "MAX_ALONE", 1)
    sheet = checked(letter, ottilie, rows_of(1, 2))
    ask(sheet, ottilie)
    Membership.objects.filter(organizer=ottilie).delete()
    with pytest.raises(ImportOfStranger):
        asking.approve(sheet=sheet, organizer=olga, now=timezone.now())


def test_what_was_read_is_what_is_asked(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, rows_of(1))
    SheetImport.objects.update(revision=2)
    with pytest.raises(ImportInWrongState):
        ask(sheet, ottilie)


def test_nobody_is_asked_who_could_not_sign(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, rows_of(1))
    close(letter)
    with pytest.raises(LetterNotOpen):
        ask(sheet, ottilie)


def test_cancelled_nobody_more_is_asked(letter: Letter, ottilie: Organizer) -> None:
    sheet = asked(letter, ottilie, rows_of(1))
    send_mail()
    more = asked(letter, ottilie, rows_of(2, 3))
    asking.cancel(sheet=more, organizer=ottilie, now=timezone.now())
    for over in (more, sheet):
        with pytest.raises(ImportInWrongState):
            asking.cancel(sheet=over, organizer=ottilie, now=timezone.now())
    assert mailed() == ["person1@quay.example"]
    assert list(SigningInvitation.objects.values_list("email", flat=True)) == [
        "person1@quay.example"
    ]


def test_a_file_that_is_not_wanted_leaves_nothing(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, "name,email\nNoor,nobody\n")
    asking.cancel(sheet=sheet, organizer=ottilie, now=timezone.now())
    sheet.refresh_from_db()
    assert (sheet.state, sheet.parts.count(), sheet.found.get("problems")) == (
        "cancelled",
        0,
        None,
    )


def test_it_stops_by_itself_once_many_say_that_they_did_not_sign(
    letter: Letter, ottilie: Organizer
) -> None:
    sheet = asked(letter, ottilie, rows_of(*range(8)))
    send_mail()
    late = SigningInvitation.objects.latest("pk")
    SigningInvitation.objects.filter(pk=late.pk).update(mail="sign_imported", mailed_at=None)
    for row in SigningInvitation.objects.select_related("letter").order_by("pk")[:5]:
        send(row, NO)
    sheet.refresh_from_db()
    assert (sheet.state, sheet.asked) == ("stopped", 7)
    assert not SigningInvitation.objects.filter(pk=late.pk).exists()
    assert AuditEntry.objects.filter(action="import_stopped").get().detail == "5 of 7"
    # And from then on nobody does it alone.
    assert ask(checked(letter, ottilie, rows_of(100)), ottilie) == "proposed"


def complain(row: SigningInvitation) -> None:
    told = Returned(
        source="test",
        outcome=Outcome.COMPLAINT,
        row=MailRow("signinginvitation", row.pk),
        reply="",
        happened_at=timezone.now(),
        key=key_of(row.pk),
    )
    bounces.store([told])


def test_it_stops_by_itself_once_many_complain(letter: Letter, ottilie: Organizer) -> None:
    sheet = asked(letter, ottilie, rows_of(*range(8)))
    send_mail()
    rows = list(SigningInvitation.objects.select_related("letter").order_by("pk"))
    for row in rows[:3]:
        send(row, NO)
    complain(rows[3])
    for _time in range(2):
        tasks.process_returned_mail()
        sheet.refresh_from_db()
        assert sheet.state == "done"
    complain(rows[4])
    tasks.process_returned_mail()
    sheet.refresh_from_db()
    assert sheet.state == "stopped"
    assert AuditEntry.objects.get(action="import_stopped").detail == "5 of 8"


def test_few_who_did_not_sign_are_no_pattern(letter: Letter, ottilie: Organizer) -> None:
    sheet = asked(letter, ottilie, rows_of(*range(6)))
    send_mail()
    for row in SigningInvitation.objects.select_related("letter").order_by("pk")[:4]:
        send(row, NO)
    sheet.refresh_from_db()
    assert sheet.state == "done"


def test_who_does_not_answer_is_forgotten_and_not_asked_again(
    letter: Letter, ottilie: Organizer
) -> None:
    asked(letter, ottilie, BRIGIDS)
    send_mail()
    link = url_of(only())
    now = timezone.now()
    assert forgetting.forget_old(now=now + timedelta(days=29)) == 0
    assert forgetting.forget_old(now=now + timedelta(days=31)) == 1
    row = only()
    assert (row.state, row.name, row.email, row.said) == ("lapsed", "", "", None)
    page = Client().get(link)
    assert (page.status_code, "not answered in time" in page.text) == (410, True)
    assert inviting.forget_old(now=now + timedelta(days=400)) == 0
    assert found(checked(letter, ottilie, BRIGIDS))["fresh"] == 0


def test_who_was_erased_is_not_asked_again(letter: Letter, ottilie: Organizer) -> None:
    asked(letter, ottilie, BRIGIDS)
    send(only(), yes(letter))
    erasure.erase(signature=Signature.objects.get())
    row = only()
    assert (row.state, row.signature_id, Delivery.objects.count()) == ("lapsed", None, 0)
    assert found(checked(letter, ottilie, BRIGIDS))["fresh"] == 0


def test_files_that_nobody_decides_about_are_deleted(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, rows_of(1))
    assert forgetting.forget_old(now=timezone.now() + timedelta(days=2)) == 0
    assert forgetting.forget_old(now=timezone.now() + timedelta(days=4)) > 0
    assert not SheetImport.objects.filter(pk=sheet.pk).exists()


def test_other_letters_leave_a_mailbox_room(letter: Letter, ottilie: Organizer) -> None:
    for number in range(3):
        asked(open_letter(slug=f"letter-{number}", team=letter.team), ottilie, BRIGIDS)
    sheet = asked(letter, ottilie, BRIGIDS)
    assert (sheet.state, sheet.asked) == ("done", 0)
    with time_machine.travel(timezone.now() + timedelta(days=2)):
        assert found(checked(letter, ottilie, BRIGIDS))["fresh"] == 1


@pytest.mark.django_db(transaction=True)
def test_asked_for_twice_at_once_it_begins_once(letter: Letter, ottilie: Organizer) -> None:
    sheet = checked(letter, ottilie, rows_of(1, 2))

    def once() -> str:
        try:
            return str(ask(sheet, ottilie))
        except ImportInWrongState:
            return "too late"

    assert sorted(at_once([once] * 3)) == ["asking", "too late", "too late"]
