from django.db import models
from django.db.models import Q

from campaign.organizers.models import Team
from signatures.models.notice import Happening

URL_LIMIT = 500


class Webhook(models.Model):
    """An address of a team's own that is told what happens, signed with a secret of its own."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="webhooks")
    url = models.CharField(max_length=URL_LIMIT)
    # Of `NoticeKind`.
    kinds = models.JSONField(default=list)
    # Sealed; shown once, when it is made.
    secret = models.BinaryField()
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField()
    # Since when each attempt has failed; None while the last one did not.
    failing_since = models.DateTimeField(null=True)

    def __str__(self) -> str:
        # Never the address: whoever knows one can often write there.
        return f"webhook {self.pk}"


class WebhookDelivery(models.Model):
    """One message to one webhook: the same bytes and id at each attempt, so that a receiver can
    tell a repeat."""

    webhook = models.ForeignKey(Webhook, models.CASCADE, related_name="deliveries")
    # None: a test.
    happening = models.ForeignKey(Happening, models.CASCADE, null=True, related_name="+")
    message_id = models.CharField(max_length=40, unique=True)
    body = models.TextField()
    created_at = models.DateTimeField()
    due_at = models.DateTimeField()
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    # What the last attempt was answered, or why there was no answer.
    status = models.PositiveSmallIntegerField(null=True)
    problem = models.CharField(max_length=20, default="", blank=True)
    delivered_at = models.DateTimeField(null=True)
    # No attempt will follow.
    failed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        constraints = (
            models.UniqueConstraint(fields=("webhook", "happening"), name="webhook_told_once"),
            models.CheckConstraint(
                condition=Q(delivered_at=None) | Q(failed_at=None),
                name="webhook_delivery_ends_once",
            ),
        )
        indexes = (
            models.Index(
                fields=("due_at",),
                name="webhook_delivery_due",
                condition=Q(delivered_at=None, failed_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"webhook delivery {self.pk}"
