"""A mail domain whose addresses are held."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from signatures.errors import NobodysDomain
from signatures.moderation.precautions import held_domain


class DomainForm(forms.Form):
    domain = forms.CharField(
        label=_("Mail domain"),
        max_length=254,
        help_text=_("What stands behind the @. All names below it are held, too."),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"null_characters_not_allowed": _("Take out the control characters.")},
    )

    def clean_domain(self) -> str:
        try:
            return held_domain(self.cleaned_data["domain"])
        except NobodysDomain as refused:
            raise ValidationError(
                _(
                    "This is no domain, or one where anybody can have an address. Signatures from "
                    "such providers are held by what else they have in common."
                )
            ) from refused
