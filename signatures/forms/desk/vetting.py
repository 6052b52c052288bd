"""What vetters type. Every refusal is a sentence that says what to do."""

import csv
import io
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from signatures.forms.desk.text_fields import CONTROL_CHARACTER, text_field
from signatures.models import EvidenceClass, Reason, VettingState
from signatures.moderation import attestation
from signatures.moderation.decisions import BULK
from signatures.moderation.queue import Filters
from signatures.names.folding import search_key
from signatures.screening.watchlist import LINES_AT_ONCE
from signatures.verification import attested
from signatures.verification.evidence.identifiers import EvidenceRefused, Identifier, parse

_BYTES_AT_ONCE = 2 * 1024 * 1024
_REASON_LIMIT = 300
_MESSAGE_LIMIT = 1000
_NOTE_LIMIT = 480
# Who signs for an organisation is shown by a proof of its domain.
_IN_SCOPE = ("name", "profession", "country", "credit", "affiliation")


CHANGED = _("The signer changed their details meanwhile. Please look once more.")


class SeenForm(forms.Form):
    """What every form about one signature at the desk carries: the revision that was read."""

    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)

    def refuse_changed(self, *, revision: int) -> None:
        """Say that the details have changed, and keep all that was typed for the new ones."""
        typed: QueryDict = self.data.copy()  # type: ignore[attr-defined]
        typed[self.add_prefix("seen")] = str(revision)
        self.data = typed
        self.add_error(None, CHANGED)


class QueueForm(forms.Form):
    q = forms.CharField(label=_("Name"), required=False, max_length=200)
    state = forms.ChoiceField(
        label=_("Which"),
        required=False,
        choices=(
            ("", _("Waiting")),
            (VettingState.SECONDED.value, VettingState.SECONDED.label),
            (VettingState.KEPT.value, VettingState.KEPT.label),
            (VettingState.APPROVED.value, VettingState.APPROVED.label),
            (VettingState.REJECTED.value, VettingState.REJECTED.label),
        ),
    )
    reason = forms.ChoiceField(
        label=_("Because"), required=False, choices=(("", _("Any reason")), *Reason.choices)
    )
    # Led to by a link alone.
    precaution = forms.IntegerField(
        required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput
    )

    def filters(self) -> Filters:
        """What was asked for; a value that is not offered asks for nothing."""
        self.is_valid()
        known = {name: self.cleaned_data.get(name, "") for name in ("q", "state", "reason")}
        return Filters(**known, precaution=self.cleaned_data.get("precaution"))


