from django.db import models
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter, Translation
from signatures.models.campaign_tag import MAX_TAG_LETTERS
from signatures.models.profession import Profession


class SignatureState(models.TextChoices):
    PENDING = "pending", _("Waiting for confirmation")
    CONFIRMED = "confirmed", _("Confirmed")
    # Confirmed by the signer, but neither shown nor counted before the organizers have looked.
    HELD = "held", _("Being checked")
    REJECTED = "rejected", _("Rejected")
    WITHDRAWN = "withdrawn", _("Withdrawn")
    # Taken out by the organizers, with a public reason; may be put back.
    REMOVED = "removed", _("Removed")

    @classmethod
    def answered(cls) -> tuple["SignatureState", ...]:
        """States in which the signer has confirmed: doing it again changes nothing."""
        return (cls.CONFIRMED, cls.HELD, cls.REJECTED, cls.REMOVED)


class Kind(models.TextChoices):
    PERSON = "person", _("Person")
    ORGANISATION = "organisation", _("Organisation")


class Level(models.IntegerChoices):
    """What the proofs of a signature add up to."""

    PENDING = 0, _("not confirmed")
    CONFIRMED = 1, _("confirmed by e-mail")
    CONTROLS = 2, _("showed control of a site or account, or is vouched for")
    VETTED = 3, _("vetted by the organizers")
    INDEPENDENT = 4, _("confirmed by a union’s list or the organizers’ call")


# Whoever is on the public list. Each index of it is written when the number is given, not when
# somebody confirms.
LISTED = Q(state="confirmed", consent_publish=True, number__isnull=False)
# Whoever confirmed once, and shall not be named there.
UNLISTED = Q(state__in=["held", "rejected", "removed", "withdrawn"]) | Q(
    state="confirmed", consent_publish=False
)


