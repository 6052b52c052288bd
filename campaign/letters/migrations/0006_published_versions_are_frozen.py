from django.db import migrations

from campaign import database


def freeze(_apps, schema_editor):
    database.forbid_change(
        schema_editor,
        table="letters_text",
        columns=("letter_id", "number", "published_at", "corrects", "reason"),
        when="OLD.published_at IS NOT NULL",
    )


class Migration(migrations.Migration):
    dependencies = [("letters", "0005_versions")]
    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
