"""The daily overview: at the hour and in the time zone that were chosen, once, if anything was."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core import mail
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters import archiving, closing
from campaign.letters.models import Letter
from campaign.organizers.models import Membership, Organizer, Role
from signatures.models import Because, Delivery, DeliveryState, Notice, NoticeKind
from signatures.moderation import removal
from signatures.notifications.notices import choices, digest, mails
from signatures.notifications.notices.choices import Times
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    WIKTOR,
    listed,
    make_organizer,
    open_letter,
    pending,
)

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 11, 20, 12, tzinfo=UTC)


def reader(
    letter: Letter, role: Role = Role.OWNER, *, hour: int = 8, zone: str = "UTC"
) -> Organizer:
    organizer = make_organizer(
        team=letter.team, email=f"{role.value}@open-stage.example", role=role
    )
    read(organizer, hour=hour, zone=zone)
    return organizer


def read(
    organizer: Organizer, *, hour: int, zone: str, kinds: tuple[str, ...] = ("digest",)
) -> None:
    memberships = Membership.objects.filter(organizer=organizer)
    choices.choose(
        organizer=organizer, times=Times(hour, zone, "en"), kinds=dict.fromkeys(memberships, kinds)
    )


def sent(now: datetime) -> list[str]:
    mail.outbox.clear()
    digest.owe_due(now=now)
    mails.send_until_done(batches=5)
    return sorted(str(message.body).split("\n\nChoose")[0] for message in mail.outbox)


@pytest.fixture
def letter(time_machine: TimeMachineFixture) -> Letter:
    """On a day on which some of everything happened."""
    time_machine.move_to(NOON, tick=False)
    letter = open_letter()
    letter.vets_everyone = False
    first, _second = listed(letter, BRIGID, MEI)
    owner = make_organizer(team=letter.team, email="remover@open-stage.example")
    removal.remove(
        signature=first,
        organizer=owner,
        expected_revision=first.revision,
        because=Because.RULES,
        note="",
        expected_newest_report=None,
    )
    waiting = pending(letter, WIKTOR)
    Delivery.objects.filter(signature=waiting).update(state=DeliveryState.FAILED)
    return letter


def test_it_counts_yesterday_for_each_role(letter: Letter) -> None:
    figures = digest.figures_of(
        letter=letter, begin=NOON - timedelta(hours=12), end=NOON + timedelta(hours=12)
    )
    assert figures == {
        "asked": 3,
        "confirmed": 2,
        "held": 0,
        "removed": 1,
        "reports": 0,
        "returned": 1,
    }
    assert set(digest.visible(figures, role=Role.VETTER)) == set(figures)
    assert set(figures) - set(digest.visible(figures, role=Role.EDITOR)) == {"held", "reports"}


def test_an_archived_letter_is_left_out(letter: Letter, time_machine: TimeMachineFixture) -> None:
    reader(letter)
    closing.close_letter(letter=letter, now=timezone.now())
    archiving.archive(letter=letter, now=timezone.now())
    time_machine.move_to(NOON.replace(day=21, hour=8), tick=False)
    assert sent(timezone.now()) == []


def test_it_is_sent_once_at_the_hour(letter: Letter, time_machine: TimeMachineFixture) -> None:
    reader(letter)
    next_day = NOON.replace(day=21)
    for hour, expected in ((7, 0), (8, 1), (9, 0)):
        time_machine.move_to(next_day.replace(hour=hour), tick=False)
        assert (hour, len(sent(timezone.now()))) == (hour, expected)
    time_machine.move_to(next_day.replace(day=22, hour=8), tick=False)
    assert sent(timezone.now()) == []
    # Nothing happened, which is not counted again each minute.
    assert Notice.objects.filter(settled_at=timezone.now()).count() == 1


def test_what_it_says(letter: Letter, time_machine: TimeMachineFixture) -> None:
    reader(letter)
    time_machine.move_to(NOON.replace(day=21, hour=8), tick=False)
    assert sent(timezone.now()) == [
        "Your letters on 20 November 2026\n\n"
        "For work that is ours\n"
        "  Asked to confirm: 3\n"
        "  Signatures that came into the record: 2\n"
        "  Taken off the list: 1\n"
        "  Signatures whose e-mail failed: 1\n"
        f"  http://127.0.0.1:8000/desk/letters/{letter.slug}/"
    ]


@pytest.mark.parametrize(
    ("zone", "now", "expected"),
    [
        # Their yesterday is another day than ours: the 20th, noon, is their 21st, or still 20th.
        ("Pacific/Kiritimati", datetime(2026, 11, 21, 18, tzinfo=UTC), True),
        ("Pacific/Kiritimati", datetime(2026, 11, 20, 18, tzinfo=UTC), False),
        ("Pacific/Pago_Pago", datetime(2026, 11, 21, 19, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 11, 21, 2, 15, tzinfo=UTC), True),
        ("Asia/Kathmandu", datetime(2026, 11, 21, 2, 14, tzinfo=UTC), False),
        # A day with an hour less, another with one more: eight o'clock is eight o'clock.
        ("Europe/Paris", datetime(2026, 11, 21, 7, tzinfo=UTC), True),
        ("Europe/Paris", datetime(2026, 11, 21, 6, 59, tzinfo=UTC), False),
    ],
)
def test_hour_and_day_are_those_of_the_time_zone(
    letter: Letter,
    time_machine: TimeMachineFixture,
    zone: str,
    now: datetime,
    expected: bool,
) -> None:
    reader(letter, zone=zone)
    time_machine.move_to(now, tick=False)
    assert bool(sent(now)) == expected


def test_an_hour_that_a_day_does_not_have_is_told_after_it(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    reader(letter, hour=2, zone="Europe/Paris")
    time_machine.move_to(datetime(2027, 3, 27, 12, tzinfo=UTC), tick=False)
    pending(letter, QUIET)
    # 28 March 2027, 03:00 in Paris: there was no 02:00.
    now = datetime(2027, 3, 28, 1, tzinfo=UTC)
    time_machine.move_to(now, tick=False)
    assert len(sent(now)) == 1


def test_who_did_not_choose_it_or_left_gets_none(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    now = NOON.replace(day=21, hour=8)
    time_machine.move_to(now, tick=False)
    assert sent(now) == []
    vetter = reader(letter, Role.VETTER)
    digest.owe_due(now=now)
    Membership.objects.filter(organizer=vetter).delete()
    assert sent(now) == []
    assert Notice.objects.filter(settled_at=None).count() == 0


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_owe_one(letter: Letter, time_machine: TimeMachineFixture) -> None:
    reader(letter)
    now = NOON.replace(day=21, hour=8)
    time_machine.move_to(now, tick=False)
    assert at_once([lambda: digest.owe_due(now=now)] * 4) == [None] * 4
    assert [each.day for each in Notice.objects.all()] == [now.date() - timedelta(days=1)]


def test_kind_is_off_at_first() -> None:
    letter = open_letter()
    make_organizer(team=letter.team)
    membership = Membership.objects.get()
    assert NoticeKind.DIGEST not in choices.chosen(membership=membership)
