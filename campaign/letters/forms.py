"""The desk's forms. Every refusal is a sentence that says what to do."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast
from urllib.parse import unquote

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign import languages
from campaign.letters import characters, slugs, typed_links
from campaign.letters.markdown import DeadLink
from campaign.letters.models import (
    FEWEST_IDENTITY_DAYS,
    IDENTITY_DAYS,
    MOST_IDENTITY_DAYS,
    Letter,
    LetterState,
    Translation,
)
from campaign.letters.publishing import Correction
from campaign.organizers.models import Team

_FORMATS = ("%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M")
_YEARS = range(2000, 2200)
_LINKS_TOLD = 5
MAX_BODY_LETTERS = 40_000


class WordingField(forms.CharField):
    """A part of a letter's text, brought into the form in which it is kept and hashed."""

    def __init__(self, *, lines: bool = False, silent: Any, **kwargs: Any) -> None:
        self.lines = lines
        super().__init__(**kwargs)
        self.error_messages |= {"required": silent, "silent": silent}

    def to_python(self, value: Any) -> str:
        text: str = super().to_python(value) or ""
        if refused := characters.refused_character(text):
            raise ValidationError(
                _("Take out the invisible control character %(code)s: it cannot be printed."),
                params={"code": f"U+{ord(refused):04X}"},
                code="control",
            )
        if characters.UNREADABLE in text:
            raise ValidationError(
                _("Some of this could not be read: type what stands as � once more."),
                code="unreadable",
            )
        text = characters.many_lines(text) if self.lines else characters.one_line(text)
        if text and characters.says_nothing(text):
            raise ValidationError(self.error_messages["silent"], code="silent")
        return text


def links_that_lead_nowhere(dead: Sequence[DeadLink]) -> list[ValidationError]:
    """A sentence for each of the first few."""
    sentence = _(
        "The link “%(words)s” leads nowhere: “%(address)s” is not a whole address. "
        "Write it with https:// at the start."
    )
    return [
        ValidationError(
            sentence,
            params={"words": each.words[:60], "address": unquote(each.address)[:120]},
            code="link",
        )
        for each in dead[:_LINKS_TOLD]
    ]


def links_that_mislead(source: str) -> list[ValidationError]:
    """A sentence for each of the first few."""
    sentence = _(
        "The words of a link name “%(named)s”, but it leads to “%(address)s”. "
        "Write where it leads, or words that are no address."
    )
    return [
        ValidationError(
            sentence,
            params={"named": each.named[:120], "address": each.address[:120]},
            code="misleading_link",
        )
        for each in typed_links.misleading_links(source)[:_LINKS_TOLD]
    ]


@dataclass(frozen=True, slots=True)
class CheckedLinks:
    """`can_complete`: whether some would work with https:// before them."""

    body: str
    faults: Sequence[ValidationError]
    can_complete: bool


def check_links(body: str, *, completes: bool, most: int) -> CheckedLinks:
    """Finds fault with links that mislead or lead nowhere. With `completes`, https:// is put in
    first, if that mends all that lead nowhere."""
    completed, dead = typed_links.with_https(body), typed_links.dead_links(body)
    if dead and completes and len(completed) <= most:
        dead = typed_links.dead_links(completed)
        body = body if dead else completed
    faults = [*links_that_mislead(body), *links_that_lead_nowhere(dead)]
    return CheckedLinks(body, faults, bool(dead) and completed != body)


class MomentField(forms.DateTimeField):
    """A moment in UTC from a date-and-time control."""

    widget = forms.DateTimeInput(format=_FORMATS[0], attrs={"type": "datetime-local"})
    default_error_messages = {
        "invalid": _("Give a date and a time, as 2026-11-23 09:30."),
    }

    def to_python(self, value: Any) -> datetime | None:
        if value in self.empty_values:
            return None
        for pattern in _FORMATS:
            try:
                moment = datetime.strptime(str(value).strip(), pattern)  # noqa: DTZ007
            except ValueError:
                continue
            if moment.year in _YEARS:
                return timezone.make_aware(moment)
        raise ValidationError(self.error_messages["invalid"], code="invalid")


