from django.db import migrations

from campaign import database


def freeze(_apps, schema_editor):
    database.forbid_change(
        schema_editor,
        table="letters_translation",
        columns=("text_id", "language", "title", "addressee", "body", "is_authoritative", "sha256"),
        when="OLD.sha256 <> ''",
    )
    database.forbid_removal(schema_editor, table="letters_translation", when="OLD.sha256 <> ''")


class Migration(migrations.Migration):
    dependencies = [("letters", "0001_initial")]
    operations = [migrations.RunPython(freeze, migrations.RunPython.noop)]
