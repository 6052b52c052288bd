"""For site operators, to look. Letters are written, published and closed at the desk alone."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.http import HttpRequest

from campaign.letters.models import Letter, Text, Translation

if TYPE_CHECKING:
    # Generic for the type checker only.
    _TextInline = admin.TabularInline[Text, Letter]
    _TranslationInline = admin.StackedInline[Translation, Text]
    _LetterAdmin = admin.ModelAdmin[Letter]
    _TextAdmin = admin.ModelAdmin[Text]
else:
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


@admin.register(Letter)
class LetterAdmin(_ReadOnly, _LetterAdmin):
    """Only the owning team can change, as when a letter passes to other hands."""

    list_display = ("slug", "team", "state", "published_at", "closed_at")
    list_filter = ("state", "team")
    list_select_related = ("team",)
    search_fields = ("slug",)
    ordering = ("-created_at",)
    fields = (
        *("team", "slug", "state", "opens_at", "closes_at"),
        *("published_at", "embargo_until", "closed_at", "origin", "created_at"),
    )
    readonly_fields = tuple(name for name in fields if name != "team")
    autocomplete_fields = ("team",)
    inlines = (TextInline,)


@admin.register(Text)
class TextAdmin(_ReadOnly, _TextAdmin):
    list_display = ("letter", "number", "published_at")
    list_select_related = ("letter",)
    search_fields = ("letter__slug",)
    fields = readonly_fields = ("letter", "number", "published_at")
    inlines = (TranslationInline,)
