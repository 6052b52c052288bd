"""What a claimant types about a name on the list."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.templatetags.locale_format import shorten_to
from signatures.forms.fields import CleanedField, email_field
from signatures.models import ReportKind
from signatures.models.report import WORDS_LIMIT
from signatures.names.cleaning import NAME_LIMIT, clean_name

_INVISIBLE = _("Take out the invisible control character.")


def _clean_own_name(raw: str) -> str:
    if not raw.strip():
        raise ValidationError(_("Enter your own name."))
    return clean_name(raw)


class ReportForm(forms.Form):
    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("What is wrong?"),
        choices=[each for each in ReportKind.choices if each[0] != ReportKind.ASKED],
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what is wrong."),
            "invalid_choice": _("Choose what is wrong."),
        },
    )
    words = forms.CharField(
        label=_("What should the organizers know?"),
        required=False,
        max_length=WORDS_LIMIT,
        help_text=_("For example how they can reach you, or where your own website is."),
        widget=forms.Textarea(attrs={"rows": 4, "dir": "auto"}),
        error_messages={
            "max_length": shorten_to(WORDS_LIMIT),
            "null_characters_not_allowed": _INVISIBLE,
        },
    )
    name = CleanedField(
        cleaner=_clean_own_name,
        label=_("Your own name"),
        widget=forms.TextInput(
            attrs={"autocomplete": "name", "maxlength": NAME_LIMIT * 2, "dir": "auto"}
        ),
    )
    email = email_field(
        label=_("Your e-mail address"), help_text=_("We send a link to it, and later the answer.")
    )

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if cleaned.get("kind") == ReportKind.OTHER and not cleaned.get("words"):
            self.add_error("words", _("Say in a few words what is wrong."))
