"""The desk's form for what is said of a paragraph."""

from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from campaign.letters.forms import WordingField
from campaign.letters.together.comments import MAX_WORDS_LETTERS
from campaign.templatetags.locale_format import shorten_to


class SayingForm(forms.Form):
    """A comment on a paragraph, or an answer to a comment: there are many on one page, so each has
    ids of its own, and says what it is about."""

    words = WordingField(
        label=_("Comment"),
        lines=True,
        max_length=MAX_WORDS_LETTERS,
        silent=_("Write a comment first."),
        error_messages={"max_length": shorten_to(MAX_WORDS_LETTERS)},
        widget=forms.Textarea(attrs={"rows": 3, "dir": "auto"}),
    )
    place = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    answers = forms.IntegerField(required=False, min_value=1, widget=forms.HiddenInput)

    @classmethod
    def on_paragraph(cls, place: int) -> Self:
        return cls(auto_id=f"on-{place}-%s", initial={"place": place})

    @classmethod
    def to_comment(cls, comment: int) -> Self:
        return cls(auto_id=f"to-{comment}-%s", initial={"answers": comment}).as_answer()

    @classmethod
    def sent(cls, data: QueryDict) -> Self:
        form = cls(data)
        form.is_valid()
        about = form.cleaned_data
        if about.get("answers"):
            form.auto_id = f"to-{about['answers']}-%s"
            return form.as_answer()
        form.auto_id = f"on-{about.get('place')}-%s"
        return form

    def as_answer(self) -> Self:
        self.fields["words"].label = _("Answer")
        return self

    def about(self, name: str) -> Any:
        """Of what was sent: the place of a paragraph, or the id of a comment."""
        return self.cleaned_data.get(name) if self.is_bound else None


class TakingBackForm(forms.Form):
    """Which answer of a comment goes; without one it is the comment."""

    answer = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
