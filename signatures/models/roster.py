from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer


class Roster(models.Model):
    """The members of a union or society, as the organizers uploaded them: keyed hashes only.

    What one organizer uploads waits until another confirms it; only then it takes the place of the
    lines before it, and signers can be found in it.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="rosters")
    # As readers see it beside a name: "member of the Society of Invented Arts".
    name = models.CharField(_("name of the union or society"), max_length=120)
    # The lines that count: how many, by whom, and since when. No time: there are none so far.
    size = models.PositiveIntegerField(default=0)
    uploaded_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    uploaded_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    # The lines that wait for a second organizer. The number goes up with each upload, so that
    # nobody confirms lines that they have not heard of.
    proposal = models.PositiveIntegerField(default=0)
    proposed_size = models.PositiveIntegerField(null=True)
    proposed_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    proposed_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("roster")
        verbose_name_plural = _("rosters")
        constraints = (
            models.UniqueConstraint(fields=("letter", "name"), name="roster_once"),
            models.CheckConstraint(
                condition=~Q(confirmed_by=F("uploaded_by")), name="roster_takes_two"
            ),
        )

    def __str__(self) -> str:
        return f"roster {self.pk}"


class Member(models.Model):
    """One line of a roster: a keyed hash of number and name together; neither can be read back."""

    roster = models.ForeignKey(Roster, models.CASCADE, related_name="members")
    key = models.BinaryField(max_length=32)
    # For a second organizer to confirm: nobody is found in it before.
    waits = models.BooleanField(default=False, db_default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("roster", "key", "waits"), name="member_once"),
        )

    def __str__(self) -> str:
        return f"member {self.pk}"
