import hashlib
import unicodedata
from datetime import datetime
from typing import Literal, Self

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Func, Q, Value
from django.db.models.functions import Coalesce, Length, Substr
from django.db.models.lookups import Exact
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign import languages
from campaign.organizers.models import Organizer, Team


class LetterState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    PUBLISHED = "published", _("Published")
    CLOSED = "closed", _("Closed")

    @classmethod
    def published(cls) -> tuple["LetterState", ...]:
        """Their text is frozen. Whether anybody may read it yet: `Letter.objects.public()`."""
        return (cls.PUBLISHED, cls.CLOSED)


class ProfessionList(models.TextChoices):
    """Which professions a letter's form offers; what each list holds is in `signatures`."""

    CREATIVE = "creative", _("Creative work")
    SCHOLARS = "scholars", _("Scholarship and research")
    DOCTORS = "doctors", _("Medicine and care")
    CITIZENS = "citizens", _("All walks of life")


# Signings within an hour from one network: as a rule, and at most.
HOURLY_CEILING = 400
HIGHEST_CEILING = 20_000
# For how long more may sign from one network, before somebody has to open it again.
LONGEST_ASSEMBLY_HOURS = 12
# For how long who is vetted and not named is kept: as a rule, at least, and at most.
IDENTITY_DAYS = 30
FEWEST_IDENTITY_DAYS = 7
MOST_IDENTITY_DAYS = 180
# Who may be asked to say that they are at least so old. Arabic has one plural for all of these.
LOWEST_LEAST_AGE = 13
HIGHEST_LEAST_AGE = 21


def _is_colour(field: str) -> Q:
    """#rrggbb. No regular expression: SQLite has one in Django's connections alone, and a copy that
    holds one could not be looked through on its own."""
    digits = Func(
        Substr(field, 2),
        Value("0123456789abcdef"),
        function="LTRIM",
        output_field=models.CharField(),
    )
    is_hexadecimal = Q(Exact(digits, Value(""))) & Q(Exact(Length(field), Value(7)))
    return Q(**{f"{field}__startswith": "#"}) & is_hexadecimal


class LetterQuerySet(models.QuerySet["Letter"]):
    def public(self) -> Self:
        """What anybody may read: published, under no embargo at this moment, not taken down.

        Each public page, file and figure gets its letters from here. Only the clock opens a
        letter, so nothing has to run at the hour.
        """
        is_over = Q(embargo_until=None) | Q(embargo_until__lte=timezone.now())
        return self.filter(is_over, state__in=LetterState.published(), taken_down_at=None)

    def newest_first(self) -> Self:
        """By when they became public, which `public_since` says too."""
        return self.alias(since=Coalesce("embargo_until", "published_at")).order_by("-since", "-pk")


