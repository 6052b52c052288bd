from django.db import migrations, models


class Migration(migrations.Migration):
    """The table is made by the organizers' migrations."""

    initial = True

    dependencies = [
        ("organizers", "0006_mail_server_leaves"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.CreateModel(
                    name="MailServer",
                    fields=[
                        (
                            "id",
                            models.PositiveSmallIntegerField(
                                default=1, primary_key=True, serialize=False
                            ),
                        ),
                        ("failures", models.PositiveIntegerField(default=0)),
                        ("failing_since", models.DateTimeField(null=True)),
                        ("paused_until", models.DateTimeField(null=True)),
                        ("reply", models.CharField(default="", max_length=40)),
                    ],
                    options={
                        "db_table": "organizers_mailserver",
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("id", 1)), name="mail_server_is_one"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
