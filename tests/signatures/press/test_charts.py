"""Where the bars lie: proportions, mirror image, round figures."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from signatures.press import charts
from signatures.press.charts import Segment
from signatures.press.figures import Bucket, Levels

START = datetime(2026, 10, 22, tzinfo=UTC)
HOUR = timedelta(hours=1)


def buckets(*counts: Levels) -> list[Bucket]:
    return [
        Bucket(START + number * HOUR, START + (number + 1) * HOUR, levels)
        for number, levels in enumerate(counts)
    ]


def test_bars_are_stacked_by_level_the_longest_across_the_whole() -> None:
    chart = charts.bars([("Poet", (1, 0, 3, 4)), ("Actor", (0, 0, 0, 2))], mirrored=False)
    assert chart.height == 88
    assert [(bar.code, bar.total, bar.text_y) for bar in chart.bars] == [
        ("Poet", 8, 16),
        ("Actor", 2, 60),
    ]
    assert chart.bars[0].segments == [
        Segment("level-4", "0.000%", "24", "12.500%", "12"),
        Segment("level-2", "12.500%", "24", "37.500%", "12"),
        Segment("level-1", "50.000%", "24", "50.000%", "12"),
    ]
    assert chart.bars[1].segments == [Segment("level-1", "0.000%", "68", "25.000%", "12")]


def test_from_right_to_left_they_begin_at_the_right() -> None:
    chart = charts.bars([("Poet", (1, 0, 3, 4)), ("Actor", (0, 0, 0, 2))], mirrored=True)
    assert [each.x for each in chart.bars[0].segments] == ["87.500%", "50.000%", "0.000%"]
    assert [each.x for each in chart.bars[1].segments] == ["75.000%"]


def test_no_rows_make_an_empty_chart() -> None:
    assert charts.bars([], mirrored=False) == charts.BarChart([], 0)
    assert charts.bars([("Poet", (0, 0, 0, 0))], mirrored=False).bars[0].segments == []


def test_columns_stand_on_the_base_the_highest_level_at_their_foot() -> None:
    chart = charts.over_time(buckets((0, 0, 0, 5), (0, 2, 0, 8)), mirrored=False)
    assert chart.segments == [
        Segment("level-1", "3.500%", "120.0", "43.000%", "100.0"),
        Segment("level-3", "53.500%", "180.0", "43.000%", "40.0"),
        Segment("level-1", "53.500%", "20.0", "43.000%", "160.0"),
    ]
    assert (chart.base, chart.height) == (220, 221)
    assert [(line.figure, line.y, line.text_y) for line in chart.lines] == [
        (2, "180.0", "175.0"),
        (4, "140.0", "135.0"),
        (6, "100.0", "95.0"),
        (8, "60.0", "55.0"),
        (10, "20.0", "15.0"),
    ]


def test_time_runs_from_the_right_where_words_do() -> None:
    chart = charts.over_time(buckets((0, 0, 0, 5), (0, 0, 0, 8)), mirrored=True)
    assert [each.x for each in chart.segments] == ["53.500%", "3.500%"]


def test_a_letter_without_signatures_has_a_line_and_no_columns() -> None:
    chart = charts.over_time(buckets((0, 0, 0, 0)), mirrored=False)
    assert (chart.segments, [line.figure for line in chart.lines]) == ([], [1])


@pytest.mark.parametrize(
    ("most", "figures"),
    [
        (0, [0, 1]),
        (1, [0, 1]),
        (6, [0, 2, 4, 6]),
        (7, [0, 2, 4, 6]),
        (10_500, [0, 5000, 10_000]),
        (48_000, [0, 10_000, 20_000, 30_000, 40_000]),
    ],
)
def test_the_lines_are_round_figures(most: int, figures: list[int]) -> None:
    assert charts._round_figures(most) == figures


@given(st.integers(0, 10**10))
def test_there_are_one_to_five_lines_and_none_above_the_highest_figure(most: int) -> None:
    found = charts._round_figures(most)
    assert 2 <= len(found) <= 6
    assert found[-1] <= max(most, 1) < found[-1] + found[1]


def test_the_highest_column_is_as_high_as_the_chart() -> None:
    chart = charts.over_time(buckets((0, 0, 0, 8_000), (0, 0, 0, 10_500)), mirrored=False)
    assert [each.height for each in chart.segments] == ["152.4", "200.0"]
    assert [line.figure for line in chart.lines] == [5000, 10_000]
