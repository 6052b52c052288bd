from django.db import migrations

from campaign import database


def index_names(_apps, schema_editor):
    database.add_substring_index(
        schema_editor,
        name="signature_name_found",
        table="signatures_signature",
        # As `signatures.press.matching` asks for it.
        expression="replace(name_key, ' ', '')",
        where="state = 'confirmed' AND consent_publish AND number IS NOT NULL",
    )


class Migration(migrations.Migration):
    dependencies = [("signatures", "0001_initial")]
    operations = [migrations.RunPython(index_names, migrations.RunPython.noop)]