class Letter(models.Model):
    team = models.ForeignKey(Team, models.PROTECT, related_name="letters")
    slug = models.SlugField(_("address"), max_length=80, unique=True)
    state = models.CharField(max_length=10, choices=LetterState, default=LetterState.DRAFT)
    opens_at = models.DateTimeField(_("opens"), null=True, blank=True)
    closes_at = models.DateTimeField(_("closes"), null=True, blank=True)
    published_at = models.DateTimeField(null=True, editable=False)
    closed_at = models.DateTimeField(null=True, editable=False)
    # Until then nobody but its team, its signers and named reporters knows of the letter.
    embargo_until = models.DateTimeField(_("embargo until"), null=True, editable=False)
    # Closed, and read by nobody any more: what the site's operators say of it instead.
    taken_down_at = models.DateTimeField(null=True, editable=False)
    taken_down_because = models.CharField(max_length=300, default="", db_default="", editable=False)
    # Put away from its team's list (`letters/archiving.py`).
    archived_at = models.DateTimeField(null=True, editable=False)
    # Since when the record cannot be continued (`signatures.record.halting`): nothing may be
    # signed that could not be counted.
    halted_at = models.DateTimeField(null=True, editable=False)
    # Name of the letter's log in every checkpoint, so it must outlive a change of SITE_URL.
    origin = models.CharField(max_length=200, default="", editable=False)
    # Every signature waits for the organizers, not only those whose names are watched.
    vets_everyone = models.BooleanField(_("vet everyone"), default=False)
    # How many may sign within an hour from one network while an assembly signs: until then, over
    # the Wi-Fi of a hall. At any other time it is HOURLY_CEILING (`letters/assembly.py`).
    assembly_until = models.DateTimeField(null=True, editable=False)
    hourly_ceiling = models.PositiveIntegerField(
        default=HOURLY_CEILING,
        db_default=HOURLY_CEILING,
        validators=[MinValueValidator(HOURLY_CEILING), MaxValueValidator(HIGHEST_CEILING)],
        editable=False,
    )
    # After so many days the identity of somebody who was vetted without being named is deleted.
    identity_days = models.PositiveSmallIntegerField(
        default=IDENTITY_DAYS,
        db_default=IDENTITY_DAYS,
        validators=[MinValueValidator(FEWEST_IDENTITY_DAYS), MaxValueValidator(MOST_IDENTITY_DAYS)],
    )
    # What the form asks beside name, address, profession and country (`letters/asking.py`).
    asks_credit = models.BooleanField(default=True, db_default=True)
    asks_affiliation = models.BooleanField(default=True, db_default=True)
    takes_organisations = models.BooleanField(default=True, db_default=True)
    offers_updates = models.BooleanField(default=True, db_default=True)
    professions = models.CharField(
        max_length=10,
        choices=ProfessionList,
        default=ProfessionList.CREATIVE,
        db_default=ProfessionList.CREATIVE,
    )
    # Who signs says that they are at least so old.
    least_age = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        validators=[MinValueValidator(LOWEST_LEAST_AGE), MaxValueValidator(HIGHEST_LEAST_AGE)],
    )
    # Whether its organizers ever asked a question of their own (`signatures.answers`).
    has_questions = models.BooleanField(default=False, db_default=False, editable=False)
    # Goes up with each change of what the form asks.
    form_revision = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    # In the place of the site's own colour, as #rrggbb (`letters/accent.py`); empty for that.
    accent = models.CharField(max_length=7, default="", db_default="", blank=True, editable=False)
    # Goes up with each change of how its page looks; 1 while nothing was ever changed.
    look_revision = models.PositiveIntegerField(default=1, db_default=1, editable=False)
    # Totals at which a snapshot is taken besides 100, 1,000, 10,000 and so on.
    milestones = models.JSONField(_("milestones"), default=list, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = LetterQuerySet.as_manager()

    class Meta:
        verbose_name = _("letter")
        verbose_name_plural = _("letters")
        constraints = (
            models.CheckConstraint(condition=Q(state__in=LetterState.values), name="letter_state"),
            models.CheckConstraint(
                condition=Q(professions__in=ProfessionList.values), name="letter_professions"
            ),
            models.CheckConstraint(
                condition=Q(state=LetterState.DRAFT) | Q(published_at__isnull=False),
                name="letter_public_has_date",
            ),
            models.CheckConstraint(
                condition=Q(opens_at__isnull=True)
                | Q(closes_at__isnull=True)
                | Q(closes_at__gt=models.F("opens_at")),
                name="letter_opens_before_it_closes",
                violation_error_message=_("The letter must close after it opens."),
            ),
            models.CheckConstraint(
                condition=Q(published_at=None)
                | Q(embargo_until=None)
                | Q(embargo_until__gte=models.F("published_at")),
                name="letter_embargo_outlasts_publication",
            ),
            models.CheckConstraint(
                condition=Q(taken_down_at=None, taken_down_because="")
                | Q(taken_down_at__isnull=False, state=LetterState.CLOSED)
                & ~Q(taken_down_because=""),
                name="letter_taken_down_is_closed",
            ),
            models.CheckConstraint(
                condition=Q(archived_at=None) | ~Q(state=LetterState.PUBLISHED),
                name="letter_archived_is_not_open",
            ),
            models.CheckConstraint(
                condition=Q(accent="") | _is_colour("accent"),
                name="letter_accent_is_a_colour",
            ),
        )

    def __str__(self) -> str:
        return self.slug

    @property
    def is_under_embargo(self) -> bool:
        return self.embargo_until is not None and timezone.now() < self.embargo_until

    @property
    def public_since(self) -> datetime | None:
        """When anybody could first read it: later than its text was frozen, with an embargo."""
        return self.published_at and (self.embargo_until or self.published_at)

    def is_open(self, *, now: datetime, to_invited: bool = False) -> bool:
        """Whether it can be signed now: by anyone, or by those who were invited to sign first."""
        return (
            self.state == LetterState.PUBLISHED
            and self.halted_at is None
            and (to_invited or not self.opens_later(now=now))
            and (self.closes_at is None or now < self.closes_at)
        )

    @property
    def is_paused(self) -> bool:
        """Published, but nothing can be signed until its record can be continued."""
        return self.state == LetterState.PUBLISHED and self.halted_at is not None

    @property
    def network_factor(self) -> float:
        """By how much the limits for one network are raised on this letter at this moment."""
        return self.hourly_ceiling / HOURLY_CEILING if self.is_assembly_signing else 1

    @property
    def is_assembly_signing(self) -> bool:
        return self.assembly_until is not None and timezone.now() < self.assembly_until

    def opens_later(self, *, now: datetime) -> bool:
        return (
            self.state == LetterState.PUBLISHED
            and self.opens_at is not None
            and now < self.opens_at
        )


class Text(models.Model):
    """One version of the letter's text. Its translations are frozen once it is published."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="texts")
    number = models.PositiveSmallIntegerField()
    published_at = models.DateTimeField(null=True, editable=False)
    # Number of the version before, if this one only corrects a slip of it: then the signatures of
    # that one stand under this one too. `reason` says to everybody what was wrong.
    corrects = models.PositiveSmallIntegerField(null=True, editable=False)
    reason = models.CharField(max_length=300, default="", db_default="", editable=False)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(corrects=None, reason="")
                | Q(corrects__isnull=False, corrects=models.F("number") - 1) & ~Q(reason=""),
                name="text_corrects_the_one_before",
            ),
            models.UniqueConstraint(fields=("letter", "number"), name="text_number_once"),
            models.UniqueConstraint(
                fields=("letter",), condition=Q(published_at=None), name="text_one_draft"
            ),
        )

    def __str__(self) -> str:
        return f"{self.letter}, version {self.number}"


class Translation(models.Model):
    """A text in one language. Its bytes have a SHA-256 from the moment of publication."""

    text = models.ForeignKey(Text, models.PROTECT, related_name="translations")
    language = models.CharField(
        _("language"), max_length=10, choices=tuple(languages.NAMES.items())
    )
    title = models.CharField(_("title"), max_length=160)
    addressee = models.CharField(_("addressee"), max_length=240)
    body = models.TextField(_("text"), max_length=40_000)
    is_authoritative = models.BooleanField(_("authoritative"), default=False)
    sha256 = models.CharField(max_length=64, default="", editable=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("text", "language"), name="translation_once"),
            models.UniqueConstraint(
                fields=("text",),
                condition=Q(is_authoritative=True),
                name="translation_one_authority",
            ),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def source(self) -> bytes:
        """The very bytes that the hash is of: title, addressee and body, a blank line between.

        UTF-8, NFC, lines ended by LF, no blank space at the ends.
        """
        parts = (self.title, self.addressee, self.body)
        whole = "\n\n".join(
            part.replace("\r\n", "\n").replace("\r", "\n").strip() for part in parts
        )
        return unicodedata.normalize("NFC", whole + "\n").encode()

    def hash_of_source(self) -> str:
        return hashlib.sha256(self.source).hexdigest()

    @property
    def direction(self) -> Literal["rtl", "ltr"]:
        return languages.direction(self.language)

    @property
    def language_name(self) -> str:
        return languages.NAMES[self.language]


class Proposal(models.Model):
    """A version that one organizer wants to be public and another one has to approve.

    `seal` is of all that was proposed, so that what is approved is the same. Deleted when the
    version is published, discarded or altered, or when the proposal is taken back.
    """

    text = models.OneToOneField(Text, models.CASCADE, related_name="proposal")
    seal = models.CharField(max_length=64)
    # As of Text.
    corrects = models.PositiveSmallIntegerField(null=True)
    reason = models.CharField(max_length=300, default="")
    proposed_by = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"proposal of {self.text}"


class EventKind(models.TextChoices):
    PUBLISH = "publish"
    TEXT = "text"
    SIGN = "sign"
    VERIFY = "verify"
    EDIT = "edit"
    WITHDRAW = "withdraw"
    ERASE = "erase"
    REMOVE = "remove"
    RESTORE = "restore"
    CLOSE = "close"
    # From the last checkpoint of a log that was lost in part (`signatures.record.continuing`).
    CONTINUE = "continue"


class Event(models.Model):
    """Something that happened to a letter and waits to be written into its record.

    Written in the transaction of what it tells; taken out by the sequencer, which alone decides
    its index and time. `before` and `after` are what a signature counts as (see
    `Signature.tally_key`), or nothing: the tally is folded from them. `reason` and
    `told_name` are for the public corrections only, and so is `number`: that of a signature whose
    row is gone and cannot tell it any more.
    """

    # No foreign key in the database: shared row locks on one busy letter cost a third of the rate.
    letter = models.ForeignKey(Letter, models.PROTECT, db_constraint=False, related_name="+")
    kind = models.CharField(max_length=10, choices=EventKind)
    signature_id = models.BigIntegerField(null=True)
    public_id = models.CharField(max_length=22, default="")
    level = models.PositiveSmallIntegerField(null=True)
    text_sha256 = models.CharField(max_length=64, default="")
    commitment = models.CharField(max_length=64, default="")
    before = models.CharField(max_length=60, default="")
    after = models.CharField(max_length=60, default="")
    reason = models.CharField(max_length=12, default="", db_default="")
    told_name = models.CharField(max_length=120, default="", db_default="")
    number = models.PositiveIntegerField(null=True)
    # The deed about many that it is a part of: told in public as one line.
    bulk_deed_id = models.BigIntegerField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(kind__in=EventKind.values), name="event_kind"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"


class PressKit(models.Model):
    """What organizers tell the press about a letter, in one language. Public as it stands."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="press_kits")
    language = models.CharField(
        _("language"), max_length=10, choices=tuple(languages.NAMES.items())
    )
    facts = models.TextField(_("facts"), max_length=4_000, blank=True, default="")
    organizers = models.TextField(_("who is behind it"), max_length=2_000, blank=True, default="")
    funding = models.TextField(_("funding"), max_length=2_000, blank=True, default="")
    embargo = models.CharField(_("embargo"), max_length=300, blank=True, default="")
    # What may be used and how; where nothing is said, `press_kit.REUSE` holds.
    reuse_text = models.CharField(_("use of the text"), max_length=600, blank=True, default="")
    reuse_list = models.CharField(_("use of the list"), max_length=600, blank=True, default="")
    reuse_quotes = models.CharField(_("use of the quotes"), max_length=600, blank=True, default="")
    reuse_pictures = models.CharField(
        _("use of the pictures"), max_length=600, blank=True, default=""
    )
    contact_name = models.CharField(_("contact"), max_length=120, blank=True, default="")
    contact_email = models.CharField(_("e-mail"), max_length=254, blank=True, default="")
    contact_phone = models.CharField(_("telephone"), max_length=40, blank=True, default="")

    class Meta:
        verbose_name = _("press kit")
        verbose_name_plural = _("press kits")
        constraints = (
            models.UniqueConstraint(fields=("letter", "language"), name="press_kit_once"),
        )

    def __str__(self) -> str:
        return f"press kit of {self.letter} in {self.language}"

    @property
    def direction(self) -> Literal["rtl", "ltr"]:
        return languages.direction(self.language)


class SignerWords(models.Model):
    """What organizers say to who signed, on the thanks page and to pass on, in one language."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="signer_words")
    language = models.CharField(max_length=10, choices=tuple(languages.NAMES.items()))
    # Either may be empty, not both: then there is no row.
    thanks = models.TextField(max_length=600, blank=True, default="")
    share = models.CharField(max_length=200, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "language"), name="signer_words_once"),
        )

    def __str__(self) -> str:
        return f"words to signers of {self.letter} in {self.language}"

    @property
    def direction(self) -> Literal["rtl", "ltr"]:
        return languages.direction(self.language)


class Quote(models.Model):
    """Words that may be quoted, with who says them."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="quotes")
    language = models.CharField(
        _("language"), max_length=10, choices=tuple(languages.NAMES.items())
    )
    words = models.TextField(_("words"), max_length=1_000)
    speaker = models.CharField(_("who says it"), max_length=120)
    about = models.CharField(_("who that is"), max_length=160, blank=True, default="")
    place = models.PositiveSmallIntegerField(_("place"), default=0)
    # Of the signature of who says it, if organizers named it: shown only while that one is listed.
    public_id = models.CharField(max_length=22, blank=True, default="", editable=False)

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        ordering = ("place", "pk")

    def __str__(self) -> str:
        return f"quote {self.pk}"

    @property
    def direction(self) -> Literal["rtl", "ltr"]:
        return languages.direction(self.language)


class PressImage(models.Model):
    """A picture for the press, made anew from what was uploaded, so that it carries no metadata."""

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="press_images")
    description = models.CharField(_("what it shows"), max_length=300)
    credit = models.CharField(_("credit"), max_length=160, blank=True, default="")
    # In other languages: {"ar": {"description": …, "credit": …}}.
    captions = models.JSONField(default=dict, blank=True)
    content = models.BinaryField()
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    place = models.PositiveSmallIntegerField(_("place"), default=0)

    class Meta:
        verbose_name = _("picture")
        verbose_name_plural = _("pictures")
        ordering = ("place", "pk")
        constraints = (
            models.UniqueConstraint(fields=("letter", "sha256"), name="press_image_once"),
        )

    def __str__(self) -> str:
        return f"picture {self.pk}"


