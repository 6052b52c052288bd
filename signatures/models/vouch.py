from django.db import models
from django.db.models import F, Q

from signatures.models.signature import Signature


class Vouch(models.Model):
    """One vetted signatory's word for another, whom they name a relation to.

    Two that stand make one proof. Who vouched and how they know each other is
    for the two of them and for the organizers only.
    """

    voucher = models.ForeignKey(Signature, models.CASCADE, related_name="vouches_given")
    signature = models.ForeignKey(Signature, models.CASCADE, related_name="vouches")
    relation = models.CharField(max_length=160)
    made_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "vouches"
        constraints = (
            models.UniqueConstraint(
                fields=("voucher", "signature"),
                condition=Q(revoked_at=None),
                name="vouch_once",
            ),
            models.CheckConstraint(
                condition=~Q(voucher=F("signature")), name="vouch_for_somebody_else"
            ),
        )

    def __str__(self) -> str:
        return f"vouch {self.pk}"
