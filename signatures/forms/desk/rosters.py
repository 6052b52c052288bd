"""What organizers upload as a roster."""

import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from campaign.templatetags.locale_format import listed, number
from signatures.errors import TooManyLines
from signatures.forms.fields import LINE_LIMIT, CleanedField
from signatures.names.cleaning import clean_line
from signatures.verification.rosters.parsing import Reading, read

# Stays below what a form may send, whatever the script: DATA_UPLOAD_MAX_MEMORY_SIZE.
MOST_PASTED = 60_000
LINES_TOLD = 20
TOO_LARGE = _("This file is too large: at most 200,000 lines or 16 MB at once.")
TOO_MUCH_PASTED = _("This is too much to paste. Please choose a file instead.")


def clean_roster_name(raw: str) -> str:
    name = clean_line(raw, limit=LINE_LIMIT)
    if not name:
        raise ValidationError(_("Enter the name of the union or society, as readers will see it."))
    return name


class RosterLinesForm(forms.Form):
    """A file, or pasted lines; `cleaned_data["reading"]` is what became of each."""

    use_required_attribute = False

    upload = forms.FileField(
        label=_("A CSV, TSV or text file"),
        required=False,
        allow_empty_file=True,
        help_text=_(
            "Two columns: member number, then name. Saved as “CSV UTF-8” or “Unicode text”, up to "
            "200,000 lines."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
    )
    pasted = forms.CharField(
        label=_("Or paste the lines"),
        required=False,
        max_length=MOST_PASTED,
        strip=False,
        help_text=_("Such as: 10482, Noor Dálaigh"),
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={
            "max_length": TOO_MUCH_PASTED,
            "null_characters_not_allowed": _("Take out the control characters."),
        },
    )

    def __init__(self, *args: Any, refused_before: Any = None, **kwargs: Any) -> None:
        """`refused_before`: the sentence, if what was sent was too large to be read at all."""
        super().__init__(*args, **kwargs)
        self.refused_before = refused_before

    def clean(self) -> dict[str, Any]:
        if self.refused_before:
            self.add_error("upload", self.refused_before)
        upload, pasted = self.cleaned_data.get("upload"), self.cleaned_data.get("pasted", "")
        if self.errors:
            return self.cleaned_data
        if upload is not None and pasted.strip():
            self.add_error("pasted", _("Choose a file or paste lines, one of the two."))
        elif upload is None and not pasted.strip():
            self.add_error("upload", _("Choose a file, or paste the lines."))
        else:
            source = io.BytesIO(pasted.encode()) if upload is None else upload.file
            self._read("pasted" if upload is None else "upload", source)
        return self.cleaned_data

    def _read(self, field: str, source: Any) -> None:
        try:
            reading = read(source)
        except TooManyLines:
            self.add_error(field, TOO_LARGE)
            return
        if not reading.lines:
            self.add_error(field, _("No line could be read, so nothing was changed."))
            for sentence in refusals_told(reading):
                self.add_error(field, sentence)
        self.cleaned_data["reading"] = reading


class RosterForm(RosterLinesForm):
    name = CleanedField(
        cleaner=clean_roster_name,
        label=_("Name of the union or society"),
        help_text=_(
            "Readers see it beside a name: “member of …, by a list that the organizers uploaded”."
        ),
        widget=forms.TextInput(attrs={"maxlength": LINE_LIMIT * 2, "dir": "auto"}),
    )
    field_order = ("name", "upload", "pasted")


def refusals_told(reading: Reading) -> list[str]:
    """Which lines could not be read, and why: one sentence for each reason."""
    told = []
    for reason, lines in reading.refused.items():
        shown = listed(number(line) for line in lines[:LINES_TOLD])
        if (more := len(lines) - LINES_TOLD) > 0:
            shown = gettext("%(lines)s and %(n)s more") % {"lines": shown, "n": number(more)}
        told.append(
            ngettext("Line %(lines)s: %(why)s", "Lines %(lines)s: %(why)s", len(lines))
            % {"lines": shown, "why": reason.sentence}
        )
    return told
