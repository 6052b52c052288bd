from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from signatures.models.signature import Signature


class QuestionKind(models.TextChoices):
    TEXT = "text", _("Text")
    CHOICE = "choice", _("One of several")
    YES_NO = "yes_no", _("Yes or no")


class Question(models.Model):
    """What organizers ask those who sign beside all else, in the languages of the letter.

    Never reworded: nobody's answer gets another question. It ends, and another one is asked.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="questions")
    kind = models.CharField(max_length=6, choices=QuestionKind)
    is_public = models.BooleanField()
    is_required = models.BooleanField()
    # By language; of a choice, a list of what is offered by language. An answer is a place in it.
    words = models.JSONField()
    choices = models.JSONField(default=dict, blank=True)
    begun_at = models.DateTimeField()
    # Nobody is asked any more from then on.
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=QuestionKind.values), name="question_kind"),
        )

    def __str__(self) -> str:
        return f"question {self.pk}"


class Answer(models.Model):
    """What a signer answered: cleaned words, the place of a choice, or `yes` and `no`."""

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="answers")
    # No foreign key in the database: shared row locks on one row that all who sign refer to cost a
    # third of the rate. No question is ever deleted while the letter is there.
    question = models.ForeignKey(
        Question, models.CASCADE, db_constraint=False, related_name="answers"
    )
    value = models.CharField(max_length=200)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("signature", "question"), name="answer_once"),
        )

    def __str__(self) -> str:
        return f"answer {self.pk}"
