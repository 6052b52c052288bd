"""Totals that organizers want a snapshot at."""

import re
import unicodedata
from collections.abc import Iterable

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.templatetags.locale_format import number, semicolon

MAX_MILESTONES = 20
_MAX_MILESTONE = 10**9

# A comma alone sets thousands apart, as it does everywhere on the site. So does the Arabic one for
# some: it is a separator only where no three digits follow.
_BETWEEN = re.compile(r"[;؛\n\r\t]|[,،](?=\s|$)|،(?!\d{3}(?!\d))")
_NUMBER = re.compile(r"\d+|\d{1,3}([ ,.٬'])\d{3}(?:\1\d{3})*")
_UNCLEAR = re.compile(r"[\d ,.،٬']*[ ,،][\d ,.،٬']*")


class MilestonesForm(forms.Form):
    use_required_attribute = False

    milestones = forms.CharField(
        required=False,
        max_length=400,
        label=_("A snapshot also at"),
        help_text=_(
            "Numbers of signatures with semicolons between, for example 250; 2,500; 10,500. "
            "At 100, 1,000 and each 10,000 one is taken in any case."
        ),
        widget=forms.TextInput(attrs={"dir": "ltr"}),
    )

    def clean_milestones(self) -> list[int]:
        """Digits of any script, thousands set apart or not; each number once, in order.

        What may be one number or two is refused: who means 10,500 would wait for it in vain.
        """
        words = (word.strip() for word in _BETWEEN.split(_plain(self.cleaned_data["milestones"])))
        chosen = sorted({_read(word) for word in words if word})
        if len(chosen) > MAX_MILESTONES:
            raise ValidationError(
                _("Please choose at most %(most)s numbers."),
                code="most",
                params={"most": MAX_MILESTONES},
            )
        return chosen


def written(milestones: Iterable[int]) -> str:
    """As the page's language writes numbers; the form reads them again."""
    return semicolon().join(map(number, milestones))


def _plain(typed: str) -> str:
    """Blanks of any width are one blank; marks of direction are gone."""
    return "".join(
        " " if unicodedata.category(each) == "Zs" else each
        for each in typed.replace("’", "'")
        if unicodedata.category(each) != "Cf"
    )


def _read(word: str) -> int:
    if _NUMBER.fullmatch(word) and int(word[0]):
        found = int(re.sub(r"\D", "", word))
        if found <= _MAX_MILESTONE:
            return found
    elif _UNCLEAR.fullmatch(word):
        raise ValidationError(
            _(
                "It is not clear which numbers are meant by “%(typed)s”. "
                "Please put semicolons between them, for example 2,500; 10,500."
            ),
            code="unclear",
            params={"typed": word},
        )
    raise ValidationError(
        _("Please write whole numbers up to %(most)s, with semicolons between them."),
        code="number",
        params={"most": number(_MAX_MILESTONE)},
    )
