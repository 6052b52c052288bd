"""What is typed in several forms. Each mistake is answered with a full sentence."""

from collections.abc import Callable, Collection, Iterable, Mapping
from copy import deepcopy
from html import escape
from typing import Any, TypeVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.forms.renderers import BaseRenderer
from django.forms.utils import flatatt
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter, ProfessionList
from signatures.addresses import AddressRefused, clean_address
from signatures.models import OFFERED, Profession
from signatures.names import countries
from signatures.names.cleaning import NAME_LIMIT, NameRefused, clean_line, clean_name
from signatures.names.folding import search_key
from signatures.verification.problems import ProofRefused

StrOrPromise = str | Promise
_Form = TypeVar("_Form", bound=forms.Form)
LINE_LIMIT = 120
_PROFESSIONS = frozenset(Profession.values)
MISSING_PROFESSION = _("Please choose your profession. “Another profession” is the last one.")
EMAIL_LABEL = _("E-mail")
WHY_SIGNING_ASKS = _(
    "To confirm that it is you. It is never published. Only those in the letter’s team whose task "
    "it is can look it up, and each look is recorded. One address, one signature."
)
MISSING_COUNTRY = _("Please choose the country you live or work in.")


class _SharedFields(dict[str, forms.Field]):
    def __init__(self, fields: Mapping[str, forms.Field], *, but: Collection[str]) -> None:
        super().__init__(fields)
        self._changed = frozenset(but)

    def __deepcopy__(self, memo: dict[int, Any]) -> dict[str, forms.Field]:
        return {
            name: deepcopy(field, memo) if name in self._changed else field
            for name, field in self.items()
        }


def shares_fields(*, but: Collection[str]) -> Callable[[type[_Form]], type[_Form]]:
    """All forms of a class have the same fields, `but` those that they change. Django copies each
    field for each form, which takes longer than to check what was typed."""

    def share(form: type[_Form]) -> type[_Form]:
        form.base_fields = _SharedFields(form.base_fields, but=but)
        return form

    return share


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
    """Written at once, without groups: Django's templates take a third of a page's time for each of
    250 countries."""

    def render(
        self,
        name: str,
        value: Any,
        attrs: dict[str, Any] | None = None,
        renderer: BaseRenderer | None = None,
    ) -> SafeString:
        chosen = str(value or "")
        options = "\n".join(
            f'<option value="{escape(str(code))}"'
            f"{' selected' if str(code) == chosen else ''}>{escape(str(label))}</option>"
            for code, label in self.choices
        )
        return format_html(
            '<select name="{}"{}>\n{}\n</select>',
            name,
            flatatt(self.build_attrs(self.attrs, attrs)),
            mark_safe(options),  # noqa: S308 - escaped above
        )


class CodedField(forms.ChoiceField):
    """A choice by its code: to know one, the list that is shown need not be made and sorted."""

    widget = LongSelect

    def __init__(self, *, knows: Callable[[str], bool], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.knows = knows

    def valid_value(self, value: Any) -> bool:
        return self.knows(str(value))


def clean_credit(raw: str) -> str:
    return clean_line(raw, limit=LINE_LIMIT)


def clean_email(raw: str) -> str:
    return clean_address(raw, allow_reserved=settings.ALLOW_RESERVED_ADDRESSES)


def name_field() -> CleanedField:
    return CleanedField(
        cleaner=clean_name,
        label=_("Your name, as it should appear"),
        help_text=_("Stage names and any script are welcome."),
        widget=forms.TextInput(
            attrs={"autocomplete": "name", "maxlength": NAME_LIMIT * 2, "dir": "auto"}
        ),
    )


def email_field(
    *, label: StrOrPromise = EMAIL_LABEL, help_text: StrOrPromise = WHY_SIGNING_ASKS
) -> CleanedField:
    """Somebody's own address, which a phone can fill in; as a rule that of who signs."""
    return CleanedField(
        cleaner=clean_email,
        label=label,
        help_text=help_text,
        widget=forms.EmailInput(
            attrs={"autocomplete": "email", "maxlength": 254, "dir": "ltr", "inputmode": "email"}
        ),
    )


def profession_choices(of: Iterable[Profession] = tuple(Profession)) -> list[tuple[str, Any]]:
    """By their names in the page's language, with "another" at the end."""
    named = [(each.value, each.label) for each in of if each != Profession.OTHER]
    named.sort(key=lambda choice: search_key(str(choice[1])))
    return [*named, (Profession.OTHER.value, Profession.OTHER.label)]


def offer_professions(field: CodedField, *, letter: Letter, also: str = "") -> None:
    """Those of the letter's list, and the one that was chosen before the list was changed."""
    offered = {*OFFERED[ProfessionList(letter.professions)], Profession.OTHER}
    if also in _PROFESSIONS:
        offered.add(Profession(also))
    field.knows = offered.__contains__
    field.choices = lambda: [("", _("Choose…")), *profession_choices(offered)]


def is_profession(code: str) -> bool:
    return code in _PROFESSIONS


def is_country(code: str) -> bool:
    return code in countries.names("en")


def country_choices() -> tuple[tuple[str, str], ...]:
    return countries.choices(get_language() or "en")
