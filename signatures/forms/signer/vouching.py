"""What is typed to vouch for somebody."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from signatures.forms.fields import CleanedField
from signatures.names.cleaning import clean_line
from signatures.verification.vouching import codes
from signatures.verification.vouching.giving import RELATION_LIMIT


def _clean_code(raw: str) -> str:
    code = codes.clean(raw)
    if not code:
        raise ValidationError(
            _("The code has twelve letters and digits, such as 7KQF-2M9X-4TRD."), code="form"
        )
    return code


def _clean_relation(raw: str) -> str:
    relation = clean_line(raw, limit=RELATION_LIMIT)
    if not relation:
        raise ValidationError(_("Say in a few words how you know this person."), code="required")
    return relation


class VouchingCodeForm(forms.Form):
    use_required_attribute = False

    code = CleanedField(
        cleaner=_clean_code,
        label=_("Their code"),
        help_text=_("They find it on their own page and give it to you."),
        widget=forms.TextInput(
            attrs={
                "maxlength": 60,
                "dir": "ltr",
                "autocomplete": "off",
                "autocapitalize": "characters",
                "spellcheck": "false",
            }
        ),
    )


class VouchForm(forms.Form):
    """`seen` is the revision of the name that stands above the form."""

    use_required_attribute = False

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    relation = CleanedField(
        cleaner=_clean_relation,
        label=_("How you know each other"),
        help_text=_("For example: we have played in the same quartet since 2019."),
        widget=forms.TextInput(attrs={"maxlength": RELATION_LIMIT, "dir": "auto"}),
    )
