"""For site operators: who applied to publish letters here, to approve or decline."""

from typing import TYPE_CHECKING, Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from campaign.organizers import applications, errors, team_names
from campaign.organizers.models import Application, Organizer

if TYPE_CHECKING:
    # Generic for the type checker only.
    _ApplicationAdmin = admin.ModelAdmin[Application]
    _ApplicationForm = forms.ModelForm[Application]
else:
    _ApplicationAdmin, _ApplicationForm = admin.ModelAdmin, forms.ModelForm


class DecidedFilter(admin.SimpleListFilter):
    """Those that wait, unless others are asked for."""

    title = gettext_lazy("answer")
    parameter_name = "answer"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("approved", _("approved")), ("declined", _("declined"))]

    def choices(self, changelist: Any) -> Any:
        every, *others = super().choices(changelist)
        return [{**every, "display": _("waiting")}, *others]

    def queryset(
        self, request: HttpRequest, queryset: QuerySet[Application]
    ) -> QuerySet[Application]:
        if self.value() == "approved":
            return queryset.filter(approved_at__isnull=False)
        if self.value() == "declined":
            return queryset.filter(declined_at__isnull=False)
        return queryset.filter(approved_at=None, declined_at=None)


class ApplicationForm(_ApplicationForm):
    class Meta:
        model = Application
        fields = ("reason",)
        labels = {"reason": gettext_lazy("Reason, if you decline")}
        help_texts = {
            "reason": gettext_lazy("The applicant reads it, in the e-mail that declines.")
        }
        widgets = {"reason": forms.Textarea(attrs={"rows": 3})}


@admin.register(Application)
class ApplicationAdmin(_ApplicationAdmin):
    """Only what was confirmed from its address, and only to be decided."""

    change_form_template = "admin/organizers/application/change_form.html"
    form = ApplicationForm
    list_display = ("team_name", "name", "confirmed_at", "approved_at", "declined_at")
    list_filter = (DecidedFilter,)
    ordering = ("confirmed_at",)
    readonly_fields = (
        *("team_name", "namesake", "name", "email", "website", "asks", "contact", "language"),
        *("confirmed_at", "approved_at", "declined_at", "decided_by", "team"),
    )
    fields = (*readonly_fields, "reason")
    actions = None

    @admin.display(description=gettext_lazy("teams that it could be taken for"))
    def namesake(self, application: Application) -> str:
        found = team_names.alike(name=application.team_name)
        if application.team_id or not found:
            return _("none")
        return _(
            "%(names)s. Readers could take one for the other. If you approve the very same name, a "
            "number is put behind that of the new one."
        ) % {"names": " · ".join(team.name for team in found)}

    def get_queryset(self, request: HttpRequest) -> QuerySet[Application]:
        return super().get_queryset(request).filter(confirmed_at__isnull=False)

    def get_readonly_fields(
        self, request: HttpRequest, obj: Application | None = None
    ) -> tuple[str, ...]:
        is_waiting = obj is not None and not (obj.approved_at or obj.declined_at)
        return self.readonly_fields if is_waiting else self.fields

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Forgotten by itself, some time after it was decided."""
        return False

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        if request.method != "POST":
            return super().change_view(request, object_id, form_url, extra_context)
        application = self.get_object(request, object_id)
        if application is None or not self.has_change_permission(request, application):
            raise PermissionDenied
        self._decide(request, application)
        return redirect("admin:organizers_application_change", object_id)

    def _decide(self, request: HttpRequest, application: Application) -> None:
        operator, now = cast(Organizer, request.user), timezone.now()
        form = ApplicationForm(request.POST, instance=application)
        reason = " ".join(form.cleaned_data["reason"].split()) if form.is_valid() else ""
        try:
            if "approve" in request.POST:
                applications.approve(application=application, by=operator, now=now)
                said = _("Approved. The applicant is told by e-mail how to begin.")
            elif "decline" in request.POST and reason:
                applications.decline(application=application, by=operator, reason=reason, now=now)
                said = _("Declined. The applicant is told by e-mail, with the reason.")
            else:
                messages.error(request, _("Give a reason of at most 1,000 characters."))
                return
        except errors.AlreadyDecided:
            messages.error(request, _("Decided already: nothing was changed."))
            return
        self.log_change(request, application, said)
        messages.success(request, said)
