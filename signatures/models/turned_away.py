from django.db import models

from campaign.letters.models import Letter


class TurnedAway(models.Model):
    """What stays of a signature that organizers had turned away and its signer erased: a keyed hash
    of its name or of its address, so that neither comes back unseen while the letter is open.

    It leads to no row, number or moment, and which name belonged to which address it does not tell.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    key = models.BinaryField(max_length=32)

    class Meta:
        verbose_name_plural = "turned away"
        constraints = (models.UniqueConstraint(fields=("letter", "key"), name="turned_away_once"),)

    def __str__(self) -> str:
        return f"turned away {self.pk}"
