"""For site operators, to look, and to take a letter down. Letters are written, published and closed
at the desk alone."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin
from django.contrib.messages import WARNING
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.letters import errors, takedown
from campaign.letters.characters import one_line
from campaign.letters.models import Letter, LetterState, Text, Translation
from campaign.organizers.models import Organizer

if TYPE_CHECKING:
    # Generic for the type checker only.
    _TextInline = admin.TabularInline[Text, Letter]
    _TranslationInline = admin.StackedInline[Translation, Text]
    _LetterAdmin = admin.ModelAdmin[Letter]
    _TextAdmin = admin.ModelAdmin[Text]
    _LetterForm = forms.ModelForm[Letter]
else:
    _LetterForm = forms.ModelForm
    _TextInline, _TranslationInline = admin.TabularInline, admin.StackedInline
    _LetterAdmin = _TextAdmin = admin.ModelAdmin


class _ReadOnly:
    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class TextInline(_ReadOnly, _TextInline):
    model = Text
    fields = readonly_fields = ("number", "published_at")
    show_change_link = True


class TranslationInline(_ReadOnly, _TranslationInline):
    model = Translation
    fields = readonly_fields = (
        *("language", "is_authoritative", "sha256"),
        *("title", "addressee", "body"),
    )


class TakedownForm(_LetterForm):
    """The team, and why the letter is taken down: nothing, for as long as it is not."""

    because = forms.CharField(
        label=gettext_lazy("Taken down because"),
        max_length=300,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=gettext_lazy(
            "Everybody who opens the letter’s address reads this. Written, it closes the letter "
            "and hides it; emptied, it lets the letter be read again. The team’s owners hear of it."
        ),
    )
    # When it was taken down, as the operator saw it.
    seen = forms.CharField(required=False, widget=forms.HiddenInput)

    class Meta:
        model = Letter
        fields = ("team",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["because"] = self.instance.taken_down_because
        self.initial["seen"] = _moment(self.instance)

    def clean_because(self) -> str:
        because = one_line(self.cleaned_data["because"])
        if because and self.instance.state == LetterState.DRAFT:
            raise forms.ValidationError(
                _("A draft can be read by nobody: there is nothing to take down.")
            )
        return because

    def clean(self) -> None:
        if self.cleaned_data.get("seen") != _moment(self.instance):
            raise forms.ValidationError(
                _("Another operator took this letter down or put it back. Look again.")
            )


def _moment(letter: Letter) -> str:
    return letter.taken_down_at.isoformat() if letter.taken_down_at else ""


@admin.register(Letter)
class LetterAdmin(_ReadOnly, _LetterAdmin):
    """The owning team can change, as when a letter passes to other hands, and the letter be taken
    down and put back."""

    form = TakedownForm
    list_display = ("slug", "team", "state", "published_at", "closed_at", "taken_down_at")
    list_filter = ("state", "team")
    list_select_related = ("team",)
    search_fields = ("slug",)
    ordering = ("-created_at",)
    fields = (
        *("team", "slug", "state", "opens_at", "closes_at"),
        *("published_at", "embargo_until", "closed_at", "origin", "created_at"),
        *("taken_down_at", "because", "seen"),
    )
    readonly_fields = tuple(name for name in fields if name not in ("team", "because", "seen"))
    autocomplete_fields = ("team",)
    inlines = (TextInline,)

    def save_model(
        self, request: HttpRequest, obj: Letter, form: TakedownForm, change: bool
    ) -> None:
        super().save_model(request, obj, form, change)
        because = form.cleaned_data["because"]
        if because == obj.taken_down_because:
            return
        operator = cast(Organizer, request.user)
        try:
            if obj.taken_down_at:
                takedown.put_back(letter=obj, operator=operator, expected_since=obj.taken_down_at)
            if because:
                takedown.take_down(
                    letter=obj, operator=operator, because=because, now=timezone.now()
                )
        except errors.TakenDownMeanwhile:
            self.message_user(
                request,
                _("Another operator took this letter down or put it back. Look again."),
                level=WARNING,
            )


@admin.register(Text)
class TextAdmin(_ReadOnly, _TextAdmin):
    list_display = ("letter", "number", "published_at")
    list_select_related = ("letter",)
    search_fields = ("letter__slug",)
    fields = readonly_fields = ("letter", "number", "published_at")
    inlines = (TranslationInline,)
