"""What readers look for in the list."""

from django import forms
from django.utils.translation import gettext_lazy as _

from signatures.forms.fields import (
    CodedField,
    country_choices,
    is_country,
    is_profession,
    profession_choices,
)
from signatures.models import Kind, Level
from signatures.press.listing import Filters


class FilterForm(forms.Form):
    """What a reader looks for in the list. Nonsense finds nothing or everything, never an error."""

    q = forms.CharField(
        required=False,
        label=_("Name"),
        widget=forms.TextInput(attrs={"type": "search", "maxlength": 200, "dir": "auto"}),
    )
    profession = CodedField(
        knows=is_profession,
        required=False,
        label=_("Profession"),
        choices=lambda: [("", _("All professions")), *profession_choices()],
    )
    country = CodedField(
        knows=is_country,
        required=False,
        label=_("Country"),
        choices=lambda: [("", _("All countries")), *country_choices()],
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
