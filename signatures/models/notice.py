from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from campaign.mail.models import OwedMail
from campaign.organizers.models import Membership, Organizer


class NoticeKind(models.TextChoices):
    """What organizers are told of."""

    MILESTONE = "milestone", _("A letter reaches a round number, or one that you chose")
    VETTING = "vetting", _("A signature has waited to be checked for more than a day")
    REPORT = "report", _("Somebody reports a name on the list")
    BURST = "burst", _("Many sign within a few minutes")
    WORK = "work", _("A letter looks attacked: proof of work is asked for, and no more")
    MAIL = "mail", _("E-mail to signers fails")
    UPDATE = "update", _("An update has been sent to all")
    DIGEST = "digest", _("Each day: what happened the day before")


class Happening(models.Model):
    """Something that organizers are told of. `key` makes it happen once, however many sweeps find
    it at the same moment; figures and no names."""

    kind = models.CharField(max_length=10, choices=NoticeKind)
    key = models.CharField(max_length=80)
    # None: it is about the whole site.
    letter = models.ForeignKey(Letter, models.CASCADE, null=True, related_name="+")
    figures = models.JSONField(default=dict)
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("kind", "key"), name="happening_once"),
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values) & ~Q(kind="digest"), name="happening_kind"
            ),
        )

    def __str__(self) -> str:
        return f"happening {self.kind} {self.key}"


class Notice(OwedMail):
    """One e-mail to one organizer: of a happening, or the digest of a day. Kept for some weeks, so
    that nothing is told twice."""

    organizer = models.ForeignKey(Organizer, models.CASCADE, related_name="+")
    happening = models.ForeignKey(Happening, models.CASCADE, null=True, related_name="notices")
    # Of a digest: the day that it is about, where the organizer is.
    day = models.DateField(null=True)
    # Of a digest, by the id of the letter.
    figures = models.JSONField(default=dict)
    created_at = models.DateTimeField()
    # When it was sent, refused, or had become pointless.
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("happening", "organizer"), name="notice_once"),
            models.UniqueConstraint(fields=("organizer", "day"), name="notice_digest_once"),
            models.CheckConstraint(
                condition=Q(happening=None, day__isnull=False)
                | Q(happening__isnull=False, day=None),
                name="notice_is_of_one_thing",
            ),
        )
        indexes = (
            models.Index(fields=("due_at",), name="notice_due", condition=Q(settled_at=None)),
        )

    def __str__(self) -> str:
        return f"notice {self.pk}"


class NoticeSwitch(models.Model):
    """That a member of a team wants to be told of a kind, or not. Without a row the kind's default
    holds, so that a later kind has one, too."""

    membership = models.ForeignKey(
        Membership, models.CASCADE, db_index=False, related_name="notice_switches"
    )
    kind = models.CharField(max_length=10, choices=NoticeKind)
    is_on = models.BooleanField()

    class Meta:
        verbose_name_plural = "notice switches"
        constraints = (
            models.UniqueConstraint(fields=("membership", "kind"), name="notice_switch_once"),
            models.CheckConstraint(
                condition=Q(kind__in=NoticeKind.values), name="notice_switch_kind"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {'on' if self.is_on else 'off'}"


class NoticeSettings(models.Model):
    """When and in which language an organizer is told."""

    organizer = models.OneToOneField(
        Organizer, models.CASCADE, primary_key=True, related_name="notice_settings"
    )
    # Of the daily digest, where the organizer is.
    hour = models.PositiveSmallIntegerField(default=8)
    time_zone = models.CharField(max_length=64, default="UTC")
    # Empty: that of the letter.
    language = models.CharField(max_length=10, blank=True, default="")

    class Meta:
        verbose_name_plural = "notice settings"
        constraints = (
            models.CheckConstraint(condition=Q(hour__lte=23), name="notice_settings_hour"),
        )

    def __str__(self) -> str:
        return f"at {self.hour}, {self.time_zone}"
