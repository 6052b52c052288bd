from django.db import models

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
    # Signings ever recorded, withdrawn ones too: the next signature's number less one.
    signings = models.PositiveIntegerField(default=0)
    people = models.PositiveIntegerField(default=0)
    organisations = models.PositiveIntegerField(default=0)
    anonymous = models.PositiveIntegerField(default=0)
    level_1 = models.PositiveIntegerField(default=0)
    level_2 = models.PositiveIntegerField(default=0)
    level_3 = models.PositiveIntegerField(default=0)
    level_4 = models.PositiveIntegerField(default=0)
    held = models.PositiveIntegerField(default=0)

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
        get_latest_by = "size"

    def __str__(self) -> str:
        return f"checkpoint {self.size}"

    @property
    def total(self) -> int:
        return self.people + self.organisations

    @property
    def levels(self) -> dict[str, int]:
        return {
            "1": self.level_1,
            "2": self.level_2,
            "3": self.level_3,
            "4": self.level_4,
        }
