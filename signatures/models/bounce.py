from django.db import models
from django.db.models import Q

from campaign.mail.returned import Outcome


class ReturnedMail(models.Model):
    """That a mail of ours came back or was complained about, as somebody told it: stored before it
    is answered, and acted upon by a task. It holds no address: what it was about is a row's id."""

    # The same event has the same key, however often it is told.
    key = models.BinaryField(max_length=32, unique=True)
    # The mail service, or the mailbox.
    source = models.CharField(max_length=20)
    outcome = models.CharField(max_length=10, choices=Outcome)
    # The row that owed the mail; it may be gone (`campaign.mail.return_tokens`).
    kind = models.CharField(max_length=20)
    row_id = models.BigIntegerField()
    # In codes only, as "550 5.1.1".
    reply = models.CharField(max_length=40, default="")
    happened_at = models.DateTimeField()
    received_at = models.DateTimeField()
    processed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "returned mail"
        constraints = (
            models.CheckConstraint(
                condition=Q(outcome__in=Outcome.values), name="returned_mail_outcome"
            ),
        )
        indexes = (
            models.Index(
                fields=("id",), name="returned_mail_waiting", condition=Q(processed_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"returned mail {self.pk}"
