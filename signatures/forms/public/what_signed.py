"""What somebody types who wants to know what they have signed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatures.forms.fields import CleanedField, clean_email


class WhatSignedForm(forms.Form):
    use_required_attribute = False

    email = CleanedField(
        cleaner=clean_email,
        label=_("Your e-mail address"),
        help_text=_("The one that you may have signed with, in any spelling that reaches you."),
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "maxlength": 254, "dir": "ltr", "inputmode": "email"}
        ),
    )
