"""The numbers of a letter as tables: each is a chart, a table below it, and a CSV file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import compress

from django.utils.translation import gettext as _

from campaign import csv_cells
from campaign.templatetags.locale_format import language_name, moment, number, short_day
from signatures.models import Level
from signatures.overview.numbers import FEWEST_OF_SOURCE, Numbers, Stretch
from signatures.press import charts
from signatures.press.charts import BarChart, TimeChart
from signatures.press.figures import LEVELS, Part, levels_of
from signatures.press.figures import Row as Figure
from signatures.templatetags.signatory_format import country_name, profession_name

_ASKED = ("", "part-1", "part-2")


@dataclass(frozen=True, slots=True)
class Head:
    words: str
    # What the chart paints it as; nothing if it is no part of it.
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    # As a program reads it: a code, or a time in UTC.
    key: str
    label: str
    cells: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    name: str
    title: str
    note: str = ""
    first: str
    heads: Sequence[Head]
    rows: Sequence[Row]
    # In columns from the first row to the last, or else in bars.
    is_over_time: bool = False

    @property
    def columns(self) -> TimeChart:
        return charts.columns(self._parts(), kinds=self._kinds(), mirrored=charts.is_mirrored())

    @property
    def bars(self) -> BarChart:
        labels = (row.label for row in self.rows)
        rows = list(zip(labels, self._parts(), strict=True))
        return charts.bars(rows, kinds=self._kinds(), mirrored=charts.is_mirrored())

    @property
    def total(self) -> int:
        """Of all that the chart shows."""
        return sum(map(sum, self._parts()))

    @property
    def legend(self) -> Sequence[Head]:
        return [head for head in self.heads if head.kind]

    def csv(self) -> bytes:
        heads = (_("Code or time (UTC)"), self.first, *(head.words for head in self.heads))
        lines = [heads, *((row.key, row.label, *map(str, row.cells)) for row in self.rows)]
        written = "".join(",".join(map(csv_cells.text, line)) + "\r\n" for line in lines)
        return csv_cells.BOM + written.encode()

    def _kinds(self) -> list[str]:
        return [head.kind for head in self.legend]

    def _parts(self) -> list[list[int]]:
        shown = [bool(head.kind) for head in self.heads]
        return [list(compress(row.cells, shown)) for row in self.rows]


def tables(numbers: Numbers) -> list[Table]:
    """Those that there is anything to tell in."""
    found = [
        _asked("hours", _("The last hours"), numbers.hours, moment),
        _asked("days", _("The last days"), numbers.days, short_day),
        _levels(numbers),
        _by_level("professions", _("Professions"), _("Profession"), _professions(numbers)),
        _by_level("countries", _("Countries"), _("Country"), _countries(numbers)),
        _by_level("languages", _("Languages"), _("Language of the text"), _languages(numbers)),
        _sources(numbers),
        _mail(numbers),
        _vetting(numbers),
    ]
    return [each for each in found if each.rows]


def _asked(
    name: str,
    title: str,
    stretches: Sequence[Stretch] | None,
    label: Callable[[datetime | None], str],
) -> Table:
    return Table(
        name=name,
        title=title,
        note=_("By when people asked to sign. Later ones may still confirm."),
        first=_("Beginning at (UTC)") if name == "hours" else _("Day (UTC)"),
        heads=_asked_heads(),
        rows=[
            Row(_key(each.start), label(each.start), _asked_cells(each.asked, each.confirmed))
            for each in stretches or ()
        ],
        is_over_time=True,
    )


def _asked_heads() -> list[Head]:
    words = (_("Asked to sign"), _("Confirmed"), _("Not confirmed"))
    return [Head(*each) for each in zip(words, _ASKED, strict=True)]


def _asked_cells(asked: int, confirmed: int) -> tuple[int, int, int]:
    return asked, confirmed, asked - confirmed


def _levels(numbers: Numbers) -> Table:
    checkpoint = numbers.figures.checkpoint
    counts = levels_of(checkpoint) if checkpoint and checkpoint.total else ()
    return Table(
        name="levels",
        title=_("Levels"),
        note=_("Each signature counts once, at the highest level that it has reached."),
        first=_("Level"),
        heads=[Head(_("Signatures"), "part-1")],
        rows=[
            Row(str(level), str(Level(level).label), (count,))
            for level, count in zip(LEVELS, counts, strict=False)
        ],
    )


def _by_level(name: str, title: str, first: str, rows: Sequence[Row], note: str = "") -> Table:
    levels = [Level(level) for level in LEVELS]
    heads = [
        Head(str(level.label), kind) for level, kind in zip(levels, charts.LEVEL_KINDS, strict=True)
    ]
    return Table(
        name=name, title=title, note=note, first=first, heads=[Head(_("All")), *heads], rows=rows
    )


def _professions(numbers: Numbers) -> list[Row]:
    return _parts_of(numbers.figures.professions, profession_name)


def _countries(numbers: Numbers) -> list[Row]:
    return _parts_of(numbers.figures.countries, country_name)


def _languages(numbers: Numbers) -> list[Row]:
    return [_row(each, language_name(each.code)) for each in numbers.languages or ()]


def _sources(numbers: Numbers) -> Table:
    told = _(
        "Only of those who are named. Links that fewer than %(n)s came by are among the others."
    )
    return _by_level(
        "sources",
        _("Where people came from"),
        _("Word in the link"),
        [_row(each, each.code or _("All others")) for each in numbers.sources or ()],
        note=told % {"n": number(FEWEST_OF_SOURCE)},
    )


def _parts_of(part: Part, name_of: Callable[[str], str]) -> list[Row]:
    rows = [_row(each, name_of(each.code)) for each in part.rows]
    if part.others:
        rows.append(_row(part.others, _("All others")))
    if part.unshown:
        rows.append(_row(part.unshown, _("Not shown, at their own wish")))
    return rows


def _row(figure: Figure, label: str) -> Row:
    return Row(figure.code, label, (figure.total, *figure.levels))


def _mail(numbers: Numbers) -> Table:
    return Table(
        name="mail",
        title=_("E-mails that ask people to confirm"),
        first=_("Day (UTC)"),
        heads=[
            Head(_("E-mails")),
            Head(_("Have confirmed"), "part-1"),
            Head(_("Came back"), "part-3"),
            Head(_("Neither"), "part-2"),
        ],
        rows=[
            Row(
                _key(each.day),
                short_day(each.day),
                (
                    each.asked,
                    each.confirmed,
                    each.returned,
                    max(0, each.asked - each.confirmed - each.returned),
                ),
            )
            for each in reversed(numbers.mail or ())
        ],
        is_over_time=True,
    )


def _vetting(numbers: Numbers) -> Table:
    return Table(
        name="vetting",
        title=_("Decisions about signatures"),
        note=_("And how long people had waited for them, in minutes."),
        first=_("Day (UTC)"),
        heads=[
            Head(_("Approved"), "part-1"),
            Head(_("Rejected"), "part-3"),
            Head(_("Median wait")),
            Head(_("Longest wait")),
        ],
        rows=[
            Row(
                _key(each.day),
                short_day(each.day),
                (each.approved, each.rejected, each.median_minutes, each.longest_minutes),
            )
            for each in reversed(numbers.vetting or ())
        ],
        is_over_time=True,
    )


def _key(when: datetime) -> str:
    return f"{when:%Y-%m-%dT%H:%M}"
