from dataclasses import dataclass

from django.db import models
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter


class Entry(models.Model):
    """A leaf of a letter's record: the exact bytes that were hashed."""

    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    index = models.PositiveBigIntegerField()
    leaf = models.BinaryField()

    class Meta:
        verbose_name_plural = "entries"
        constraints = (
            models.UniqueConstraint(fields=("letter", "index"), name="entry_index_once"),
        )

    def __str__(self) -> str:
        return f"entry {self.index}"


class Tile(models.Model):
    """Up to 256 hashes of one level of a letter's tree, as in C2SP tlog-tiles.

    Only the last tile of a level grows; a full one never changes.
    """

    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "level", "index"), name="tile_once"),
        )

    def __str__(self) -> str:
        return f"tile {self.level}/{self.index}"


@dataclass(frozen=True, slots=True)
class VersionTally:
    """How many signed one version of the text, as `Checkpoint` counts all of them."""

    people: int = 0
    organisations: int = 0
    anonymous: int = 0
    level_1: int = 0
    level_2: int = 0
    level_3: int = 0
    level_4: int = 0

    @property
    def total(self) -> int:
        return self.people + self.organisations

    @property
    def named(self) -> int:
        return self.total - self.anonymous

    @property
    def levels(self) -> dict[str, int]:
        return {str(level): getattr(self, f"level_{level}") for level in (1, 2, 3, 4)}


class Checkpoint(models.Model):
    """Signed size and root of a letter's record, with the tally folded up to there.

    Written by the sequencer alone, never changed; the latest one is the letter's count.
    """

    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    size = models.PositiveBigIntegerField()
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    as_of = models.DateTimeField()
    # Signings ever recorded, withdrawn ones too.
    signings = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    organisations = models.PositiveIntegerField(default=0)
    anonymous = models.PositiveIntegerField(default=0)
    level_1 = models.PositiveIntegerField(default=0)
    level_2 = models.PositiveIntegerField(default=0)
    level_3 = models.PositiveIntegerField(default=0)
    level_4 = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)
    # Numbers that are given to nobody, since lost lines may have given them (`Continuation`).
    lost = models.PositiveIntegerField(default=0, db_default=0)
    # The same counts by the version of the text that was signed, as {"1": {"people": 2, …}, …};
    # a version without an entry was signed by nobody yet. Their sums are the columns above.
    versions = models.JSONField(default=dict)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "size"), name="checkpoint_size_once"),
            models.CheckConstraint(
                condition=models.Q(
                    people=models.F("level_1")
                    + models.F("level_2")
                    + models.F("level_3")
                    + models.F("level_4")
                    - models.F("organisations")
                )
                & models.Q(anonymous__lte=models.F("people")),
                name="checkpoint_counts_add_up",
            ),
        )
        indexes = (models.Index(fields=("letter", "as_of"), name="checkpoint_by_time"),)
        get_latest_by = "size"

    def __str__(self) -> str:
        return f"checkpoint {self.size}"

    @property
    def total(self) -> int:
        return self.people + self.organisations

    @property
    def last_number(self) -> int:
        """No signature of the letter has a higher number."""
        return self.signings + self.lost

    @property
    def named(self) -> int:
        """As long is the list."""
        return self.total - self.anonymous

    @property
    def levels(self) -> dict[str, int]:
        return {
            "1": self.level_1,
            "2": self.level_2,
            "3": self.level_3,
            "4": self.level_4,
        }

    def of_version(self, number: int) -> VersionTally:
        """How many signed this version of the text: its `Text.number`."""
        return VersionTally(**self.versions.get(str(number), {}))


class Breakdown(models.Model):
    """How many count in one combination of text, kind, level, profession and country: the tally
    in detail, folded by the sequencer in the same transaction. Summing rows gives any count.

    Profession and country are empty for those who are not named (`tally.cell_of`).
    """

    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    version = models.PositiveSmallIntegerField()
    kind = models.CharField(max_length=12)
    level = models.PositiveSmallIntegerField()
    profession = models.CharField(max_length=20)
    country = models.CharField(max_length=2)
    is_anonymous = models.BooleanField()
    count = models.IntegerField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=(
                    *("letter", "version", "kind", "level"),
                    *("profession", "country", "is_anonymous"),
                ),
                name="breakdown_once",
            ),
        )

    def __str__(self) -> str:
        return f"breakdown {self.pk}"


