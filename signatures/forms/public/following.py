"""What a reporter types to be told of milestones and corrections."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatures.forms.fields import email_field


class FollowForm(forms.Form):
    use_required_attribute = False

    email = email_field(
        label=_("Your e-mail address"),
        help_text=_("Shown to nobody, not even to the organizers. Deleted when you stop."),
    )
