"""A box to tick before something is done by a link in an e-mail.

A program that opens every link and sends each form as it stands agrees to nothing.
"""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _


class AgreeForm(forms.Form):
    use_required_attribute = False

    agree = forms.BooleanField(
        error_messages={"required": _("Please tick this first. Nothing has been done yet.")}
    )

    def __init__(self, *args: Any, label: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agree"].label = label
