"""What signers type, from signing to the code and later changes."""

import unicodedata
from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from signatures import consent
from signatures.forms.fields import (
    LINE_LIMIT,
    MISSING_COUNTRY,
    MISSING_PROFESSION,
    CleanedField,
    CodedField,
    LongSelect,
    clean_credit,
    country_choices,
    email_field,
    is_country,
    is_profession,
    name_field,
    profession_choices,
)
from signatures.links import CODE_LENGTH
from signatures.models import Kind, Signature


class _DetailsForm(forms.Form):
    use_required_attribute = False

    name = name_field()
    profession = CodedField(
        knows=is_profession,
        label=_("Profession"),
        choices=lambda: [("", _("Choose…")), *profession_choices()],
        error_messages={
            "required": MISSING_PROFESSION,
            "invalid_choice": MISSING_PROFESSION,
        },
    )
    country = CodedField(
        knows=is_country,
        label=_("Country"),
        choices=lambda: [("", _("Choose…")), *country_choices()],
        error_messages={"required": MISSING_COUNTRY, "invalid_choice": MISSING_COUNTRY},
        widget=LongSelect(attrs={"autocomplete": "country"}),
    )
    credit = CleanedField(
        cleaner=clean_credit,
        required=False,
        label=_("Known for"),
        help_text=_("A work, a band, a role: whatever tells readers who you are."),
        widget=forms.TextInput(attrs={"maxlength": LINE_LIMIT * 2, "dir": "auto"}),
    )
    affiliation = CleanedField(
        cleaner=clean_credit,
        required=False,
        label=_("Affiliation"),
        help_text=_("A society, a company, a school."),
        widget=forms.TextInput(
            attrs={"autocomplete": "organization", "maxlength": LINE_LIMIT * 2, "dir": "auto"}
        ),
    )


class SignForm(_DetailsForm):
    email = email_field()
    kind = forms.BooleanField(
        required=False,
        label=_("I sign for an organisation"),
        help_text=_(
            "Then the name above is the organisation’s. Organisations leave the profession out, "
            "and are counted apart."
        ),
        widget=forms.CheckboxInput(attrs={"value": Kind.ORGANISATION.value}),
    )
    consent_publish = forms.BooleanField(required=False, label=consent.shown("publish"))
    consent_updates = forms.BooleanField(required=False, label=consent.shown("updates"))
    # Which text the signer read. A request without it signs the one that stands now.
    text = forms.CharField(required=False, max_length=64, widget=forms.HiddenInput)

    field_order = (
        "name",
        "email",
        "profession",
        "country",
        "credit",
        "affiliation",
        "kind",
        "consent_publish",
        "consent_updates",
        "text",
    )

    def clean_kind(self) -> str:
        sent = self.data.get(self.add_prefix("kind"))
        return Kind.ORGANISATION if sent == Kind.ORGANISATION else Kind.PERSON

    def clean(self) -> None:
        cleaned = self.cleaned_data
        if cleaned.get("kind") != Kind.ORGANISATION:
            return
        # Neither asked for nor kept: somebody may have chosen one before ticking the box.
        self.errors.pop("profession", None)
        cleaned["profession"] = ""
        if not cleaned.get("consent_publish"):
            self.add_error(
                "consent_publish",
                ValidationError(
                    _("An organisation signs under its name: please tick this box, too."),
                    code="organisation_is_public",
                ),
            )


class EditForm(_DetailsForm):
    """How a signer appears, on their own page."""

    consent_publish = forms.BooleanField(required=False, label=consent.shown("publish"))
    consent_updates = forms.BooleanField(required=False, label=consent.shown("updates"))
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Mapping[str, Any] | None = None, *, signature: Signature) -> None:
        initial = {name: getattr(signature, name, None) for name in self.base_fields}
        super().__init__(data, initial=initial | {"seen": signature.revision})
        self.signature = signature
        if signature.kind == Kind.ORGANISATION:
            del self.fields["profession"]

    def clean_consent_publish(self) -> bool:
        publish: bool = self.cleaned_data["consent_publish"]
        if self.signature.kind == Kind.ORGANISATION and not publish:
            raise ValidationError(
                _("An organisation is always shown. To take its name back, withdraw it below."),
                code="organisation_is_public",
            )
        return publish

    def clean(self) -> None:
        if self.signature.kind == Kind.ORGANISATION:
            self.cleaned_data["profession"] = ""


class CodeForm(forms.Form):
    use_required_attribute = False

    code = forms.CharField(
        label=_("Code from the e-mail"),
        max_length=40,
        error_messages={
            "required": _("Please type the six digits from the e-mail."),
            "max_length": _("The code has six digits. Please type only these."),
            "null_characters_not_allowed": _("The code has six digits. Please type only these."),
        },
        widget=forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "one-time-code", "dir": "ltr"}
        ),
    )

    def clean_code(self) -> str:
        """Digits of any script count; spaces and dashes between them do not."""
        digits = [
            str(unicodedata.digit(char, "?"))
            for char in self.cleaned_data["code"]
            if not char.isspace() and char not in "-\u200e\u200f"
        ]
        if len(digits) != CODE_LENGTH or "?" in digits:
            raise ValidationError(
                _("The code has six digits. Please type only these."), code="digits"
            )
        return "".join(digits)


class CorrectForm(forms.Form):
    use_required_attribute = False

    email = email_field()
