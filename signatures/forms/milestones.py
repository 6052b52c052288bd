"""Totals that organizers want a snapshot at."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

MOST = 20
_LARGEST = 10**9


class MilestonesForm(forms.Form):
    use_required_attribute = False

    milestones = forms.CharField(
        required=False,
        max_length=400,
        label=_("A snapshot also at"),
        help_text=_(
            "Numbers of signatures with commas between, for example 250, 2500, 10500. "
            "At 100, 1,000, 10,000 and so on one is taken in any case."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "numeric"}),
    )

    def clean_milestones(self) -> list[int]:
        """Digits of any script; each number once, in order."""
        words = [word for word in re.split(r"[,،;\s]+", self.cleaned_data["milestones"]) if word]
        if any(not word.isdecimal() or not 0 < int(word) <= _LARGEST for word in words):
            raise ValidationError(
                _("Please write whole numbers, without points in them, with commas between."),
                code="number",
            )
        chosen = sorted({int(word) for word in words})
        if len(chosen) > MOST:
            raise ValidationError(
                _("Please choose at most %(most)s numbers."), code="most", params={"most": MOST}
            )
        return chosen
