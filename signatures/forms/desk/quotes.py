"""What organizers type about words that may be quoted, and whose they are."""

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.letters.models import Letter
from campaign.letters.press_forms import QuoteChangeForm, QuoteForm
from campaign.templatetags.locale_format import number as in_digits
from signatures.listing import queries
from signatures.moderation import search
from signatures.names.folding import search_key
from signatures.press import quotes


class _Signed(forms.Form):
    """Adds the speaker's number on the list. With it, `public_id` is that of their signature."""

    number = forms.CharField(
        required=False,
        max_length=20,
        label=gettext_lazy("Number on the list"),
        help_text=gettext_lazy(
            "If they have signed. Then the quote is shown only while they stand on the list, by "
            "the name that stands there. Without it, the quote stays until you take it out."
        ),
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={
            name: gettext_lazy("Give the number as it stands on the list, as 1,024.")
            for name in ("max_length", "null_characters_not_allowed")
        },
    )

    def __init__(self, *args: Any, letter: Letter, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.letter = letter

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        typed, speaker = cleaned.pop("number", ""), cleaned.get("speaker")
        cleaned["public_id"] = ""
        if not typed:
            about = cleaned.get("about", "")
            if speaker and not quotes.may_be_typed(
                letter=self.letter, speaker=speaker, about=about
            ):
                self.add_error(
                    "number",
                    _("This name is watched on this letter. Give their number on the list."),
                )
            return cleaned
        number = search.number_in(typed)
        if number is None:
            self.add_error("number", _("Give the number as it stands on the list, as 1,024."))
            return cleaned
        found = queries.listed(letter=self.letter).filter(number=number).first()
        if found is None:
            self.say_that_they_left()
        elif speaker and search_key(speaker) != search_key(found.name):
            self.add_error(
                "number",
                _("Number %(number)s on the list is “%(name)s”. Write it so, or another number.")
                % {"number": in_digits(number), "name": found.name},
            )
        else:
            cleaned["public_id"] = found.public_id
        return cleaned

    def say_that_they_left(self) -> None:
        """Or were never on it."""
        number = in_digits(search.number_in(self.data["number"]))
        self.add_error(
            "number",
            _("Nobody stands on the list with the number %(number)s now.") % {"number": number},
        )


class SignedQuoteForm(_Signed, QuoteForm):
    field_order = ("words", "speaker", "number", "about")


class SignedQuoteChangeForm(_Signed, QuoteChangeForm):
    field_order = ("words", "speaker", "number", "about", "place")
