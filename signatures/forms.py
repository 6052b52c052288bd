"""What signers and readers type. Each mistake is answered with a full sentence."""

import unicodedata
from collections.abc import Callable, Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from signatures import consent, countries
from signatures.addresses import AddressRefused, clean_address
from signatures.links import CODE_LENGTH
from signatures.models import Kind, Level, Profession, Signature
from signatures.names import NAME_LIMIT, NameRefused, clean_line, clean_name
from signatures.press.listing import Filters
from signatures.press.search_key import search_key
from signatures.verification.hosts import clean_domain, clean_host
from signatures.verification.problems import ProofRefused
from signatures.verification.work_email import clean_work_address

LINE_LIMIT = 120
_PROFESSIONS = frozenset(Profession.values)
_MISSING_PROFESSION = _("Please choose your profession. “Another profession” is the last one.")
_MISSING_COUNTRY = _("Please choose the country you live or work in.")


class CleanedField(forms.CharField):
    """A line of text that a function of ours cleans or refuses, with its own sentence."""

    def __init__(self, *, cleaner: Callable[[str], str], **kwargs: Any) -> None:
        super().__init__(strip=False, empty_value="", **kwargs)
        self.cleaner = cleaner
        # Django's own validators would answer first, in fewer words.
        self.validators = []

    def to_python(self, value: Any) -> str:
        return str(value or "")

    def validate(self, value: str) -> None:
        """An empty required field is the cleaner's to refuse."""

    def clean(self, value: Any) -> str:
        text = self.to_python(value)
        if not text.strip() and not self.required:
            return ""
        try:
            return self.cleaner(text)
        except (NameRefused, AddressRefused, ProofRefused) as refused:
            raise ValidationError(refused.sentence, code=refused.reason.value) from refused


class LongSelect(forms.Select):
    """Written at once: Django's templates for each of 250 countries take a third of its time."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        widget = self.get_context(name, value, attrs)["widget"]
        options = format_html_join(
            "\n",
            '<option value="{}"{}>{}</option>',
            (
                (option["value"], flatatt(option["attrs"]), option["label"])
                for _group, options, _index in widget["optgroups"]
                for option in options
            ),
        )
        attributes = flatatt(widget["attrs"])
        return format_html(
            '<select name="{}"{}>\n{}\n</select>', widget["name"], attributes, options
        )


class CodedField(forms.ChoiceField):
    """A choice by its code: to know one, the list that is shown need not be made and sorted."""

    widget = LongSelect

    def __init__(self, *, knows: Callable[[str], bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.knows = knows

    def valid_value(self, value: Any) -> bool:
        return self.knows(str(value))


def _clean_credit(raw: str) -> str:
    return clean_line(raw, limit=LINE_LIMIT)


def _clean_email(raw: str) -> str:
    return clean_address(raw, allow_reserved=settings.ALLOW_RESERVED_ADDRESSES)


def _name_field() -> CleanedField:
    return CleanedField(
        cleaner=clean_name,
        label=_("Your name, as it should appear"),
        help_text=_("Stage names and any script are welcome."),
        widget=forms.TextInput(
            attrs={"autocomplete": "name", "maxlength": NAME_LIMIT * 2, "dir": "auto"}
        ),
    )


def _email_field() -> CleanedField:
    return CleanedField(
        cleaner=_clean_email,
        label=_("E-mail"),
        help_text=_("To confirm that it is you. Never shown, never shared."),
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "maxlength": 254, "dir": "ltr", "inputmode": "email"}
        ),
    )


def _profession_choices() -> list[tuple[str, Any]]:
    """By their names in the page's language, with "another" at the end."""
    named = [(value, label) for value, label in Profession.choices if value != Profession.OTHER]
    named.sort(key=lambda choice: search_key(str(choice[1])))
    return [*named, (Profession.OTHER.value, Profession.OTHER.label)]


def _is_profession(code: str) -> bool:
    return code in _PROFESSIONS


def _is_country(code: str) -> bool:
    return code in countries.names("en")


def _country_choices() -> tuple[tuple[str, str], ...]:
    return countries.choices(get_language() or "en")


