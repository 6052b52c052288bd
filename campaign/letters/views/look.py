"""How a letter's page looks."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import cast

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters import accent, errors, look
from campaign.letters.look_forms import AccentForm, HeadPictureForm
from campaign.letters.models import HeadPicture, Letter
from campaign.letters.press_forms import UNUSABLE
from campaign.letters.texts import languages_of
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    letter_to_see,
    recorded,
)
from campaign.letters.views.uploading import up_to_the_limit
from campaign.pages import PageContext
from campaign.parsing import whole_number


@dataclass(frozen=True, slots=True)
class Swatch:
    words: str
    tones: accent.Tones


@dataclass(frozen=True, slots=True, kw_only=True)
class ColourContext(PageContext):
    about: AboutLetter
    form: AccentForm
    # Of the colour that is chosen; none for the site's own.
    swatches: Sequence[Swatch]


@dataclass(frozen=True, slots=True, kw_only=True)
class HeadPictureContext(PageContext):
    about: AboutLetter
    form: HeadPictureForm
    picture: HeadPicture | None


@desk_view("GET", "HEAD", "POST")
def colour(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    form = AccentForm(request.POST if request.method == "POST" else None, letter=letter)

    def save() -> None:
        chosen = form.cleaned_data["accent"]
        with recorded(request, letter, "accent", detail=chosen):
            look.choose_accent(
                letter=letter, accent=chosen, expected_revision=form.cleaned_data["seen"]
            )

    status = _saved(letter, form, save)
    if status is None:
        return _told(request, slug, "desk_look")
    context = ColourContext(about=about(letter), form=form, swatches=_swatches(letter.accent))
    return desk_page(request, "campaign/letters/look/colour.html", context, status=status)


@desk_view("GET", "HEAD", "POST")
def picture(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    keeper = up_to_the_limit(request)
    stored = look.head_picture(letter=letter)
    form = HeadPictureForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        letter=letter,
        spoken=languages_of(letter=letter),
        stored=stored,
    )
    if form.is_bound and keeper.is_too_large:
        # Not that none was chosen.
        form.errors.pop("file", None)
        form.add_error("file", UNUSABLE[errors.Unusable.TOO_LARGE])

    def save() -> None:
        data, seen = form.cleaned_data["file"], form.cleaned_data["seen"]
        described = form.descriptions()
        with recorded(request, letter, "head_picture"):
            if data:
                look.put_picture(
                    letter=letter, data=data, descriptions=described, expected_revision=seen
                )
            else:
                look.describe_picture(letter=letter, descriptions=described, expected_revision=seen)

    status = _saved(letter, form, save)
    if status is None:
        return _told(request, slug, "desk_look_picture")
    context = HeadPictureContext(about=about(letter), form=form, picture=stored)
    return desk_page(request, "campaign/letters/look/picture.html", context, status=status)


@desk_view("POST")
def picture_remove(request: DeskRequest, slug: str) -> HttpResponse:
    """Of two who press, the second is told the same."""
    letter = letter_to_change(request, slug)
    if look.head_picture(letter=letter):
        try:
            with recorded(request, letter, "head_picture_remove"):
                look.take_picture_away(
                    letter=letter,
                    expected_revision=whole_number(request.POST.get("seen", "")) or 0,
                )
        except errors.LookChanged:
            messages.error(request, _changed())
            return HttpResponseRedirect(reverse("desk_look_picture", args=[slug]), status=303)
    messages.success(request, _("The picture is taken out."))
    return HttpResponseRedirect(reverse("desk_look_picture", args=[slug]), status=303)


@desk_view("GET", "HEAD")
def picture_file(request: DeskRequest, slug: str) -> HttpResponse:
    """As it will stand over the letter, also while that is a draft."""
    found = get_object_or_404(HeadPicture, letter=letter_to_see(request, slug))
    return HttpResponse(bytes(found.content), content_type=found.content_type)


def _saved(
    letter: Letter, form: AccentForm | HeadPictureForm, save: Callable[[], None]
) -> int | None:
    """None once it is; else the status of the page that shows the form again."""
    if not form.is_bound:
        return 200
    if not form.is_valid():
        return 422
    try:
        save()
    except errors.PictureRefused as refused:
        form.add_error("file", UNUSABLE[refused.reason])
        return 422
    except errors.LookChanged:
        letter.refresh_from_db()
        form.data = cast(QueryDict, form.data).dict() | {"seen": str(letter.look_revision)}
        form.add_error(None, _changed())
        return 409
    return None


def _changed() -> str:
    return _("Somebody changed the look meanwhile. Look once more, then save again.")


def _told(request: DeskRequest, slug: str, address: str) -> HttpResponse:
    messages.success(request, _("Saved. The letter’s page shows it within a minute."))
    return HttpResponseRedirect(reverse(address, args=[slug]), status=303)


def _swatches(chosen: str) -> Sequence[Swatch]:
    if not chosen:
        return ()
    return (
        Swatch(_("In the light"), accent.light(chosen)),
        Swatch(_("In dark mode"), accent.dark(chosen)),
    )
