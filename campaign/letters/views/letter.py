"""One letter at the desk: begun, looked at, its address and times changed."""

from dataclasses import dataclass

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import drafting, errors
from campaign.letters.forms import DetailsForm, LetterForm
from campaign.letters.models import LetterState
from campaign.letters.texts import draft_text
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    named_here,
    recorded,
)
from campaign.letters.views.preview import Preview, preview_of
from campaign.organizers import audit
from campaign.organizers.access import teams_writing
from campaign.pages import PageContext


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContext(PageContext):
    form: LetterForm
    preview: Preview


@desk_view("GET", "HEAD", "POST")
def new(request: DeskRequest) -> HttpResponse:
    teams = teams_writing(organizer=request.user)
    if not teams:
        raise Http404
    if request.method != "POST":
        language = languages.interface_for(get_language() or "en")
        form = LetterForm(teams=teams, initial={"language": language})
    elif "preview" in request.POST:
        typed = request.POST.dict()
        typed["slug"] = typed.get("slug") or drafting.suggested_slug(title=typed.get("title", ""))
        form = LetterForm(teams=teams, initial=typed)
    else:
        form = LetterForm(request.POST, teams=teams)
        if form.is_valid():
            try:
                with transaction.atomic():
                    letter = drafting.create_letter(**form.cleaned_data, organizer=request.user)
                    audit.record(
                        team=letter.team,
                        organizer=request.user,
                        action="create",
                        subject=f"letter {letter.slug}",
                    )
            except errors.AddressTaken:
                form.add_error("slug", _("Another letter has this address. Choose another one."))
            else:
                messages.success(request, _("Saved as a draft. Nobody else sees it yet."))
                return redirect("desk_texts", letter.slug)
    context = NewContext(form=form, preview=preview_of(form, language=""))
    return desk_page(request, "campaign/letters/new.html", context)


@dataclass(frozen=True, slots=True, kw_only=True)
class DetailsContext(PageContext):
    about: AboutLetter
    form: DetailsForm


@desk_view("GET", "HEAD", "POST")
def details(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    if letter.state == LetterState.CLOSED:
        messages.error(request, _("The letter is closed: its times stay as they were."))
        return redirect("desk_letter", slug)
    form = DetailsForm(request.POST if request.method == "POST" else None, letter=letter)
    if form.is_bound and form.is_valid():
        try:
            with recorded(request, letter, "details"):
                drafting.save_details(letter=letter, **form.cleaned_data)
        except errors.AddressTaken:
            form.add_error("slug", _("Another letter has this address. Choose another one."))
        except errors.AddressFixed:
            form.add_error(
                "slug", _("The letter was published meanwhile: its address stays as it is.")
            )
        except errors.AlreadyClosed:
            messages.error(request, _("The letter was closed meanwhile: nothing was changed."))
            return redirect("desk_letter", slug)
        else:
            messages.success(request, _("Saved."))
            if letter.vets_everyone and not form.cleaned_data["vets_everyone"]:
                messages.info(
                    request,
                    _("Signatures that wait to be checked go on waiting until you decide."),
                )
            return redirect("desk_letter", form.cleaned_data["slug"])
    context = DetailsContext(about=about(letter), form=form)
    return desk_page(request, "campaign/letters/details.html", context)


@desk_view("GET", "HEAD", "POST")
def delete(request: DeskRequest, slug: str) -> HttpResponse:
    """Of a letter that was never published; a page says first what goes."""
    letter = letter_to_change(request, slug)
    translation = named_here(draft_text(letter=letter))
    is_draft = letter.state == LetterState.DRAFT
    if is_draft and request.method != "POST":
        context = AboutLetter(letter=letter, translation=translation)
        return desk_page(request, "campaign/letters/delete.html", context)
    try:
        if not is_draft:
            raise errors.AlreadyPublished
        with recorded(request, letter, "delete_letter"):
            drafting.delete_letter(letter=letter)
    except errors.AlreadyPublished:
        messages.error(
            request, _("A letter that was published stays, with everything in its record.")
        )
        return redirect("desk_letter", slug)
    title = translation.title if translation else slug
    messages.success(request, _("The draft “%(title)s” is deleted.") % {"title": title})
    return redirect("desk")
