"""A word for links to a letter."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from signatures import campaign_tags


class TagForm(forms.Form):
    use_required_attribute = False

    tag = forms.CharField(
        label=_("Word for a link"),
        help_text=_("Letters a to z, digits and hyphens, at most 24: for example, newsletter."),
        widget=forms.TextInput(
            attrs={"dir": "ltr", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["tag"].error_messages["required"] = self.fields["tag"].help_text

    def clean_tag(self) -> str:
        tag = campaign_tags.cleaned(self.cleaned_data["tag"])
        if not tag:
            raise ValidationError(self.fields["tag"].help_text)
        return tag
