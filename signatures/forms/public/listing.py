"""What readers look for in the list."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from campaign.parsing import whole_number
from campaign.templatetags.locale_format import number
from signatures.forms.fields import (
    CodedField,
    country_choices,
    is_country,
    is_profession,
    profession_choices,
)
from signatures.listing.facets import Facets
from signatures.listing.pagination import Order
from signatures.listing.queries import Filters
from signatures.models import Kind, Level

# Longer names there are not.
_LONGEST_QUERY = 200
_NO_SUCH_CHOICE = {"invalid_choice": _("There is no such choice, so it was left out.")}
_LEVELS = [(str(each.value), each.label) for each in Level if each]


def _is_level(code: str) -> bool:
    return any(code == known for known, _label in _LEVELS)


def _is_kind(code: str) -> bool:
    return code in Kind.values


def _is_version(code: str) -> bool:
    return (whole_number(code) or 0) in range(1, 2**15)


def _is_order(code: str) -> bool:
    return code in Order.values


class FilterForm(forms.Form):
    """What a reader looks for in the list. Nonsense finds nothing or everything, never an error."""

    q = forms.CharField(
        required=False,
        label=_("Name"),
        max_length=_LONGEST_QUERY,
        error_messages={
            "max_length": _("Longer than any name: only its beginning was looked for.")
        },
        widget=forms.TextInput(attrs={"type": "search", "dir": "auto"}),
    )
    profession = CodedField(
        knows=is_profession,
        required=False,
        error_messages=_NO_SUCH_CHOICE,
        label=_("Profession"),
        choices=lambda: [("", _("All professions")), *profession_choices()],
    )
    country = CodedField(
        knows=is_country,
        required=False,
        error_messages=_NO_SUCH_CHOICE,
        label=_("Country"),
        choices=lambda: [("", _("All countries")), *country_choices()],
    )
    level = CodedField(
        knows=_is_level,
        required=False,
        error_messages=_NO_SUCH_CHOICE,
        label=_("How verified"),
        choices=[("", _("All levels")), *_LEVELS],
    )
    kind = CodedField(
        knows=_is_kind,
        required=False,
        error_messages=_NO_SUCH_CHOICE,
        label=_("Who"),
        choices=[("", pgettext_lazy("people and organisations", "Everyone")), *Kind.choices],
    )
    order = CodedField(
        knows=_is_order,
        required=False,
        error_messages=_NO_SUCH_CHOICE,
        label=_("Order"),
        choices=Order.choices,
    )

    # Of the text that was signed: chosen by a link, where a letter has several.
    version = CodedField(
        knows=_is_version,
        required=False,
        error_messages=_NO_SUCH_CHOICE,
        widget=forms.HiddenInput,
        choices=[],
    )

    def filters(self) -> Filters:
        """Valid values only."""
        self.is_valid()
        level = self.cleaned_data.get("level", "")
        version = self.cleaned_data.get("version", "")
        return Filters(
            q=self.data.get("q", "")[:_LONGEST_QUERY],
            profession=self.cleaned_data.get("profession", ""),
            country=self.cleaned_data.get("country", ""),
            level=int(level) if level else None,
            kind=self.cleaned_data.get("kind", ""),
            version=int(version) if version else None,
        )

    def not_filters(self) -> list[str]:
        """The names of what is asked for and narrows nothing: misspelt, or without meaning."""
        return [name for name in self.data if name in self.errors or name not in Filters.__slots__]

    def order_chosen(self) -> Order:
        self.is_valid()
        return Order(self.cleaned_data.get("order", ""))

    def asked(self) -> dict[str, str]:
        """What is chosen, as it stands in a link to the same view of the list."""
        filters = self.filters()
        chosen = {name: getattr(filters, name) for name in Filters.__slots__}
        chosen["order"] = self.order_chosen().value
        return {name: str(value) for name, value in chosen.items() if value}

    def tell_counts(self, facets: Facets) -> None:
        """Offer only what somebody fits, with how many, if that is known."""
        for name in ("profession", "country", "level", "kind"):
            counts = {str(value): count for value, count in getattr(facets, name).items()}
            field = cast("CodedField", self.fields[name])
            field.choices = _offered(
                field.choices,
                counts,
                chosen=self.data.get(name, ""),
                with_counts=facets.found is not None,
            )


def _offered(
    choices: Iterable[Any] | Callable[[], Any],
    counts: Mapping[str, int],
    *,
    chosen: str,
    with_counts: bool,
) -> list[tuple[str, Any]]:
    told: list[tuple[str, Any]] = []
    for value, label in choices() if callable(choices) else choices:
        if not value:
            told.append((value, label))
        elif counts.get(value) or value == chosen:
            count = f" · {number(counts.get(value, 0))}" if with_counts else ""
            told.append((value, f"{label}{count}"))
    return told
