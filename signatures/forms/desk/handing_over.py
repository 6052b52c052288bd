"""What organizers tell of a delivery, and why they strike one out."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from campaign.letters.forms import WordingField
from campaign.templatetags.locale_format import moment, number
from signatures.models import Handover, HandoverPackage
from signatures.press.handover.noting import Told


def _words(label: Any, most: int, **more: Any) -> WordingField:
    return WordingField(
        label=label,
        max_length=most,
        silent=_("Write at least a word."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
        **more,
    )


class HandoverForm(forms.Form):
    use_required_attribute = False

    delivered_on = forms.DateField(
        label=_("Day of the delivery"),
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
        error_messages={
            "required": _("Give the day, as 2026-11-23."),
            "invalid": _("Give the day, as 2026-11-23."),
        },
    )
    recipient = _words(_("Who received it"), 160)
    how = _words(
        _("How"), 300, required=False, help_text=_("For example: in person, at the ministry.")
    )
    receipt = _words(
        _("Receipt"),
        600,
        required=False,
        help_text=_("What the recipient confirmed, or the number of a receipt."),
    )
    receipt_url = forms.CharField(
        label=_("Address of a receipt"),
        required=False,
        max_length=300,
        widget=forms.URLInput(attrs={"dir": "ltr"}),
        validators=[
            URLValidator(
                schemes=["https", "http"],
                message=_("Give a whole web address, with https:// at the start."),
            )
        ],
    )

    def told(self) -> Told:
        return Told(**{name: self.cleaned_data[name] for name in HandoverForm.base_fields})


class NewHandoverForm(HandoverForm):
    """Of one of these packages, the newest first."""

    package = forms.TypedChoiceField(
        label=_("What was handed over"),
        coerce=int,
        error_messages={
            "required": _("Choose a package."),
            "invalid_choice": _("Choose a package."),
        },
    )
    field_order = ("package",)

    def __init__(self, *args: Any, packages: Sequence[HandoverPackage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["package"]
        field.choices = [(each.pk, _named(each)) for each in packages]


class CorrectionForm(HandoverForm):
    """`seen` is the revision that was read."""

    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class StrikeForm(forms.Form):
    use_required_attribute = False

    reason = _words(
        _("Why it is struck out"),
        300,
        help_text=_("Readers see it beside the line, which stays."),
    )
    seen = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


def initial_of(handover: Handover) -> dict[str, Any]:
    stored = {name: getattr(handover, name) for name in HandoverForm.base_fields}
    return stored | {"seen": handover.revision}


def _named(package: HandoverPackage) -> str:
    snapshot = package.snapshot
    if snapshot is None:
        return ""
    return str(
        _("Package of snapshot %(n)s, %(when)s: %(count)s signatures")
        % {
            "n": number(snapshot.number),
            "when": moment(snapshot.checkpoint.as_of),
            "count": number(snapshot.checkpoint.total),
        }
    )
