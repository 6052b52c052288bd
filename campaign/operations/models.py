from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign import languages


class Feature(models.TextChoices):
    """What can be switched off while the site runs, since it costs much or can be misused. Never
    signing, confirming, withdrawing, erasing or the record's own files."""

    SEARCH = "search", _("Search by name")
    CHARTS = "charts", _("Charts of the press page")
    EXPORTS = "exports", _("Lists as CSV, workbook and JSON")
    RECORD_EXPORT = "record_export", _("The whole record as one file")
    PDF = "pdf", _("The letter with all names as PDF")
    CARDS = "cards", _("Pictures for sharing")
    API = "api", _("The interface for programs")
    UPDATES = "updates", _("Sending updates to those who signed")
    APPLICATIONS = "applications", _("Applications to publish")


class SwitchedOff(models.Model):
    """A feature that is off, while its row is there."""

    feature = models.CharField(_("feature"), max_length=20, unique=True, choices=Feature)
    since = models.DateTimeField(_("since"), auto_now_add=True)

    class Meta:
        verbose_name = _("switched-off feature")
        verbose_name_plural = _("switched-off features")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(feature__in=Feature.values), name="switched_off_feature"
            ),
        )

    def __str__(self) -> str:
        return self.get_feature_display()


class Announcement(models.Model):
    """A line on every page of the site, while its row is there."""

    language = models.CharField(
        _("language"),
        max_length=10,
        unique=True,
        choices=[(code, languages.NAMES[code]) for code in languages.INTERFACE],
    )
    text = models.CharField(_("text"), max_length=300)

    class Meta:
        verbose_name = _("announcement")
        verbose_name_plural = _("announcements")

    def __str__(self) -> str:
        return f"announcement in {self.language}"
