from django.db import models
from django.db.models import Q

from campaign.letters.models import Letter
from campaign.mail.models import OwedMail
from campaign.organizers.models import Organizer
from signatures.models.sheet_import import PLACE_LETTERS, Collected, SheetImport
from signatures.models.signature import Signature

LINE_LETTERS = 300


class InvitationState(models.TextChoices):
    OPEN = "open"
    # They said yes. What became of it is told by the signature.
    ACCEPTED = "accepted"
    DECLINED = "declined"
    REVOKED = "revoked"
    # Of an import: never answered, and forgotten but for the hash of the address.
    LAPSED = "lapsed"


class InvitationMail(models.TextChoices):
    """The e-mail that an invitation owes, if any."""

    NONE = ""
    FIRST = "sign_invited"
    REMINDER = "sign_invited_again"
    # To who signed elsewhere, as the organizers say: one, and never another.
    IMPORTED = "sign_imported"


class SigningInvitation(OwedMail):
    """That the organizers asked one person, at one address, to sign a letter among the first.

    Or to confirm there what they signed on paper or at an event, as the organizers say. The
    addresses go as soon as it is answered or revoked; what stays is the name that the organizers
    typed (of an import not even that), and a keyed hash by which the same address is not asked
    again.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, db_index=False, related_name="+")
    name = models.CharField(max_length=120, blank=True)
    email = models.CharField(max_length=254, blank=True)
    address_key = models.BinaryField(max_length=32)
    # Of who signs for them: then the mail goes there, and what it leads to waits for the person.
    agent_email = models.CharField(max_length=254, blank=True, default="")
    language = models.CharField(max_length=10)
    # From the organizers, in their own words.
    line = models.CharField(max_length=LINE_LETTERS, blank=True, default="")
    state = models.CharField(max_length=10, choices=InvitationState, default=InvitationState.OPEN)
    # Part of the link in the e-mail.
    nonce = models.BinaryField(max_length=8)
    invited_by = models.ForeignKey(Organizer, models.SET_NULL, null=True, related_name="+")
    # What they signed; none once it was denied, or never confirmed.
    signature = models.ForeignKey(
        Signature,
        models.SET_NULL,
        null=True,
        db_constraint=False,
        db_index=False,
        related_name="invitations",
    )
    created_at = models.DateTimeField()
    mail = models.CharField(
        max_length=20, choices=InvitationMail, blank=True, default=InvitationMail.FIRST
    )
    mailed_at = models.DateTimeField(null=True)
    reminded_at = models.DateTimeField(null=True)
    # The mailbox took no mail, or wants none.
    returned_at = models.DateTimeField(null=True)
    # Or revoked.
    answered_at = models.DateTimeField(null=True)
    # How they said elsewhere that they sign, where and when; empty for first signatories.
    collected = models.CharField(
        max_length=8, choices=Collected, blank=True, default="", db_default=""
    )
    signed_place = models.CharField(max_length=PLACE_LETTERS, blank=True, default="", db_default="")
    signed_on = models.DateField(null=True)
    sheet = models.ForeignKey(
        SheetImport, models.SET_NULL, null=True, db_index=False, related_name="invitations"
    )
    # What else stood there of them, by the names of the form's fields, until they answer.
    said = models.JSONField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("letter", "address_key"), name="signing_invitation_once"
            ),
            models.CheckConstraint(
                condition=Q(state__in=InvitationState.values), name="signing_invitation_state"
            ),
            models.CheckConstraint(
                condition=Q(state=InvitationState.OPEN, answered_at=None) & ~Q(email="")
                | ~Q(state=InvitationState.OPEN)
                & Q(answered_at__isnull=False, email="", agent_email="", line="", mail=""),
                name="signing_invitation_answered_has_no_address",
            ),
            models.CheckConstraint(
                condition=Q(
                    collected="", signed_place="", signed_on=None, sheet=None, said__isnull=True
                )
                | Q(collected__in=Collected.values, signed_on__isnull=False)
                & ~Q(signed_place="")
                & (Q(state="open") | Q(name="", said__isnull=True)),
                name="signing_invitation_of_import_has_evidence",
            ),
            models.CheckConstraint(
                condition=Q(signature=None) | Q(state=InvitationState.ACCEPTED),
                name="signing_invitation_signed_is_accepted",
            ),
        )
        indexes = (
            # First signatories first, however many an import asks.
            models.Index(
                fields=("collected", "due_at"),
                name="signing_invitation_by_urgency",
                condition=~Q(mail=""),
            ),
            models.Index(
                fields=("sheet", "state"),
                name="signing_invitation_of_sheet",
                condition=Q(sheet__isnull=False),
            ),
            models.Index(
                fields=("signature",),
                name="signing_invitation_signed",
                condition=Q(signature__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"

    @property
    def recipient(self) -> str:
        return self.agent_email or self.email
