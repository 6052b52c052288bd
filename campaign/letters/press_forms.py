"""The desk's forms for the press page."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from campaign import languages
from campaign.letters import errors, press_kit
from campaign.letters.forms import WordingField, check_links
from campaign.letters.models import PressKit
from campaign.templatetags.locale_format import shorten_to

UNUSABLE = {
    errors.Unusable.TOO_LARGE: _("The file is too large: 8 MB are the most."),
    errors.Unusable.TOO_MANY_PIXELS: _(
        "The picture has too many pixels: 25 million are the most, 80 million in a JPEG, and "
        "20,000 on a side. Make it smaller first."
    ),
    errors.Unusable.NO_PICTURE: _("This is no JPEG, PNG or WebP picture."),
    errors.Unusable.BROKEN: _(
        "The picture cannot be read to its end. Save it again, and upload the new file."
    ),
    errors.Unusable.NOT_WIDE: _(
        "Over a letter, a picture is at least 800 pixels wide, and half as wide again as "
        "it is high."
    ),
}
_MARKDOWN = _("Lines and paragraphs stay as they are. [Words](https://…) make a link.")
_NO_WORDS = _("There is nothing in it that could be read.")


def _line(most: int, **given: Any) -> WordingField:
    return WordingField(
        max_length=most,
        silent=given.pop("silent", _NO_WORDS),
        error_messages={"max_length": shorten_to(most)},
        **given,
    )


def _reuse(name: str, label: Any) -> WordingField:
    """What stands on the page when nothing is written here is the hint."""
    return _lines(
        600,
        3,
        required=False,
        label=label,
        help_text=format_lazy(
            "{} {}", _("If you leave this empty, this is shown:"), press_kit.REUSE[name]
        ),
    )


def _lines(most: int, rows: int, **given: Any) -> WordingField:
    return _line(most, lines=True, widget=forms.Textarea(attrs={"rows": rows}), **given)


class PublicAddressField(forms.CharField):
    """An address that is meant to be shown: nothing but the plain kind."""

    _is_address = EmailValidator()

    def to_python(self, value: Any) -> str:
        address: str = (super().to_python(value) or "").strip()
        if address:
            try:
                self._is_address(address)
                address.encode("ascii")
            except (ValidationError, UnicodeEncodeError):
                raise ValidationError(
                    _("Write the address as press@letters.example."), code="invalid"
                ) from None
        return address


class _Spoken(forms.Form):
    """What is written in one language, in controls that run in its direction."""

    def speak(self, language: str) -> None:
        for name, field in self.fields.items():
            if isinstance(field, WordingField) and name != "contact_phone":
                field.widget.attrs |= {"lang": language, "dir": languages.direction(language)}


class PressKitForm(_Spoken):
    # The seal of the kit that the writer started from.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)
    embargo = _line(
        300,
        required=False,
        label=_("Embargo"),
        help_text=_(
            "Stands first on the page, as a request: the page itself is public. Without one, it "
            "says that everything may be used now. "
            "As: Please publish from 22 October 2026, 06:00 UTC."
        ),
    )
    facts = _lines(4000, 10, required=False, label=_("Facts"), help_text=_MARKDOWN)
    organizers = _lines(
        2000,
        6,
        required=False,
        label=_("Who is behind it"),
        help_text=_("The people and organisations that began this letter."),
    )
    funding = _lines(
        2000,
        4,
        required=False,
        label=_("Funding"),
        help_text=_("Who pays for the campaign, and how much if you can say so."),
    )
    reuse_text = _reuse("reuse_text", _("How the letter may be used"))
    reuse_list = _reuse("reuse_list", _("How the list of names may be used"))
    reuse_quotes = _reuse("reuse_quotes", _("How the quotes may be used"))
    reuse_pictures = _reuse("reuse_pictures", _("How the pictures may be used"))
    contact_name = _line(
        120,
        required=False,
        label=_("Contact for the press"),
        help_text=_("Shown to everybody on the press page, and so are the two below."),
    )
    contact_email = PublicAddressField(
        required=False,
        max_length=254,
        label=_("Public e-mail address"),
        help_text=_("Use one that is meant for the press, not your own."),
        widget=forms.EmailInput(attrs={"dir": "ltr"}),
        error_messages={"max_length": _("Shorten the address to 254 characters.")},
    )
    contact_phone = _line(
        40,
        required=False,
        label=_("Public telephone number"),
        help_text=_("With the country’s code, as +353 1 555 0100."),
        widget=forms.TextInput(attrs={"type": "tel", "dir": "ltr"}),
    )

    def clean(self) -> dict[str, Any]:
        for name in ("facts", "organizers", "funding"):
            checked = check_links(self.cleaned_data.get(name) or "", completes=False, most=0)
            if checked.faults:
                self.add_error(name, ValidationError(list(checked.faults)))
        return self.cleaned_data

    @classmethod
    def initial_from(cls, kit: PressKit | None) -> dict[str, str]:
        fields = {name: getattr(kit, name) for name in press_kit.FIELDS} if kit else {}
        return fields | {"seen": press_kit.seal_of(kit)}

    def kit(self) -> dict[str, str]:
        """As `press_kit.save_kit` takes it."""
        typed = dict(self.cleaned_data)
        typed["expected_seal"] = typed.pop("seen")
        return typed


def _place() -> forms.IntegerField:
    return forms.IntegerField(
        min_value=1,
        max_value=999,
        label=_("Place"),
        help_text=_("1 is shown first."),
        error_messages={
            name: _("Give a number from 1 to 999.")
            for name in ("required", "invalid", "min_value", "max_value")
        },
    )


class QuoteForm(_Spoken):
    words = _lines(
        1000,
        5,
        label=_("Words"),
        help_text=_("As they may be quoted, without quotation marks."),
        silent=_("Write the words that may be quoted."),
    )
    speaker = _line(120, label=_("Who says it"), silent=_("Say whose words these are."))
    about = _line(
        160,
        required=False,
        label=_("Who that is"),
        help_text=_("As: novelist, chair of the Working Artists’ Council."),
    )


class QuoteChangeForm(QuoteForm):
    place = _place()


class PictureForm(forms.Form):
    description = _line(
        300,
        label=_("What it shows"),
        help_text=_("For those who cannot see it: whom, where, doing what."),
        silent=_("Say what the picture shows."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )
    credit = _line(
        160,
        required=False,
        label=_("Credit"),
        help_text=_("Whose picture it is, and how it may be used."),
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class PictureChangeForm(PictureForm):
    place = _place()


class PictureWordsForm(_Spoken):
    """The same in one language, for its readers."""

    description = _line(
        300,
        required=False,
        label=_("What it shows"),
        help_text=_("If you leave this empty, its readers see what is told to all."),
    )
    credit = _line(160, required=False, label=_("Credit"))


def picture_file(**given: Any) -> forms.FileField:
    return forms.FileField(
        label=_("Picture"),
        help_text=_(
            "JPEG, PNG or WebP, 8 MB at most. It is made anew, so the place, camera and comments "
            "that stand in the file are not published."
        ),
        widget=forms.FileInput(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        error_messages={
            "required": _("Choose a picture on your device."),
            "missing": _("Choose a picture on your device."),
            "invalid": _("Choose a picture on your device."),
            "empty": _("The file is empty."),
            "max_length": _("Shorten the name of the file."),
        },
        **given,
    )


class PictureAddForm(PictureForm):
    file = picture_file()
    field_order = ("file", "description", "credit")

    def clean_file(self) -> bytes:
        data: bytes = self.cleaned_data["file"].read()
        return data
