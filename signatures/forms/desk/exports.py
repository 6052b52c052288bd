"""What an owner says before private data leaves the site."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.letters.forms import WordingField
from campaign.letters.models import Letter
from signatures.exports import passphrases
from signatures.exports.contents import What

_MOST_LETTERS = 200


class ExportForm(forms.Form):
    """The passphrase was made for the page, and comes back with it."""

    use_required_attribute = False

    what = forms.ChoiceField(
        label=_("What is in the file"),
        choices=What.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": _("Choose what you need."),
            "invalid_choice": _("Choose what you need."),
        },
    )
    purpose = WordingField(
        label=_("What you need it for"),
        help_text=_(
            "In a sentence. It stands in the file and, for good, in your team’s audit trail."
        ),
        max_length=_MOST_LETTERS,
        silent=_("Say what you need it for."),
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
    )
    passphrase = forms.CharField(
        label=_("Passphrase of the file"),
        help_text=_(
            "Made for this file, and kept nowhere: without it nobody opens the file, nor do we."
        ),
        max_length=passphrases.LENGTH,
        widget=forms.TextInput(
            attrs={
                "dir": "ltr",
                "readonly": True,
                "autocomplete": "off",
                "spellcheck": "false",
            }
        ),
    )
    is_copied = forms.BooleanField(
        label=_("I have copied the passphrase to where I find it again."),
        error_messages={"required": _("Copy the passphrase first: it is not shown again.")},
    )
    after = forms.IntegerField(
        label=_("Begin after number"),
        help_text=_("Where the file before this one ended; its READ-ME says so."),
        required=False,
        min_value=0,
        max_value=2**31 - 1,
    )

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not letter.has_questions:
            what = cast(forms.ChoiceField, self.fields["what"])
            what.choices = [each for each in What.choices if each[0] != What.ANSWERS]

    def clean_passphrase(self) -> str:
        typed: str = self.cleaned_data["passphrase"]
        if not passphrases.is_one(typed):
            raise forms.ValidationError(
                _("This is not the passphrase that was made for you. Open the page anew.")
            )
        return typed

    def clean_what(self) -> What:
        return What(self.cleaned_data["what"])
