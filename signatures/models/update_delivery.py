from django.db import models
from django.db.models import Q

from campaign.letters.models import Update
from campaign.mail.models import OwedMail
from campaign.organizers.models import Organizer
from signatures.models.signature import Signature


class UpdateDeliveryState(models.TextChoices):
    WAITING = "waiting"
    # A worker has it, until its lease is over.
    CLAIMED = "claimed"
    SENT = "sent"
    # Refused for good, or for too long.
    FAILED = "failed"
    # It was being handed over when the worker or the mail server was lost: perhaps it arrived.
    UNKNOWN = "unknown"
    # They left, withdrew or erased their signature before it was sent.
    SUPPRESSED = "suppressed"
    CANCELLED = "cancelled"


class UpdateDelivery(OwedMail):
    """One update owed to one who signed: each is in one state at every instant, and none is
    deleted while the update is there, so that the states add up to the update's total."""

    update = models.ForeignKey(
        Update, models.CASCADE, db_constraint=False, db_index=False, related_name="+"
    )
    # None once it was erased.
    signature = models.ForeignKey(
        Signature,
        models.SET_NULL,
        null=True,
        db_constraint=False,
        related_name="+",
    )
    state = models.CharField(
        max_length=10, choices=UpdateDeliveryState, default=UpdateDeliveryState.WAITING
    )
    # The mail domain of the recipient; empty once it was erased.
    route = models.CharField(max_length=255, default="", db_default="")
    # Handing it over has begun: it is never tried again by itself.
    is_begun = models.BooleanField(default=False, db_default=False)
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "update deliveries"
        constraints = (
            models.UniqueConstraint(fields=("update", "signature"), name="update_delivery_once"),
            models.CheckConstraint(
                condition=Q(state__in=UpdateDeliveryState.values), name="update_delivery_state"
            ),
            models.CheckConstraint(
                condition=~Q(state="waiting") | Q(is_begun=False, leased_until__isnull=True),
                name="update_delivery_waiting_is_free",
            ),
        )
        indexes = (
            models.Index(
                fields=("update", "due_at"),
                name="update_delivery_due",
                condition=Q(state="waiting"),
            ),
            models.Index(
                fields=("leased_until",),
                name="update_delivery_claimed",
                condition=Q(state="claimed"),
            ),
            models.Index(fields=("update", "state"), name="update_delivery_states"),
        )

    def __str__(self) -> str:
        return f"update delivery {self.pk}"


class UpdateTest(OwedMail):
    """An update as an organizer asked to get it, before it is sent to anybody. Deleted once it is
    sent, or refused."""

    update = models.ForeignKey(Update, models.CASCADE, related_name="+")
    organizer = models.ForeignKey(Organizer, models.CASCADE, related_name="+")
    language = models.CharField(max_length=10)
    asked_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("update", "organizer", "language"), name="update_test_once"
            ),
        )

    def __str__(self) -> str:
        return f"test of an update {self.pk}"
