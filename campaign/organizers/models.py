from collections.abc import Iterator
from typing import ClassVar

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.mail.models import OwedMail


class OrganizerManager(BaseUserManager["Organizer"]):
    def create_user(self, email: str, password: str | None = None, **fields: object) -> "Organizer":
        organizer = self.model(email=self.normalize_email(email), **fields)
        organizer.set_password(password)
        organizer.save(using=self._db)
        return organizer

    def create_superuser(
        self, email: str, password: str | None = None, **fields: object
    ) -> "Organizer":
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class Organizer(AbstractBaseUser, PermissionsMixin):
    """A person who logs in. Signatories never are: they hold a link, not an account."""

    email = models.EmailField(_("e-mail"))
    name = models.CharField(_("name"), max_length=120, blank=True)
    is_active = models.BooleanField(_("active"), default=True)
    is_staff = models.BooleanField(_("site operator"), default=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    # Part of what each session must match, as the password is: raising it ends them.
    session_round = models.PositiveIntegerField(default=0, editable=False)

    objects: ClassVar[OrganizerManager] = OrganizerManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    class Meta:
        verbose_name = _("organizer")
        verbose_name_plural = _("organizers")
        constraints = (models.UniqueConstraint(Lower("email"), name="organizer_email_once"),)

    def __str__(self) -> str:
        return self.name or self.email

    def get_session_auth_hash(self) -> str:
        return f"{super().get_session_auth_hash()}.{self.session_round}"

    def get_session_auth_fallback_hash(self) -> Iterator[str]:
        for each in super().get_session_auth_fallback_hash():
            yield f"{each}.{self.session_round}"


class Role(models.TextChoices):
    OWNER = "owner", _("Owner")
    EDITOR = "editor", pgettext_lazy("role", "Editor")
    VETTER = "vetter", _("Vetter")
    PRESS = "press", _("Press")
    VIEWER = "viewer", _("Viewer")

    @classmethod
    def writing(cls) -> tuple["Role", ...]:
        """Who may change, publish and close letters."""
        return (cls.OWNER, cls.EDITOR)

    @classmethod
    def vetting(cls) -> tuple["Role", ...]:
        """Who may see private data of signers and decide about signatures."""
        return (cls.OWNER, cls.VETTER)

    @classmethod
    def curating(cls) -> tuple["Role", ...]:
        """Who may take names off the public list, put them back, and choose who is named first."""
        return (cls.OWNER, cls.EDITOR, cls.VETTER)

    @classmethod
    def briefing(cls) -> tuple["Role", ...]:
        """Who may write what the press is told."""
        return (cls.OWNER, cls.EDITOR, cls.PRESS)

    @classmethod
    def inviting(cls) -> tuple["Role", ...]:
        """Who may invite people into the team and change roles."""
        return (cls.OWNER,)


class Team(models.Model):
    name = models.CharField(_("name"), max_length=120)
    slug = models.SlugField(_("short name"), unique=True)
    members = models.ManyToManyField(Organizer, through="Membership", related_name="teams")

    class Meta:
        verbose_name = _("team")
        verbose_name_plural = _("teams")

    def __str__(self) -> str:
        return self.name


class Membership(models.Model):
    team = models.ForeignKey(Team, models.CASCADE, related_name="memberships")
    organizer = models.ForeignKey(Organizer, models.CASCADE, related_name="memberships")
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EDITOR)
    # Since when they may do what they may: see organizers/seconding.py.
    role_since = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("team", "organizer"), name="membership_once"),
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="membership_role"
            ),
        )

    def __str__(self) -> str:
        return f"{self.organizer}, {self.get_role_display()}"


class Invitation(OwedMail):
    """An offer of a role in a team, sent to an address; its link works once and for a week."""

    team = models.ForeignKey(Team, models.CASCADE, related_name="invitations")
    email = models.EmailField(_("e-mail"))
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.EDITOR)
    # Nobody, where it follows an application (organizers/applications.py).
    invited_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    # The e-mail: owed until it is sent, or refused by the mail server for good.
    language = models.CharField(max_length=10, default="en")
    sent_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=models.Q(role__in=Role.values), name="invitation_role"
            ),
            models.UniqueConstraint(
                "team",
                Lower("email"),
                condition=models.Q(accepted_at=None, revoked_at=None),
                name="invitation_open_once",
            ),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Application(models.Model):
    """Somebody who wants to publish letters here, in their own words.

    Site operators see it once its address is confirmed. Deleted some time after it was decided.
    """

    name = models.CharField(_("name"), max_length=120)
    email = models.EmailField(_("e-mail"))
    team_name = models.CharField(_("team or organisation"), max_length=120)
    website = models.URLField(_("website"), max_length=300, blank=True, default="")
    asks = models.TextField(_("what the letter asks"), max_length=2000)
    contact = models.CharField(_("contact for the public"), max_length=200)
    language = models.CharField(_("language"), max_length=10)
    # Part of the link.
    nonce = models.BinaryField(max_length=8)
    asked_at = models.DateTimeField(_("applied"))
    confirmed_at = models.DateTimeField(_("address confirmed"), null=True)
    approved_at = models.DateTimeField(_("approved"), null=True)
    declined_at = models.DateTimeField(_("declined"), null=True)
    # Nobody, where the site is open to all.
    decided_by = models.ForeignKey(
        Organizer, models.PROTECT, null=True, related_name="+", verbose_name=_("decided by")
    )
    reason = models.CharField(_("reason"), max_length=1000, blank=True, default="")
    team = models.ForeignKey(
        Team, models.SET_NULL, null=True, related_name="+", verbose_name=_("team")
    )

    class Meta:
        verbose_name = _("application")
        verbose_name_plural = _("applications")
        constraints = (
            models.CheckConstraint(
                condition=models.Q(approved_at=None) | models.Q(declined_at=None),
                name="application_decided_once",
            ),
            models.CheckConstraint(
                condition=models.Q(approved_at=None, declined_at=None)
                | models.Q(confirmed_at__isnull=False),
                name="application_confirmed_first",
            ),
            models.UniqueConstraint(
                Lower("email"),
                condition=models.Q(confirmed_at__isnull=False, approved_at=None, declined_at=None),
                name="application_waits_once",
            ),
        )

    def __str__(self) -> str:
        return f"application {self.pk}"


class AuditEntry(models.Model):
    """Who did or looked at what. Written with the deed, never changed.

    `subject` names the thing without personal data (`signature 9Jx…`, `letter ask-first`).
    """

    team = models.ForeignKey(Team, models.PROTECT, related_name="audit")
    organizer = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    action = models.CharField(max_length=40)
    subject = models.CharField(max_length=120)
    detail = models.CharField(max_length=300, blank=True, default="")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit entries"
        indexes = (models.Index(fields=("team", "-at"), name="audit_newest"),)

    def __str__(self) -> str:
        return f"{self.action} {self.subject}"


class AccountMail(OwedMail):
    """An e-mail about an account that is owed; `sealed` says to whom and what. Gone once sent."""

    sealed = models.BinaryField()
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"account mail {self.pk}"
