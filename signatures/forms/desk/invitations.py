"""Whom organizers invite to sign first: one person, or a list."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from campaign import languages
from signatures.addresses import email_key
from signatures.errors import SheetUnreadable
from signatures.forms.fields import CleanedField, clean_email, name_field
from signatures.invitations import sheet as sheets
from signatures.invitations.inviting import Invitee
from signatures.models.invitation import LINE_LETTERS
from signatures.names.cleaning import clean_line


def clean_personal_line(raw: str) -> str:
    return clean_line(raw, limit=LINE_LETTERS)


def line_field() -> CleanedField:
    return CleanedField(
        cleaner=clean_personal_line,
        required=False,
        label=_("A personal line"),
        help_text=_("Plain text, in the e-mail and above the letter."),
        widget=forms.TextInput(attrs={"maxlength": LINE_LETTERS * 2, "dir": "auto"}),
    )


def language_field() -> forms.ChoiceField:
    return forms.ChoiceField(
        label=_("Language of the e-mail"),
        choices=[(code, languages.NAMES[code]) for code in languages.INTERFACE],
    )


class InviteForm(forms.Form):
    use_required_attribute = False

    name = name_field()
    email = CleanedField(
        cleaner=clean_email,
        label=_("Their own e-mail address"),
        help_text=_("The signature belongs to this address."),
        widget=forms.EmailInput(attrs={"maxlength": 254, "dir": "ltr", "autocomplete": "off"}),
    )
    language = language_field()
    agent_email = CleanedField(
        cleaner=clean_email,
        required=False,
        label=_("E-mail address of their agent"),
        help_text=_(
            "Only if an agent or assistant signs for them. Then the invitation goes there, and "
            "they confirm by an e-mail to their own address."
        ),
        widget=forms.EmailInput(attrs={"maxlength": 254, "dir": "ltr", "autocomplete": "off"}),
    )
    line = line_field()

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        name = self.fields["name"]
        name.label, name.help_text = _("Name"), _("As you would write it; they can change it.")
        name.widget.attrs["autocomplete"] = "off"

    def clean(self) -> None:
        own, agent = self.cleaned_data.get("email"), self.cleaned_data.get("agent_email")
        if own and agent and email_key(own) == email_key(agent):
            self.add_error(
                "agent_email",
                ValidationError(
                    _("This is their own address. Leave this empty if no agent signs for them."),
                    code="own_address",
                ),
            )

    def invitee(self) -> Invitee:
        return Invitee(**self.cleaned_data)


class SheetForm(forms.Form):
    """A file; `cleaned_data["sheet"]` is what became of each row. Nobody is invited by it yet."""

    use_required_attribute = False

    upload = forms.FileField(
        label=_("A CSV file"),
        allow_empty_file=True,
        help_text=_(
            "Columns: name, email, and if you want language (en or ar) and agent. Up to 2,000 rows."
        ),
        widget=forms.FileInput(attrs={"accept": ".csv,.tsv,.txt,text/csv,text/plain"}),
        error_messages={"required": _("Choose a file.")},
    )
    language = language_field()
    line = line_field()

    def __init__(self, *args: Any, refused_before: Any = None, **kwargs: Any) -> None:
        """`refused_before`: the sentence, if what was sent was too large to be read at all."""
        super().__init__(*args, **kwargs)
        self.refused_before = refused_before
        self.fields["language"].label = _("Language of the e-mails, where no row says another")

    def clean(self) -> dict[str, Any]:
        if self.refused_before:
            self.errors.clear()
            self.add_error("upload", self.refused_before)
        if self.errors:
            return self.cleaned_data
        upload: UploadedFile[Any] = self.cleaned_data["upload"]
        try:
            self.cleaned_data["sheet"] = sheets.read(
                upload.read(),
                language=self.cleaned_data["language"],
                line=self.cleaned_data["line"],
            )
        except SheetUnreadable as unreadable:
            self.add_error("upload", str(unreadable))
        return self.cleaned_data
