"""The organizers' own questions, as fields of a form that signers fill in."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from campaign import languages
from signatures import answers
from signatures.forms.fields import CleanedField
from signatures.models import Question, QuestionKind
from signatures.names.cleaning import clean_line

MISSING_ANSWER = _("Please answer this question.")
_PUBLIC = _("Your answer is public, on the page of your signature, if your name is shown.")
_PRIVATE = _("Only the organizers of the letter read your answer.")


class TextAnswerField(CleanedField):
    """Words beside a name: cleaned as those that say what somebody is known for."""

    def clean(self, value: Any) -> str:
        answer = super().clean(value)
        if self.required and not answer:
            raise ValidationError(MISSING_ANSWER, code="required")
        return answer


def name_of(question_id: int) -> str:
    return f"question_{question_id}"


def add_fields(
    form: forms.Form, *, questions: Iterable[Question], given: answers.Given = answers.NOTHING
) -> None:
    """One for each. What is asked no more need not be answered."""
    for question in questions:
        form.fields[name_of(question.pk)] = _field(question, given.get(question.pk, ""))


def given_in(form: forms.Form, *, questions: Iterable[Question]) -> dict[int, str]:
    """Of a valid form: what was answered."""
    typed = {each.pk: form.cleaned_data.get(name_of(each.pk), "") for each in questions}
    return {question_id: value for question_id, value in typed.items() if value}


def _field(question: Question, value: str) -> forms.Field:
    words, language = answers.words_of(question)
    told: dict[str, Any] = {
        "label": format_html(
            '<span lang="{}" dir="{}">{}</span>', language, languages.direction(language), words
        ),
        "help_text": _PUBLIC if question.is_public else _PRIVATE,
        "required": question.is_required and question.ended_at is None,
        "initial": value,
    }
    if question.kind == QuestionKind.TEXT:
        return TextAnswerField(
            cleaner=_clean_answer,
            widget=forms.TextInput(attrs={"maxlength": answers.ANSWER_LIMIT * 2, "dir": "auto"}),
            **told,
        )
    choices = answers.choices_of(question)
    if not told["required"]:
        choices.append(("", str(_("No answer"))))
    return forms.ChoiceField(
        choices=choices,
        widget=forms.RadioSelect,
        error_messages=dict.fromkeys(("required", "invalid_choice"), MISSING_ANSWER),
        **told,
    )


def _clean_answer(raw: str) -> str:
    return clean_line(raw, limit=answers.ANSWER_LIMIT)
