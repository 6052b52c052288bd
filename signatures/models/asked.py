from django.db import models

from campaign.letters.models import Text


class Asked(models.Model):
    """A new text about which those who signed before were asked by e-mail: once, for good."""

    text = models.OneToOneField(Text, models.PROTECT, related_name="asked")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "asked"

    def __str__(self) -> str:
        return f"asked about {self.text}"
