"""What signers type to show who they are."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatures.forms.fields import CleanedField
from signatures.verification.network.hosts import clean_domain, clean_host
from signatures.verification.work_email.mailed_code import clean_work_address


class WebsiteForm(forms.Form):
    """A proof to start. The field has the same name in each of these forms, the id differs."""

    use_required_attribute = False

    subject = CleanedField(
        cleaner=clean_host,
        label=_("Address of your site"),
        help_text=_("As your browser shows it, for example www.noor.example."),
        widget=forms.TextInput(
            attrs={"maxlength": 2000, "dir": "ltr", "inputmode": "url", "autocomplete": "url"}
        ),
    )


class DomainForm(forms.Form):
    use_required_attribute = False

    subject = CleanedField(
        cleaner=clean_domain,
        label=_("Your domain"),
        help_text=_("For example noor.example."),
        widget=forms.TextInput(attrs={"maxlength": 2000, "dir": "ltr", "inputmode": "url"}),
    )


class WorkEmailForm(forms.Form):
    use_required_attribute = False

    subject = CleanedField(
        cleaner=clean_work_address,
        label=_("Your address at work"),
        help_text=_("We send a code there. Readers see only what stands after the @."),
        widget=forms.EmailInput(
            attrs={"maxlength": 254, "dir": "ltr", "inputmode": "email", "autocomplete": "email"}
        ),
    )
