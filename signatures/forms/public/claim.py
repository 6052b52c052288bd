"""A claim that a reader wants checked."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from signatures.press.claims import parser
from signatures.press.claims.dates import MAX_CLAIM_LETTERS, ClaimRefused, Unreadable, Until

REFUSED = {
    Unreadable.NO_NUMBER: _("Please use digits, for example 10,500."),
    Unreadable.SEVERAL_NUMBERS: _("Give one number and one day, as: %(example)s."),
    Unreadable.NO_DAY: _("Give a day that is in the calendar, as 22 October 2026 or 2026-10-22."),
    Unreadable.TWO_DAYS: _("The claim names two days that are not the same: leave one out."),
    Unreadable.TWO_WAYS: _(
        "This day can be read in two ways: write the month as a word, or the date as 2026-10-22."
    ),
    Unreadable.TWO_QUESTIONS: _("These are two claims: check one after the other."),
    Unreadable.ONLY_NOW: _(
        "Professions and countries are counted as of now only: leave the day out, or ask for "
        "signatures, people or organisations."
    ),
    Unreadable.UNKNOWN_WORD: _(
        "This check does not know the word “%(word)s”. Ask for signatures, people or "
        "organisations, with “at least”, “more than”, “exactly”, “at most” or “fewer than”, and a "
        "day; or for a profession or a country, as “500 actors” or “120 signatories from Egypt”."
    ),
    Unreadable.VAGUE: _(
        "“%(word)s” leaves open how many are missing. Ask with “at least” or “fewer than”."
    ),
}
ANOTHER_DAY = _("The claim names another day: leave one of the two out.")
NO_SUCH_CHECKPOINT = _("The link to this answer is not whole: ask again without it.")


class ClaimForm(forms.Form):
    """`question`, and `until` or `size` (None, both, for now), once it is valid."""

    claim = forms.CharField(
        label=_("Claim"),
        help_text=_("A number and, if you like, the day or time (UTC) that it refers to."),
        max_length=MAX_CLAIM_LETTERS,
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

    # Only in links: the checkpoint that an answer was given with, by its size.
    at = forms.RegexField(r"^[0-9]{1,15}$", required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any] | None = None, *, example: str = "") -> None:
        super().__init__(data)
        self.example = example
        # A control for days would drop a moment, and the next press of the button would ask less.
        if ":" in (data or {}).get("by", ""):
            self.fields["by"].widget = forms.TextInput(attrs={"dir": "ltr"})

    def clean(self) -> dict[str, Any]:
        today = timezone.now().date()
        until: dict[str, Until | None] = {"claim": None, "by": None}
        for name in until:
            if not (typed := self.cleaned_data.get(name)):
                continue
            try:
                if name == "claim":
                    question, until[name] = parser.read_claim(typed, today=today)
                    self.cleaned_data["question"] = question
                else:
                    until[name] = parser.read_until(typed, today=today)
            except ClaimRefused as refused:
                told = {"word": refused.word, "example": self.example}
                self.add_error(name, REFUSED[refused.reason] % told)
        if until["by"] and until["claim"] and until["by"].day != until["claim"].day:
            self.add_error("by", ANOTHER_DAY)
        self.cleaned_data["until"] = until["claim"] or until["by"]
        if until["by"] and until["by"].minute:
            self.cleaned_data["until"] = until["by"]
        self._clean_link()
        return self.cleaned_data

    def _clean_link(self) -> None:
        if "at" in self.errors:
            del self.errors["at"]
            self.add_error("claim", NO_SUCH_CHECKPOINT)
        at = self.cleaned_data.get("at")
        self.cleaned_data["size"] = int(at) if at else None
        if at and self.cleaned_data["until"]:
            self.add_error("by", ANOTHER_DAY)
