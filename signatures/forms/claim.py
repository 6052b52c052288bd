"""A claim that a reader wants checked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from signatures.press import claim_words
from signatures.press.claim_words import ClaimRefused, Unreadable, Until

REFUSED = {
    Unreadable.NO_NUMBER: _("Give the number in digits, as 10,500."),
    Unreadable.SEVERAL_NUMBERS: _("Give one number and one day, as 10,500 by 22 October 2026."),
    Unreadable.NO_DAY: _("Give a day that is in the calendar, as 22 October 2026 or 2026-10-22."),
    Unreadable.TWO_WAYS: _(
        "This day can be read in two ways: write the month as a word, or the date as 2026-10-22."
    ),
}


class ClaimForm(forms.Form):
    """`number` and `until` (None for now) once it is valid."""

    claim = forms.CharField(
        label=_("Claim"),
        help_text=_("A number, and if you like the day or minute (UTC) that it is said of."),
        max_length=claim_words.LONGEST,
        widget=forms.TextInput(attrs={"dir": "auto", "autocomplete": "off"}),
        error_messages={
            "required": REFUSED[Unreadable.NO_NUMBER],
            "null_characters_not_allowed": REFUSED[Unreadable.NO_NUMBER],
            "max_length": _("Shorten the claim to a number and a day."),
        },
    )
    by = forms.CharField(
        label=_("Until the end of"),
        required=False,
        max_length=60,
        widget=forms.DateInput(attrs={"type": "date"}),
        error_messages={
            "max_length": REFUSED[Unreadable.NO_DAY],
            "null_characters_not_allowed": REFUSED[Unreadable.NO_DAY],
        },
    )

    def __init__(self, data: Mapping[str, Any] | None = None) -> None:
        super().__init__(data)
        # A control for days would drop a moment, and the next press of the button would ask less.
        if ":" in (data or {}).get("by", ""):
            self.fields["by"].widget = forms.TextInput(attrs={"dir": "ltr"})

    def clean(self) -> dict[str, Any]:
        today = timezone.now().date()
        until: dict[str, Until | None] = {"claim": None, "by": None}
        if typed := self.cleaned_data.get("claim"):
            try:
                self.cleaned_data["number"], until["claim"] = claim_words.read_claim(
                    typed, today=today
                )
            except ClaimRefused as refused:
                self.add_error("claim", REFUSED[refused.reason])
        if typed := self.cleaned_data.get("by"):
            try:
                until["by"] = claim_words.read_until(typed, today=today)
            except ClaimRefused as refused:
                self.add_error("by", REFUSED[refused.reason])
        if until["by"] and until["claim"] and until["by"].day != until["claim"].day:
            self.add_error("by", _("The claim names another day: leave one of the two out."))
        self.cleaned_data["until"] = until["claim"] or until["by"]
        if until["by"] and until["by"].minute:
            self.cleaned_data["until"] = until["by"]
        return self.cleaned_data
