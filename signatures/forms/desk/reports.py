"""What an organizer answers to the reports about a name."""

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign.templatetags.locale_format import shorten_to

_NOTE_LIMIT = 300


class AnswerReportForm(forms.Form):
    """`seen` is the id of the newest report that the organizer read, `revision` the signature's."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**63 - 1)
    revision = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    note = forms.CharField(
        label=_("Note"),
        required=False,
        max_length=_NOTE_LIMIT,
        help_text=_("For the team and its audit trail, never shown to anyone else."),
        widget=forms.Textarea(attrs={"rows": 2}),
        error_messages={
            "max_length": shorten_to(_NOTE_LIMIT),
            "null_characters_not_allowed": _("Take out the invisible control character."),
        },
    )
