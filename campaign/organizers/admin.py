"""For site operators: who may log in, and who belongs to which team."""

from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest

from campaign.organizers.enrolment import verify_address
from campaign.organizers.models import Membership, Organizer, Team

if TYPE_CHECKING:
    # Generic for the type checker only.
    _MembershipInline = admin.TabularInline[Membership, models.Model]
    _OrganizerAdmin = admin.ModelAdmin[Organizer]
    _TeamAdmin = admin.ModelAdmin[Team]
    _MembershipAdmin = admin.ModelAdmin[Membership]
else:
    _MembershipInline = admin.TabularInline
    _OrganizerAdmin = _TeamAdmin = _MembershipAdmin = admin.ModelAdmin

# The same login as for the desk, with its limits on guessing.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign,no-untyped-call]


class MembershipInline(_MembershipInline):
    model = Membership
    extra = 0
    autocomplete_fields = ("organizer", "team")


@admin.register(Organizer)
class OrganizerAdmin(_OrganizerAdmin):
    """No password is seen or set here: each person chooses theirs by mail."""

    list_display = ("email", "name", "is_active", "is_staff", "last_login")
    list_filter = ("is_active", "is_staff", "teams")
    search_fields = ("email", "name")
    ordering = ("email",)
    fields = ("email", "name", "is_active", "is_staff", "is_superuser", "last_login", "created_at")
    readonly_fields = ("last_login", "created_at")
    inlines = (MembershipInline,)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Organizer | None = None
    ) -> tuple[str, ...]:
        # The login address changes where its owner proves the new one: at /accounts/email/.
        return (*self.readonly_fields, "email") if obj else self.readonly_fields

    def save_model(
        self, request: HttpRequest, obj: Organizer, form: "ModelForm[Organizer]", change: bool
    ) -> None:
        if not change:
            obj.email = obj.email.lower()
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)
        if not change:
            verify_address(organizer=obj)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Made inactive instead, so that what they did stays attributed."""
        return False


@admin.register(Team)
class TeamAdmin(_TeamAdmin):
    list_display = ("name", "slug")
    search_fields = ("name", "slug")
    ordering = ("name",)
    prepopulated_fields = {"slug": ("name",)}
    inlines = (MembershipInline,)


@admin.register(Membership)
class MembershipAdmin(_MembershipAdmin):
    list_display = ("team", "organizer", "role")
    list_filter = ("role", "team")
    list_select_related = ("team", "organizer")
    search_fields = ("team__name", "organizer__email", "organizer__name")
    autocomplete_fields = ("team", "organizer")
