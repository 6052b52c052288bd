from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from signatures.models.signature import Signature


class Source(models.TextChoices):
    """Public records that tell of creative people. Whoever can type can point at one."""

    MUSICBRAINZ = "musicbrainz", "MusicBrainz"
    WIKIDATA = "wikidata", "Wikidata"
    OPEN_LIBRARY = "open_library", "Open Library"
    ORCID = "orcid", "ORCID"
    IMDB = "imdb", "IMDb"
    ISNI = "isni", "ISNI"

    @classmethod
    def looked_up(cls) -> tuple[Self, ...]:
        """Those that answer programs; the others are links for a person to open."""
        return (cls.MUSICBRAINZ, cls.WIKIDATA, cls.OPEN_LIBRARY, cls.ORCID)


class EvidenceState(models.TextChoices):
    GIVEN = "given", _("given by the signer")
    FOUND = "found", _("found")
    MISSING = "missing", _("no such entry")
    FAILED = "failed", _("could not be looked up")


class Evidence(models.Model):
    """A public record that a signer points at: for vetters to read, never a proof, never public."""

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="evidence")
    source = models.CharField(max_length=12, choices=Source)
    identifier = models.CharField(max_length=60)
    state = models.CharField(max_length=8, choices=EvidenceState, default=EvidenceState.GIVEN)
    # What the record says: its name for them, and the host of their official website.
    found_name = models.CharField(max_length=200, blank=True, default="")
    found_host = models.CharField(max_length=253, blank=True, default="")
    given_at = models.DateTimeField()
    looked_up_at = models.DateTimeField(null=True)
    look_up_due_at = models.DateTimeField(null=True)
    tries = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name_plural = "evidence"
        constraints = (
            models.CheckConstraint(condition=Q(source__in=Source.values), name="evidence_source"),
            models.CheckConstraint(
                condition=Q(state__in=EvidenceState.values), name="evidence_state"
            ),
            models.UniqueConstraint(
                fields=("signature", "source", "identifier"), name="evidence_once"
            ),
        )
        indexes = (
            models.Index(
                fields=("look_up_due_at",),
                name="evidence_due",
                condition=Q(look_up_due_at__isnull=False),
            ),
            models.Index(fields=("source", "identifier"), name="evidence_same_record"),
        )

    def __str__(self) -> str:
        return f"evidence {self.pk}"
