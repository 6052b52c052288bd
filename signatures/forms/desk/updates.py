"""What organizers write to those who signed, and whom they choose."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypedDict, cast

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from campaign import languages
from campaign.letters import updates
from campaign.letters.forms import MomentField, WordingField, check_links
from campaign.letters.models import Update
from campaign.letters.updates import Words
from campaign.parsing import whole_number
from campaign.templatetags.locale_format import language_name, number, semicolon, shorten_to
from signatures.forms.fields import is_country, is_profession
from signatures.models import Kind, Level, Profession
from signatures.names import countries
from signatures.names.folding import search_key
from signatures.notifications import releasing
from signatures.notifications.audience import Audience, Occurring, audience_of

MAX_SUBJECT_LETTERS = 160
MAX_BODY_LETTERS = 20_000
# Of the texts in all languages. A browser keeps to it (`maxlength`), and with three bytes for each,
# the subjects and every choice, they are less than DATA_UPLOAD_MAX_MEMORY_SIZE and what the proxy
# lets through: a longer form would be refused unread, and lost.
MAX_LETTERS_TOGETHER = 63_000
_HIGHEST_VERSION = 2**15 - 1


class SeveralField(forms.MultipleChoiceField):
    """Some of what occurs; whatever else there is counts as well, since it may occur tomorrow."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, knows: Callable[[str], bool], **kwargs: Any) -> None:
        super().__init__(
            required=False,
            error_messages={
                "invalid_choice": _("“%(value)s” is none of the choices. Please choose again."),
                "invalid_list": _("Please choose from the list."),
            },
            **kwargs,
        )
        self.knows = knows

    def valid_value(self, value: Any) -> bool:
        return self.knows(str(value))


class NumbersField(SeveralField):
    def clean(self, value: Any) -> list[int]:
        return [int(each) for each in super().clean(value)]


class Group(TypedDict):
    """A field that offers a choice, and what is chosen in it, in words."""

    field: BoundField
    chosen: Sequence[str]


class AudienceForm(forms.Form):
    """Nothing chosen means everybody."""

    languages = SeveralField(label=_("Language"), knows=lambda code: code in languages.NAMES)
    countries = SeveralField(label=_("Country"), knows=is_country)
    professions = SeveralField(label=_("Profession"), knows=is_profession)
    levels = NumbersField(
        label=_("How verified"),
        knows=lambda code: code in {str(each.value) for each in Level if each},
    )
    kinds = SeveralField(label=_("People or organisations"), knows=lambda code: code in Kind.values)
    versions = NumbersField(
        label=_("Version of the text"),
        knows=lambda code: (whole_number(code) or 0) in range(1, _HIGHEST_VERSION + 1),
    )

    def offer(self, occurring: Occurring) -> None:
        """Let each field offer what occurs, with how many those are, and what is chosen already."""
        for name, words in _WORDS.items():
            chosen = {str(each) for each in self[name].value() or ()}
            counts = {str(value): count for value, count in occurring[name].items()}
            field = cast("SeveralField", self.fields[name])
            choices = [
                (code, f"{words(code)} ({number(counts.get(code, 0))})")
                for code in chosen | set(counts)
                if field.knows(code)
            ]
            field.choices = sorted(choices, key=lambda choice: _place(name, *choice))

    def audience(self) -> Audience:
        return Audience(**{name: tuple(self.cleaned_data[name]) for name in _WORDS})

    def groups(self) -> list[Group]:
        return [
            {"field": self[name], "chosen": chosen}
            for name in _WORDS
            if (chosen := in_words(name, self[name].value() or ())) or len(self[name]) > 1
        ]


