from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import EventKind, Letter
from campaign.organizers.models import Organizer
from signatures.models.signature import Signature


class Because(models.TextChoices):
    """Why a name left the list, or came back: the class of reason that the public is told."""

    SIGNER = "signer", _("withdrawn by the signer")
    NOT_THEM = "not_them", _("not signed by the person named")
    REPORTED = "reported", _("reported, and not signed by the person named")
    TWICE = "twice", _("the same person signed twice")
    NOT_A_NAME = "not_a_name", _("not the name of a person or organisation")
    AUTOMATED = "automated", _("signed by a program, not by a person")
    RULES = "rules", _("another reason of the organizers")
    CHECKING = "checking", _("being checked by the organizers")
    UNCONFIRMED = "unconfirmed", _("not confirmed by the organizers")
    MISTAKE = "mistake", _("taken out by mistake")
    CHECKED = "checked", _("checked by the organizers")

    @classmethod
    def for_removal(cls) -> tuple["Because", ...]:
        return (cls.NOT_THEM, cls.TWICE, cls.NOT_A_NAME, cls.AUTOMATED, cls.RULES)

    @classmethod
    def for_restoring(cls) -> tuple["Because", ...]:
        return (cls.MISTAKE, cls.CHECKED)


class Correction(models.Model):
    """A public line that tells what left the list or the text, or came back. Written by the
    sequencer alone, as it writes the event into the record at `index`.

    `name` is empty unless the signer asked to be named. `signature_id` is the row that it is about
    for as long as there is one, so that erasing finds the name: who signs anew gets another
    `public_id`.
    """

    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    index = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=10, choices=EventKind)
    reason = models.CharField(max_length=12, choices=Because, blank=True, default="")
    number = models.PositiveIntegerField(null=True)
    public_id = models.CharField(max_length=22, default="")
    signature_id = models.BigIntegerField(null=True)
    name = models.CharField(max_length=120, blank=True, default="")
    # Of the text that was published, if that is what it tells.
    text_sha256 = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    # The deed about many that it is a part of. Of those with the same kind and reason the first is
    # told as a line, which counts the others; they are folded into it.
    bulk_deed_id = models.BigIntegerField(null=True)
    is_folded = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("letter", "index"), name="correction_once"),)
        indexes = (
            models.Index(
                fields=("signature_id",),
                name="correction_of_signature",
                condition=Q(signature_id__isnull=False),
            ),
            models.Index(fields=("letter", "at"), name="correction_by_time"),
            models.Index(
                fields=("bulk_deed_id", "kind", "reason"),
                name="correction_of_bulk_deed",
                condition=Q(bulk_deed_id__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"correction {self.index}"


class Removal(models.Model):
    """That organizers took a signature out, for their own eyes: who, why, and if it came back."""

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="removals")
    because = models.CharField(max_length=12, choices=Because)
    note = models.CharField(max_length=300, blank=True, default="")
    removed_by = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField()
    restored_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    restored_at = models.DateTimeField(null=True)
    # The deed about many that did it.
    deed = models.ForeignKey(
        "signatures.BulkDeed", models.SET_NULL, null=True, db_index=False, related_name="+"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("signature",), condition=Q(restored_at=None), name="removal_once"
            ),
        )

    def __str__(self) -> str:
        return f"removal {self.pk}"
