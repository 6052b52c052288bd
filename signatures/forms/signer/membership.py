"""What a member types to be found in a roster."""

from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from signatures.forms.fields import LINE_LIMIT, CleanedField
from signatures.models import Roster, Signature
from signatures.names.cleaning import NAME_LIMIT, clean_name
from signatures.verification.rosters.membership import counting, number_key


def clean_number(raw: str) -> str:
    if not raw.strip():
        raise ValidationError(_("Enter your member number."))
    if len(raw) > LINE_LIMIT or not number_key(raw):
        raise ValidationError(_("This is no member number. Please check it."))
    return raw


class MembershipForm(forms.Form):
    """A member's number, for one of the letter's rosters."""

    use_required_attribute = False
    # Its name, where there is nothing to choose.
    only_roster = ""

    roster = forms.ModelChoiceField(
        queryset=Roster.objects.none(),
        label=_("Your union or society"),
        error_messages={
            "required": _("Choose your union or society."),
            "invalid_choice": _("Choose your union or society."),
        },
    )
    number = CleanedField(
        cleaner=clean_number,
        label=_("Your member number"),
        help_text=_("Compared with the roster, and not kept."),
        widget=forms.TextInput(
            attrs={"maxlength": LINE_LIMIT, "dir": "auto", "autocomplete": "off"}
        ),
    )
    name = CleanedField(
        cleaner=clean_name,
        required=False,
        label=_("The name your society has, if it is another"),
        help_text=_(
            "Not kept and never shown. Readers are told that you are a member under another name, "
            "and it counts for less."
        ),
        widget=forms.TextInput(
            attrs={"maxlength": NAME_LIMIT * 2, "dir": "auto", "autocomplete": "off"}
        ),
    )


class NamedMembershipForm(MembershipForm):
    """Of a claimant: in the name that they have reported, and in no other."""

    # Django's way to leave a field of the form above out.
    name = None  # type: ignore[assignment]


def named_membership_form(letter_id: int, data: Any = None) -> NamedMembershipForm | None:
    """None where there is no roster."""
    form = NamedMembershipForm(data, auto_id="roster_%s")
    return form if _choose(form, _rosters(letter_id)) else None


def membership_form(signature: Signature, data: Any = None) -> MembershipForm | None:
    """None where there is no roster, or none left to be found in."""
    form = MembershipForm(data, auto_id="roster_%s")
    rosters = _rosters(signature.letter_id)
    if data is None:
        # What was sent may be the same button in two tabs: it is answered as if it were one.
        shown = counting().filter(signature=signature)
        rosters = rosters.exclude(name__in=shown.values("subject"))
    return form if _choose(form, rosters) else None


def _rosters(letter_id: int) -> QuerySet[Roster]:
    rosters = Roster.objects.filter(letter=letter_id, uploaded_at__isnull=False)
    return rosters.order_by("name", "pk")


def _choose(form: MembershipForm, rosters: QuerySet[Roster]) -> bool:
    """Among these; False where there is none."""
    names = list(rosters.values_list("pk", "name"))
    if not names:
        return False
    field = cast("forms.ModelChoiceField[Roster]", form.fields["roster"])
    field.queryset = rosters
    if len(names) == 1:
        field.initial = names[0][0]
        field.widget = forms.HiddenInput()
        form.only_roster = names[0][1]
    else:
        field.choices = [("", _("Choose…")), *names]
    return True
