from datetime import UTC, datetime, timedelta

import pytest

from campaign.mail import routes
from campaign.mail.models import MailRoute
from tests.concurrency import at_once

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)


def _pause_seconds(domain: str, now: datetime) -> float:
    return (MailRoute.objects.get(domain=domain).paused_until - now).total_seconds()


@pytest.mark.django_db
def test_each_refusal_doubles_the_pause_up_to_an_hour() -> None:
    now, pauses = NOW, []
    for _refusal in range(20):
        assert routes.slow_down(domain="a.example", reply="421 4.7.0", now=now)
        pauses.append(_pause_seconds("a.example", now))
        now += timedelta(seconds=pauses[-1])

    assert pauses[:4] == [0.5, 1.0, 2.0, 4.0]
    assert pauses[-1] == routes.LONGEST_PAUSE_SECONDS


@pytest.mark.django_db
def test_a_domain_that_pauses_is_not_slowed_again() -> None:
    assert routes.slow_down(domain="a.example", reply="421", now=NOW)
    assert not routes.slow_down(domain="a.example", reply="421", now=NOW)

    assert _pause_seconds("a.example", NOW) == 0.5
    assert routes.paused(now=NOW) == ["a.example"]
    assert routes.next_end(now=NOW) == NOW + timedelta(seconds=0.5)


@pytest.mark.django_db(transaction=True)
def test_what_many_workers_are_told_at_once_is_one_refusal() -> None:
    answers = at_once([lambda: routes.slow_down(domain="a.example", reply="421", now=NOW)] * 8)

    assert sorted(answers) == [False] * 7 + [True]
    assert MailRoute.objects.get().refusals == 1


@pytest.mark.django_db
def test_a_mail_that_is_taken_ends_it() -> None:
    routes.slow_down(domain="a.example", reply="421", now=NOW)
    routes.slow_down(domain="b.example", reply="421", now=NOW)

    routes.took_mail({"a.example"})

    assert routes.slowed() == {"b.example"}
