from django.db import models
from django.db.models import Q

from campaign.mail.models import OwedMail
from signatures.models.proof import Proof
from signatures.models.signature import Signature


class Message(models.TextChoices):
    CONFIRMATION = "confirmation"
    ALREADY_SIGNED = "already_signed"
    # The code for a proof, to the address that it is about.
    WORK_EMAIL = "work_email"
    PROOF_LAPSING = "proof_lapsing"
    REJECTED = "rejected"
    REMOVED = "removed"
    RESTORED = "restored"
    # Off the list until the organizers have looked: a claimant showed that the name is theirs.
    CLAIMED = "claimed"
    # Notices to the address itself: whoever has the link can do these.
    WITHDRAWN = "withdrawn"
    RENAMED = "renamed"
    # The link that erases: whoever has the signer's link alone cannot.
    ERASING = "erasing"
    # The letter says something else now than what was signed.
    NEW_TEXT = "new_text"
    # It says the same, but for a slip: the signature counts for it.
    SLIP = "slip"
    # A day after signing, to who has not confirmed: once, for good.
    REMINDER = "reminder"
    # Of who was drawn in an audit by sample: whether they signed.
    SAMPLE = "sample"
    # To somebody vetted: another signed with a name like theirs, and is held.
    NAMESAKE = "namesake"
    # Who signed by an invitation: that it was done, and the link to their own page.
    SIGNED_INVITED = "signed_invited"


class DeliveryState(models.TextChoices):
    OWED = "owed"
    CLAIMED = "claimed"
    SENT = "sent"
    FAILED = "failed"

    @classmethod
    def unsent(cls) -> tuple["DeliveryState", ...]:
        return (cls.OWED, cls.CLAIMED)


class Delivery(OwedMail):
    """One e-mail owed to one address: the signature's own, or for some messages the proof's."""

    signature = models.ForeignKey(
        Signature, models.CASCADE, db_constraint=False, related_name="deliveries"
    )
    proof = models.ForeignKey(Proof, models.CASCADE, null=True, db_index=False, related_name="+")
    message = models.CharField(max_length=20, choices=Message)
    state = models.CharField(max_length=10, choices=DeliveryState, default=DeliveryState.OWED)
    # Of a notice that the name was changed: what undoing it brings back.
    earlier_name = models.CharField(max_length=120, default="", db_default="")
    # Of the text that it is about: each signer is asked once about each.
    version = models.PositiveSmallIntegerField(null=True)
    # What many get is sent after what one person waits for, which has 0.
    priority = models.PositiveSmallIntegerField(default=0, db_default=0)
    created_at = models.DateTimeField()
    sent_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "deliveries"
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=DeliveryState.values), name="delivery_state"
            ),
            # Owed once, however many ask at the same moment. One that is being sent is no longer
            # owed: it may have been written before the latest change.
            models.UniqueConstraint(
                fields=("signature", "message"),
                condition=Q(state="owed", proof__isnull=True),
                name="delivery_owed_once",
            ),
            models.UniqueConstraint(
                fields=("signature", "version"),
                condition=Q(version__isnull=False),
                name="delivery_version_once",
            ),
            models.UniqueConstraint(
                fields=("signature",),
                condition=Q(message="reminder"),
                name="delivery_reminded_once",
            ),
            models.UniqueConstraint(
                fields=("proof", "message"),
                condition=Q(state="owed", proof__isnull=False),
                name="delivery_owed_once_by_proof",
            ),
        )
        indexes = (
            models.Index(
                fields=("priority", "due_at"),
                name="delivery_due",
                condition=Q(state__in=["owed", "claimed"]),
            ),
            models.Index(
                fields=("signature",), name="delivery_failed", condition=Q(state="failed")
            ),
            models.Index(
                fields=("proof",), name="delivery_of_proof", condition=Q(proof__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"delivery {self.pk}"


class ReminderSweep(models.Model):
    """How far the search for those to remind has come: one row, so that nobody is looked at twice
    for one asking."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # Whoever asked for a confirmation until then was looked at. None: nobody yet.
    asked_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(id=1), name="reminder_sweep_is_one"),)

    def __str__(self) -> str:
        return f"reminders until {self.asked_until}"