class HeadPicture(models.Model):
    """The picture over a letter, made anew from what was uploaded; what it shows, by language."""

    letter = models.OneToOneField(Letter, models.CASCADE, related_name="head_picture")
    descriptions = models.JSONField()
    content = models.BinaryField()
    content_type = models.CharField(max_length=20)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)

    class Meta:
        verbose_name = _("picture over the letter")
        verbose_name_plural = _("pictures over letters")

    def __str__(self) -> str:
        return f"picture over {self.letter}"


class UpdateState(models.TextChoices):
    DRAFT = "draft", _("Draft")
    # Released by one organizer; another one has to approve it.
    PROPOSED = "proposed", _("Waits for a second organizer")
    SCHEDULED = "scheduled", _("Scheduled")
    # Its time went by, or whoever released or approved it left: an organizer has to decide.
    HELD = "held", _("Held back")
    SENDING = "sending", _("Being sent")
    PAUSED = "paused", pgettext_lazy("update", "Paused")
    SENT = "sent", pgettext_lazy("update", "Sent")
    CANCELLED = "cancelled", _("Cancelled")

    @classmethod
    def editable(cls) -> tuple["UpdateState", ...]:
        return (cls.DRAFT, cls.PROPOSED, cls.HELD)

    @classmethod
    def begun(cls) -> tuple["UpdateState", ...]:
        """States in which mails are owed, or were."""
        return (cls.SENDING, cls.PAUSED, cls.SENT, cls.CANCELLED)