class Signature(models.Model):
    """One person's or organisation's act of signing.

    `number` is its place in the record among all signings of the letter, given by the sequencer
    and never given again; until then the signature is neither listed nor counted.
    """

    # Neither is a foreign key in the database: see Event.letter.
    letter = models.ForeignKey(
        Letter, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    translation = models.ForeignKey(
        Translation, models.PROTECT, db_constraint=False, db_index=False, related_name="+"
    )
    # The number of the text that was signed, that of `translation`: the count is kept by it.
    version = models.PositiveSmallIntegerField()
    public_id = models.CharField(max_length=22, unique=True)
    state = models.CharField(max_length=10, choices=SignatureState, default=SignatureState.PENDING)
    level = models.PositiveSmallIntegerField(choices=Level, default=Level.PENDING)
    number = models.PositiveIntegerField(null=True)
    # Index of the leaf that holds the commitment to the present details; of use with a number only.
    leaf = models.PositiveBigIntegerField(null=True)

    email = models.CharField(max_length=254)
    email_key = models.BinaryField(max_length=32)
    name = models.CharField(_("name"), max_length=120)
    name_key = models.CharField(max_length=360)
    # Of a name that is not in Latin letters, as those write it. None: not known yet, as of a row
    # that older code wrote; beat sees to it.
    name_latin = models.TextField(null=True)  # noqa: DJ001 - empty is an answer
    # Empty for an organisation, and for nobody else.
    profession = models.CharField(_("profession"), max_length=20, choices=Profession, blank=True)
    country = models.CharField(_("country"), max_length=2)
    credit = models.CharField(_("known for"), max_length=120, blank=True, default="")
    affiliation = models.CharField(_("affiliation"), max_length=120, blank=True, default="")
    kind = models.CharField(max_length=12, choices=Kind, default=Kind.PERSON)
    language = models.CharField(max_length=10)

    consent_publish = models.BooleanField(default=False)
    consent_updates = models.BooleanField(default=False)
    consent_version = models.CharField(max_length=16)
    consented_at = models.DateTimeField()

    # Goes up with each change of the details, so that nobody confirms what they have not seen.
    revision = models.PositiveIntegerField(default=1)
    salt = models.BinaryField(max_length=32)
    # Part of the signature's link and code: a new one makes all earlier links void.
    nonce = models.BinaryField(max_length=8)
    code_tries = models.PositiveSmallIntegerField(default=0)
    # Keyed hash of the network that it came from; kept for thirty days against abuse.
    network_key = models.BinaryField(max_length=16, null=True)

    # Signed without the proof of work that was asked for: the organizers look at it first.
    without_work = models.BooleanField(default=False, db_default=False)

    # The campaign tag of the link that they came by, of those that the letter has; see CampaignTag.
    came_from = models.CharField(max_length=MAX_TAG_LETTERS, blank=True, default="", db_default="")

    created_at = models.DateTimeField()
    # When a confirmation was last asked for: links and codes run out from here.
    asked_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        constraints = (
            models.UniqueConstraint(fields=("letter", "email_key"), name="signature_once"),
            models.UniqueConstraint(fields=("letter", "number"), name="signature_number_once"),
            models.CheckConstraint(
                condition=Q(state__in=SignatureState.values), name="signature_state"
            ),
            models.CheckConstraint(condition=Q(kind__in=Kind.values), name="signature_kind"),
            models.CheckConstraint(condition=Q(version__gte=1), name="signature_version"),
            models.CheckConstraint(
                condition=~Q(state=SignatureState.CONFIRMED)
                | Q(confirmed_at__isnull=False, level__gte=1),
                name="signature_confirmed_has_date",
            ),
            models.CheckConstraint(
                condition=Q(kind=Kind.PERSON) | Q(consent_publish=True),
                name="signature_organisation_is_public",
            ),
            models.CheckConstraint(
                condition=~Q(name="") | Q(consent_publish=False),
                name="signature_shown_has_name",
            ),
            models.CheckConstraint(
                condition=(Q(kind=Kind.PERSON) & ~Q(profession=""))
                | Q(kind=Kind.ORGANISATION, profession=""),
                name="signature_person_has_profession",
            ),
        )
        # The whole list has its order from `signature_number_once`.
        indexes = (
            models.Index(
                fields=("letter", "profession", "number"),
                name="signature_by_profession",
                condition=LISTED,
            ),
            models.Index(
                fields=("letter", "country", "number"),
                name="signature_by_country",
                condition=LISTED,
            ),
            # These three hold all that a list is narrowed by and put in order by, so that what fits
            # a rare choice is found in them alone. Most stand at the first level and most are
            # people: only the others need more than the first of the three.
            models.Index(
                fields=("letter", "country", "profession", "number", "name_key", "level", "kind"),
                name="signature_whole",
                condition=LISTED,
            ),
            models.Index(
                fields=("letter", "level", "profession", "country", "number", "name_key", "kind"),
                name="signature_lifted_whole",
                condition=LISTED & Q(level__gt=1),
            ),
            models.Index(
                fields=("letter", "profession", "country", "number", "name_key", "level"),
                name="signature_organisations_whole",
                condition=LISTED & Q(kind="organisation"),
            ),
            # Most letters have one text alone.
            models.Index(
                fields=("letter", "version", "number"),
                name="signature_later_text",
                condition=LISTED & Q(version__gt=1),
            ),
            models.Index(
                fields=("letter", "level", "number"),
                name="signature_lifted",
                condition=LISTED & Q(level__gt=1),
            ),
            models.Index(
                fields=("letter", "level", "name_key", "number"),
                name="signature_lifted_name",
                condition=LISTED & Q(level__gt=1),
            ),
            models.Index(
                fields=("letter", "number"),
                name="signature_organisations",
                condition=LISTED & Q(kind="organisation"),
            ),
            models.Index(
                fields=("letter", "name_key", "number"),
                name="signature_organisations_name",
                condition=LISTED & Q(kind="organisation"),
            ),
            models.Index(
                fields=("letter", "name_key", "number"),
                name="signature_by_name",
                condition=LISTED,
            ),
            models.Index(
                fields=("letter", "profession", "name_key", "number"),
                name="signature_profession_name",
                condition=LISTED,
            ),
            models.Index(
                fields=("letter", "country", "name_key", "number"),
                name="signature_country_name",
                condition=LISTED,
            ),
            models.Index(
                fields=("asked_at",), name="signature_unconfirmed", condition=Q(state="pending")
            ),
            models.Index(
                fields=("id",), name="signature_without_latin", condition=Q(name_latin=None)
            ),
            models.Index(
                fields=("letter", "name_key"),
                name="signature_not_listed",
                condition=UNLISTED,
            ),
        )

    def __str__(self) -> str:
        # Never the name or address: this ends up in logs and errors.
        return f"signature {self.public_id}"

    @property
    def shown_name(self) -> str:
        """The name, or, of somebody who was vetted without being named, that it is deleted."""
        return self.name or gettext("Name deleted")

    @property
    def is_anonymous(self) -> bool:
        return not self.consent_publish

    @property
    def tally_key(self) -> str:
        """What it counts as while it is confirmed."""
        return self.tally_key_at(level=self.level)

    def tally_key_at(self, *, level: int) -> str:
        """What it would count as at this level: `v1:person:2:author:FR`, with the version of the
        text ahead and `:anonymous` added for those who do not want to be named;
        `v1:organisation:2::FR`."""
        shape = f"v{self.version}:{self.kind}:{int(level)}:{self.profession}:{self.country}"
        return f"{shape}:anonymous" if self.is_anonymous else shape
