from datetime import UTC, datetime

import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("organizers", "0004_account_mail"),
    ]

    operations = [
        # Whoever is in a team already has been there for long enough.
        migrations.AddField(
            model_name="membership",
            name="role_since",
            field=models.DateTimeField(default=datetime(2026, 1, 1, tzinfo=UTC), editable=False),
        ),
        migrations.AlterField(
            model_name="membership",
            name="role_since",
            field=models.DateTimeField(default=django.utils.timezone.now, editable=False),
        ),
    ]
