from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from signatures.models.signature import Signature
from signatures.models.vetting import Watched


class RecheckReason(models.TextChoices):
    """Why organizers should look again at a signature that stands on the list."""

    CHANGED = "changed", _("changed since you vetted it")
    WATCHED = "watched", _("resembles a name that is watched since")
    NETWORK = "network", _("same name and network as another signature")
    DOMAIN = "domain", _("same name, and an address of the same domain, as another signature")
    THROWAWAY = "throwaway", _("address of a provider that gives them out for minutes")
    UNNAMED = "unnamed", _("asks to be vetted, and not to be named")


class Recheck(models.Model):
    """A signature that stands, for the organizers to look at once more. Nobody else learns of it,
    and it holds nothing back."""

    signature = models.OneToOneField(Signature, models.CASCADE, related_name="recheck")
    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=RecheckReason)
    watched = models.ForeignKey(Watched, models.SET_NULL, null=True, related_name="+")
    opened_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(reason__in=RecheckReason.values), name="recheck_reason"
            ),
        )
        indexes = (models.Index(fields=("letter", "opened_at"), name="recheck_in_order"),)

    def __str__(self) -> str:
        return f"recheck {self.pk}"


class RepeatsSought(models.Model):
    """Up to which number a letter's signatures were compared with one another."""

    letter = models.OneToOneField(
        Letter, models.CASCADE, primary_key=True, related_name="repeats_sought"
    )
    to_number = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"repeats sought on letter {self.pk}"
