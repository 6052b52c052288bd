"""What organizers choose for the signing form of their letter."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.letters.asking import Asked
from campaign.letters.models import (
    HIGHEST_LEAST_AGE,
    LOWEST_LEAST_AGE,
    Letter,
    ProfessionList,
)


class AskingForm(forms.Form):
    use_required_attribute = False

    professions = forms.ChoiceField(
        label=_("Professions offered"),
        choices=ProfessionList,
        widget=forms.RadioSelect,
        help_text=_(
            "Anyone who signed keeps the profession that they chose, also when you change the list."
        ),
    )
    asks_credit = forms.BooleanField(required=False, label=_("Ask what they are known for"))
    asks_affiliation = forms.BooleanField(required=False, label=_("Ask for an affiliation"))
    takes_organisations = forms.BooleanField(required=False, label=_("Let organisations sign, too"))
    offers_updates = forms.BooleanField(
        required=False,
        label=_("Offer news by e-mail"),
        help_text=_("Without this, nobody who signs from now on can be sent your updates."),
    )
    least_age = forms.IntegerField(
        required=False,
        label=_("Least age"),
        min_value=LOWEST_LEAST_AGE,
        max_value=HIGHEST_LEAST_AGE,
        help_text=_(
            "From 13 to 21. Then anyone who signs has to say that they are at least so old. "
            "Nobody is asked for a date of birth. Leave it empty to ask nothing."
        ),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("Please give a whole number from 13 to 21, in digits, or nothing."),
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Mapping[str, Any] | None = None, *, letter: Letter) -> None:
        kept = {name: getattr(letter, name) for name in Asked.__slots__}
        super().__init__(data, initial=kept | {"seen": letter.form_revision})

    def asked(self) -> Asked:
        said = {name: self.cleaned_data[name] for name in Asked.__slots__}
        return Asked(**said | {"professions": ProfessionList(said["professions"])})
