"""allauth's forms where ours do something else."""

from typing import Any

from allauth.account import forms
from django.http import HttpRequest
from django.utils.translation import get_language

from campaign.organizers import account_mail


class ResetPasswordForm(forms.ResetPasswordForm):
    """Does the same for every address: nothing is looked up while somebody waits."""

    def clean_email(self) -> str:
        return str(self.cleaned_data["email"]).lower()

    def save(self, request: HttpRequest, **_kwargs: Any) -> str:
        email = str(self.cleaned_data["email"])
        account_mail.owe_reset(email=email, language=get_language() or "en")
        return email
