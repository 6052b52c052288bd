"""Forms about people. Every refusal is a sentence that says what to do."""

from typing import Any
from unicodedata import category

from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.organizers.models import Organizer, Role, Team

# Controls, surrogates and the like; joiners are part of names in many scripts and stay.
_UNSEEN = {"Cc", "Cs", "Co", "Cn", "Zl", "Zp"}
_TURNING = set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def seen_line(typed: str) -> str:
    """In one line, with single spaces."""
    line = " ".join(typed.split())
    if not line or any(category(each) in _UNSEEN or each in _TURNING for each in line):
        raise ValidationError(_("Take out the characters that cannot be seen."))
    return line


class RoleField(forms.ChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        super().__init__(label=_("Role"), choices=Role.choices, **kwargs)
        self.error_messages |= {
            "required": _("Choose a role."),
            "invalid_choice": _("Choose one of the roles in the list."),
        }


class TeamForm(forms.Form):
    name = forms.CharField(
        label=_("Name of the team"),
        max_length=Team._meta.get_field("name").max_length,
        help_text=_("You are its first owner, and invite the others."),
        error_messages={
            "required": _("Give the team a name."),
            "max_length": _("Shorten the name of the team."),
        },
    )

    def clean_name(self) -> str:
        name = " ".join(self.cleaned_data["name"].split())
        if not name.isprintable() or not any(each.isalnum() for each in name):
            raise ValidationError(self.fields["name"].error_messages["required"], code="required")
        return name


class AddressField(forms.EmailField):
    """An e-mail address, in small letters."""

    def __init__(self, *, required: Any, autocomplete: str, **kwargs: Any) -> None:
        super().__init__(
            max_length=254,
            widget=forms.EmailInput(attrs={"class": "ltr", "autocomplete": autocomplete}),
            error_messages={
                "required": required,
                "invalid": _("Type a whole address, as name@theatre.example."),
                "max_length": _("This address is too long to be one."),
            },
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        email: str = super().clean(value)
        if not email.isascii() or any(ord(each) < 33 for each in email):
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return email.lower()


class InvitationForm(forms.Form):
    email = AddressField(
        label=_("E-mail"),
        required=_("Type the address of the person whom you invite."),
        autocomplete="off",
    )
    role = RoleField(initial=Role.EDITOR)


class RoleForm(forms.Form):
    role = RoleField()


class NewcomerForm(forms.Form):
    """Name and password of somebody who accepts an invitation without an account."""

    name = forms.CharField(
        label=_("Your name"),
        max_length=120,
        help_text=_("As your team and the audit trail show it."),
        error_messages={
            "required": _("Type your name."),
            "max_length": _("Shorten the name to 120 characters."),
        },
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    password = forms.CharField(
        label=_("Password"),
        strip=False,
        max_length=1000,
        help_text=_(
            "At least twelve characters. A few words that do not belong together are good."
        ),
        error_messages={
            "required": _("Choose a password."),
            "max_length": _("Shorten the password to 1,000 characters."),
        },
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        self.email = email
        super().__init__(*args, **kwargs)

    def clean_name(self) -> str:
        return seen_line(str(self.cleaned_data["name"]))

    def clean_password(self) -> str:
        password: str = self.cleaned_data["password"]
        validate_password(password, Organizer(email=self.email))
        return password
