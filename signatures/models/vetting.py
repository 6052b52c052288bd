from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models.precaution import Precaution
from signatures.models.signature import Signature


class Watched(models.Model):
    """A name that nobody may sign with unseen: on a letter's list, or on the site's (no letter)."""

    letter = models.ForeignKey(Letter, models.CASCADE, null=True, related_name="+")
    name = models.CharField(_("name"), max_length=120)
    # Normalised words in alphabetical order.
    key = models.CharField(max_length=360)
    added_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)
    # Who wants it off the list: it is watched until a second organizer wants it, too.
    dropped_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    # When it was compared with all who stood already; until then, up to which id of a signature.
    screened_at = models.DateTimeField(null=True)
    screened_to = models.BigIntegerField(default=0, db_default=0)

    class Meta:
        verbose_name = _("watched name")
        verbose_name_plural = _("watched names")
        constraints = (
            models.UniqueConstraint(fields=("letter", "key"), name="watched_once"),
            models.UniqueConstraint(
                fields=("key",), condition=Q(letter=None), name="watched_by_site_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("id",), name="watched_not_screened", condition=Q(screened_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"watched name {self.pk}"


class Reason(models.TextChoices):
    """Why a signature waits for the organizers."""

    WATCHED = "watched", _("resembles a watched name")
    NAMESAKE = "namesake", _("has the name of somebody vetted here")
    MIXED = "mixed", _("mixes look-alike letters of several alphabets")
    EVERYONE = "everyone", _("this letter vets everyone")
    AGAIN = "again", _("was rejected or taken out before")
    BY_HAND = "by_hand", _("held by an organizer")
    CLAIMED = "claimed", _("somebody else showed that the name is theirs")
    EDITED = "edited", _("changed while it waited")
    PRECAUTION = "precaution", _("held as a precaution")


class VettingState(models.TextChoices):
    WAITING = "waiting", _("waiting")
    # One of two organizers has approved a watched name; another must.
    SECONDED = "seconded", _("waits for a second organizer")
    KEPT = "kept", _("held")
    APPROVED = "approved", _("approved")
    REJECTED = "rejected", _("rejected")
    WITHDRAWN = "withdrawn", _("withdrawn by the signer")

    @classmethod
    def open(cls) -> tuple[Self, ...]:
        return (cls.WAITING, cls.SECONDED, cls.KEPT)


class Vetting(models.Model):
    """A signature before the organizers: why, since when, who is at it, and how it stands."""

    signature = models.OneToOneField(Signature, models.CASCADE, related_name="vetting")
    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    reason = models.CharField(max_length=10, choices=Reason)
    watched = models.ForeignKey(Watched, models.SET_NULL, null=True, related_name="+")
    # What it is held by, if nothing else holds it.
    precaution = models.ForeignKey(
        Precaution, models.SET_NULL, null=True, related_name="+", db_index=False
    )
    # Whether two organizers must approve. Only ever becomes true, whatever happens to the watch
    # list or to the name.
    needs_two = models.BooleanField(default=False, db_default=False)
    state = models.CharField(max_length=10, choices=VettingState, default=VettingState.WAITING)
    # Higher is looked at first: resemblance, duplicates, bursts from one network.
    risk = models.PositiveSmallIntegerField(default=0)
    opened_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True)
    claimed_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    claimed_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(reason__in=Reason.values), name="vetting_reason"),
            models.CheckConstraint(
                condition=Q(state__in=VettingState.values), name="vetting_state"
            ),
            models.CheckConstraint(
                condition=Q(needs_two=True) | (~Q(reason="watched") & Q(watched=None)),
                name="vetting_watched_needs_two",
            ),
        )
        indexes = (
            models.Index(
                fields=("letter", "-risk", "opened_at"),
                name="vetting_queue",
                condition=Q(state__in=["waiting", "seconded", "kept"]),
            ),
            models.Index(
                fields=("letter", "-decided_at"),
                name="vetting_decided",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(
                fields=("precaution",),
                name="vetting_by_precaution",
                condition=Q(precaution__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"vetting {self.pk}"


class Verdict(models.TextChoices):
    APPROVE = "approve", _("approved")
    HOLD = "hold", _("held")
    REJECT = "reject", _("rejected")
    UNDO = "undo", _("undone")
    # Taken off the list, or out of the rejected, to be looked at once more.
    DOUBT = "doubt", _("to be checked once more")


class Decision(models.Model):
    """What an organizer decided about a signature. Never changed; undoing is a decision, too."""

    vetting = models.ForeignKey(Vetting, models.CASCADE, related_name="decisions")
    organizer = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    verdict = models.CharField(max_length=8, choices=Verdict)
    reason = models.CharField(max_length=300, blank=True, default="")
    # What the signer is told, if anything.
    message = models.CharField(max_length=1000, blank=True, default="")
    # State before, so that it can be undone.
    before = models.CharField(max_length=10, choices=VettingState)
    # Which revision of the signature it was about; none was kept of the oldest decisions.
    revision = models.PositiveIntegerField(null=True)
    # What was decided by one press has one id, and is undone by one.
    deed = models.UUIDField(null=True)
    # The decision that this one takes back, for Verdict.UNDO alone.
    undoes = models.OneToOneField("self", models.CASCADE, null=True, related_name="undone_by")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(verdict__in=Verdict.values), name="decision_verdict"
            ),
            models.CheckConstraint(
                condition=Q(undoes=None) | Q(verdict=Verdict.UNDO), name="decision_undoes"
            ),
        )
        indexes = (
            models.Index(
                fields=("deed",), name="decision_of_deed", condition=Q(deed__isnull=False)
            ),
        )

    def __str__(self) -> str:
        return f"decision {self.pk}"
