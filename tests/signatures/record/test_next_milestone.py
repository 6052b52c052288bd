"""The number at which the next snapshot is taken."""

import pytest

from campaign.letters.models import Letter
from signatures.record import snapshots


@pytest.mark.parametrize(
    ("total", "following"),
    [
        (0, 100),
        (99, 100),
        (100, 1000),
        (250, 1000),
        (9_999, 10_000),
        (10_000, 20_000),
        (10_500, 20_000),
        (99_999, 100_000),
        (100_000, 200_000),
        (950_000, 1_000_000),
    ],
)
def test_the_next_round_number_follows(total: int, following: int) -> None:
    letter = Letter()
    assert snapshots.next_milestone(letter=letter, total=total) == following
    assert snapshots.is_milestone(letter=letter, total=following)


def test_a_number_that_organizers_chose_comes_first() -> None:
    letter = Letter(milestones=[40, 60, 500])
    assert [snapshots.next_milestone(letter=letter, total=total) for total in (39, 40, 60)] == [
        40,
        60,
        100,
    ]
