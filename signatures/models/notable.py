from django.db import models

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models.signature import Signature


class Notable(models.Model):
    """A signatory whom the organizers name first. Shown only at level 3 or above."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    signature = models.OneToOneField(Signature, models.CASCADE, related_name="notable")
    place = models.PositiveIntegerField()
    pinned_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    pinned_at = models.DateTimeField()

    class Meta:
        ordering = ("place", "pk")
        indexes = (models.Index(fields=("letter", "place"), name="notable_in_order"),)

    def __str__(self) -> str:
        return f"notable {self.pk}"
