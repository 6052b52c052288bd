from django.db import models
from django.db.models import Q

from campaign.letters.models import Letter


class SuppressionReason(models.TextChoices):
    # "I didn't sign this": no mail about this letter goes there, of whatever kind.
    DENIED = "denied"
    # They left the news, of one letter or of all.
    LEFT = "left"
    # What mail servers and services told of the address: no news goes there, of any letter.
    BOUNCED = "bounced"
    COMPLAINED = "complained"


class Suppression(models.Model):
    """What may no longer be sent to an address, known by its keyed hash alone.

    It refers to no signature, so that it outlives withdrawing and erasing.
    """

    # None: of all letters here.
    letter = models.ForeignKey(
        Letter,
        models.CASCADE,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="+",
    )
    address_key = models.BinaryField(max_length=32)
    reason = models.CharField(max_length=10, choices=SuppressionReason)
    since = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("address_key", "letter", "reason"),
                condition=Q(letter__isnull=False),
                name="suppression_once",
            ),
            models.UniqueConstraint(
                fields=("address_key", "reason"),
                condition=Q(letter__isnull=True),
                name="suppression_of_all_once",
            ),
            models.CheckConstraint(
                condition=Q(reason__in=SuppressionReason.values), name="suppression_reason"
            ),
            models.CheckConstraint(
                condition=Q(reason=SuppressionReason.LEFT)
                | Q(reason=SuppressionReason.DENIED, letter__isnull=False)
                | Q(
                    reason__in=(SuppressionReason.BOUNCED, SuppressionReason.COMPLAINED),
                    letter__isnull=True,
                ),
                name="suppression_of_a_letter_or_of_all",
            ),
        )

    def __str__(self) -> str:
        return f"suppression {self.pk}"
