from django.db import models
from django.db.models import Q

from campaign.letters.models import Letter
from campaign.mail.models import OwedMail
from signatures.models.record import Snapshot


class PressFollower(models.Model):
    """An address that gets milestones and corrections of a letter by e-mail, or was typed for it
    and has not confirmed. Deleted when it stops, with all that it is owed."""

    letter = models.ForeignKey(Letter, models.CASCADE, db_index=False, related_name="+")
    email = models.CharField(max_length=254)
    address_key = models.BinaryField(max_length=32)
    language = models.CharField(max_length=10)
    # Part of the link: a new one makes earlier links void.
    nonce = models.BinaryField(max_length=8)
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "address_key"), name="press_follower_once"),
        )

    def __str__(self) -> str:
        return f"press follower {self.pk}"


class PressMessage(models.TextChoices):
    """In the order of their names they are sent: first what somebody waits for."""

    CONFIRM = "press_confirm"
    CORRECTIONS = "press_corrections"
    MILESTONE = "press_milestone"


class PressMail(OwedMail):
    """One e-mail owed to a follower. What was sent stays for as long as it could be owed again, so
    that it never is."""

    follower = models.ForeignKey(PressFollower, models.CASCADE, related_name="mails")
    message = models.CharField(max_length=20, choices=PressMessage)
    snapshot = models.ForeignKey(
        Snapshot, models.CASCADE, null=True, db_index=False, related_name="+"
    )
    # Whose corrections it tells, in UTC.
    day = models.DateField(null=True)
    created_at = models.DateTimeField()
    # When it was sent, or given up.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("follower",),
                condition=Q(message=PressMessage.CONFIRM),
                name="press_mail_confirm_once",
            ),
            models.UniqueConstraint(
                fields=("follower", "snapshot"),
                condition=Q(snapshot__isnull=False),
                name="press_mail_milestone_once",
            ),
            models.UniqueConstraint(
                fields=("follower", "day"),
                condition=Q(day__isnull=False),
                name="press_mail_day_once",
            ),
            models.CheckConstraint(
                condition=Q(message=PressMessage.CONFIRM, snapshot=None, day=None)
                | Q(message=PressMessage.CORRECTIONS, snapshot=None, day__isnull=False)
                | Q(message=PressMessage.MILESTONE, snapshot__isnull=False, day=None),
                name="press_mail_is_about",
            ),
        )
        indexes = (
            models.Index(
                fields=("message", "due_at"),
                name="press_mail_due",
                condition=Q(settled_at=None),
            ),
        )

    def __str__(self) -> str:
        return f"press mail {self.pk}"
