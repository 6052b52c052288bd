import json

from django.db import models
from django.db.models import Q

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models.record import Checkpoint
from signatures.models.signature import Signature

MIN_SAMPLE = 10
MAX_SAMPLE = 500


class SampleAudit(models.Model):
    """An audit by sample: some of those who count are drawn, and each is asked whether they signed.

    Announced in public, told by the site's log, drawn by a checkpoint of later, asked, ended: each
    step is written once and never changed. One at a time for each letter.
    """

    letter = models.ForeignKey(Letter, models.PROTECT, db_constraint=False, related_name="+")
    number = models.PositiveSmallIntegerField()
    sample_size = models.PositiveSmallIntegerField()
    # The very words, of which the site's log has the hash; the secret of which they have the hash.
    announcement = models.TextField()
    secret = models.BinaryField(max_length=32)
    announced_at = models.DateTimeField()
    announced_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    # Index and time of the line in which the site's log tells of it; None until it does.
    site_index = models.PositiveBigIntegerField(null=True)
    logged_at = models.DateTimeField(null=True)
    # What drew, out of how many, and the numbers of those drawn in ascending order; None until
    # then.
    checkpoint = models.ForeignKey(Checkpoint, models.PROTECT, null=True, related_name="+")
    population = models.PositiveIntegerField(null=True)
    drawn = models.JSONField(null=True)
    drawn_at = models.DateTimeField(null=True)
    # Until when answers count, and when they were counted.
    ends_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "number"), name="sample_audit_number_once"),
            models.UniqueConstraint(
                fields=("letter",), condition=Q(ended_at=None), name="sample_audit_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(sample_size__gte=MIN_SAMPLE, sample_size__lte=MAX_SAMPLE),
                name="sample_audit_size",
            ),
            models.CheckConstraint(
                condition=Q(site_index=None, logged_at=None, drawn_at=None)
                | Q(site_index__isnull=False, logged_at__isnull=False),
                name="sample_audit_logged_first",
            ),
            models.CheckConstraint(
                condition=Q(
                    drawn_at=None,
                    checkpoint=None,
                    population=None,
                    drawn=None,
                    ends_at=None,
                    ended_at=None,
                )
                | Q(
                    drawn_at__isnull=False,
                    checkpoint__isnull=False,
                    population__isnull=False,
                    drawn__isnull=False,
                    ends_at__isnull=False,
                ),
                name="sample_audit_drawn_at_once",
            ),
        )
        get_latest_by = "number"

    def __str__(self) -> str:
        return f"audit {self.number}"

    @property
    def origin(self) -> str:
        """The name under which the site's log tells of it: behind that of the letter's record."""
        return f"{json.loads(self.announcement)['origin']}/audits/{self.number}"


class SampleAnswer(models.TextChoices):
    WAITING = "waiting"
    YES = "yes"
    NO = "no"
    # Asked, and not answered until the end.
    SILENT = "silent"
    # No mail could be sent, or it came back.
    UNREACHED = "unreached"


class SampleQuestion(models.Model):
    """One of those drawn: whether they signed, as the name stands there.

    Which number it is of is told by the signature alone; when that is erased, or forgotten some
    time after the end, what stays is one answer among all.
    """

    audit = models.ForeignKey(SampleAudit, models.CASCADE, related_name="questions")
    signature = models.ForeignKey(
        Signature, models.SET_NULL, null=True, db_constraint=False, related_name="sample_questions"
    )
    answer = models.CharField(max_length=10, choices=SampleAnswer, default=SampleAnswer.WAITING)
    # Said on the telephone, as an organizer wrote down.
    by_call = models.BooleanField(default=False)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("audit", "signature"), name="sample_question_once"),
            models.CheckConstraint(
                condition=Q(answer__in=SampleAnswer.values), name="sample_question_answer"
            ),
            models.CheckConstraint(
                condition=Q(by_call=False) | Q(answer__in=(SampleAnswer.YES, SampleAnswer.NO)),
                name="sample_question_called",
            ),
        )

    def __str__(self) -> str:
        return f"question {self.pk}"

    @property
    def is_of_drawn(self) -> bool:
        """Whether the signature is still the one that was drawn: who signs anew gets a new
        number."""
        return self.signature is not None and self.signature.number in (self.audit.drawn or ())
