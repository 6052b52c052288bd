from django.db import models

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer

MAX_TAG_LETTERS = 24


class CampaignTag(models.Model):
    """A word that organizers put into links to their letter, to learn by which of them people come.
    Only these are ever kept with a signature (`Signature.came_from`)."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    tag = models.CharField(max_length=MAX_TAG_LETTERS)
    added_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("letter", "tag"), name="campaign_tag_once"),)

    def __str__(self) -> str:
        return f"campaign tag {self.pk}"
