from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer


class Trait(models.TextChoices):
    """What many signatures may have in common, and those to come may be held for."""

    # The keyed hash of it, in hexadecimal digits.
    NETWORK = "network", _("from one network")
    DOMAIN = "domain", _("with addresses of one domain")
    NAME = "name", _("of one name")
    CREDIT = "credit", _("known for the same")
    AFFILIATION = "affiliation", _("with the same affiliation")
    # Of the site alone: as `203.0.113.0/24`.
    RANGE = "range", _("from one range of networks")
    COUNTRY = "country", _("from one country")
    THROWAWAY = "throwaway", _("with addresses that are given out for minutes")
    EVERYONE = "everyone", _("everyone")
    # Held are only those whose browser did none.
    WORK = "work", _("proof of work, asked of everyone who signs")


class Precaution(models.Model):
    """That anyone who confirms, or changes what readers see, from now on and has this in common
    waits for the organizers.

    Of one letter, or of the whole site (no letter). Ends by itself, or when somebody stops it;
    what it held goes on waiting.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, null=True, related_name="+")
    trait = models.CharField(max_length=12, choices=Trait)
    # As `moderation/precautions.py` compares it. Empty where the trait says all.
    value = models.CharField(max_length=360, blank=True, default="")
    begun_at = models.DateTimeField()
    # Nobody: by itself, under attack.
    begun_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    # None: until somebody stops it.
    ends_at = models.DateTimeField(null=True)
    stopped_at = models.DateTimeField(null=True)
    stopped_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(trait__in=Trait.values), name="precaution_trait"),
            models.CheckConstraint(
                condition=Q(ends_at=None) | Q(ends_at__gt=F("begun_at")),
                name="precaution_ends_after_it_began",
            ),
            models.UniqueConstraint(
                fields=("letter", "trait", "value"),
                condition=Q(stopped_at=None),
                name="precaution_once",
            ),
            models.UniqueConstraint(
                fields=("trait", "value"),
                condition=Q(letter=None, stopped_at=None),
                name="precaution_of_site_once",
            ),
            models.CheckConstraint(
                condition=~Q(trait="range") | Q(letter=None), name="precaution_range_is_of_site"
            ),
        )

    def __str__(self) -> str:
        return f"precaution {self.pk}"
