from django.db import migrations


class Migration(migrations.Migration):
    """The table stays as it is; only whose model it is changes."""

    dependencies = [
        ("organizers", "0005_role_since"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="MailServer")],
        ),
    ]