class Update(models.Model):
    """News from the organizers to those who signed a letter: its words, for whom, and when."""

    letter = models.ForeignKey(Letter, models.PROTECT, related_name="updates")
    number = models.PositiveSmallIntegerField()
    state = models.CharField(max_length=10, choices=UpdateState, default=UpdateState.DRAFT)
    # Goes up with each change of words, recipients or time.
    revision = models.PositiveIntegerField(default=1)
    # Who gets it, of those who hear news; empty for all (`signatures.notifications.audience`).
    audience = models.JSONField(default=dict, blank=True)
    # None: as soon as it is released.
    send_at = models.DateTimeField(null=True, blank=True)
    # From when on it goes out: its time, or when it was let go if that was later.
    due_at = models.DateTimeField(null=True)
    # Whether the letter's page shows it once it is being sent.
    is_public = models.BooleanField(default=False)
    # Hash of all that was released, and that a second organizer approves.
    seal = models.CharField(max_length=64, default="", blank=True)
    created_by = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    released_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField()
    # When its mails were owed, and how many.
    started_at = models.DateTimeField(null=True)
    total = models.PositiveIntegerField(default=0)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("update")
        verbose_name_plural = _("updates")
        constraints = (
            models.UniqueConstraint(fields=("letter", "number"), name="update_number_once"),
            models.CheckConstraint(condition=Q(state__in=UpdateState.values), name="update_state"),
            models.CheckConstraint(
                condition=~Q(
                    state__in=["proposed", "scheduled", "held", "sending", "paused", "sent"]
                )
                | ~Q(seal="") & Q(released_by__isnull=False),
                name="update_released_is_sealed",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=["sending", "paused", "sent"]) | Q(started_at__isnull=False),
                name="update_begun_has_date",
            ),
            models.CheckConstraint(
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=models.F("released_by")),
                name="update_approved_by_another",
            ),
        )
        indexes = (
            models.Index(
                fields=("send_at",),
                name="update_at_work",
                condition=Q(state__in=["scheduled", "sending", "paused"]),
            ),
        )

    def __str__(self) -> str:
        return f"update {self.number} of {self.letter}"


