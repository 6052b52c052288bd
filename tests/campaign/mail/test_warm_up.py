from datetime import UTC, date, datetime

import pytest
from pytest_django import Settings

from campaign.mail import warm_up
from campaign.mail.models import MailDay

pytestmark = pytest.mark.django_db

BEGIN = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
NEXT = datetime(2026, 12, 1, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _plan(settings: Settings) -> None:
    settings.MAIL_WARM_UP_SINCE = date(2026, 11, 30)
    settings.MAIL_WARM_UP_PER_DAY = [100, 200]


def test_each_day_has_its_budget() -> None:
    warm_up.count_sent(30, now=BEGIN)
    warm_up.count_sent(50, now=BEGIN)

    assert warm_up.remaining(now=BEGIN) == 20
    assert warm_up.remaining(now=NEXT) == 200
    assert warm_up.remaining(now=datetime(2026, 12, 2, tzinfo=UTC)) is None


def test_too_many_leave_nothing() -> None:
    warm_up.count_sent(130, now=BEGIN)

    assert warm_up.remaining(now=BEGIN) == 0


@pytest.mark.parametrize(
    ("mails", "day"),
    [
        (70, date(2026, 11, 30)),
        (71, date(2026, 12, 1)),
        (270, date(2026, 12, 1)),
        (271, date(2026, 12, 2)),
        (10_000_000, date(2026, 12, 2)),
    ],
)
def test_the_last_mail_has_its_day(mails: int, day: date) -> None:
    warm_up.count_sent(30, now=BEGIN)

    assert warm_up.done_on(mails=mails, now=BEGIN) == day


def test_a_known_domain_has_no_budget(settings: Settings) -> None:
    settings.MAIL_WARM_UP_SINCE = None
    warm_up.count_sent(5, now=BEGIN)

    assert warm_up.remaining(now=BEGIN) is None
    assert warm_up.done_on(mails=10**7, now=BEGIN) == BEGIN.date()
    assert MailDay.objects.count() == 0


def test_before_the_plan_begins_its_first_day_holds() -> None:
    assert warm_up.remaining(now=datetime(2026, 11, 1, tzinfo=UTC)) == 100
