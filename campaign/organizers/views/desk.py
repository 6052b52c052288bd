"""What every page of the desk rests on, whichever app it belongs to."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from campaign.context import page_languages
from campaign.organizers import second_factor
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Organizer
from campaign.pages import PageContext
from campaign.templatetags.locale_format import moment

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    user: Organizer


def desk_view(
    *methods: str,
) -> Callable[
    [Callable[Concatenate[DeskRequest, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """For organizers who are logged in and have a second factor, by these methods only, and never
    kept by a cache.
    """

    def decorate(
        view: Callable[Concatenate[DeskRequest, P], HttpResponse],
    ) -> Callable[Concatenate[HttpRequest, P], HttpResponseBase]:
        @never_cache
        @require_http_methods(methods)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            if not request.user.is_authenticated:
                # Nothing happens on GET, so a lost POST leads back to where it can be repeated.
                return redirect_to_login(
                    request.get_full_path() if "GET" in methods else reverse("desk")
                )
            if second_factor.is_missing(organizer=request.user):
                return second_factor_page(request)
            return view(cast(DeskRequest, request), *args, **kwargs)

        update_wrapper(guarded, view)
        return guarded

    return decorate


def second_factor_page(request: HttpRequest) -> HttpResponse:
    """Why nothing can be done yet, and where to set the second factor up."""
    template = "campaign/organizers/second_factor.html"
    return desk_page(request, template, PageContext(), section="", status=403)


def desk_page(
    request: HttpRequest,
    template: str,
    context: PageContext,
    *,
    section: str = "letters",
    status: int = 200,
) -> HttpResponse:
    """A page of the desk, with itself in the other languages of the interface."""
    variables = context.variables()
    form = variables.get("form")
    failed = isinstance(form, Form) and form.is_bound and bool(form.errors)
    frame = {
        "languages": page_languages(request),
        "desk_section": section,
        "errors": failed,
    }
    return render(request, template, frame | variables, status=status)


def counts_later(error: CountsLater) -> str:
    """Why an act that takes two organizers was not done."""
    return _(
        "%(name)s is new to the team or to this role, and counts as one of two organizers from "
        "%(when)s."
    ) % {"name": f"\u2068{error.organizer}\u2069", "when": moment(error.since)}
