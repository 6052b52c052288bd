"""The desk's forms for how a letter looks."""

import re
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.letters import accent as accents
from campaign.letters.models import Letter
from campaign.templatetags.locale_format import decimal

# Where the picker stands while the letter has none of its own: the site's.
SITE_ACCENT = "#1f3f93"
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class AccentForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    has_own = forms.BooleanField(
        required=False,
        label=_("Use a colour of our own"),
        help_text=_("Otherwise the page has the site’s."),
    )
    accent = forms.CharField(
        required=False,
        max_length=7,
        label=_("Colour"),
        help_text=_("Of links, buttons and lines. In dark mode it is made lighter by itself."),
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"max_length": _("Choose a colour, such as #1f3f93.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, letter: Letter) -> None:
        super().__init__(
            data,
            initial={
                "seen": letter.look_revision,
                "has_own": bool(letter.accent),
                "accent": letter.accent or SITE_ACCENT,
            },
        )

    def clean_accent(self) -> str:
        if not self.cleaned_data.get("has_own"):
            return ""
        accent: str = self.cleaned_data["accent"].strip().lower()
        if not _COLOUR.fullmatch(accent):
            raise ValidationError(_("Choose a colour, such as #1f3f93."))
        if (found := accents.contrast(accent)) < accents.MIN_CONTRAST:
            raise ValidationError(
                _(
                    "On the page, %(colour)s has a contrast of %(found)s to 1, and text needs "
                    "%(needed)s. The nearest that has it is %(nearest)s."
                ),
                params={
                    "colour": accent,
                    "found": decimal(found),
                    "needed": decimal(accents.MIN_CONTRAST),
                    "nearest": accents.nearest(accent),
                },
            )
        return accent
