"""Who signs for an organisation."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from signatures.forms.fields import LINE_LIMIT, CleanedField
from signatures.models import Authority, Kind, Signature
from signatures.names.cleaning import NAME_LIMIT, NameReason, NameRefused, clean_line, clean_name


def clean_who(raw: str) -> str:
    try:
        return clean_name(raw)
    except NameRefused as refused:
        if refused.reason == NameReason.EMPTY:
            raise ValidationError(_("Enter the name of the person who signs for it.")) from refused
        raise


def clean_role(raw: str) -> str:
    role = clean_line(raw, limit=LINE_LIMIT)
    if not role:
        raise ValidationError(_("Enter their role, such as “director”."))
    return role


class AuthorityForm(forms.Form):
    use_required_attribute = False

    name = CleanedField(
        cleaner=clean_who,
        label=_("Name"),
        help_text=_("Somebody who may decide this for the organisation, and agrees to be named."),
        widget=forms.TextInput(attrs={"maxlength": NAME_LIMIT * 2, "dir": "auto"}),
    )
    role = CleanedField(
        cleaner=clean_role,
        label=_("Role"),
        help_text=_("Such as: director, chair, head of programme."),
        widget=forms.TextInput(attrs={"maxlength": LINE_LIMIT * 2, "dir": "auto"}),
    )


def authority_form(
    signature: Signature, data: Any = None, *, stated: Authority | None = None
) -> AuthorityForm | None:
    """None for a person, who signs for themselves."""
    if signature.kind != Kind.ORGANISATION:
        return None
    initial = {"name": stated.name, "role": stated.role} if stated else None
    return AuthorityForm(data, initial=initial, auto_id="authority_%s")
