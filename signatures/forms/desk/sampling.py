"""Announcing an audit by sample, and writing down what was said on the telephone."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign.templatetags.locale_format import number
from signatures.models import MAX_SAMPLE, MIN_SAMPLE


class AnnounceForm(forms.Form):
    use_required_attribute = False

    sample = forms.IntegerField(
        label=_("How many signatures are drawn"),
        widget=forms.NumberInput(attrs={"min": MIN_SAMPLE, "max": MAX_SAMPLE, "dir": "ltr"}),
    )
    agree = forms.BooleanField(
        label=_("I know that it is public at once, and that nobody can change it or take it back."),
        error_messages={"required": _("Please tick this first. Nothing has been announced yet.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        self.fields["sample"].error_messages.update(required=_wrong(), invalid=_wrong())

    def clean_sample(self) -> int:
        sample: int = self.cleaned_data["sample"]
        if not MIN_SAMPLE <= sample <= MAX_SAMPLE:
            raise ValidationError(_wrong(), code="size")
        return sample


def _wrong() -> str:
    return gettext("Please write a whole number from %(least)s to %(most)s.") % {
        "least": number(MIN_SAMPLE),
        "most": number(MAX_SAMPLE),
    }


class CallForm(forms.Form):
    """`revision` is that of the signature that the organizer read."""

    answer = forms.ChoiceField(choices=[("yes", ""), ("no", "")])
    revision = forms.IntegerField(min_value=0)