class UpdateWords(models.Model):
    """What an update says in one language, in Markdown."""

    update = models.ForeignKey(Update, models.CASCADE, related_name="words")
    language = models.CharField(
        _("language"), max_length=10, choices=tuple(languages.NAMES.items())
    )
    subject = models.CharField(_("subject"), max_length=160)
    body = models.TextField(_("text"), max_length=20_000)

    class Meta:
        verbose_name = _("words of an update")
        verbose_name_plural = _("words of updates")
        constraints = (
            models.UniqueConstraint(fields=("update", "language"), name="update_words_once"),
        )

    def __str__(self) -> str:
        return self.subject

    @property
    def direction(self) -> Literal["rtl", "ltr"]:
        return languages.direction(self.language)


class Reporter(models.Model):
    """Somebody of the press who may read a letter under embargo, by a link of their own.

    Of an opening it keeps when, and how often; never from where. Deleted a month after the hour.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="reporters")
    name = models.CharField(_("name"), max_length=120)
    outlet = models.CharField(_("outlet"), max_length=120)
    email = models.CharField(_("e-mail"), max_length=254, blank=True, default="")
    # Part of the link.
    nonce = models.BinaryField(max_length=8)
    # Earlier than the embargo's hour, where that was asked for. Never later, whatever stands here.
    expires_at = models.DateTimeField(null=True)
    cut_off_at = models.DateTimeField(null=True)
    opened = models.PositiveIntegerField(default=0)
    last_opened_at = models.DateTimeField(null=True)
    added_at = models.DateTimeField()

    class Meta:
        verbose_name = _("reporter")
        verbose_name_plural = _("reporters")

    def __str__(self) -> str:
        return f"reporter {self.pk}"


class Organisation(models.Model):
    """One that is asked to stand behind a letter besides its team, by a link to its own address.

    Named in public from when it agreed until it, or an organizer, ends that. Never renamed: another
    name is another row, which has to agree anew.
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="organisations")
    name = models.CharField(_("name"), max_length=120)
    # Deleted when it ends; of an address that agreed, the domain is public.
    email = models.CharField(_("e-mail"), max_length=254)
    # Part of the link.
    nonce = models.BinaryField(max_length=8)
    asked_by = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    # When it agreed, and to which version; to a later one it has to agree again.
    agreed_at = models.DateTimeField(null=True)
    text = models.ForeignKey(Text, models.PROTECT, null=True, related_name="+")
    ended_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("letter", "name"),
                condition=Q(ended_at=None),
                name="organisation_named_once",
            ),
            models.CheckConstraint(
                condition=Q(agreed_at=None, text=None)
                | Q(agreed_at__isnull=False, text__isnull=False),
                name="organisation_agreed_to_a_text",
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None) | Q(email=""), name="organisation_ended_has_no_address"
            ),
        )

    def __str__(self) -> str:
        return f"organisation {self.pk}"

    @property
    def domain(self) -> str:
        return self.email.rpartition("@")[2]


