"""What organizers type to find many signatures, and why these leave the list."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.letters.forms import MomentField
from signatures.forms.desk.text_fields import CONTROL_CHARACTER, note_field, text_field
from signatures.forms.fields import CodedField, country_choices, is_country
from signatures.models import Because, BulkAction, Kind, Level
from signatures.moderation.bulk.querying import ACTED_UPON, ANY_LETTERS, Query
from signatures.moderation.search import number_in
from signatures.names.folding import search_key
from signatures.verification.network import hosts
from signatures.verification.problems import ProofRefused

_LINE_LIMIT = 120
_LEVELS = [("", _("All levels")), *((str(each.value), each.label) for each in Level if each)]
_STATES = [
    ("", _("Listed, waiting for confirmation, or being checked")),
    *((each.value, each.label) for each in ACTED_UPON),
]


def _pattern(label: Any, help_text: Any = "") -> forms.CharField:
    return text_field(
        _LINE_LIMIT,
        label=label,
        required=False,
        help_text=help_text,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off", "spellcheck": "false"}),
    )


class QueryForm(forms.Form):
    """All fields together: who fits, fits each that is filled in."""

    domain = forms.CharField(
        label=_("Mail domain"),
        required=False,
        max_length=254,
        help_text=_("What stands behind the @."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={
            "max_length": _("This is no domain."),
            "null_characters_not_allowed": CONTROL_CHARACTER,
        },
    )
    exact = forms.BooleanField(label=_("This domain alone, without names below it"), required=False)
    network_of = forms.CharField(
        label=_("From the same network as No."),
        required=False,
        max_length=20,
        help_text=_(
            "The number of a signature. The network itself is shown to nobody, and forgotten after "
            "thirty days."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            "max_length": _("This is no number of a signature."),
            "null_characters_not_allowed": CONTROL_CHARACTER,
        },
    )
    since = MomentField(label=_("Signed from"), required=False, help_text=_("In UTC."))
    until = MomentField(label=_("Signed before"), required=False, help_text=_("In UTC."))
    name = _pattern(
        _("Name"),
        _("As a whole; * stands for any letters: *casino* finds all names with this word."),
    )
    credit = _pattern(_("Known for"))
    affiliation = _pattern(_("Affiliation"))
    level = forms.ChoiceField(label=_("How verified"), required=False, choices=_LEVELS)
    state = forms.ChoiceField(label=_("State"), required=False, choices=_STATES)
    version = forms.IntegerField(
        label=_("Version of the text"), required=False, min_value=1, max_value=2**15 - 1
    )
    country = CodedField(
        knows=is_country,
        required=False,
        label=_("Country"),
        choices=lambda: [("", _("All countries")), *country_choices()],
    )
    kind = forms.ChoiceField(
        label=_("Who"),
        required=False,
        choices=[("", pgettext_lazy("people and organisations", "Everyone")), *Kind.choices],
    )
    with_vetted = forms.BooleanField(
        label=_("Also those whom you approved or vetted"),
        required=False,
        help_text=_("Then a second organizer must approve it."),
    )

    def clean_domain(self) -> str:
        typed: str = self.cleaned_data["domain"].strip()
        if not typed:
            return ""
        try:
            return hosts.clean_domain(typed.rpartition("@")[2])
        except ProofRefused as refused:
            raise ValidationError(_("This is no domain.")) from refused

    def clean_network_of(self) -> int | None:
        typed: str = self.cleaned_data["network_of"].strip()
        if not typed:
            return None
        if (number := number_in(typed)) is None:
            raise ValidationError(_("This is no number of a signature."))
        return number

    def clean_name(self) -> str:
        typed: str = self.cleaned_data["name"].strip()
        if typed and ANY_LETTERS not in typed and not search_key(typed):
            raise ValidationError(_("This has no letters that a name could have."))
        return typed

    def clean(self) -> dict[str, Any]:
        since, until = (self.cleaned_data.get(name) for name in ("since", "until"))
        if since and until and until <= since:
            self.add_error("until", _("This must be later than the beginning."))
        return self.cleaned_data

    def query(self) -> Query:
        found = self.cleaned_data
        return Query(**{**found, "level": int(found["level"]) if found["level"] else None})

    def typed(self) -> dict[str, str]:
        """What was filled in, by the names of the fields: another such form says the same."""
        return {
            name: str(self.data[name])
            for name in self.fields
            if name in self.data and self.cleaned_data.get(name) not in ("", None, False)
        }


def in_words(typed: Mapping[str, str]) -> list[tuple[str, str]]:
    """What a saved query asks for: each field and what stands in it."""
    form = QueryForm(typed)
    told = []
    for name, field in form.fields.items():
        if name not in typed:
            continue
        said: Any = typed[name]
        if isinstance(field, forms.BooleanField):
            said = ""
        elif isinstance(field, forms.ChoiceField):
            said = dict(field.choices).get(typed[name], typed[name])  # type: ignore[arg-type]
        told.append((str(field.label), str(said)))
    return told


class BulkForm(forms.Form):
    """What is done to them, and why; with what was read when they were counted."""

    use_required_attribute = False

    action = forms.ChoiceField(
        label=_("What to do"),
        choices=(
            (BulkAction.REMOVE.value, _("Take them off the list")),
            (BulkAction.HOLD.value, _("Hold them, and check each")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose whether to take them off the list or to hold them.")},
    )
    because = forms.ChoiceField(
        label=_("Why, if they are taken off the list"),
        required=False,
        choices=tuple((each.value, each.label) for each in Because.for_removal()),
        widget=forms.RadioSelect,
        help_text=_("Told to each signer, and in the public corrections as one line."),
    )
    note = note_field()
    counted = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    boundary = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)
    key = forms.UUIDField(widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        is_removal = self.cleaned_data.get("action") == BulkAction.REMOVE
        if is_removal and "because" not in self.errors and not self.cleaned_data.get("because"):
            self.add_error("because", _("Say why they are taken off the list."))
        return self.cleaned_data

    @property
    def because_told(self) -> Because | None:
        """None for a hold, whatever was chosen."""
        if self.cleaned_data["action"] != BulkAction.REMOVE:
            return None
        return Because(self.cleaned_data["because"])
