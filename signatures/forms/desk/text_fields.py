"""Fields of the desk for text that is typed: none holds more than its column, and it says so."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.templatetags.locale_format import shorten_to

_NOTE_LIMIT = 300
CONTROL_CHARACTER = _("Take out the invisible control character.")


def text_field(limit: int, **kwargs: Any) -> forms.CharField:
    return forms.CharField(
        max_length=limit,
        error_messages={
            "max_length": shorten_to(limit),
            "null_characters_not_allowed": CONTROL_CHARACTER,
        },
        **kwargs,
    )


def note_field() -> forms.CharField:
    """What the team keeps of why it did something."""
    return text_field(
        _NOTE_LIMIT,
        label=_("Note"),
        required=False,
        help_text=_("For the team and its audit trail, never shown to anyone else."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
