"""Which organisations stand behind a letter, were asked, or do no more: for those who write it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign import limits
from campaign.letters import errors
from campaign.letters import organisations as behind
from campaign.letters.models import Letter, LetterState, Organisation
from campaign.letters.organisation_forms import OrganisationForm
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
)
from campaign.pages import PageContext


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationsContext(PageContext):
    about: AboutLetter
    form: OrganisationForm
    rows: Sequence[Organisation]
    may_ask: bool
    errors: bool


@desk_view("GET", "HEAD", "POST")
def organisations(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    if request.method != "POST":
        return _page(request, letter, OrganisationForm())
    form = OrganisationForm(request.POST)
    if not form.is_valid():
        return _page(request, letter, form, status=422)
    if not limits.hit(limits.Limit.INVITE_FROM_TEAM, letter.team_id.to_bytes(8, "big")):
        form.add_error(None, _("These were many invitations in one hour. Go on a little later."))
        return _page(request, letter, form, status=429)
    try:
        behind.ask(
            letter=letter,
            organizer=request.user,
            **form.cleaned_data,
            language=get_language() or "en",
            now=timezone.now(),
        )
    except errors.OrganisationNamed:
        form.add_error("name", _("An organisation of this name was asked already."))
    except errors.OrganisationAlike:
        form.add_error("name", _("A team of this site is called so, or nearly so."))
    except errors.TooManyOrganisations:
        form.add_error(None, _("A letter asks at most 50 organisations."))
    except errors.NotPublished:
        form.add_error(None, _("Organisations are asked while the letter is published."))
    if form.errors:
        return _page(request, letter, form, status=422)
    messages.success(request, _("Asked. The link is being sent."))
    return _back(letter)


@desk_view("POST")
def remove(request: DeskRequest, slug: str, organisation_id: int) -> HttpResponse:
    letter = letter_to_change(request, slug)
    mine = Organisation.objects.select_related("letter__team").filter(letter=letter)
    found = get_object_or_404(mine, pk=organisation_id)
    behind.remove(organisation=found, organizer=request.user, now=timezone.now())
    messages.success(request, _("Taken out. Its link opens nothing any more."))
    return _back(letter)


def _back(letter: Letter) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk_organisations", args=[letter.slug]), status=303)


def _page(
    request: DeskRequest, letter: Letter, form: OrganisationForm, *, status: int = 200
) -> HttpResponse:
    context = OrganisationsContext(
        about=about(letter),
        form=form,
        rows=list(Organisation.objects.filter(letter=letter).select_related("text").order_by("pk")),
        may_ask=letter.state == LetterState.PUBLISHED,
        errors=bool(form.errors),
    )
    return desk_page(request, "campaign/letters/organisations.html", context, status=status)
