"""Where the bars of a chart lie, as attributes of SVG.

Across the page all is in per cent and down the page in pixels, so that a chart is as wide as there
is room, and its letters stay as large as the others. What runs from right to left is mirrored.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from django.utils.translation import get_language

from campaign import languages
from signatures.press.figures import LEVELS, Bucket

# What a part of a bar counts, as the style sheet names it.
LEVEL_KINDS = tuple(f"level-{level}" for level in LEVELS)
HEIGHT_PIXELS = 200
# Room above the highest line for its own figure.
TOP = 20
_ROW = 44
_BAR_TOP, _BAR = 24, 12
_FILLED = 0.86


@dataclass(frozen=True, slots=True)
class Segment:
    kind: str
    x: str
    y: str
    width: str
    height: str


@dataclass(frozen=True, slots=True)
class Bar:
    """A row of a chart of bars: its words stand at `text_y`, its bar below."""

    code: str
    total: int
    text_y: int
    segments: Sequence[Segment]


@dataclass(frozen=True, slots=True)
class BarChart:
    bars: Sequence[Bar]
    height: int


@dataclass(frozen=True, slots=True)
class Line:
    """A line across the chart at a round figure, which stands just above it."""

    figure: int
    y: str
    text_y: str


@dataclass(frozen=True, slots=True)
class TimeChart:
    segments: Sequence[Segment]
    lines: Sequence[Line]
    height: int
    base: int


def is_mirrored() -> bool:
    """Whether the page runs from right to left."""
    return languages.direction(languages.interface_for(get_language() or "en")) == "rtl"


def bars(
    rows: Sequence[tuple[str, Sequence[int]]],
    *,
    mirrored: bool,
    kinds: Sequence[str] = LEVEL_KINDS,
) -> BarChart:
    """Rows of a code and its counts by kind; the longest bar is as wide as the chart."""
    most = max((sum(counts) for _code, counts in rows), default=0)
    return BarChart(
        [
            Bar(
                code,
                sum(counts),
                index * _ROW + _BAR_TOP - 8,
                list(
                    _across(
                        zip(kinds, counts, strict=True),
                        most=most,
                        top=index * _ROW + _BAR_TOP,
                        mirrored=mirrored,
                    )
                ),
            )
            for index, (code, counts) in enumerate(rows)
        ],
        len(rows) * _ROW,
    )


def over_time(buckets: Sequence[Bucket], *, mirrored: bool) -> TimeChart:
    """A column for each stretch of time, the highest level at its foot."""
    return columns([bucket.levels for bucket in buckets], kinds=LEVEL_KINDS, mirrored=mirrored)


def columns(stacks: Sequence[Sequence[int]], *, kinds: Sequence[str], mirrored: bool) -> TimeChart:
    """A column for each, with its counts by kind on each other, the first at its foot."""
    highest = max(map(sum, stacks), default=0)
    ticks = _round_figures(highest)
    most = max(highest, ticks[-1])
    base = HEIGHT_PIXELS + TOP
    segments = []
    for index, stack in enumerate(stacks):
        width = 100 / len(stacks)
        start = (100 - (index + 1) * width) if mirrored else index * width
        left = start + width * (1 - _FILLED) / 2
        foot = float(base)
        for kind, count in zip(kinds, stack, strict=True):
            if count:
                height = HEIGHT_PIXELS * count / most
                foot -= height
                segments.append(
                    Segment(kind, _percent(left), _px(foot), _percent(width * _FILLED), _px(height))
                )
    lines = [
        Line(figure, _px(y := base - HEIGHT_PIXELS * figure / most), _px(y - 5))
        for figure in ticks[1:]
    ]
    return TimeChart(segments, lines, base + 1, base)


def _across(
    parts: Iterable[tuple[str, int]], *, most: int, top: int, mirrored: bool
) -> Iterator[Segment]:
    done = 0
    for kind, count in parts:
        if count:
            left, width = 100 * done / most, 100 * count / most
            done += count
            x = 100 - left - width if mirrored else left
            yield Segment(kind, _percent(x), str(top), _percent(width), str(_BAR))


def _round_figures(most: int) -> list[int]:
    """0 and up to five steps of 1, 2 or 5 (or ten times those …), none above `most` but the 1."""
    step = next(step for step in _steps() if step * 5 >= most)
    return list(range(0, max(most, step) + 1, step))


def _steps() -> Iterator[int]:
    ten = 1
    while True:
        yield from (ten, 2 * ten, 5 * ten)
        ten *= 10


def _percent(value: float) -> str:
    return f"{value:.3f}%"


def _px(value: float) -> str:
    return f"{value:.1f}"
