from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer

PLACE_LETTERS = 160


class Collected(models.TextChoices):
    """How people said, elsewhere, that they sign."""

    PAPER = "paper", _("on paper")
    EVENT = "event", _("at an event")


class ImportState(models.TextChoices):
    # As it was sent: a worker reads it.
    RECEIVED = "received", _("is being read")
    CHECKING = "checking", _("is being checked")
    # What would happen stands on its page.
    READY = "ready", _("waits for you")
    UNREADABLE = "unreadable", _("cannot be read")
    # A second organizer, an owner, must approve it.
    PROPOSED = "proposed", _("waits for an owner")
    ASKING = "asking", pgettext_lazy("an import", "under way")
    DONE = "done", pgettext_lazy("an import", "done")
    CANCELLED = "cancelled", pgettext_lazy("an import", "cancelled")
    # By itself: too many said that they did not sign, or complained.
    STOPPED = "stopped", pgettext_lazy("an import", "stopped")

    @classmethod
    def moving(cls) -> tuple["ImportState", ...]:
        """What a worker is at."""
        return (cls.RECEIVED, cls.CHECKING, cls.ASKING)

    @classmethod
    def unbegun(cls) -> tuple["ImportState", ...]:
        """Nothing but the file itself is kept of it, and nobody was asked."""
        return (cls.RECEIVED, cls.CHECKING, cls.READY, cls.UNREADABLE, cls.PROPOSED)


class SheetImport(models.Model):
    """A file of people who said elsewhere that they sign, what it says of that, and how far asking
    them has come. Each of them is asked by an invitation (`SigningInvitation`).

    What was in the file stands sealed in `raw`, then in its parts, until they are asked; of each
    check it keeps figures, and sentences without anybody's words.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    state = models.CharField(max_length=10, choices=ImportState, default=ImportState.RECEIVED)
    # Up with each check: what somebody read of one is not what another found.
    revision = models.PositiveIntegerField(default=1)
    # The evidence, of each row that names no place or day of its own.
    collected = models.CharField(max_length=8, choices=Collected)
    place = models.CharField(max_length=PLACE_LETTERS)
    signed_on = models.DateField()
    # Of the e-mails, where a row names none; and of `why`.
    language = models.CharField(max_length=10)
    told_in = models.CharField(max_length=10)
    raw = models.BinaryField(null=True)
    # What each column holds, by the names of `importing.columns`; empty: it is not read.
    columns = models.JSONField(default=list)
    has_heading = models.BooleanField(default=False)
    # Of a file that cannot be read: why.
    why = models.CharField(max_length=300, blank=True, default="")
    # Rows below the heading, and what the last check found of them. The parts go once they are
    # asked, so that this stays.
    total = models.PositiveIntegerField(default=0)
    checked = models.PositiveIntegerField(default=0)
    found = models.JSONField(default=dict)
    # Of those found: for whom an invitation was made.
    asked = models.PositiveIntegerField(default=0)
    # Of a worker that reads or checks it, and how often one began to read.
    claimed_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    sent_by = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    # Who wanted these people to be asked.
    asked_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    begun_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=ImportState.values), name="sheet_import_state"
            ),
            models.CheckConstraint(
                condition=Q(collected__in=Collected.values) & ~Q(place=""),
                name="sheet_import_has_evidence",
            ),
            models.CheckConstraint(
                condition=Q(begun_at=None) & ~Q(state__in=("asking", "done", "stopped"))
                | Q(begun_at__isnull=False, asked_by__isnull=False),
                name="sheet_import_begun_by_somebody",
            ),
        )
        indexes = (
            models.Index(
                fields=("id",),
                name="sheet_import_moving",
                condition=Q(state__in=["received", "checking", "asking"]),
            ),
        )

    def __str__(self) -> str:
        return f"import {self.pk}"


class SheetPart(models.Model):
    """Some rows of a file, sealed. It goes in the transaction that makes their invitations."""

    sheet = models.ForeignKey(SheetImport, models.CASCADE, db_index=False, related_name="parts")
    number = models.PositiveIntegerField()
    rows = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("sheet", "number"), name="sheet_part_once"),)

    def __str__(self) -> str:
        return f"part {self.number} of import {self.sheet_id}"