class _DetailsForm(forms.Form):
    use_required_attribute = False

    name = _name_field()
    profession = CodedField(
        knows=_is_profession,
        label=_("Profession"),
        choices=lambda: [("", _("Choose…")), *_profession_choices()],
        error_messages={
            "required": _MISSING_PROFESSION,
            "invalid_choice": _MISSING_PROFESSION,
        },
    )
    country = CodedField(
        knows=_is_country,
        label=_("Country"),
        choices=lambda: [("", _("Choose…")), *_country_choices()],
        error_messages={"required": _MISSING_COUNTRY, "invalid_choice": _MISSING_COUNTRY},
        widget=LongSelect(attrs={"autocomplete": "country"}),
    )
    credit = CleanedField(
        cleaner=_clean_credit,
        required=False,
        label=_("Known for"),
        help_text=_("A work, a band, a role: whatever tells readers who you are."),
        widget=forms.TextInput(attrs={"maxlength": LINE_LIMIT * 2, "dir": "auto"}),
    )
    affiliation = CleanedField(
        cleaner=_clean_credit,
        required=False,
        label=_("Affiliation"),
        help_text=_("A society, a company, a school."),
        widget=forms.TextInput(
            attrs={"autocomplete": "organization", "maxlength": LINE_LIMIT * 2, "dir": "auto"}
        ),
    )


class SignForm(_DetailsForm):
    email = _email_field()
    kind = forms.BooleanField(
        required=False,
        label=_("I sign for an organisation"),
        help_text=_("Then the name above is the organisation’s, and it is counted apart."),
        widget=forms.CheckboxInput(attrs={"value": Kind.ORGANISATION.value}),
    )
    consent_publish = forms.BooleanField(required=False, label=consent.PUBLISH)
    consent_updates = forms.BooleanField(required=False, label=consent.UPDATES)
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
        if cleaned.get("kind") == Kind.ORGANISATION and not cleaned.get("consent_publish"):
            self.add_error(
                "consent_publish",
                ValidationError(
                    _("An organisation signs under its name: please tick this box, too."),
                    code="organisation_is_public",
                ),
            )


class EditForm(_DetailsForm):
    """How a signer appears, on their own page."""

    consent_publish = forms.BooleanField(required=False, label=consent.PUBLISH)
    consent_updates = forms.BooleanField(required=False, label=consent.UPDATES)
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: Mapping[str, Any] | None = None, *, signature: Signature) -> None:
        initial = {name: getattr(signature, name, None) for name in self.base_fields}
        super().__init__(data, initial=initial | {"seen": signature.revision})
        self.signature = signature

    def clean_consent_publish(self) -> bool:
        publish: bool = self.cleaned_data["consent_publish"]
        if self.signature.kind == Kind.ORGANISATION and not publish:
            raise ValidationError(
                _("An organisation is always shown. To take its name back, withdraw it below."),
                code="organisation_is_public",
            )
        return publish


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

    email = _email_field()


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


class FilterForm(forms.Form):
    """What a reader looks for in the list. Nonsense finds nothing or everything, never an error."""

    q = forms.CharField(
        required=False,
        label=_("Name"),
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 200, "dir": "auto"}),
    )
    profession = CodedField(
        knows=_is_profession,
        required=False,
        label=_("Profession"),
        choices=lambda: [("", _("All professions")), *_profession_choices()],
    )
    country = CodedField(
        knows=_is_country,
        required=False,
        label=_("Country"),
        choices=lambda: [("", _("All countries")), *_country_choices()],
    )

    def filters(self) -> Filters:
        """Valid values only; `level` and `kind` come from links, not from fields."""
        self.is_valid()
        level = self.data.get("level", "")
        kind = self.data.get("kind", "")
        return Filters(
            q=self.data.get("q", "")[:200],
            profession=self.cleaned_data.get("profession", ""),
            country=self.cleaned_data.get("country", ""),
            level=int(level) if level in {str(each.value) for each in Level if each} else None,
            kind=kind if kind in Kind.values else "",
        )
