from django.db import models
from django.db.models import Q

from campaign.letters.models import Letter
from signatures.models.signature import Signature


class TurnedAway(models.Model):
    """That organizers turned somebody away, or doubted them: a keyed hash of a name, or of an
    address, so that neither comes back unseen while the letter is open.

    Written with the decision, and cleared by an approval or a restoration alone: what the signer
    does changes nothing. Of a signature that its signer erased only letter, key and `needs_two`
    stay: that leads to no row, number or moment, and which name belonged to which address it does
    not tell.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    key = models.BinaryField(max_length=32)
    # Whether the name was watched: then whoever comes back needs two organizers.
    needs_two = models.BooleanField(default=False)
    signature = models.ForeignKey(Signature, models.CASCADE, null=True, related_name="turned_away")
    remembered_at = models.DateTimeField(null=True)
    cleared_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "turned away"
        constraints = (
            models.UniqueConstraint(
                fields=("letter", "key"),
                condition=Q(signature=None),
                name="turned_away_once",
            ),
            models.UniqueConstraint(
                fields=("signature", "key"), name="turned_away_once_of_signature"
            ),
            models.CheckConstraint(
                condition=Q(signature__isnull=False, remembered_at__isnull=False)
                | Q(signature=None, remembered_at=None, cleared_at=None),
                name="turned_away_of_nobody_has_no_time",
            ),
        )

    def __str__(self) -> str:
        return f"turned away {self.pk}"
