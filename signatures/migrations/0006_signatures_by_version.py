"""Counts by the version of the text, also for what was counted before.

Of a letter with one published text everything is of that text. Of the others, the leaves tell who
stood with which text at which level at each checkpoint, and the rows, or what waits to be written,
tell the rest about them; of somebody who has gone the rest is not known any more, and counts for
the first text. So the sums are those that were signed, and what is told of the later texts is
never more than what the rows bear out.
"""

import json
from collections import Counter
from typing import Any

from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.models import F

COUNTS = ("people", "organisations", "anonymous", "level_1", "level_2", "level_3", "level_4")
_AT_ONCE = 500


def count_by_version(apps: Apps, _editor: BaseDatabaseSchemaEditor) -> None:
    texts: dict[int, list[int]] = {}
    published = apps.get_model("letters", "Text").objects.filter(published_at__isnull=False)
    for letter_id, number in published.order_by("number").values_list("letter_id", "number"):
        texts.setdefault(letter_id, []).append(number)
    for letter_id, numbers in texts.items():
        _Letter(apps, letter_id, numbers).count()


class _Letter:
    def __init__(self, apps: Apps, letter_id: int, numbers: list[int]) -> None:
        self._letter_id, self._first, self._later = letter_id, numbers[0], numbers[1:]
        self._checkpoints = self._of(apps, "signatures", "Checkpoint").order_by("size")
        self._breakdown = self._of(apps, "signatures", "Breakdown")
        self._signatures = self._of(apps, "signatures", "Signature")
        self._entries = self._of(apps, "signatures", "Entry").order_by("index")
        self._waiting = self._of(apps, "letters", "Event").order_by("pk")
        self._translations = apps.get_model("letters", "Translation").objects.filter(
            text__letter_id=letter_id
        )

    def _of(self, apps: Apps, app: str, model: str) -> Any:
        return apps.get_model(app, model).objects.filter(letter_id=self._letter_id)

    def count(self) -> None:
        self._breakdown.update(version=self._first)
        for number in (self._first, *self._later):
            mine = self._translations.filter(text__number=number)
            # Most stand there already, by the default of the new column.
            self._signatures.filter(
                translation_id__in=list(mine.values_list("pk", flat=True))
            ).exclude(version=number).update(version=number)
        later = self._later_counts() if self._later else {}
        changed = []
        # At once, not while they are being changed.
        for checkpoint in list(self._checkpoints.only(*COUNTS)):
            by_version = later.get(checkpoint.pk, {})
            first = {
                name: getattr(checkpoint, name) - sum(each[name] for each in by_version.values())
                for name in COUNTS
            }
            checkpoint.versions = {
                str(number): counts
                for number, counts in {self._first: first, **by_version}.items()
                if any(counts.values())
            }
            changed.append(checkpoint)
            if len(changed) == _AT_ONCE:
                self._checkpoints.model.objects.bulk_update(changed, ["versions"])
                changed = []
        self._checkpoints.model.objects.bulk_update(changed, ["versions"])

    def _later_counts(self) -> dict[int, dict[int, dict[str, int]]]:
        """By checkpoint and version, without the first text. Also moves the breakdown's cells."""
        by_hash: dict[str, int] = {}
        for sha256, number in self._translations.order_by("-text__number").values_list(
            "sha256", "text__number"
        ):
            by_hash[sha256] = number
        shapes, versions = self._shapes()
        sizes = dict(self._checkpoints.values_list("size", "pk"))
        standing: dict[str, tuple[int, int]] = {}
        signed: dict[str, int] = {}
        found: dict[int, dict[int, dict[str, int]]] = {}
        for size, leaf in enumerate(
            self._entries.values_list("leaf", flat=True).iterator(), start=1
        ):
            told = json.loads(bytes(leaf))
            who, event = told.get("s"), told["e"]
            if who:
                if event == "sign":
                    signed[who] = versions.get(who, by_hash.get(told["x"], self._first))
                if event in ("withdraw", "erase", "remove"):
                    standing.pop(who, None)
                elif signed.get(who, self._first) != self._first:
                    standing[who] = (signed[who], told["v"])
            if size in sizes:
                found[sizes[size]] = self._counted(standing, shapes)
        self._move_cells(standing, shapes)
        return found

    def _shapes(self) -> tuple[dict[str, str], dict[str, int]]:
        """What each is counted as now, without its level; and whose version the row tells."""
        shapes, versions = {}, {}
        rows = self._signatures.exclude(version=self._first)
        for public_id, version, kind, profession, country, consents in rows.values_list(
            "public_id", "version", "kind", "profession", "country", "consent_publish"
        ):
            anonymous = "" if consents else ":anonymous"
            shapes[public_id] = f"{kind}:0:{profession}:{country}{anonymous}"
            versions[public_id] = version
        # What waits is not counted yet: the earliest tells what its signature is counted as.
        for public_id, before in self._waiting.order_by("-pk").values_list("public_id", "before"):
            if before:
                shapes[public_id] = before
        return shapes, versions

    def _counted(
        self, standing: dict[str, tuple[int, int]], shapes: dict[str, str]
    ) -> dict[int, dict[str, int]]:
        counts: dict[int, dict[str, int]] = {}
        for who, (version, level) in standing.items():
            if who not in shapes:
                continue
            kind, _level, _profession, _country, *anonymous = shapes[who].split(":")
            mine = counts.setdefault(version, dict.fromkeys(COUNTS, 0))
            mine["people" if kind == "person" else "organisations"] += 1
            mine["anonymous"] += bool(anonymous)
            mine[f"level_{level}"] += 1
        return counts

    def _move_cells(self, standing: dict[str, tuple[int, int]], shapes: dict[str, str]) -> None:
        cells: Counter[tuple[Any, ...]] = Counter()
        for who, (version, level) in standing.items():
            if who in shapes:
                kind, _level, profession, country, *anonymous = shapes[who].split(":")
                cells[version, kind, level, profession, country, bool(anonymous)] += 1
        for (version, *rest), count in cells.items():
            names = ("kind", "level", "profession", "country", "is_anonymous")
            cell = dict(zip(names, rest, strict=True))
            mine = self._breakdown.filter(version=self._first, **cell)
            mine.update(count=F("count") - count)
            self._breakdown.create(letter_id=self._letter_id, version=version, count=count, **cell)


class Migration(migrations.Migration):
    dependencies = [
        ("letters", "0004_press"),
        ("signatures", "0005_list"),
    ]

    operations = [
        migrations.AddField(
            model_name="signature",
            name="version",
            field=models.PositiveSmallIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="breakdown",
            name="version",
            field=models.PositiveSmallIntegerField(default=1),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="checkpoint",
            name="versions",
            field=models.JSONField(default=dict),
        ),
        migrations.RemoveConstraint(model_name="breakdown", name="breakdown_once"),
        migrations.AddConstraint(
            model_name="breakdown",
            constraint=models.UniqueConstraint(
                fields=(
                    "letter",
                    "version",
                    "kind",
                    "level",
                    "profession",
                    "country",
                    "is_anonymous",
                ),
                name="breakdown_once",
            ),
        ),
        migrations.RunPython(count_by_version, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="signature",
            constraint=models.CheckConstraint(
                condition=models.Q(version__gte=1), name="signature_version"
            ),
        ),
    ]