class UpdateForm(AudienceForm):
    """Subject and text in each language of the letter, for whom, and when."""

    send_at = MomentField(
        label=_("Send at"),
        required=False,
        help_text=_("In UTC. Without a time, it goes out as soon as it is released."),
    )
    is_public = forms.BooleanField(
        label=_("Show it on the letter’s page as well"),
        required=False,
        help_text=_("Everyone can read it there once it is being sent."),
    )
    # Revision that the writer started from; of a new one, the number of the update before it.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    # Whether the links that were found fault with would work with https:// before them.
    can_complete_links = False

    def __init__(
        self,
        data: Mapping[str, Any] | None = None,
        *,
        spoken: Sequence[str],
        initial: Mapping[str, Any] | None = None,
    ) -> None:
        """`spoken`: the languages to write in, the authoritative one first."""
        super().__init__(data, initial=dict(initial or {}))
        self.spoken = spoken
        self.most_letters = min(MAX_BODY_LETTERS, MAX_LETTERS_TOGETHER // len(spoken))
        for place, language in enumerate(spoken):
            self.fields[f"subject_{language}"] = _subject_field(language, required=not place)
            self.fields[f"body_{language}"] = _body_field(
                language, required=not place, most=self.most_letters
            )

    def clean(self) -> dict[str, Any]:
        for language in self.spoken:
            self._check_words(language)
        return self.cleaned_data

    def clean_send_at(self) -> Any:
        send_at = self.cleaned_data["send_at"]
        if not releasing.check_time(send_at=send_at, now=timezone.now()):
            raise ValidationError(
                _("Choose a time from now on and within a year, or none."), code="time"
            )
        return send_at

    def content(self) -> updates.Content:
        """As `updates.create` and `updates.save` take it."""
        typed = self.cleaned_data
        return updates.Content(
            words={
                language: Words(typed[f"subject_{language}"], typed[f"body_{language}"])
                for language in self.spoken
                if typed[f"subject_{language}"]
            },
            audience=self.audience().stored(),
            send_at=typed["send_at"],
            is_public=typed["is_public"],
        )

    def expected(self) -> int:
        """The number in `seen`; what is no number fits nothing."""
        return whole_number(str(self["seen"].value() or "")) or 0

    def _check_words(self, language: str) -> None:
        """Both or neither; links that lead where they say."""
        names = (f"subject_{language}", f"body_{language}")
        if any(name in self.errors for name in names):
            return
        typed = [self.cleaned_data[name] for name in names]
        for name, words in zip(names, typed, strict=True):
            if any(typed) and not words:
                self.add_error(name, self.fields[name].error_messages["silent"])
        if typed[1]:
            self._check_links(names[1], typed[1])

    def _check_links(self, name: str, body: str) -> None:
        checked = check_links(body, completes="complete_links" in self.data, most=self.most_letters)
        self.can_complete_links |= checked.can_complete
        if checked.faults:
            self.add_error(name, ValidationError(list(checked.faults)))
        else:
            self.cleaned_data[name] = checked.body


def initial_of(update: Update, *, spoken: Sequence[str]) -> dict[str, Any]:
    words = updates.words_of(update=update)
    chosen = audience_of(update).stored()
    return {
        **{f"subject_{code}": words[code].subject for code in spoken if code in words},
        **{f"body_{code}": words[code].body for code in spoken if code in words},
        **chosen,
        "send_at": update.send_at,
        "is_public": update.is_public,
        "seen": update.revision,
    }


def in_words(name: str, values: Sequence[Any]) -> list[str]:
    """The chosen values of one field of an audience. What was forged and is none is left out."""
    field = cast("SeveralField", AudienceForm.base_fields[name])
    return [_WORDS[name](str(value)) for value in values if field.knows(str(value))]


def audience_in_words(audience: Audience) -> list[tuple[str, str]]:
    """Each field that narrows, by its label; nothing for everybody."""
    return [
        (str(AudienceForm.base_fields[name].label), semicolon().join(in_words(name, values)))
        for name, values in audience.stored().items()
    ]


def _subject_field(language: str, *, required: bool) -> WordingField:
    return WordingField(
        label=_("Subject"),
        required=required,
        max_length=MAX_SUBJECT_LETTERS,
        silent=_("Write a subject.")
        if required
        else _("Write a subject as well, or leave the text empty too."),
        error_messages={"max_length": _("Shorten the subject to 160 characters.")},
        widget=forms.TextInput(
            attrs={
                "data-mirror": f"preview-subject-{language}",
                "lang": language,
                "dir": languages.direction(language),
            }
        ),
    )


def _body_field(language: str, *, required: bool, most: int) -> WordingField:
    return WordingField(
        label=_("Text"),
        lines=True,
        required=required,
        max_length=most,
        silent=_("Write the text.")
        if required
        else _("Write the text as well, or leave the subject empty too."),
        error_messages={"max_length": shorten_to(most)},
        widget=forms.Textarea(
            attrs={
                "rows": 8,
                "data-preview-url": reverse_lazy("desk_markdown"),
                "data-preview-target": f"preview-text-{language}",
                "lang": language,
                "dir": languages.direction(language),
            }
        ),
    )


def _country(code: str) -> str:
    return countries.names(get_language() or "en")[code]


_WORDS: Mapping[str, Callable[[str], str]] = {
    "languages": language_name,
    "countries": _country,
    "professions": lambda code: str(Profession(code).label),
    "levels": lambda code: str(Level(int(code)).label),
    "kinds": lambda code: str(Kind(code).label),
    "versions": lambda code: gettext("version %(version)s") % {"version": number(int(code))},
}


def _place(name: str, code: str, label: str) -> tuple[int, str]:
    """Levels and versions by their number, all else by its name."""
    if name in ("levels", "versions"):
        return int(code), ""
    return 0, search_key(label)
