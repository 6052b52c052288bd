"""A question of the organizers' own: its words in each language of the letter, and its choices."""

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from campaign import languages
from campaign.letters.forms import WordingField
from campaign.templatetags.locale_format import shorten_to
from signatures.models import QuestionKind

_QUESTION_LIMIT = 200
_CHOICE_LIMIT = 80
_FEWEST_CHOICES = 2
_MOST_CHOICES = 12
_NO_WORDS = _("Write the question in each language of the letter.")
PUBLIC, PRIVATE = "public", "private"


class QuestionForm(forms.Form):
    use_required_attribute = False

    kind = forms.ChoiceField(
        label=_("Kind of answer"), choices=QuestionKind, widget=forms.RadioSelect
    )
    read_by = forms.ChoiceField(
        label=_("Who reads the answers"),
        choices=[
            (PRIVATE, _("Only you: owners and vetters of the team")),
            (PUBLIC, _("Everyone, on the page of the signature, where the name is shown")),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose who reads the answers.")},
    )
    is_required = forms.BooleanField(required=False, label=_("Nobody signs without an answer"))

    def __init__(self, data: Mapping[str, Any] | None = None, *, spoken: Sequence[str]) -> None:
        super().__init__(data, initial={"kind": QuestionKind.TEXT})
        self.spoken = spoken
        for language in spoken:
            attrs = {"lang": language, "dir": languages.direction(language)}
            self.fields[f"words_{language}"] = WordingField(
                label=_("Question"),
                max_length=_QUESTION_LIMIT,
                silent=_NO_WORDS,
                error_messages={"max_length": shorten_to(_QUESTION_LIMIT)},
                widget=forms.TextInput(attrs),
            )
            self.fields[f"choices_{language}"] = WordingField(
                label=_("What may be chosen"),
                required=False,
                lines=True,
                silent=_NO_WORDS,
                max_length=_CHOICE_LIMIT * _MOST_CHOICES * 2,
                help_text=_(
                    "For “One of several” only: one in each line, 2 to 12, in the same order in "
                    "each language."
                ),
                widget=forms.Textarea(attrs | {"rows": 4}),
            )

    def groups(self) -> list[tuple[str, Sequence[forms.BoundField]]]:
        return [
            (languages.NAMES[each], (self[f"words_{each}"], self[f"choices_{each}"]))
            for each in self.spoken
        ]

    def clean(self) -> None:
        if self.cleaned_data.get("kind") != QuestionKind.CHOICE:
            return
        counts = {len(choices) for choices in self.choices().values()}
        for language, choices in self.choices().items():
            if problem := _wrong_with(choices, counts):
                self.add_error(f"choices_{language}", ValidationError(problem, code="choices"))

    def words(self) -> dict[str, str]:
        return {each: self.cleaned_data[f"words_{each}"] for each in self.spoken}

    def choices(self) -> dict[str, list[str]]:
        """By language; nothing but for a choice."""
        if self.cleaned_data.get("kind") != QuestionKind.CHOICE:
            return {}
        typed = {each: self.cleaned_data.get(f"choices_{each}", "") for each in self.spoken}
        return {
            each: [line.strip() for line in lines.splitlines() if line.strip()]
            for each, lines in typed.items()
        }


def _wrong_with(choices: Sequence[str], counts: set[int]) -> Any:
    if not _FEWEST_CHOICES <= len(choices) <= _MOST_CHOICES:
        return _("Write 2 to 12 lines, one for each that may be chosen.")
    if any(len(each) > _CHOICE_LIMIT for each in choices):
        return _("Shorten each line to 80 characters.")
    if len(set(choices)) < len(choices):
        return _("Two of these lines are the same.")
    if len(counts) > 1:
        return _("Write as many lines in each language.")
    return None