class Draft(models.Model):
    """A text that is being written as somebody saved it, in all its languages. Private.

    Numbered through all texts of the letter, and never altered. Kept until some time after its
    text is published (`campaign.letters.together.keeping`).
    """

    letter = models.ForeignKey(Letter, models.CASCADE, related_name="drafts")
    text = models.ForeignKey(Text, models.CASCADE, related_name="drafts")
    number = models.PositiveIntegerField()
    # One hash over all its languages (`texts.seal_of`): what is approved.
    seal = models.CharField(max_length=64)
    # Unknown for words that stood before drafts were kept.
    saved_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    saved_at = models.DateTimeField()
    # Number of the draft whose words this one brings back.
    brings_back = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("letter", "number"), name="draft_number_once"),
        )

    def __str__(self) -> str:
        return f"{self.letter}, draft {self.number}"


class DraftWording(models.Model):
    """What some drafts say in one language: kept once, however many drafts say it."""

    text = models.ForeignKey(Text, models.CASCADE, related_name="wordings")
    language = models.CharField(max_length=10)
    title = models.CharField(max_length=160)
    addressee = models.CharField(max_length=240)
    body = models.TextField(max_length=40_000)
    # As `Translation.hash_of_source`.
    sha256 = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("text", "language", "sha256"), name="draft_wording_once"
            ),
        )

    def __str__(self) -> str:
        return self.title


