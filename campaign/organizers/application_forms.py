"""What somebody types who wants to publish a letter here."""

from typing import Any

from django import forms
from django.core.validators import URLValidator
from django.utils.translation import gettext_lazy as _

from campaign.organizers.applications import Words
from campaign.organizers.forms import AddressField, seen_line
from campaign.templatetags.locale_format import shorten_to

_ASKS_LETTERS = 2000


class _Line(forms.CharField):
    def __init__(self, *, most: int, required: Any, **kwargs: Any) -> None:
        super().__init__(
            max_length=most,
            error_messages={"required": required, "max_length": shorten_to(most)},
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        return seen_line(super().clean(value))


class _PageField(forms.URLField):
    """Django's own takes ftp as well."""

    default_validators = [URLValidator(schemes=["http", "https"])]


class ApplicationForm(forms.Form):
    use_required_attribute = False

    name = _Line(
        label=_("Your name"),
        most=120,
        required=_("Type your name."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("You log in with it later. It is not published."),
        required=_("Type your e-mail address."),
        autocomplete="email",
    )
    team_name = _Line(
        label=_("Team or organisation"),
        help_text=_("Who is behind the letter, as a group of people or a society."),
        most=120,
        required=_("Give the team a name."),
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    website = _PageField(
        label=_("Website"),
        required=False,
        max_length=300,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"inputmode": "url", "class": "ltr", "autocomplete": "url"}),
        error_messages={
            "invalid": _("Type a whole address, as https://theatre.example."),
            "max_length": shorten_to(300),
        },
    )
    asks = forms.CharField(
        label=_("What the letter asks"),
        help_text=_("Whom it is written to and what it asks of them, in a few sentences."),
        max_length=_ASKS_LETTERS,
        widget=forms.Textarea(attrs={"rows": 5}),
        error_messages={
            "required": _("Say in a few sentences what the letter asks."),
            "max_length": shorten_to(_ASKS_LETTERS),
        },
    )
    contact = _Line(
        label=_("Contact for the public"),
        help_text=_("An e-mail address or a page where readers and reporters reach the team."),
        most=200,
        required=_("Say where readers reach the team."),
    )

    def clean_asks(self) -> str:
        paragraphs = str(self.cleaned_data["asks"]).splitlines()
        return "\n".join(seen_line(each) if each.strip() else "" for each in paragraphs)

    def words(self) -> Words:
        return Words(**self.cleaned_data)
