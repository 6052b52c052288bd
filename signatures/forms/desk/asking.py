"""What organizers choose for the signing form of their letter."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from campaign import languages
from campaign.letters.asking import Asked, SaidToSigners
from campaign.letters.forms import WordingField
from campaign.letters.models import (
    HIGHEST_CEILING,
    HIGHEST_LEAST_AGE,
    HOURLY_CEILING,
    LONGEST_ASSEMBLY_HOURS,
    LOWEST_LEAST_AGE,
    Letter,
    ProfessionList,
    SignerWords,
)
from campaign.templatetags.locale_format import shorten_to

_NO_WORDS = _("There is nothing in it that could be read.")


def _seen_field() -> forms.IntegerField:
    return forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)


class AskingForm(forms.Form):
    use_required_attribute = False

    professions = forms.ChoiceField(
        label=_("Professions offered"),
        choices=ProfessionList,
        widget=forms.RadioSelect,
        help_text=_(
            "Anyone who signed keeps the profession that they chose, also when you change the list."
        ),
    )
    asks_credit = forms.BooleanField(required=False, label=_("Ask what they are known for"))
    asks_affiliation = forms.BooleanField(required=False, label=_("Ask for an affiliation"))
    takes_organisations = forms.BooleanField(required=False, label=_("Let organisations sign, too"))
    offers_updates = forms.BooleanField(
        required=False,
        label=_("Offer news by e-mail"),
        help_text=_("Without this, nobody who signs from now on can be sent your updates."),
    )
    least_age = forms.IntegerField(
        required=False,
        label=_("Least age"),
        min_value=LOWEST_LEAST_AGE,
        max_value=HIGHEST_LEAST_AGE,
        help_text=_(
            "From 13 to 21. Then anyone who signs has to say that they are at least so old. "
            "Nobody is asked for a date of birth. Leave it empty to ask nothing."
        ),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"),
            _("Please give a whole number from 13 to 21, in digits, or nothing."),
        ),
        widget=forms.NumberInput(attrs={"inputmode": "numeric"}),
    )
    seen = _seen_field()

    def __init__(self, data: Mapping[str, Any] | None = None, *, letter: Letter) -> None:
        kept = {name: getattr(letter, name) for name in Asked.__slots__}
        super().__init__(data, initial=kept | {"seen": letter.form_revision})

    def asked(self) -> Asked:
        said = {name: self.cleaned_data[name] for name in Asked.__slots__}
        return Asked(**said | {"professions": ProfessionList(said["professions"])})


class AssemblyForm(forms.Form):
    use_required_attribute = False

    ceiling = forms.IntegerField(
        label=_("Signatures in an hour from one network"),
        min_value=HOURLY_CEILING + 1,
        max_value=HIGHEST_CEILING,
        help_text=_("How many are in the hall, and some more. At any other time it is 400."),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("Please give a whole number from 401 to 20000, in digits."),
        ),
    )
    hours = forms.IntegerField(
        label=_("For how many hours"),
        min_value=1,
        max_value=LONGEST_ASSEMBLY_HOURS,
        help_text=_("From now on, 12 at most. Then it ends by itself."),
        error_messages=dict.fromkeys(
            ("required", "invalid", "min_value", "max_value"),
            _("Please give a whole number from 1 to 12, in digits."),
        ),
    )


class WordsForm(forms.Form):
    """A pair of fields for each language that the letter is in."""

    use_required_attribute = False

    def __init__(
        self, data: Mapping[str, Any] | None = None, *, letter: Letter, spoken: Sequence[str]
    ) -> None:
        super().__init__(data, initial={"seen": letter.form_revision})
        self.spoken = spoken
        stored = {each.language: each for each in SignerWords.objects.filter(letter=letter)}
        self.fields["seen"] = _seen_field()
        for language in spoken:
            words = stored.get(language)
            self.fields[f"thanks_{language}"] = _words_field(
                language,
                600,
                label=_("On the thanks page"),
                help_text=_("Under the thanks, as yours. Lines stay as they are; no links."),
                initial=words and words.thanks,
                lines=True,
            )
            self.fields[f"share_{language}"] = _words_field(
                language,
                200,
                label=_("To pass on"),
                help_text=_(
                    "What is filled in when somebody tells others; the letter’s address comes "
                    "behind it. Without it, that is the letter’s title."
                ),
                initial=words and words.share,
            )

    def groups(self) -> list[tuple[str, Sequence[forms.BoundField]]]:
        return [
            (languages.NAMES[each], (self[f"thanks_{each}"], self[f"share_{each}"]))
            for each in self.spoken
        ]

    def words(self) -> dict[str, SaidToSigners]:
        said = self.cleaned_data
        return {
            each: SaidToSigners(said[f"thanks_{each}"], said[f"share_{each}"])
            for each in self.spoken
        }


def _words_field(language: str, most: int, *, lines: bool = False, **given: Any) -> WordingField:
    attrs = {"lang": language, "dir": languages.direction(language)}
    return WordingField(
        required=False,
        max_length=most,
        silent=_NO_WORDS,
        error_messages={"max_length": shorten_to(most)},
        lines=lines,
        widget=forms.Textarea(attrs | {"rows": 4}) if lines else forms.TextInput(attrs),
        **given,
    )
