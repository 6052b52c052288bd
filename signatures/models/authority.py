from django.db import models
from django.utils.translation import gettext_lazy as _

from signatures.models.signature import Signature


class Authority(models.Model):
    """Who signed for an organisation, and as what. Shown only while a proof of its domain stands:
    without one, it is a claim like any other."""

    signature = models.OneToOneField(Signature, models.CASCADE, related_name="authority")
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=120)
    stated_at = models.DateTimeField()
    # On a letter that vets everyone it is shown once an organizer has looked.
    waits = models.BooleanField(default=False, db_default=False)

    class Meta:
        verbose_name_plural = "authorities"

    def __str__(self) -> str:
        return f"authority {self.pk}"
