"""A migration runs while the code before it still serves: what it must not do to existing tables.

What it may do instead, in how many releases, is told in docs/upgrading.md.
"""

from collections.abc import Iterator, Sequence

import pytest
from django.db import migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models import NOT_PROVIDED

# Up to these, migrations belong to the release for which the site is stopped; never raised later.
BEFORE_THE_RULE = {"operations": 0, "mail": 0, "organizers": 5, "letters": 9, "signatures": 27}
# Migrations that were looked at and need the site stopped; docs/upgrading.md says so, too.
LOOKED_AT: set[str] = set()
# Takes out what an earlier release stopped to use, by that release: "letters.0030_…": "2027-01-15".
STOPPED_USING: dict[str, str] = {}

# New columns before which the site is stopped. No constant says which text somebody
# signed; the others are older than the rule.
STOP_FIRST = {
    ("letters", "letter", "milestones"),
    ("letters", "letter", "vets_everyone"),
    ("organizers", "membership", "role_since"),
    ("organizers", "organizer", "session_round"),
    ("signatures", "breakdown", "version"),
    ("signatures", "checkpoint", "versions"),
    ("signatures", "proof", "by_other_name"),
    ("signatures", "proof", "profile_url"),
    ("signatures", "proof", "provider"),
    ("signatures", "roster", "proposal"),
    ("signatures", "signature", "version"),
    ("signatures", "turnedaway", "needs_two"),
}

Operations = Sequence[Operation]


def dangers(*, state: ProjectState, operations: Operations) -> Iterator[str]:
    """What the code before would fail at, in words."""
    created: set[str] = set()
    for each in operations:
        if isinstance(each, migrations.SeparateDatabaseAndState):
            yield from _left_behind(state, each.state_operations)
            yield from dangers(state=state.clone(), operations=each.database_operations)
        elif isinstance(each, migrations.CreateModel):
            created.add(each.name_lower)
        elif getattr(each, "model_name_lower", None) not in created:
            yield from _danger(state, each)
        each.state_forwards("app", state)


def _danger(state: ProjectState, operation: Operation) -> Iterator[str]:
    match operation:
        case migrations.AddField():
            if not _may_be_left_out(operation.field):
                yield f"{operation.describe()}: rows are still written without it; add db_default"
        case migrations.AlterField():
            before = _field(state, operation.model_name_lower, operation.name)
            if before.null and not operation.field.null and not _may_be_left_out(operation.field):
                yield f"{operation.describe()}: NULL is still written; fill it a release later"
            if type(before) is not type(operation.field):
                yield f"{operation.describe()}: still read as what it was; add a column instead"
        case migrations.RenameField() | migrations.RenameModel() | migrations.AlterModelTable():
            yield f"{operation.describe()}: still asked for by its old name"
        case migrations.RemoveField() | migrations.DeleteModel():
            yield f"{operation.describe()}: still read; stop using it a release earlier"


def _left_behind(state: ProjectState, operations: Operations) -> Iterator[str]:
    """Columns that the new code no longer knows must fill themselves."""
    for each in operations:
        if isinstance(each, migrations.RemoveField):
            field = _field(state, each.model_name_lower, each.name)
            if not _may_be_left_out(field):
                yield f"{each.describe()}: rows are written without it; give it a db_default first"


def _field(state: ProjectState, model: str, name: str) -> "models.Field[object, object]":
    field: models.Field[object, object] = state.models["app", model].fields[name]
    return field


def _may_be_left_out(field: "models.Field[object, object]") -> bool:
    return field.null or field.many_to_many or field.has_db_default() or field.generated


@pytest.fixture(scope="module")
def loader() -> MigrationLoader:
    return MigrationLoader(None)


def test_new_migrations_run_beside_the_code_before_them(loader: MigrationLoader) -> None:
    found = {}
    for (app, name), migration in loader.graph.nodes.items():
        label = f"{app}.{name}"
        if int(name[:4]) > BEFORE_THE_RULE.get(app, 9999) and label not in LOOKED_AT:
            if label in STOPPED_USING:
                continue
            state = _as_one_app(loader.project_state((app, name), at_end=False), app)
            found[label] = list(dangers(state=state, operations=migration.operations))
    assert {label: lines for label, lines in found.items() if lines} == {}