class DecisionForm(SeenForm):
    """Approve, hold or reject, with what the organizer read when they did."""

    reason = text_field(
        _REASON_LIMIT,
        label=_("Why"),
        required=False,
        help_text=_("For the team and its audit trail. Needed to reject."),
        # Enter in a single line would press the first button, which approves.
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    message = text_field(
        _MESSAGE_LIMIT,
        label=_("Message to the signer"),
        required=False,
        help_text=_("Sent only with a rejection, ten minutes later. Without one, no mail is sent."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, action: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action

    def clean_reason(self) -> str:
        reason: str = self.cleaned_data["reason"]
        if self.action == "reject" and not reason:
            raise ValidationError(_("Say why you reject it."))
        if self.action == "lift" and not reason:
            raise ValidationError(_("Say what convinced you of who this is."))
        return reason


# Of a column of names, in the languages that lists are kept in, as search sees them.
_HEADINGS = frozenset(
    search_key(heading)
    for heading in (
        *("name", "names", "full name", "first name", "display name", "watched name", "artist"),
        *("watched names", "nom", "noms", "nom complet", "nombre", "nombre completo", "nome"),
        *("nome completo", "namen", "vollständiger Name", "naam", "nimi", "navn", "namn"),
        *("imię i nazwisko", "nazwisko", "jméno", "név", "ad soyad", "имя", "фамилия", "ФИО"),
        *("όνομα", "الاسم", "اسم", "الاسم الكامل", "الأسماء", "שם", "名前", "氏名", "姓名", "이름"),
    )
)


class AttestedForm(SeenForm):
    """What readers are told of an attestation, as far as somebody says it."""

    scope = forms.MultipleChoiceField(
        label=_("What you attest"),
        required=False,
        initial=("name",),
        choices=[(field, attested.LABELS[field]) for field in _IN_SCOPE],
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Readers are told. What the signer changes later is marked as changed since."),
    )
    names_organizer = forms.BooleanField(
        label=_("Name me to readers"),
        required=False,
        help_text=_("Otherwise they read your role in the team, and no name."),
    )

    @property
    def basis(self) -> attestation.Basis:
        data = self.cleaned_data
        evidence_class = data.get("evidence_class")
        return attestation.Basis(
            scope=tuple(data["scope"]),
            evidence_class=EvidenceClass(evidence_class) if evidence_class else None,
            against=data.get("against"),
            names_organizer=data["names_organizer"],
        )


class VetForm(AttestedForm):
    evidence = text_field(
        _NOTE_LIMIT,
        label=_("What convinced you"),
        help_text=_("Kept for your team, never shown to anyone else."),
        widget=forms.Textarea(attrs={"rows": 2}),
    )
    evidence_class = forms.ChoiceField(
        label=_("What you went by"),
        required=False,
        choices=[each for each in EvidenceClass.choices if each[0] != EvidenceClass.CALL],
        widget=forms.RadioSelect,
        help_text=_("Readers are told."),
    )
    against = forms.CharField(
        label=_("Public record that you compared it with"),
        required=False,
        max_length=2000,
        help_text=_("Its address or number. Readers see the entry; leave it out to keep it."),
        widget=forms.TextInput(attrs={"dir": "ltr", "inputmode": "url", "autocomplete": "off"}),
        error_messages={"null_characters_not_allowed": CONTROL_CHARACTER},
    )

    field_order = ("seen", "evidence", "scope", "evidence_class", "against", "names_organizer")

    def clean_against(self) -> Identifier | None:
        pasted: str = self.cleaned_data["against"]
        if not pasted:
            return None
        try:
            return parse(pasted)
        except EvidenceRefused as refused:
            raise ValidationError(refused.sentence, code=refused.reason.value) from refused


class CallBackForm(AttestedForm):
    who = text_field(120, label=_("Who confirmed it"), help_text=_("The person, or their agent."))
    when = forms.DateField(
        label=_("When"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )
    how = text_field(
        300,
        label=_("How you reached them"),
        help_text=_("Through a number or address that you found yourselves, not one they gave."),
    )

    field_order = ("seen", "who", "when", "how", "scope", "names_organizer")

    @property
    def note(self) -> str:
        data = self.cleaned_data
        return f"{data['who']}, {data['when']:%Y-%m-%d}: {data['how']}"


class BulkForm(forms.Form):
    verdict = forms.ChoiceField(choices=[(each.value, "") for each in BULK])
    reason = DecisionForm.base_fields["reason"]
    message = DecisionForm.base_fields["message"]

    def clean(self) -> dict[str, Any]:
        if self.cleaned_data.get("verdict") == "reject" and not self.cleaned_data.get("reason"):
            self.add_error("reason", _("Say why you reject them."))
        return self.cleaned_data


def _without_heading(lines: list[str]) -> list[str]:
    """A column of names often begins with what it holds."""
    return lines[1:] if lines and search_key(lines[0]) in _HEADINGS else lines


class WatchedForm(forms.Form):
    """Names to watch: pasted one a line, or as a text or CSV file (its first column)."""

    names = forms.CharField(
        label=_("Names, one a line"),
        required=False,
        max_length=_BYTES_AT_ONCE,
        widget=forms.Textarea(attrs={"rows": 6, "dir": "auto"}),
        error_messages={"null_characters_not_allowed": _("Take out the control characters.")},
    )
    upload = forms.FileField(
        label=_("Or a text or CSV file"),
        required=False,
        allow_empty_file=True,
        help_text=_("In UTF-8. Of a CSV file the first column is read."),
    )

    def clean_upload(self) -> list[str]:
        upload: Any = self.cleaned_data["upload"]
        if upload is None:
            return []
        if (upload.size or 0) > _BYTES_AT_ONCE:
            raise ValidationError(_("This file is too large: at most 2 MB at once."))
        try:
            text: str = upload.read().decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise ValidationError(
                _("This is not a text file in UTF-8. Save it as “CSV UTF-8” or plain text.")
            ) from error
        if not (upload.name or "").lower().endswith(".csv"):
            return _without_heading(text.splitlines())
        try:
            separator = max(",;\t", key=text.partition("\n")[0].count)
            lines = io.StringIO(text.replace("\0", ""), newline="")
            rows = list(csv.reader(lines, delimiter=separator))
        except csv.Error as error:
            raise ValidationError(_("This CSV file cannot be read.")) from error
        return _without_heading([row[0] for row in rows if row])

    def clean(self) -> dict[str, Any]:
        pasted = _without_heading(self.cleaned_data.get("names", "").splitlines())
        lines = [
            line for line in (*pasted, *(self.cleaned_data.get("upload") or ())) if line.strip()
        ]
        if not self.errors and not lines:
            self.add_error("names", _("Paste names, or choose a file."))
        if len(lines) > LINES_AT_ONCE:
            self.add_error("names", _("These are too many at once: at most 20,000 names."))
        self.cleaned_data["lines"] = lines
        return self.cleaned_data
