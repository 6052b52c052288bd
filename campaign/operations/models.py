from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign import languages


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
