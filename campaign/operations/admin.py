"""For site operators. Django's own log tells who set what, and when."""

from typing import TYPE_CHECKING, Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.core.exceptions import ValidationError
from django.forms import ModelForm
from django.http import HttpRequest
from django.utils.translation import gettext as _

from campaign.operations import standing
from campaign.operations.models import Announcement, SwitchedOff

if TYPE_CHECKING:
    # Generic for the type checker only.
    _Admin = admin.ModelAdmin[Any]
    _LogEntryAdmin = admin.ModelAdmin[LogEntry]
    _AnnouncementForm = ModelForm[Announcement]
else:
    _Admin = _LogEntryAdmin = admin.ModelAdmin
    _AnnouncementForm = ModelForm


class StandingAdmin(_Admin):
    """Of what every process reads: in this one it counts at once, in others within seconds."""

    actions = None

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        super().save_model(request, obj, form, change)
        standing.forget()

    def delete_model(self, request: HttpRequest, obj: Any) -> None:
        super().delete_model(request, obj)
        standing.forget()


@admin.register(SwitchedOff)
class SwitchedOffAdmin(StandingAdmin):
    """Adding one switches it off, deleting it switches it on."""

    list_display = ("feature", "since")
    fields = ("feature",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return obj is None and super().has_change_permission(request, obj)


@admin.register(LogEntry)
class LogEntryAdmin(_LogEntryAdmin):
    """What operators did in here: to read."""

    list_display = ("action_time", "user", "content_type", "object_repr", "action_flag")
    list_filter = ("action_flag",)
    list_select_related = ("user", "content_type")
    fields = (*list_display, "get_change_message")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class AnnouncementForm(_AnnouncementForm):
    class Meta:
        model = Announcement
        fields = ("language", "text")

    def clean_text(self) -> str:
        text = " ".join(str(self.cleaned_data["text"]).split())
        if not text.isprintable():
            raise ValidationError(_("Take out the characters that cannot be seen."))
        return text


@admin.register(Announcement)
class AnnouncementAdmin(StandingAdmin):
    form = AnnouncementForm
    list_display = ("language", "text")
