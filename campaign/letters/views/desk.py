"""What every page of the desk rests on, and the list of letters."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec, cast

from django.contrib.auth.views import redirect_to_login
from django.forms import Form
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.urls import reverse, translate_url
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from campaign import languages
from campaign.letters.models import Letter, LetterState
from campaign.letters.texts import letters_with_titles
from campaign.organizers.access import (
    owned_by_teams_of,
    owned_by_teams_writing,
    teams_writing,
)
from campaign.organizers.models import Organizer

P = ParamSpec("P")


class DeskRequest(HttpRequest):
    user: Organizer


def desk_view(
    *methods: str,
) -> Callable[
    [Callable[Concatenate[DeskRequest, P], HttpResponse]],
    Callable[Concatenate[HttpRequest, P], HttpResponseBase],
]:
    """For organizers who are logged in, by these methods only, and never kept by a cache."""

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
            return view(cast(DeskRequest, request), *args, **kwargs)

        update_wrapper(guarded, view)
        return guarded

    return decorate


def desk_page(
    request: HttpRequest, template: str, context: dict[str, Any], status: int = 200
) -> HttpResponse:
    """A page of the desk, with itself in the other languages of the interface."""
    form = context.get("form")
    links = [
        {
            "code": code,
            "name": languages.NAMES[code],
            "url": translate_url(request.get_full_path(), code),
            "current": code == languages.interface_for(get_language() or "en"),
        }
        for code in languages.INTERFACE
    ]
    failed = isinstance(form, Form) and form.is_bound and bool(form.errors)
    page = {"languages": links, "desk_section": "letters", "errors": failed} | context
    return render(request, template, page, status=status)


def letter_to_see(request: DeskRequest, slug: str) -> Letter:
    return get_object_or_404(Letter, owned_by_teams_of(organizer=request.user), slug=slug)


def letter_to_change(request: DeskRequest, slug: str) -> Letter:
    return get_object_or_404(Letter, owned_by_teams_writing(organizer=request.user), slug=slug)


def may_change(request: DeskRequest, letter: Letter) -> bool:
    mine = Letter.objects.filter(owned_by_teams_writing(organizer=request.user), pk=letter.pk)
    return mine.exists()


def standing(letter: Letter) -> dict[str, str]:
    """How the letter stands now: a name for the style sheet, and words."""
    now = timezone.now()
    if letter.state == LetterState.DRAFT:
        return {"name": "draft", "words": _("Draft")}
    if letter.opens_later(now=now):
        return {"name": "waiting", "words": _("Opens later")}
    if letter.is_open(now=now):
        return {"name": "open", "words": _("Open")}
    return {"name": "closed", "words": _("Closed")}


@desk_view("GET", "HEAD")
def letters(request: DeskRequest) -> HttpResponse:
    mine = Letter.objects.filter(owned_by_teams_of(organizer=request.user)).select_related("team")
    found = list(letters_with_titles(mine.order_by("-created_at", "-pk")))
    context = {
        "letters": [letter for letter, _translation in found],
        "rows": [
            {"letter": letter, "translation": translation, "standing": standing(letter)}
            for letter, translation in found
        ],
        "several_teams": len({letter.team_id for letter, _translation in found}) > 1,
        "may_begin": teams_writing(organizer=request.user).exists(),
    }
    return desk_page(request, "campaign/letters/letters.html", context)
