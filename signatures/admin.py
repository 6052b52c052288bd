"""For site operators: the names that are watched on every letter of the site."""

from typing import TYPE_CHECKING, Any, cast

from allauth.socialaccount.models import SocialAccount, SocialApp, SocialToken
from django import forms
from django.contrib import admin
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from campaign.organizers.models import Organizer
from signatures.models import Watched
from signatures.names.cleaning import NameRefused, clean_name
from signatures.screening import watchlist

if TYPE_CHECKING:
    # Generic for the type checker only.
    _WatchedAdmin = admin.ModelAdmin[Watched]
    _WatchedForm = forms.ModelForm[Watched]
else:
    _WatchedAdmin, _WatchedForm = admin.ModelAdmin, forms.ModelForm


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
