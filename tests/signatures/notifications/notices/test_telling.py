"""What organizers are told of: once each, by what they chose and may see, without a name."""

import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.core import mail
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter, Update, UpdateState
from campaign.mail.models import MailServer
from campaign.organizers import teams
from campaign.organizers.models import Membership, Organizer, Role
from demo.every_mail import notices_of
from signatures.models import (
    Checkpoint,
    Delivery,
    DeliveryState,
    Happening,
    Message,
    Notice,
    NoticeKind,
    Precaution,
    Reason,
    Report,
    ReportKind,
    Trait,
    Vetting,
)
from signatures.moderation import attacks, precautions, reports
from signatures.notifications.notices import choices, happenings, mails, telling
from signatures.notifications.notices.choices import Times
from signatures.record import snapshots
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    MEI,
    confirmed,
    listed,
    make_organizer,
    make_team,
    open_letter,
    pending,
    someone,
)
from tests.signatures.notifications.updates import draft

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def member(letter: Letter, role: Role = Role.OWNER, name: str = "") -> Organizer:
    return make_organizer(
        team=letter.team, email=f"{name or role.value}@open-stage.example", role=role
    )


def tell() -> list[str]:
    """A sweep and its mails: whom each went to and its subject."""
    mail.outbox.clear()
    telling.tell(now=timezone.now())
    # A server that refused us takes one first, to try whether it works again.
    while mails.outbox.send():
        pass
    return sorted(
        f"{message.to[0].partition('@')[0]}: {message.subject}" for message in mail.outbox
    )


def reach_milestone(letter: Letter) -> None:
    snapshots.choose_milestones(letter=letter, milestones=[1])
    letter.refresh_from_db()
    listed(letter, BRIGID)


def wait_long(letter: Letter, hours: int = 25) -> None:
    signature = confirmed(letter, MEI)
    Vetting.objects.create(
        signature=signature,
        letter=letter,
        reason=Reason.EVERYONE,
        opened_at=timezone.now() - timedelta(hours=hours),
    )


