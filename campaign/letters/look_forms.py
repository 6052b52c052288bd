"""The desk's forms for how a letter looks."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from campaign import languages
from campaign.letters import accent as accents
from campaign.letters.forms import WordingField
from campaign.letters.models import HeadPicture, Letter
from campaign.letters.press_forms import picture_file
from campaign.templatetags.locale_format import decimal, language_name, shorten_to

# Where the picker stands while the letter has none of its own: the site's.
SITE_ACCENT = "#1f3f93"
_COLOUR = re.compile(r"#[0-9a-f]{6}")


class AccentForm(forms.Form):
    seen = forms.IntegerField(widget=forms.HiddenInput)
    has_own = forms.BooleanField(
        required=False,
        label=_("Use a colour of our own"),
        help_text=_("Otherwise the page has the site’s."),
    )
    accent = forms.CharField(
        required=False,
        max_length=7,
        label=_("Colour"),
        help_text=_("Of links, buttons and lines. In dark mode it is made lighter by itself."),
        widget=forms.TextInput(attrs={"type": "color"}),
        error_messages={"max_length": _("Choose a colour, such as #1f3f93.")},
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, letter: Letter) -> None:
        super().__init__(
            data,
            initial={
                "seen": letter.look_revision,
                "has_own": bool(letter.accent),
                "accent": letter.accent or SITE_ACCENT,
            },
        )

    def clean_accent(self) -> str:
        if not self.cleaned_data.get("has_own"):
            return ""
        accent: str = self.cleaned_data["accent"].strip().lower()
        if not _COLOUR.fullmatch(accent):
            raise ValidationError(_("Choose a colour, such as #1f3f93."))
        if (found := accents.contrast(accent)) < accents.MIN_CONTRAST:
            raise ValidationError(
                _(
                    "On the page, %(colour)s has a contrast of %(found)s to 1, and text needs "
                    "%(needed)s. The nearest that has it is %(nearest)s."
                ),
                params={
                    "colour": accent,
                    "found": decimal(found),
                    "needed": decimal(accents.MIN_CONTRAST),
                    "nearest": accents.nearest(accent),
                },
            )
        return accent


class HeadPictureForm(forms.Form):
    """A picture, and what it shows in each language of the letter; needed in the first."""

    seen = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        files: Any = None,
        *,
        letter: Letter,
        spoken: Sequence[str],
        stored: HeadPicture | None,
    ) -> None:
        known = stored.descriptions if stored else {}
        initial = {f"description_{language}": text for language, text in known.items()}
        super().__init__(data, files, initial=initial | {"seen": letter.look_revision})
        self.fields["file"] = picture_file(required=stored is None)
        for place, language in enumerate(spoken):
            self.fields[f"description_{language}"] = _description(language, is_first=place == 0)

    def descriptions(self) -> dict[str, str]:
        return {
            name.removeprefix("description_"): text
            for name, text in self.cleaned_data.items()
            if name.startswith("description_") and text
        }

    def clean_file(self) -> bytes:
        """Nothing where the picture stays as it is."""
        file = self.cleaned_data["file"]
        return file.read() if file else b""


def _description(language: str, *, is_first: bool) -> WordingField:
    return WordingField(
        required=is_first,
        max_length=300,
        label=format_lazy(_("What it shows, in {language}"), language=language_name(language)),
        help_text=_("For those who cannot see it. Readers of other languages get it in this one.")
        if is_first
        else "",
        silent=_("Say what the picture shows."),
        widget=forms.TextInput(attrs={"lang": language, "dir": languages.direction(language)}),
        error_messages={"max_length": shorten_to(300)},
    )