class Cause(models.TextChoices):
    MILESTONE = "milestone", _("milestone")
    CLOSED = "closed", _("the letter closed")
    # After the closing, if signatures were still being checked then.
    DECIDED = "decided", _("the last signature that was being checked when it closed was decided")
    BY_HAND = "by_hand", _("taken by the organizers")


class Snapshot(models.Model):
    """Counts and list as they stood at a checkpoint. Never changed.

    Its list is not copied: it is every number up to `checkpoint.signings` that no correction
    before `checkpoint.size` had taken out. Who left later stands in it redacted.
    """

    letter = models.ForeignKey(Letter, models.PROTECT, db_constraint=False, related_name="+")
    number = models.PositiveIntegerField()
    cause = models.CharField(max_length=10, choices=Cause)
    milestone = models.PositiveIntegerField(null=True)
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, related_name="+")
    # The text that stood then: {language: SHA-256 in hex}.
    texts = models.JSONField()
    # Rows of [kind, level, profession, country, is_anonymous, version, count], as of Breakdown;
    # older ones are without the version.
    breakdown = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "number"), name="snapshot_number_once"),
            models.UniqueConstraint(fields=("letter", "milestone"), name="snapshot_milestone_once"),
        )
        get_latest_by = "number"

    def __str__(self) -> str:
        return f"snapshot {self.number}"


class Continuation(models.Model):
    """That a log goes on from another one, the end of which was lost: at `index` of a letter's
    record, or, without a letter, of the site's log.

    `note` is the last checkpoint of the lost log, `size` its number of leaves. What both logs have
    in common are the first `shared` leaves.
    """

    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, null=True, related_name="+"
    )
    index = models.PositiveBigIntegerField()
    shared = models.PositiveBigIntegerField()
    size = models.PositiveBigIntegerField()
    note = models.TextField()
    at = models.DateTimeField()
    # The last number that was given ahead of it. As many as lines are lost are given to nobody.
    last_number = models.PositiveIntegerField(default=0)
    # Where the site's log tells of the lost log; None until it does.
    site_index = models.PositiveBigIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "index"), name="continuation_once"),
            models.UniqueConstraint(
                fields=("index",),
                condition=models.Q(letter=None),
                name="continuation_of_site_once",
            ),
            models.CheckConstraint(
                condition=models.Q(size__gte=models.F("shared"), shared__lte=models.F("index")),
                name="continuation_loses",
            ),
        )

    def __str__(self) -> str:
        return f"continued at {self.index} from {self.origin}"

    @property
    def origin(self) -> str:
        return self.note.partition("\n")[0]

    @property
    def lost(self) -> int:
        return self.size - self.shared


class SiteEntry(models.Model):
    """A leaf of the site's own log: one letter's record, its size and root. Without a letter it is
    the last that is known of a log that was lost, or the announcement of an audit by sample."""

    index = models.PositiveBigIntegerField(unique=True)
    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, null=True, related_name="+"
    )
    size = models.PositiveBigIntegerField()
    leaf = models.BinaryField()

    class Meta:
        verbose_name_plural = "site entries"
        constraints = (models.UniqueConstraint(fields=("letter", "size"), name="site_entry_once"),)

    def __str__(self) -> str:
        return f"site entry {self.index}"


class SiteTile(models.Model):
    """As Tile, of the site's log."""

    level = models.PositiveSmallIntegerField()
    index = models.PositiveBigIntegerField()
    hashes = models.BinaryField()

    class Meta:
        constraints = (models.UniqueConstraint(fields=("level", "index"), name="site_tile_once"),)

    def __str__(self) -> str:
        return f"site tile {self.level}/{self.index}"


class SiteCheckpoint(models.Model):
    """Signed size and root of the site's log; `note` also carries what witnesses signed."""

    size = models.PositiveBigIntegerField(unique=True)
    root = models.BinaryField(max_length=32)
    note = models.TextField()
    as_of = models.DateTimeField()
    # An RFC 3161 token over the note as the site alone signed it, when a service is set.
    timestamp = models.BinaryField(null=True)
    # The time that the token tells, to the second.
    stamped_at = models.DateTimeField(null=True)

    class Meta:
        get_latest_by = "size"

    def __str__(self) -> str:
        return f"site checkpoint {self.size}"
