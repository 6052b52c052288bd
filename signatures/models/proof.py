from typing import Self

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from campaign.organizers.models import Organizer, Role
from signatures.models.signature import Signature

# Of the methods (`signatures/verification/methods.py`), those that are the organizers' own
# judgement of who somebody is. Constraints and indexes below say so.
ATTESTED_METHODS = ("vetting", "call_back")


class ProofState(models.TextChoices):
    STARTED = "started", _("not shown yet")
    STANDING = "standing", _("shown")
    # The evidence was not there at the last look; the proof counts until then.
    LAPSING = "lapsing", _("held until")
    LAPSED = "lapsed", _("no longer shown")
    REVOKED = "revoked", _("taken back")
    # The organizers attested other details than stand there now: it lifts nothing until one of
    # them has looked again, or the signer has changed it back.
    CHANGED = "changed", _("changed since")

    @classmethod
    def counting(cls) -> tuple[Self, ...]:
        """States in which a proof lifts the level and is told to readers."""
        return (cls.STANDING, cls.LAPSING)

    @classmethod
    def open(cls) -> tuple[Self, ...]:
        """States that something can still come of."""
        return (cls.STARTED, cls.STANDING, cls.LAPSING, cls.CHANGED)

    @classmethod
    def attested(cls) -> tuple[Self, ...]:
        """Of the organizers' own word: given, of the details that stand there now or not."""
        return (cls.STANDING, cls.LAPSING, cls.CHANGED)


class EvidenceClass(models.TextChoices):
    """What organizers went by when they attested who somebody is: told to readers."""

    RECORD = "record", _("a public record")
    CHANNEL = "channel", _("a site or an account known to be theirs")
    DOCUMENT = "document", _("papers that they showed")
    KNOWN = "known", _("the organizers know them")
    CALL = "call", _("a call at a number found elsewhere")
    OTHER = "other", _("something else")


class Proof(models.Model):
    """One piece of evidence of identity, by one method.

    `subject` is what readers see, such as a domain; `private` is what nobody outside the desk
    sees, such as the address of a work e-mail or who was called.
    """

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="proofs")
    method = models.CharField(max_length=12)
    subject = models.CharField(max_length=253, blank=True, default="")
    private = models.CharField(max_length=500, blank=True, default="")
    # Of an account: the provider, and its public page, where there is one.
    provider = models.CharField(max_length=60, blank=True, default="")
    profile_url = models.URLField(max_length=500, blank=True, default="")
    # Of a membership: the roster has its member under another name than stands under the letter.
    by_other_name = models.BooleanField(default=False)
    # Keyed hash of what one signature alone may show on a letter: an account, a membership.
    exclusive_key = models.BinaryField(max_length=32, null=True)
    state = models.CharField(max_length=10, choices=ProofState, default=ProofState.STARTED)
    # What the signer types from an e-mail, or places on their site, in their DNS or in a profile:
    # then behind the name that it is for, in letters that can stand anywhere.
    token = models.CharField(max_length=80, default="")
    tries = models.PositiveSmallIntegerField(default=0)
    # Why the last look found nothing: a code that the page puts into a sentence.
    problem = models.CharField(max_length=40, blank=True, default="")
    organizer = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    # Of what organizers attested: the details that they had before them.
    seen = models.JSONField(null=True)
    # Which of these it is about, by what, against which public record (`wikidata:Q42`), in which
    # role, and by whom, if they want to be named: all told to readers, each empty if nobody said.
    scope = models.JSONField(null=True)
    evidence_class = models.CharField(
        max_length=10, choices=EvidenceClass, blank=True, default="", db_default=""
    )
    against = models.CharField(max_length=80, blank=True, default="", db_default="")
    role = models.CharField(max_length=10, choices=Role, blank=True, default="", db_default="")
    told_name = models.CharField(max_length=120, blank=True, default="", db_default="")
    started_at = models.DateTimeField()
    proved_at = models.DateTimeField(null=True)
    checked_at = models.DateTimeField(null=True)
    # When a worker is to look: at once after the signer asked, monthly while it stands.
    check_due_at = models.DateTimeField(null=True)
    lapses_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=~Q(method=""), name="proof_method"),
            models.CheckConstraint(condition=Q(state__in=ProofState.values), name="proof_state"),
            models.UniqueConstraint(
                fields=("signature", "method", "subject"),
                # One handle at two services is two accounts, which `proof_exclusive` tells apart.
                condition=~Q(state__in=["lapsed", "revoked"]) & ~Q(method="account"),
                name="proof_once",
            ),
            models.UniqueConstraint(
                fields=("exclusive_key",),
                condition=~Q(state__in=["lapsed", "revoked"]),
                name="proof_exclusive",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["standing", "lapsing"]) | Q(proved_at__isnull=False),
                name="proof_standing_has_date",
            ),
            models.CheckConstraint(
                condition=~Q(method__in=["vetting", "call_back"]) | Q(organizer__isnull=False),
                name="proof_vetting_has_organizer",
            ),
        )
        indexes = (
            models.Index(
                fields=("check_due_at",),
                name="proof_due",
                condition=Q(check_due_at__isnull=False),
            ),
            # Few, and each is compared with the vouches that it rests on.
            models.Index(
                fields=("signature",),
                name="proof_vouched",
                condition=Q(method="vouched", state__in=["standing", "lapsing"]),
            ),
            # Few: those who stand at the highest level.
            models.Index(
                fields=("signature",),
                name="proof_independent",
                condition=Q(
                    method__in=["roster", "call_back"],
                    state__in=["standing", "lapsing"],
                    by_other_name=False,
                ),
            ),
            # Few: whose names nobody else may take unseen.
            models.Index(
                fields=("signature",),
                name="proof_attested",
                condition=Q(
                    method__in=["vetting", "call_back"],
                    state__in=["standing", "lapsing", "changed"],
                ),
            ),
            # Who else shows the same site or organisation.
            models.Index(
                fields=("subject", "method"), name="proof_by_subject", condition=~Q(subject="")
            ),
        )

    def __str__(self) -> str:
        return f"proof {self.pk}"


class AttestationDeed(models.TextChoices):
    """What became of an attestation, in words for readers."""

    GIVEN = "given", _("attested")
    CHANGED = "changed", _("changed by the signer since")
    CHANGED_BACK = "changed_back", _("changed back by the signer")
    RENEWED = "renewed", _("looked at again, as it stood then")
    ENDED = "ended", _("attested no more")


class AttestationStep(models.Model):
    """One line of the history of what organizers attested about a signature. Public; it holds no
    detail itself, so nothing that somebody took out can be read from it."""

    signature = models.ForeignKey(Signature, models.CASCADE, related_name="attestation_steps")
    method = models.CharField(max_length=12)
    deed = models.CharField(max_length=12, choices=AttestationDeed)
    # The names of the details that were changed.
    fields = models.JSONField(default=list)
    # Of the organizer who did it.
    role = models.CharField(max_length=10, choices=Role, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(deed__in=AttestationDeed.values), name="attestation_step_deed"
            ),
        )

    def __str__(self) -> str:
        return f"attestation step {self.pk}"