class AddressField(forms.RegexField):
    """The address of a letter. The one that it has already is never found fault with."""

    def __init__(self, *, current: str = "", **kwargs: Any) -> None:
        self.current = current
        super().__init__(
            regex=slugs.SLUG_PATTERN,
            label=_("Address"),
            max_length=80,
            widget=forms.TextInput(
                attrs={"class": "ltr", "autocapitalize": "none", "spellcheck": "false"}
            ),
            **kwargs,
        )
        self.error_messages |= {
            "invalid": _("Use only the letters a to z, digits, and single hyphens between them."),
            "required": _("Give the letter an address."),
            "max_length": _("Shorten the address to 80 characters."),
        }

    def run_validators(self, value: Any) -> None:
        if value != self.current or not value:
            super().run_validators(value)


class TimesForm(forms.Form):
    opens_at = MomentField(
        label=_("Opens"),
        required=False,
        help_text=_("In UTC. From then on it can be signed; without a time, once it is published."),
    )
    closes_at = MomentField(
        label=_("Closes"),
        required=False,
        help_text=_("In UTC. Then the signing stops by itself, and all stays readable."),
    )

    def clean(self) -> dict[str, Any]:
        opens_at, closes_at = (self.cleaned_data.get(name) for name in ("opens_at", "closes_at"))
        if closes_at and opens_at and closes_at <= opens_at:
            self.add_error("closes_at", _("The letter must close after it opens."))
        elif closes_at and closes_at <= timezone.now():
            self.add_error("closes_at", _("This time has passed: choose a later one, or none."))
        return self.cleaned_data


class WordingForm(forms.Form):
    """Title, addressee and body in one language."""

    title = WordingField(
        label=_("Title"),
        max_length=160,
        silent=_("Give the letter a title."),
        error_messages={"max_length": _("Shorten the title to 160 characters.")},
        widget=forms.TextInput(attrs={"data-mirror": "preview-title"}),
    )
    addressee = WordingField(
        label=_("Addressee"),
        max_length=240,
        help_text=_("The people the letter speaks to, for example: To the ministers of culture."),
        silent=_("Say who the letter speaks to."),
        error_messages={"max_length": _("Shorten the addressee to 240 characters.")},
        widget=forms.TextInput(attrs={"data-mirror": "preview-addressee"}),
    )
    body = WordingField(
        label=_("Text"),
        lines=True,
        max_length=MAX_BODY_LETTERS,
        help_text=_(
            "Write or paste it: lines and paragraphs stay as they are. *One star* on each side "
            "stresses a word, # at the start of a line makes a heading, [words](https://…) make "
            "a link, and [^1] a footnote whose words come at the end, after [^1]:"
        ),
        silent=_("Write the text of the letter."),
        error_messages={"max_length": _("Shorten the text to 40,000 characters.")},
        widget=forms.Textarea(
            attrs={
                "rows": 20,
                "data-preview-url": reverse_lazy("desk_markdown"),
                "data-preview-target": "preview-text",
            }
        ),
    )

    # Whether the links that were found fault with would work with https:// before them.
    can_complete_links = False

    def clean_body(self) -> str:
        """Asks about links that mislead or lead nowhere; with the button for it, https:// is put
        in."""
        checked = check_links(
            self.cleaned_data["body"],
            completes="complete_links" in self.data,
            most=MAX_BODY_LETTERS,
        )
        self.can_complete_links = checked.can_complete
        if checked.faults:
            raise ValidationError(list(checked.faults))
        return checked.body

    def speak(self, language: str) -> None:
        """Let the controls be in this language and run in its direction."""
        for name in ("title", "addressee", "body"):
            self.fields[name].widget.attrs |= {
                "lang": language,
                "dir": languages.direction(language),
            }


class TranslationForm(WordingForm):
    # Hash of the wording that the writer saw last; that of the one that they started from, once
    # somebody else saved another one.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    base = forms.CharField(required=False, widget=forms.HiddenInput)

    @classmethod
    def initial_from(cls, translation: Translation | None) -> dict[str, str]:
        if translation is None:
            return {}
        return {
            "title": translation.title,
            "addressee": translation.addressee,
            "body": translation.body,
            "seen": translation.hash_of_source(),
        }

    def wording(self) -> dict[str, str]:
        """As `drafting.save_translation` takes it."""
        typed = dict(self.cleaned_data)
        typed["expected_hash"] = typed.pop("seen")
        typed.pop("base")
        return typed


