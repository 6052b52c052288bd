from django.db import models
from django.db.models.functions import Now
from django.utils import timezone


class OwedMail(models.Model):
    """The columns by which a table owes mail, one e-mail a row: see `campaign.mail.outbox`."""

    due_at = models.DateTimeField(default=timezone.now, db_default=Now())
    # Whoever claimed it has until then to send it.
    leased_until = models.DateTimeField(null=True)
    attempts = models.PositiveSmallIntegerField(default=0, db_default=0)
    # How often the recipient was refused for now, or the message could not be built. Refusals of
    # us are not counted: they say nothing about this mail.
    refusals = models.PositiveSmallIntegerField(default=0, db_default=0)
    # What the mail server answered last, in codes only: "550 5.1.1".
    reply = models.CharField(max_length=40, default="", db_default="")

    class Meta:
        abstract = True


class MailServer(models.Model):
    """How the mail server has treated us lately: one row, and none while nothing ever failed.

    Written when it refuses us and when it takes mail again, never for the mails between.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    # Refusals of us in a row.
    failures = models.PositiveIntegerField(default=0)
    failing_since = models.DateTimeField(null=True)
    # Nothing is sent before; then one mail is tried.
    paused_until = models.DateTimeField(null=True)
    # What it answered last, in codes only: "554 5.7.1".
    reply = models.CharField(max_length=40, default="")

    class Meta:
        # From when the table was the organizers'.
        db_table = "organizers_mailserver"
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="mail_server_is_one"),)

    def __str__(self) -> str:
        return f"mail server, {self.failures} refusals in a row"


class MailRoute(models.Model):
    """A mail domain that asked us to slow down: nothing goes there before `paused_until`.

    Written when it does, and deleted when it takes mail again.
    """

    domain = models.CharField(max_length=255, primary_key=True)
    # Such answers in a row.
    refusals = models.PositiveSmallIntegerField(default=0)
    paused_until = models.DateTimeField()
    # What it answered last, in codes only.
    reply = models.CharField(max_length=40, default="")

    def __str__(self) -> str:
        return f"mail route {self.pk}"


class MailDay(models.Model):
    """How many mails to many went on a day (UTC) of the domain's first weeks."""

    day = models.DateField(primary_key=True)
    sent = models.PositiveIntegerField(default=0)

    def __str__(self) -> str:
        return f"mail of {self.day}"


class MailCheck(models.Model):
    """What the last look at the site's mail found (`mail.doctor`): one row, and none before."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    asked_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    findings = models.JSONField(default=list)

    class Meta:
        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="mail_check_is_one"),)

    def __str__(self) -> str:
        return f"mail check of {self.checked_at}"
