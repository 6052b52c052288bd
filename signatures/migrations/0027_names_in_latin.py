from django.db import migrations, models

from campaign import database


def index_names(_apps, schema_editor):
    database.add_substring_index(
        schema_editor,
        name="signature_latin_found",
        table="signatures_signature",
        # As `signatures.listing.name_search` asks for it.
        expression="replace(name_latin, ' ', '')",
        where=(
            "state = 'confirmed' AND consent_publish AND number IS NOT NULL AND name_latin > ''"
        ),
    )


class Migration(migrations.Migration):
    """Names that stand already are spelled by beat, in batches; until then they are found as they
    are written."""

    dependencies = [("signatures", "0026_continued_records")]
    operations = [
        migrations.AddField("signature", "name_latin", models.TextField(null=True)),
        migrations.AddIndex(
            "signature",
            models.Index(
                fields=["id"],
                condition=models.Q(name_latin=None),
                name="signature_without_latin",
            ),
        ),
        migrations.RunPython(index_names, migrations.RunPython.noop),
    ]