class DraftTranslation(models.Model):
    """One language of a draft."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="translations")
    wording = models.ForeignKey(DraftWording, models.RESTRICT, related_name="+")
    is_authoritative = models.BooleanField()
    # What the authoritative text said when this language was last saved.
    made_from = models.ForeignKey(DraftWording, models.RESTRICT, null=True, related_name="+")

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("draft", "wording"), name="draft_translation_once"),
        )

    def __str__(self) -> str:
        return f"{self.wording_id} in {self.draft_id}"


class DraftApproval(models.Model):
    """That a member of the team agrees to one draft, word for word, under their own name."""

    draft = models.ForeignKey(Draft, models.CASCADE, related_name="approvals")
    organizer = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    approved_at = models.DateTimeField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("draft", "organizer"), name="draft_approval_once"),
        )

    def __str__(self) -> str:
        return f"approval {self.pk}"


class DraftComment(models.Model):
    """What a member of the team says of one paragraph of a text that is being written. Private, and
    deleted with the drafts."""

    text = models.ForeignKey(Text, models.CASCADE, related_name="comments")
    # Number of the draft that was read.
    draft_number = models.PositiveIntegerField()
    language = models.CharField(max_length=10)
    # Where the paragraph stood, the beginning of it, and the hash of all of it.
    place = models.PositiveSmallIntegerField()
    paragraph = models.CharField(max_length=600)
    paragraph_sha256 = models.CharField(max_length=64)
    words = models.TextField(max_length=2_000)
    said_by = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()
    resolved_by = models.ForeignKey(Organizer, models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(resolved_by=None, resolved_at=None)
                | Q(resolved_by__isnull=False, resolved_at__isnull=False),
                name="draft_comment_resolved_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return f"comment {self.pk}"


class DraftAnswer(models.Model):
    comment = models.ForeignKey(DraftComment, models.CASCADE, related_name="answers")
    words = models.TextField(max_length=2_000)
    said_by = models.ForeignKey(Organizer, models.PROTECT, related_name="+")
    said_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"answer {self.pk}"
