from django.db import migrations, models
from django.db.models import Exists, OuterRef, Q


def delete_repeats(apps, _editor):
    """Of mails that are owed twice, the first stays."""
    owed = apps.get_model("signatures", "Delivery").objects.filter(state="owed")
    same = Q(signature_id=OuterRef("signature_id"), message=OuterRef("message"))
    earlier = owed.filter(same, pk__lt=OuterRef("pk"))
    of_signature = owed.filter(Exists(earlier.filter(proof=None)), proof=None)
    of_proof = owed.filter(Exists(earlier.filter(proof=OuterRef("proof"))))
    for repeated in (of_signature, of_proof):
        owed.filter(pk__in=list(repeated.values_list("pk", flat=True))).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("signatures", "0007_mail_refusals"),
    ]

    operations = [
        migrations.RunPython(delete_repeats, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proof__isnull", True), ("state", "owed")),
                fields=("signature", "message"),
                name="delivery_owed_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="delivery",
            constraint=models.UniqueConstraint(
                condition=models.Q(("proof__isnull", False), ("state", "owed")),
                fields=("proof", "message"),
                name="delivery_owed_once_by_proof",
            ),
        ),
    ]
