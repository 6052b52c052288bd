"""Professions and countries of those who are not named leave the counts in detail and snapshots.

Code from before this migration may still add such rows while it runs beside it. Every reader sums
the rows of those who are not named, so their sums stay right.
"""

from collections import Counter
from typing import Any

from django.apps.registry import Apps
from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import Q

_SNAPSHOTS_AT_ONCE = 100
_TELLING = ~Q(profession="") | ~Q(country="")
# Places in a snapshot's row.
_PROFESSION, _COUNTRY, _IS_ANONYMOUS = 2, 3, 4


def forget_details(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    breakdown = apps.get_model("signatures", "Breakdown").objects
    unnamed = breakdown.filter(is_anonymous=True)
    for letter_id in list(unnamed.filter(_TELLING).values_list("letter", flat=True).distinct()):
        _merge(unnamed.filter(letter=letter_id), breakdown)
    snapshots = apps.get_model("signatures", "Snapshot").objects
    for each in snapshots.order_by("pk").iterator(chunk_size=_SNAPSHOTS_AT_ONCE):
        merged = _merged(each.breakdown)
        if merged != each.breakdown:
            snapshots.filter(pk=each.pk).update(breakdown=merged)


def _merge(unnamed: Any, breakdown: Any) -> None:
    """Rows that the sequencer changes at this moment are waited for."""
    sums: Counter[tuple[Any, ...]] = Counter()
    held = list(unnamed.select_for_update().order_by("pk"))
    for each in held:
        sums[each.letter_id, each.version, each.kind, each.level] += each.count
    unnamed.filter(pk__in=[each.pk for each in held]).delete()
    breakdown.bulk_create(
        breakdown.model(
            letter_id=letter_id,
            version=version,
            kind=kind,
            level=level,
            profession="",
            country="",
            is_anonymous=True,
            count=count,
        )
        for (letter_id, version, kind, level), count in sums.items()
    )


def _merged(rows: list[list[Any]]) -> list[list[Any]]:
    sums: Counter[tuple[Any, ...]] = Counter()
    for row in rows:
        told = list(row[:-1])
        if told[_IS_ANONYMOUS]:
            told[_PROFESSION] = told[_COUNTRY] = ""
        sums[tuple(told)] += row[-1]
    return [[*told, count] for told, count in sums.items()]


class Migration(migrations.Migration):
    dependencies = [
        ("signatures", "0043_namesake_mail"),
    ]

    operations = [
        migrations.RunPython(forget_details, migrations.RunPython.noop),
    ]
