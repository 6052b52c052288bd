"""For site operators: who may log in, and who belongs to which team."""

from typing import TYPE_CHECKING, Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.db import models
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache

from campaign.organizers import application_admin, second_factor
from campaign.organizers.enrolment import verify_address
from campaign.organizers.models import Membership, Organizer, Team
from campaign.organizers.views.desk import second_factor_page

if TYPE_CHECKING:
    # Generic for the type checker only.
    _MembershipInline = admin.TabularInline[Membership, models.Model]
    _OrganizerAdmin = admin.ModelAdmin[Organizer]
    _TeamAdmin = admin.ModelAdmin[Team]
    _MembershipAdmin = admin.ModelAdmin[Membership]
    _AuthenticatorAdmin = admin.ModelAdmin[Authenticator]
else:
    _MembershipInline = admin.TabularInline
    _OrganizerAdmin = _TeamAdmin = _MembershipAdmin = _AuthenticatorAdmin = admin.ModelAdmin

# Registers its own.
__all__ = ["application_admin"]

_may_enter = admin.site.has_permission
_log_in = admin.site.login


def _has_permission(request: HttpRequest) -> bool:
    return _may_enter(request) and not second_factor.is_missing(organizer=request.user)


@never_cache
def _login(request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
    """Where the admin sends whom it does not let in."""
    if _may_enter(request) and second_factor.is_missing(organizer=request.user):
        return second_factor_page(request)
    return _log_in(request, extra_context)


# The same login as for the desk, with its limits on guessing and its second factor.
admin.site.has_permission = _has_permission  # type: ignore[method-assign]
admin.site.login = secure_admin_login(_login)  # type: ignore[method-assign,no-untyped-call]

admin.site.unregister(Authenticator)


@admin.register(Authenticator)
class AuthenticatorAdmin(_AuthenticatorAdmin):
    """Only to delete the second factor of somebody who lost it; secrets are not shown."""

    list_display = ("user", "type", "created_at", "last_used_at")
    list_filter = ("type",)
    list_select_related = ("user",)
    search_fields = ("user__email", "user__name")
    fields = ("user", "type", "created_at", "last_used_at")
    readonly_fields = fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False


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
