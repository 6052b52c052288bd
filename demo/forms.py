"""What visitors of the demo place on its invented sites."""

import re

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from demo.sites import ENDING, Placed
from signatures.forms.fields import CleanedField
from signatures.verification.network.hosts import clean_domain

# As `proofs.start` makes them, bare or in any of the forms that the proof's page offers.
_TOKEN = re.compile(
    r"(?:^|undersigned-verify=|#u-|#signed-as-)((?:[a-z0-9_]+-)*[a-z2-7]{16})(?![a-z0-9-])"
)


class PlaceForm(forms.Form):
    use_required_attribute = False

    host = CleanedField(
        cleaner=clean_domain,
        label=_("Invented site"),
        help_text=_("Any name that ends in .example, for example noor.example."),
        widget=forms.TextInput(attrs={"maxlength": 2000, "dir": "ltr", "inputmode": "url"}),
    )
    line = forms.CharField(
        max_length=1000,
        label=_("Line"),
        help_text=_("As your page of proofs shows it: undersigned-verify=…"),
        widget=forms.TextInput(attrs={"dir": "ltr", "autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": _("Paste the line that your page of proofs shows.")},
    )
    method = forms.ChoiceField(
        choices=(
            ("website", _("on its front page")),
            ("domain", _("in its DNS")),
            ("bluesky", _("in the profile of the Bluesky account with this handle")),
            ("mastodon", _("in the profiles of the Mastodon accounts on this server")),
        ),
        initial="website",
        label=_("Where"),
        widget=forms.RadioSelect,
        error_messages={
            name: _("Choose where the line goes.") for name in ("required", "invalid_choice")
        },
    )

    def clean_host(self) -> str:
        host: str = self.cleaned_data["host"]
        if not host.endswith(ENDING):
            raise ValidationError(
                _("Only names that end in .example are invented: all others are somebody’s."),
                code="not_invented",
            )
        return host

    def clean_line(self) -> str:
        found = _TOKEN.search(self.cleaned_data["line"].strip())
        if found is None:
            raise ValidationError(
                _("This is not the line from your page of proofs."), code="no_token"
            )
        return found[1]

    def placed(self) -> Placed:
        typed = self.cleaned_data
        return Placed(typed["method"], typed["host"], typed["line"])
