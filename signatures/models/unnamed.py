from django.db import models
from django.db.models import Q

from signatures.models.signature import Signature


class UnnamedVetting(models.Model):
    """That somebody who is not named asked to be vetted, and what was promised to them: who they
    are is deleted so many days after the organizers have vetted them.

    It holds for one signing, which `public_id` names: an address that signs anew asks anew.
    """

    signature = models.OneToOneField(Signature, models.CASCADE, related_name="unnamed_vetting")
    public_id = models.CharField(max_length=22)
    # As the letter promised when it was asked, whatever it promises since.
    days = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    # None while nobody has vetted them.
    forget_at = models.DateTimeField(null=True)
    forgotten_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(days__gte=1), name="unnamed_vetting_days"),
            models.CheckConstraint(
                condition=Q(forgotten_at=None) | Q(forget_at__isnull=False),
                name="unnamed_vetting_forgotten_was_due",
            ),
        )
        indexes = (
            models.Index(
                fields=("forget_at",),
                name="unnamed_vetting_due",
                condition=Q(forgotten_at=None, forget_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"unnamed vetting {self.pk}"