class LetterForm(WordingForm, TimesForm):
    """A new letter in its first language."""

    language = forms.ChoiceField(
        label=_("Language"),
        choices=tuple(languages.NAMES.items()),
        help_text=_(
            "The language of this text. Others can be added, and you say which one counts."
        ),
        error_messages={
            "required": _("Choose the language of the text."),
            "invalid_choice": _("Choose one of the languages in the list."),
        },
    )
    team = forms.ModelChoiceField(
        label=_("Team"),
        queryset=Team.objects.none(),
        empty_label=None,
        error_messages={
            "required": _("Choose the team that the letter belongs to."),
            "invalid_choice": _("Choose one of your teams."),
        },
    )
    slug = AddressField(
        required=False,
        help_text=_(
            "The last part of the letter’s web address. Left empty, it comes from the title: the "
            "preview fills it in, and you can change it."
        ),
    )
    field_order = (
        *("team", "language", "title", "addressee", "body"),
        *("slug", "opens_at", "closes_at"),
    )

    def __init__(self, *args: Any, teams: QuerySet[Team], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast("forms.ModelChoiceField[Team]", self.fields["team"])
        field.queryset = teams
        # Whoever is in one team only is not asked.
        if len(choices := list(teams[:2])) == 1:
            field.widget = forms.HiddenInput()
            field.initial = choices[0]
        for name in ("title", "addressee", "body"):
            self.fields[name].widget.attrs["dir"] = "auto"


class DetailsForm(TimesForm):
    """Address and times of a letter that is there."""

    slug = AddressField()
    vets_everyone = forms.BooleanField(
        label=_("Check every signature before it is shown"),
        required=False,
        help_text=_(
            "Each waits, neither shown nor counted, until one of you approves it. Without this, "
            "only names that resemble a watched one wait."
        ),
    )
    identity_days = forms.IntegerField(
        label=_("Days until you no longer know who was vetted without being named"),
        required=False,
        min_value=FEWEST_IDENTITY_DAYS,
        max_value=MOST_IDENTITY_DAYS,
        help_text=_(
            "30 as a rule. Signers read it before they sign, and before they ask. It holds for "
            "those who ask from now on."
        ),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("Please give a whole number from 7 to 180, in digits."),
        ),
    )
    field_order = (
        *("slug", "opens_at", "closes_at"),
        *("vets_everyone", "identity_days"),
    )

    def clean_identity_days(self) -> int:
        return self.cleaned_data["identity_days"] or IDENTITY_DAYS

    def __init__(self, data: Mapping[str, Any] | None = None, *, letter: Letter) -> None:
        kept = {name: getattr(letter, name) for name in self.base_fields}
        super().__init__(data, initial=kept)
        cast("AddressField", self.fields["slug"]).current = letter.slug
        if letter.state == LetterState.DRAFT:
            self.fields["slug"].help_text = _("Can be changed until the letter is published.")
        else:
            self.fields["slug"].disabled = True
            self.fields["slug"].help_text = _("Fixed: links and the record name it.")


class ProposalForm(forms.Form):
    """What the next version of a signed letter is, in the eyes of who proposes it."""

    NEW, SLIP = "new", "slip"

    sort = forms.ChoiceField(
        label=_("What is this version?"),
        choices=(
            (NEW, _("A new text: it starts with no signatures, and everyone who signed is asked")),
            (
                SLIP,
                _(
                    "A correction of a slip: the signatures count for it as well, and each who "
                    "signed is told by e-mail"
                ),
            ),
        ),
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Say whether this is a new text or corrects a slip."),
            "invalid_choice": _("Say whether this is a new text or corrects a slip."),
        },
    )
    reason = WordingField(
        label=_("What was wrong"),
        required=False,
        max_length=300,
        help_text=_("For a correction only. Everyone can read it beside the words that changed."),
        silent=_("Say what was wrong: everyone can read it beside the words that changed."),
        error_messages={"max_length": _("Shorten the reason to 300 characters.")},
    )

    def clean(self) -> dict[str, Any]:
        said = self.cleaned_data
        if said.get("sort") == self.SLIP and not said.get("reason") and "reason" not in self.errors:
            self.add_error("reason", self.fields["reason"].error_messages["silent"])
        return said

    @property
    def correction(self) -> Correction | None:
        said = self.cleaned_data
        return Correction(said["reason"]) if said["sort"] == self.SLIP else None