def _as_one_app(state: ProjectState, app: str) -> ProjectState:
    """The models of one app under the name that `dangers` knows."""
    return ProjectState(
        {("app", name): model for (label, name), model in state.models.items() if label == app}
    )


def test_new_column_has_a_default_in_the_database_or_takes_null() -> None:
    found = {
        (app, operation.model_name_lower, operation.name)
        for (app, _name), migration in MigrationLoader(None).disk_migrations.items()
        if app in BEFORE_THE_RULE
        for operation in migration.operations
        if isinstance(operation, migrations.AddField)
        and not operation.field.null
        and not operation.field.many_to_many
        and operation.field.db_default is NOT_PROVIDED
        and not _is_made_by(migration, operation.model_name_lower)
    }
    assert found == STOP_FIRST


def _is_made_by(migration: migrations.Migration, model: str) -> bool:
    return any(
        isinstance(each, migrations.CreateModel) and each.name_lower == model
        for each in migration.operations
    )


def test_lists_of_exceptions_name_migrations_that_are_there(loader: MigrationLoader) -> None:
    there = {f"{app}.{name}" for app, name in loader.graph.nodes}
    assert (LOOKED_AT | set(STOPPED_USING)) - there == set()


LETTERS = migrations.CreateModel(
    "Letter",
    [
        ("id", models.BigAutoField(primary_key=True)),
        ("title", models.CharField(max_length=10)),
        ("slug", models.CharField(max_length=10, null=True)),
        ("visits", models.IntegerField(db_default=0)),
    ],
)


@pytest.mark.parametrize(
    "operation",
    [
        migrations.AddField("letter", "place", models.CharField(null=True)),
        migrations.AddField("letter", "place", models.CharField(db_default="")),
        migrations.AlterField("letter", "title", models.CharField(max_length=20)),
        migrations.AlterField("letter", "title", models.CharField(max_length=10, null=True)),
        migrations.AlterField("letter", "slug", models.CharField(db_default="", max_length=10)),
        migrations.RunPython(migrations.RunPython.noop),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("letter", "visits")]
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.RemoveField("letter", "slug")]
        ),
    ],
)
def test_migration_that_the_code_before_bears_is_no_danger(operation: Operation) -> None:
    assert list(dangers(state=ProjectState(), operations=[LETTERS])) == []
    assert list(_after_letters(operation)) == []


def _after_letters(*operations: Operation) -> Iterator[str]:
    state = ProjectState()
    LETTERS.state_forwards("app", state)
    return dangers(state=state, operations=operations)


@pytest.mark.parametrize(
    ("operation", "reason"),
    [
        (
            migrations.AddField("letter", "place", models.CharField(default="")),
            "Add field place to letter: rows are still written without it; add db_default",
        ),
        (
            migrations.AlterField("letter", "slug", models.CharField(max_length=10)),
            "Alter field slug on letter: NULL is still written; fill it a release later",
        ),
        (
            migrations.AlterField("letter", "title", models.IntegerField()),
            "Alter field title on letter: still read as what it was; add a column instead",
        ),
        (
            migrations.RenameField("letter", "title", "heading"),
            "Rename field title on letter to heading: still asked for by its old name",
        ),
        (
            migrations.RenameModel("Letter", "Text"),
            "Rename model Letter to Text: still asked for by its old name",
        ),
        (
            migrations.RemoveField("letter", "slug"),
            "Remove field slug from letter: still read; stop using it a release earlier",
        ),
        (
            migrations.DeleteModel("Letter"),
            "Delete model Letter: still read; stop using it a release earlier",
        ),
        (
            migrations.SeparateDatabaseAndState(
                state_operations=[migrations.RemoveField("letter", "title")]
            ),
            "Remove field title from letter: rows are written without it; "
            "give it a db_default first",
        ),
        (
            migrations.SeparateDatabaseAndState(
                database_operations=[migrations.RemoveField("letter", "slug")]
            ),
            "Remove field slug from letter: still read; stop using it a release earlier",
        ),
    ],
)
def test_migration_that_the_code_before_fails_at_is_told(operation: Operation, reason: str) -> None:
    assert list(_after_letters(operation)) == [reason]
    # A table that this very migration makes is known to nobody yet.
    if not isinstance(operation, migrations.SeparateDatabaseAndState):
        made = list(dangers(state=ProjectState(), operations=[LETTERS, operation]))
        assert made == ([] if hasattr(operation, "model_name_lower") else [reason])
