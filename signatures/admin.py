"""For site operators: the names that are watched on every letter of the site, and what is held."""

from ipaddress import ip_network
from typing import TYPE_CHECKING, Any, cast

from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from campaign.organizers.models import Organizer
from signatures.errors import NobodysDomain
from signatures.models import Precaution, Trait, Watched
from signatures.moderation import precautions
from signatures.names.cleaning import NameRefused, clean_name
from signatures.screening import watchlist

if TYPE_CHECKING:
    # Generic for the type checker only.
    _WatchedAdmin = admin.ModelAdmin[Watched]
    _WatchedForm = forms.ModelForm[Watched]
    _PrecautionAdmin = admin.ModelAdmin[Precaution]
    _PrecautionForm = forms.ModelForm[Precaution]
else:
    _WatchedAdmin, _WatchedForm = admin.ModelAdmin, forms.ModelForm
    _PrecautionAdmin, _PrecautionForm = admin.ModelAdmin, forms.ModelForm


# They stay empty: credentials are settings, and nobody logs in by an account elsewhere.
admin.site.unregister((SocialAccount, SocialApp, SocialToken))


class WatchedForm(_WatchedForm):
    class Meta:
        model = Watched
        fields = ("name",)

    def clean_name(self) -> str:
        try:
            name = clean_name(self.cleaned_data["name"])
        except NameRefused as refused:
            raise ValidationError(refused.sentence) from refused
        row = watchlist.written(letter=None, name=name, organizer=None)
        if watchlist.watched_by(letter=None).filter(key=row.key).exists():
            raise ValidationError(_("This name is watched already, perhaps in another order."))
        return name


@admin.register(Watched)
class WatchedAdmin(_WatchedAdmin):
    """The site's list. Each letter's own is kept at its desk."""

    form = WatchedForm
    list_display = ("name", "added_by", "added_at")
    list_select_related = ("added_by",)
    search_fields = ("name", "key")
    ordering = ("name",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Watched]:
        return super().get_queryset(request).filter(letter=None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Added and removed, never altered: what was held for a name names it."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Watched, form: Any, change: bool) -> None:
        row = watchlist.written(letter=None, name=obj.name, organizer=cast(Organizer, request.user))
        obj.key, obj.added_by = row.key, row.added_by
        super().save_model(request, obj, form, change)
        watchlist.forget()


class PrecautionForm(_PrecautionForm):
    trait = forms.ChoiceField(
        label=_("What is held"),
        choices=[(each.value, each.label) for each in (Trait.DOMAIN, Trait.RANGE)],
    )

    class Meta:
        model = Precaution
        fields = ("trait", "value")
        labels = {"value": _("Domain or range")}
        help_texts = {"value": _("A mail domain, or a range such as 203.0.113.0/24.")}

    def clean(self) -> dict[str, Any]:
        trait, typed = self.cleaned_data.get("trait"), self.cleaned_data.get("value", "")
        try:
            value = _range(typed) if trait == Trait.RANGE else precautions.held_domain(typed)
        except (NobodysDomain, ValueError):
            self.add_error("value", _("No domain that somebody owns, and no range of networks."))
            return self.cleaned_data
        self.cleaned_data["value"] = value
        known = precautions.in_force(now=timezone.now()).filter(letter=None, trait=trait)
        if known.filter(value=value).exists():
            self.add_error("value", _("This is held already."))
        return self.cleaned_data


@admin.register(Precaution)
class PrecautionAdmin(_PrecautionAdmin):
    """What is held on every letter, until it is deleted here. Each letter's own is at its desk."""

    form = PrecautionForm
    list_display = ("trait", "value", "begun_by", "begun_at")
    list_select_related = ("begun_by",)
    ordering = ("trait", "value")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Precaution]:
        return super().get_queryset(request).filter(letter=None)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Added and removed, never altered."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: Precaution, form: Any, change: bool) -> None:
        obj.begun_by, obj.begun_at = cast(Organizer, request.user), timezone.now()
        super().save_model(request, obj, form, change)
        precautions.forget()


def _range(typed: str) -> str:
    """Raises ValueError, also for what would hold everybody."""
    found = ip_network(typed.strip(), strict=False)
    if not found.prefixlen:
        raise ValueError("everybody")
    return str(found)
