"""What somebody types who wants to know what they have signed."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatures.forms.fields import email_field


class WhatSignedForm(forms.Form):
    use_required_attribute = False

    email = email_field(
        label=_("Your e-mail address"),
        help_text=_("The one that you may have signed with, in any spelling that reaches you."),
    )