def report(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    reports.file(
        signature=signature,
        name="Somebody",
        email="real@elsewhere.example",
        kind=ReportKind.OTHER,
        words="",
        language="en",
        now=timezone.now(),
    )
    reports.confirm(report=Report.objects.get(), now=timezone.now())


def grow(letter: Letter, signings: dict[int, int]) -> None:
    """How many signings the record held so many minutes ago."""
    for size, (minutes, count) in enumerate(sorted(signings.items(), reverse=True), start=1000):
        Checkpoint.objects.create(
            letter=letter,
            size=size,
            root=b"",
            note="",
            as_of=timezone.now() - timedelta(minutes=minutes),
            signings=count,
        )


def burst(letter: Letter) -> None:
    grow(letter, {90: 0, 1: 50})


def defend(letter: Letter) -> None:
    attacks.defend(letter=letter, now=timezone.now())


def refuse_all(letter: Letter) -> None:
    MailServer.objects.create(
        failures=20,
        failing_since=timezone.now() - timedelta(minutes=11),
        paused_until=timezone.now() - timedelta(seconds=1),
    )


def fail_confirmations(letter: Letter, failed: int = 5, asked: int = 5) -> None:
    for number in range(asked):
        pending(letter, someone(number))
    rows = Delivery.objects.filter(message=Message.CONFIRMATION).order_by("pk")[:failed]
    Delivery.objects.filter(pk__in=rows.values("pk")).update(state=DeliveryState.FAILED)


def finish_update(letter: Letter) -> None:
    update = draft(letter)
    Organizer.objects.filter(pk=update.created_by_id).update(is_active=False)
    now = timezone.now()
    Update.objects.filter(pk=update.pk).update(
        state=UpdateState.SENT,
        seal="sealed",
        released_by=update.created_by_id,
        started_at=now,
        finished_at=now,
    )


HAPPENINGS: dict[str, tuple[Callable[[Letter], None], str, bool]] = {
    "milestone": (reach_milestone, "1 signature: For work that is ours", False),
    "vetting": (wait_long, "Signatures wait to be checked: For work that is ours", True),
    "report": (report, "A name on the list was reported: For work that is ours", True),
    "burst": (burst, "Many are signing just now: For work that is ours", False),
    "work": (
        defend,
        "The letter looks attacked: proof of work is asked for: For work that is ours",
        False,
    ),
    "server": (refuse_all, "The mail server took no e-mail", False),
    "mail": (fail_confirmations, "E-mails to signers fail: For work that is ours", False),
    "update": (finish_update, "Update 1 has been sent: For work that is ours", False),
}


@pytest.mark.parametrize("name", HAPPENINGS)
def test_each_is_told_once_to_those_who_may_know(letter: Letter, name: str) -> None:
    happen, subject, is_private = HAPPENINGS[name]
    member(letter, Role.VETTER)
    member(letter, Role.VIEWER)
    make_organizer(team=make_team(slug="another"), email="stranger@another.example")
    happen(letter)
    told = ["vetter"] if is_private else ["vetter", "viewer"]
    if name == "server":
        told = ["stranger", *told]

    assert tell() == [f"{who}: {subject}" for who in told]
    for message in mail.outbox:
        assert "http://127.0.0.1:8000/" in str(message.body)
        assert "/desk/notices/" in str(message.body)
        for each in (BRIGID, MEI):
            assert each.details.name not in str(message.body)
            assert each.email not in str(message.body)
    assert tell() == []


def test_nothing_is_told_of_an_ordinary_day(letter: Letter) -> None:
    member(letter)
    wait_long(letter, hours=23)
    listed(letter, BRIGID)
    fail_confirmations(letter, failed=4, asked=5)
    MailServer.objects.create(
        failures=20,
        failing_since=timezone.now() - timedelta(minutes=9),
        paused_until=timezone.now() - timedelta(seconds=1),
    )
    assert tell() == []


def test_a_few_failures_of_many_are_not_told(letter: Letter) -> None:
    member(letter)
    fail_confirmations(letter, failed=5, asked=6)
    now = timezone.now()
    for signings, expected in ((94, True), (95, False)):
        Checkpoint.objects.filter(letter=letter).delete()
        grow(letter, {1: signings})
        kinds = {each.kind for each in happenings.found(now=now)}
        assert (signings, NoticeKind.MAIL in kinds) == (signings, expected)


@pytest.mark.parametrize(
    ("signings", "expected"),
    [
        ({90: 0, 1: 50}, True),
        ({90: 0, 1: 49}, False),
        # Fifty and more, but not at five times the pace of the hour before.
        ({90: 0, 12: 60, 1: 110}, True),
        ({90: 0, 12: 61, 1: 111}, False),
        # What came earlier than that does not count.
        ({90: 5000, 1: 5050}, True),
        ({90: 0, 11: 5000}, False),
        ({90: 0, 5: 300, 1: 310}, True),
    ],
)
def test_what_a_burst_is(letter: Letter, signings: dict[int, int], expected: bool) -> None:
    grow(letter, signings)
    kinds = {each.kind for each in happenings.found(now=timezone.now())}
    assert (NoticeKind.BURST in kinds) == expected


def _work_told(now: datetime) -> list[tuple[str, object]]:
    telling.tell(now=now)
    told = Happening.objects.filter(kind=NoticeKind.WORK).order_by("pk")
    return [(each.key.partition(":")[0], each.figures.get("held")) for each in told]


def test_an_attack_that_stops_and_goes_on_is_told_once_when_it_begins_and_ends(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    member(letter)
    begin = timezone.now()
    for minutes in (0, 20, 75):
        time_machine.move_to(begin + timedelta(minutes=minutes), tick=False)
        attacks.defend(letter=letter, now=timezone.now())
        assert _work_told(timezone.now()) == [("begun", None)]
    over = begin + timedelta(minutes=75) + attacks.LASTS + happenings.WORK_IS_OVER_AFTER
    assert _work_told(over - timedelta(minutes=1)) == [("begun", None)]
    for _time in range(2):
        assert _work_told(over) == [("begun", None), ("ended", 0)]
    time_machine.move_to(over + timedelta(hours=5), tick=False)
    attacks.defend(letter=letter, now=timezone.now())
    assert [each for each, _held in _work_told(timezone.now())] == ["begun", "ended", "begun"]


def test_proof_of_work_that_an_organizer_began_or_stopped_is_told_as_what_it_is(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    organizer, now = member(letter), timezone.now()
    mine = precautions.begin(letter=letter, trait=Trait.WORK, like="", organizer=organizer, now=now)
    assert _work_told(now) == []
    precautions.stop(letter=letter, precaution_id=mine.pk, organizer=organizer, now=now)
    Precaution.objects.filter(pk=mine.pk).update(stopped_by=None)
    attacks.defend(letter=letter, now=now)
    begun = Precaution.objects.latest("pk")
    precautions.stop(letter=letter, precaution_id=begun.pk, organizer=organizer, now=now)
    assert _work_told(now + timedelta(minutes=59)) == [("begun", None)]
    assert _work_told(now + timedelta(minutes=61)) == [("begun", None), ("ended", 0)]


@pytest.mark.parametrize(
    ("happen", "again_after"),
    [(wait_long, timedelta(days=1)), (burst, timedelta(hours=1)), (refuse_all, timedelta(hours=6))],
)
def test_what_lasts_is_told_once_in_a_while(
    letter: Letter,
    time_machine: TimeMachineFixture,
    happen: Callable[[Letter], None],
    again_after: timedelta,
) -> None:
    member(letter)
    now = timezone.now()
    time_machine.move_to(now, tick=False)
    happen(letter)
    assert len(tell()) == 1
    time_machine.move_to(now + again_after - timedelta(seconds=1), tick=False)
    Checkpoint.objects.all().delete()
    MailServer.objects.all().delete()
    if happen is not wait_long:
        happen(letter)
    assert tell() == []
    time_machine.move_to(now + again_after, tick=False)
    assert len(tell()) == 1


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_owe_once() -> None:
    letter = open_letter()
    member(letter, Role.OWNER)
    member(letter, Role.VETTER)
    reach_milestone(letter)
    wait_long(letter)
    answers = at_once([lambda: telling.tell(now=timezone.now())] * 4)
    assert answers == [None] * 4
    assert Happening.objects.count() == 2
    assert Notice.objects.count() == 4


def leave(organizer: Organizer) -> None:
    membership = Membership.objects.get(organizer=organizer)
    teams.leave(team=membership.team, organizer=organizer, now=timezone.now())


def become_viewer(organizer: Organizer) -> None:
    Membership.objects.filter(organizer=organizer).update(role=Role.VIEWER)


def go_inactive(organizer: Organizer) -> None:
    Organizer.objects.filter(pk=organizer.pk).update(is_active=False)


def switch_off(organizer: Organizer) -> None:
    choose(organizer)


def choose(organizer: Organizer, *kinds: NoticeKind, **times: Any) -> None:
    chosen: dict[str, Any] = {"hour": 8, "time_zone": "UTC", "language": ""} | times
    memberships = Membership.objects.filter(organizer=organizer)
    choices.choose(
        organizer=organizer,
        times=Times(**chosen),
        kinds=dict.fromkeys(memberships, kinds),
    )


@pytest.mark.parametrize("change", [leave, become_viewer, go_inactive, switch_off])
def test_who_is_not_to_be_told_any_more_gets_nothing_that_was_owed(
    letter: Letter, change: Callable[[Organizer], None]
) -> None:
    member(letter, Role.OWNER)
    vetter = member(letter, Role.VETTER)
    wait_long(letter)
    telling.tell(now=timezone.now())
    change(vetter)
    assert [each.partition(":")[0] for each in tell()] == ["owner"]
    assert Notice.objects.filter(settled_at=None).count() == 0


def test_a_switch_is_of_one_team_and_one_kind(letter: Letter) -> None:
    other = open_letter(slug="another-letter", team=make_team(slug="another"))
    organizer = member(letter, name="both")
    second = Membership.objects.create(team=other.team, organizer=organizer, role=Role.OWNER)
    wait_long(letter)
    wait_long(other)
    choices.choose(
        organizer=organizer,
        times=Times(8, "UTC", ""),
        # Without the digest, which comes at an hour of its own.
        kinds={second: set(NoticeKind) - {NoticeKind.VETTING, NoticeKind.DIGEST}},
    )
    assert [each.letter for each in Happening.objects.all()] == []
    assert len(tell()) == 1
    assert Notice.objects.get().happening == Happening.objects.get(letter=letter)


def test_it_speaks_the_chosen_language(letter: Letter) -> None:
    organizer = member(letter)
    choose(organizer, *NoticeKind, language="ar")
    reach_milestone(letter)
    assert len(tell()) == 1
    [message] = mail.outbox
    assert message.extra_headers["Content-Language"] == "ar"


def test_old_ones_are_forgotten_and_not_told_again(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    member(letter)
    now = timezone.now()
    reach_milestone(letter)
    assert len(tell()) == 1
    time_machine.move_to(now + telling.KEPT_FOR + timedelta(minutes=5), tick=False)
    assert telling.forget_old(now=timezone.now()) == 2
    assert tell() == []


def test_a_notice_of_each_kind_is_whole_in_each_language(letter: Letter) -> None:
    """Only one of them is among the site's mails that are looked at in every way."""
    owner = member(letter)
    for language in ("en", "ar"):
        choose(owner, *NoticeKind, language=language)
        for message in notices_of(letter, owner):
            text = f"{message.subject}\n{message.body}"
            own = text.partition("\n-- \n")[0].replace("For work that is ours", "")
            assert "%(" not in own
            assert "None" not in own
            words = re.findall(r"[A-Za-z]{3,}", re.sub(r"http\S+", "", own))
            assert (message.subject, bool(words)) == (message.subject, language == "en")
