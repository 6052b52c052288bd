from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer


class Roster(models.Model):
    """The members of a union or society, as its organizers uploaded them: keyed hashes only."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="rosters")
    # As readers see it beside a name: "member of the Society of Invented Arts".
    name = models.CharField(_("name of the union or society"), max_length=120)
    size = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField()

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        constraints = (models.UniqueConstraint(fields=("letter", "name"), name="roster_once"),)

    def __str__(self) -> str:
        return f"roster {self.pk}"


class Member(models.Model):
    """One line of a roster: a keyed hash of number and name together; neither can be read back."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="members")
    key = models.BinaryField(max_length=32)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("roster", "key"), name="member_once"),)

    def __str__(self) -> str:
        return f"member {self.pk}"
