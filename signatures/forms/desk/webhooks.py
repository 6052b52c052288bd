"""Where a team's own program is told what happens, and of what."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign.templatetags.locale_format import shorten_to
from signatures.models.webhook import URL_LIMIT
from signatures.notifications.webhooks import settings
from signatures.verification.problems import ProofRefused


class WebhookForm(forms.Form):
    use_required_attribute = False

    url = forms.CharField(
        label=_("Address"),
        max_length=URL_LIMIT,
        help_text=_("It begins with https:// and has a name on the public internet."),
        error_messages={
            "required": _("Type the address that is to be told."),
            "max_length": shorten_to(URL_LIMIT),
        },
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "inputmode": "url"}),
    )
    kinds = forms.MultipleChoiceField(
        label=_("What it is told of"),
        choices=[(kind.value, kind.label) for kind in settings.kinds()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Choose at least one.")},
    )

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if not url.lower().startswith("https://"):
            raise ValidationError(_("Type a whole address that begins with https://."))
        try:
            settings.address_of(url)
        except ProofRefused as error:
            raise ValidationError(error.sentence) from None
        return url


class WebhookChangeForm(WebhookForm):
    is_active = forms.BooleanField(
        label=_("Active"),
        required=False,
        help_text=_("Switched off by itself after three days on which nothing was taken."),
    )
