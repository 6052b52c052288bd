"""On a large letter there is more room for one network, and never less than was allowed."""

from datetime import timedelta

import pytest
from django.utils import timezone

from campaign.letters.models import Letter
from signatures.moderation import room
from signatures.record import tally

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("now_signed", "an_hour_ago", "ceiling", "factor"),
    [
        (16_000, 0, 400, 2),
        (16_000, 0, 1200, 3),
        (8_000, 0, 400, 1),
        (2, 0, 400, 1),
        # Not of the last hour.
        (16_100, 16_000, 400, 1),
    ],
)
def test_the_room_grows_with_the_last_hour(
    letter: Letter,
    monkeypatch: pytest.MonkeyPatch,
    now_signed: int,
    an_hour_ago: int,
    ceiling: int,
    factor: float,
) -> None:
    now = timezone.now()
    signings = {now: now_signed, now - timedelta(hours=1): an_hour_ago}
    monkeypatch.setattr(tally, "signings_until", lambda *, letter, at: signings[at])
    letter.hourly_ceiling, letter.assembly_until = ceiling, now + timedelta(hours=1)
    assert room.factor(letter=letter, now=now) == factor
    # Kept for a minute.
    signings.clear()
    assert room.factor(letter=letter, now=now) == factor
