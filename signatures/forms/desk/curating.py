"""What organizers type about who stands on the list."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from signatures.forms.desk.text_fields import note_field
from signatures.forms.desk.vetting import SeenForm
from signatures.forms.fields import CleanedField, clean_email
from signatures.models import Because
from signatures.moderation import search

_WHICH = (
    (search.LISTED, _("on the public list")),
    (search.VETTED, _("vetted: may be named first")),
    (search.REMOVED, _("taken off the list")),
    (search.ANONYMOUS, _("counted without being shown")),
    (search.REJECTED, _("rejected")),
    (search.UNREACHABLE, _("e-mail to them comes back")),
)


class FindForm(forms.Form):
    q = forms.CharField(
        label=_("Name, number, or what is told beside it"), required=False, max_length=200
    )
    which = forms.ChoiceField(label=_("Which"), required=False, choices=_WHICH)

    def __init__(self, *args: Any, private: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        which: Any = self.fields["which"]
        which.choices = [each for each in _WHICH if private or each[0] not in search.PRIVATE]

    def asked(self) -> dict[str, str]:
        """What was asked for; a value that is not offered asks for nothing."""
        self.is_valid()
        return {name: self.cleaned_data.get(name, "") for name in ("q", "which")}


class LookUpForm(forms.Form):
    use_required_attribute = False

    email = CleanedField(
        cleaner=clean_email,
        label=_("The exact e-mail address"),
        help_text=_("To find who signed with it. That you looked is written into the audit trail."),
        widget=forms.EmailInput(attrs={"maxlength": 254, "dir": "ltr", "autocomplete": "off"}),
    )


class RemoveForm(SeenForm):
    because = forms.ChoiceField(
        label=_("Why"),
        choices=tuple((each.value, each.label) for each in Because.for_removal()),
        widget=forms.RadioSelect,
        help_text=_("Told to the signer, and in the public corrections, there without the name."),
        error_messages={"required": _("Say why it is taken off the list.")},
    )
    note = note_field()


class RestoreForm(SeenForm):
    because = forms.ChoiceField(
        label=_("Why it comes back"),
        choices=tuple((each.value, each.label) for each in Because.for_restoring()),
        widget=forms.RadioSelect,
        help_text=_("Told in the public corrections, without the name."),
        error_messages={"required": _("Say why it comes back.")},
    )
    note = note_field()


class DoubtForm(SeenForm):
    note = note_field()
