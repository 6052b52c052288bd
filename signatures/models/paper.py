from django.db import models

from campaign.letters.models import Letter


class LetterPdf(models.Model):
    """The latest PDF of a letter's text and names in one language, as readers get it.

    Holds names, so it is deleted in the transaction that erases one of them, and is not served
    from the moment when `mark` is not that of the list any more (`press.paper.marks`).
    """

    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    language = models.CharField(max_length=10)
    # Which text, and what was counted: the number of a `Text`, and the size of a checkpoint.
    version = models.PositiveSmallIntegerField(default=0)
    size = models.PositiveBigIntegerField(default=0)
    last_number = models.PositiveIntegerField(default=0)
    mark = models.CharField(max_length=120, default="")
    content = models.BinaryField(default=b"")
    # Empty while none was ever made.
    sha256 = models.CharField(max_length=64, default="")
    made_at = models.DateTimeField(null=True)
    # Nobody else makes it until then: a lease, and after a failure the time of the next try.
    claimed_until = models.DateTimeField()

    class Meta:
        verbose_name = "PDF of a letter"
        verbose_name_plural = "PDFs of letters"
        constraints = (
            models.UniqueConstraint(fields=("letter", "language"), name="letter_pdf_once"),
        )

    def __str__(self) -> str:
        return f"PDF of letter {self.letter_id} in {self.language}"
