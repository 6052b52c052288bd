from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures.models.evidence import Source
from signatures.models.signature import Signature

WORDS_LIMIT = 1000


class ReportKind(models.TextChoices):
    """What the claimant says is wrong with a name on the list."""

    NEVER_SIGNED = "never_signed", _("This is my name, and I never signed")
    SOMEBODY_ELSE = "somebody_else", _("It is not the person that it seems to be")
    OTHER = "other", _("Something else")
    # Not to be chosen: who was asked in an audit by sample has said so.
    ASKED = "asked", _("Asked in an audit whether they signed, the answer was no")


class ReportOutcome(models.TextChoices):
    """How the organizers answered a case."""

    DISMISSED = "dismissed", _("the name stays on the list")
    HELD = "held", _("taken off the list, to be checked")
    REMOVED = "removed", _("removed from the list")
    # Withdrawn or erased by its signer, or off the list already.
    GONE = "gone", _("the name had left the list")


class ReportMail(models.TextChoices):
    """The e-mail that a report owes its claimant, if any."""

    NONE = ""
    CONFIRM = "report_confirm"
    ANSWER = "report_answered"


class ReportCase(models.Model):
    """All reports of one signature that the organizers have not answered yet, or answered at once.

    Outlives the signature, without leading to it: how many reports were answered, and how soon, is
    public.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    signature = models.ForeignKey(
        Signature, models.SET_NULL, null=True, related_name="report_cases"
    )
    opened_at = models.DateTimeField()
    outcome = models.CharField(max_length=10, choices=ReportOutcome, blank=True, default="")
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    # When a claimant's proof of the name took it off the list, if one did.
    held_at = models.DateTimeField(null=True)
    # For the team; deleted with the signature, of which it may tell.
    note = models.CharField(max_length=300, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("signature",), condition=Q(answered_at=None), name="report_case_open_once"
            ),
            models.CheckConstraint(
                condition=Q(answered_at=None, outcome="")
                | Q(answered_at__isnull=False, outcome__in=ReportOutcome.values),
                name="report_case_answered_has_outcome",
            ),
        )
        indexes = (
            models.Index(
                fields=("letter", "opened_at"),
                name="report_case_open",
                condition=Q(answered_at=None),
            ),
            models.Index(
                fields=("letter", "-answered_at"),
                name="report_case_answered",
                condition=Q(answered_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"report case {self.pk}"


class Report(models.Model):
    """That somebody says a name on the list is not theirs, or not whose it seems.

    It has no case until its claimant has confirmed their e-mail address. What they told about
    themselves is deleted once their case is answered and they have been told so.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="+")
    signature = models.ForeignKey(Signature, models.SET_NULL, null=True, related_name="reports")
    case = models.ForeignKey(ReportCase, models.CASCADE, null=True, related_name="reports")
    kind = models.CharField(max_length=15, choices=ReportKind)
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    # Keyed hash of the address, 32 bytes.
    email_key = models.BinaryField(max_length=32, null=True)
    words = models.CharField(max_length=WORDS_LIMIT, blank=True)
    language = models.CharField(max_length=10)
    # Part of the link in the e-mail.
    nonce = models.BinaryField(max_length=8)
    filed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    mail = models.CharField(
        max_length=15, choices=ReportMail, blank=True, default=ReportMail.CONFIRM
    )
    # The columns of campaign.mail.models.OwedMail; nothing is owed where none is due.
    mail_due_at = models.DateTimeField(null=True)
    mail_leased_until = models.DateTimeField(null=True)
    mail_attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    mail_refusals = models.PositiveSmallIntegerField(default=0, db_default=0)
    mail_reply = models.CharField(max_length=40, default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("signature", "email_key"),
                condition=Q(confirmed_at=None),
                name="report_unconfirmed_once",
            ),
            models.UniqueConstraint(fields=("case", "email_key"), name="report_once_in_case"),
            models.CheckConstraint(condition=Q(kind__in=ReportKind.values), name="report_kind"),
            models.CheckConstraint(
                condition=Q(confirmed_at=None, case=None)
                | Q(confirmed_at__isnull=False, case__isnull=False),
                name="report_confirmed_has_case",
            ),
        )
        indexes = (
            models.Index(
                fields=("mail_due_at",),
                name="report_mail_due",
                condition=Q(mail_due_at__isnull=False),
            ),
            models.Index(
                fields=("filed_at",), name="report_unconfirmed", condition=Q(confirmed_at=None)
            ),
        )

    def __str__(self) -> str:
        return f"report {self.pk}"


class ClaimMethod(models.TextChoices):
    """How a claimant shows that the name is theirs."""

    MEMBERSHIP = "membership", _("a membership in this name")
    WEBSITE = "website", _("the official website of a public record of this name")


class ClaimantProof(models.Model):
    """What a claimant shows, or is about to show, of the name that they have reported.

    Deleted when the case is answered, as all that they told about themselves.
    """

    report = models.OneToOneField(Report, models.CASCADE, related_name="proof")
    method = models.CharField(max_length=10, choices=ClaimMethod)
    # What was shown: the society's name, or the host of the website.
    subject = models.CharField(max_length=253, blank=True, default="")
    # Of a public record that was named.
    source = models.CharField(max_length=12, choices=Source, blank=True, default="")
    identifier = models.CharField(max_length=60, blank=True, default="")
    # What the claimant places on the website.
    token = models.CharField(max_length=40, blank=True, default="")
    # Why the last look found nothing: a code that the page puts into a sentence.
    problem = models.CharField(max_length=40, blank=True, default="")
    check_due_at = models.DateTimeField(null=True)
    shown_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(method__in=ClaimMethod.values), name="claimant_proof_method"
            ),
            models.CheckConstraint(
                condition=Q(shown_at=None) | ~Q(subject=""), name="claimant_proof_of_something"
            ),
        )
        indexes = (
            models.Index(
                fields=("check_due_at",),
                name="claimant_proof_due",
                condition=Q(check_due_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"claimant proof {self.pk}"
