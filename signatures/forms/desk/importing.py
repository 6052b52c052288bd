"""What organizers say of a file of people who signed elsewhere, and of its columns."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from signatures.forms.desk.invitations import language_field
from signatures.forms.fields import CleanedField
from signatures.importing import columns as columns_of
from signatures.models import Collected
from signatures.models.sheet_import import PLACE_LETTERS
from signatures.names.cleaning import clean_line

_NEEDS_DAY = _("Give the day, as 2026-11-23.")


def clean_place(raw: str) -> str:
    place = clean_line(raw, limit=PLACE_LETTERS)
    if not place:
        raise ValidationError(_("Write at least a word."), code="silent")
    return place


class ImportForm(forms.Form):
    """A file, and where its people said that they sign. Nobody is asked by it yet."""

    use_required_attribute = False

    upload = forms.FileField(
        label=_("A CSV or XLSX file"),
        help_text=_("With names and e-mail addresses. Up to 100,000 rows, and 16 MB."),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx,text/csv,text/plain"}),
        error_messages={
            "required": _("Choose a file."),
            "empty": _("The file is empty."),
        },
    )
    collected = forms.ChoiceField(
        label=_("How they signed"),
        choices=[
            (Collected.PAPER, _("On paper: each wrote name and address themselves")),
            (Collected.EVENT, _("At an event: each said yes there")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Please choose one of the two.")},
    )
    place = CleanedField(
        cleaner=clean_place,
        label=_("Where"),
        help_text=_("Each of them reads it in the e-mail. For example: Lantern Theatre, Cork."),
        widget=forms.TextInput(attrs={"maxlength": PLACE_LETTERS * 2, "dir": "auto"}),
    )
    signed_on = forms.DateField(
        label=_("On which day"),
        help_text=_("Where the file has a column of days or places, that counts for its row."),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={"required": _NEEDS_DAY, "invalid": _NEEDS_DAY},
    )
    language = language_field()
    vouched = forms.BooleanField(
        label=_(
            "All of them signed this letter there, and gave their address to be asked. I can show "
            "the sheets or notes."
        ),
        error_messages={
            "required": _("Nobody can be asked who did not sign: please confirm it, or stop here.")
        },
    )

    def __init__(self, *args: Any, refused_before: Any = None, **kwargs: Any) -> None:
        """`refused_before`: the sentence, if what was sent was too large to be read at all."""
        super().__init__(*args, **kwargs)
        self.refused_before = refused_before
        self.fields["language"].label = _("Language of the e-mails, where no row says another")

    def clean_signed_on(self) -> date:
        day: date = self.cleaned_data["signed_on"]
        # That of anywhere on earth.
        if day > timezone.now().date() + timedelta(days=1):
            raise ValidationError(_("This day has not come yet."), code="future")
        return day

    def clean(self) -> dict[str, Any]:
        if self.refused_before:
            self.errors.clear()
            self.add_error("upload", self.refused_before)
        return self.cleaned_data


class ColumnsForm(forms.Form):
    """What each column holds, and whether the first row names them. `seen` is the check that was
    read."""

    use_required_attribute = False

    has_heading = forms.BooleanField(
        required=False, label=_("The first row is a heading: nobody is in it")
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, columns: Sequence[str], **kwargs: Any
    ) -> None:
        super().__init__(data, **kwargs)
        choices = [("", _("not read")), *columns_of.LABELS.items()]
        self._names = [f"column{at}" for at in range(len(columns))]
        for at, (name, column) in enumerate(zip(self._names, columns, strict=True), 1):
            self.fields[name] = forms.ChoiceField(
                choices=choices,
                required=False,
                initial=column,
                label=_("Column %(n)s") % {"n": at},
                widget=forms.Select(attrs={"aria-label": _("Column %(n)s") % {"n": at}}),
            )

    def selects(self) -> list[forms.BoundField]:
        return [self[name] for name in self._names]

    def chosen(self) -> list[str]:
        return [self.cleaned_data[name] for name in self._names]

    def clean(self) -> dict[str, Any]:
        chosen = [column for name in self._names if (column := self.cleaned_data.get(name))]
        for column in sorted({each for each in chosen if chosen.count(each) > 1}):
            self.add_error(
                None,
                _("Two columns are called “%(heading)s”. Choose one of them.")
                % {"heading": columns_of.LABELS[columns_of.Column(column)]},
            )
        return self.cleaned_data
