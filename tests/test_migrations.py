"""A migration runs beside the code before it, which goes on to insert rows that it knows."""

from django.db import migrations
from django.db.migrations.loader import MigrationLoader
from django.db.models import NOT_PROVIDED

OURS = {"organizers", "letters", "signatures", "demo"}
# Whoever upgrades past one of these stops the site first. No constant says which text somebody
# signed; the others are older than the rule.
STOP_FIRST = {
    ("letters", "letter", "milestones"),
    ("letters", "letter", "vets_everyone"),
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


def test_new_column_has_a_default_in_the_database_or_takes_null() -> None:
    found = {
        (app, operation.model_name_lower, operation.name)
        for (app, _name), migration in MigrationLoader(None).disk_migrations.items()
        if app in OURS
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
