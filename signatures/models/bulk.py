from typing import Self
from uuid import uuid4

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models.correction import Because
from signatures.models.signature import Signature, SignatureState


class BulkAction(models.TextChoices):
    """What is done to all that a query found."""

    REMOVE = "remove", _("taken off the list")
    HOLD = "hold", _("held, to be checked")


class BulkState(models.TextChoices):
    # A second organizer must approve it.
    PROPOSED = "proposed", _("waits for a second organizer")
    RUNNING = "running", pgettext_lazy("a deed about many", "under way")
    DONE = "done", pgettext_lazy("a deed about many", "done")
    CANCELLED = "cancelled", pgettext_lazy("a deed about many", "cancelled")
    UNDOING = "undoing", pgettext_lazy("a deed about many", "being undone")
    UNDONE = "undone", pgettext_lazy("a deed about many", "undone")

    @classmethod
    def moving(cls) -> tuple[Self, ...]:
        """What a worker is at."""
        return (cls.RUNNING, cls.UNDOING)


class BulkRowState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    DONE = "done", pgettext_lazy("a deed about many", "done")
    # Changed, vetted, withdrawn, or in somebody's hands by then.
    LEFT = "left", _("left as it was")
    CANCELLED = "cancelled", pgettext_lazy("a deed about many", "cancelled")
    UNDONE = "undone", pgettext_lazy("a deed about many", "undone")
    # Not undone: somebody has changed it since.
    STAYED = "stayed", _("changed since, and not undone")


class BulkDeed(models.Model):
    """Taking many off the list, or holding them, by one query: who wants it, who approved it, and
    how it stands. Whom it is about was written down when it was asked for (`BulkRow`)."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    # What its decisions have in common.
    key = models.UUIDField(unique=True, default=uuid4)
    action = models.CharField(max_length=8, choices=BulkAction)
    because = models.CharField(max_length=12, choices=Because, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="")
    # As it was typed, by the names of the form's fields.
    query = models.JSONField()
    state = models.CharField(max_length=10, choices=BulkState)
    total = models.PositiveIntegerField()
    takes_vetted = models.BooleanField()
    asked_by = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    approved_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    # When work on it began, and when it ended last.
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(state__in=BulkState.values), name="bulk_state"),
            models.CheckConstraint(
                condition=(Q(action="remove") & ~Q(because="")) | Q(action="hold", because=""),
                name="bulk_removal_has_reason",
            ),
        )
        indexes = (
            models.Index(fields=("letter", "-asked_at"), name="bulk_newest"),
            models.Index(
                fields=("id",), name="bulk_moving", condition=Q(state__in=["running", "undoing"])
            ),
        )

    def __str__(self) -> str:
        return f"bulk deed {self.pk}"


class BulkRow(models.Model):
    """One of those whom a deed about many is about. Goes with the signature."""

    deed = models.ForeignKey(BulkDeed, models.CASCADE, db_index=False, related_name="rows")
    signature = models.ForeignKey(Signature, models.CASCADE, related_name="bulk_rows")
    # As it was when the deed was asked for.
    revision = models.PositiveIntegerField()
    state = models.CharField(max_length=10, choices=BulkRowState)
    # In which state the deed found it, where it did something.
    found = models.CharField(max_length=10, choices=SignatureState, blank=True, default="")
    done_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("deed", "signature"), name="bulk_row_once"),
            models.CheckConstraint(
                condition=Q(state__in=BulkRowState.values), name="bulk_row_state"
            ),
        )
        indexes = (models.Index(fields=("deed", "state"), name="bulk_rows_by_state"),)

    def __str__(self) -> str:
        return f"bulk row {self.pk}"
