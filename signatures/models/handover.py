from django.db import models
from django.db.models import Q

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models.record import Snapshot


class HandoverPackage(models.Model):
    """The files that a letter is handed over as, bound to a snapshot.

    `content` holds names: organizers alone get it, for a month, and not once somebody in it left
    the list or changed a detail (`mark`). `files`, their sizes and hashes, stay.
    """

    letter = models.ForeignKey(Letter, models.PROTECT, db_constraint=False, related_name="+")
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    # Nobody else makes it until then.
    claimed_until = models.DateTimeField(null=True)
    made_at = models.DateTimeField(null=True)
    snapshot = models.ForeignKey(Snapshot, models.PROTECT, null=True, related_name="+")
    # In order, each [name, size in bytes, SHA-256 in hex].
    files = models.JSONField(default=list)
    # A ZIP of them; None before it is made, and once it is forgotten.
    content = models.BinaryField(null=True)
    mark = models.CharField(max_length=120, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("letter",), condition=Q(made_at=None), name="handover_package_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(made_at=None, snapshot=None)
                | Q(made_at__isnull=False, snapshot__isnull=False),
                name="handover_package_of_snapshot",
            ),
        )

    def __str__(self) -> str:
        return f"package {self.pk}"


class Handover(models.Model):
    """That a package was handed to somebody: a public line, which is corrected or struck out, and
    never deleted."""

    letter = models.ForeignKey(Letter, models.PROTECT, db_constraint=False, related_name="+")
    number = models.PositiveSmallIntegerField()
    revision = models.PositiveIntegerField(default=1)
    package = models.ForeignKey(HandoverPackage, models.PROTECT, related_name="handovers")
    delivered_on = models.DateField()
    recipient = models.CharField(max_length=160)
    how = models.CharField(max_length=300, blank=True, default="")
    receipt = models.CharField(max_length=600, blank=True, default="")
    receipt_url = models.CharField(max_length=300, blank=True, default="")
    noted_at = models.DateTimeField()
    noted_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    corrected_at = models.DateTimeField(null=True)
    struck_at = models.DateTimeField(null=True)
    # Told to readers, too.
    struck_reason = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "number"), name="handover_number_once"),
            models.CheckConstraint(
                condition=Q(struck_at=None, struck_reason="")
                | (Q(struck_at__isnull=False) & ~Q(struck_reason="")),
                name="handover_struck_says_why",
            ),
        )

    def __str__(self) -> str:
        return f"handover {self.number}"
