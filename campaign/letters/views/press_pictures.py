"""Pictures for the press: uploaded, described, seen, taken out."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from campaign.letters import errors, press_pictures
from campaign.letters.models import Letter, PressImage
from campaign.letters.press_forms import (
    UNUSABLE,
    PictureAddForm,
    PictureChangeForm,
    PictureWordsForm,
)
from campaign.letters.views.desk import (
    DeskRequest,
    about,
    desk_view,
    letter_to_brief,
    letter_to_see,
    recorded,
)
from campaign.letters.views.press_kit import (
    PressPage,
    back,
    language_asked,
    languages_told,
    press_page,
)
from campaign.letters.views.uploading import up_to_the_limit


@desk_view("GET", "HEAD", "POST")
def picture_new(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    keeper = up_to_the_limit(request)
    form = PictureAddForm()
    if request.method == "POST":
        form = PictureAddForm(request.POST, request.FILES)
        if keeper.is_too_large:
            # Not that none was chosen.
            form.errors.pop("file", None)
            form.add_error("file", UNUSABLE[errors.Unusable.TOO_LARGE])
        elif form.is_valid():
            data = form.cleaned_data.pop("file")
            try:
                with recorded(request, letter, "press_picture"):
                    press_pictures.add_picture(letter=letter, data=data, **form.cleaned_data)
            except errors.PictureRefused as refused:
                form.add_error("file", UNUSABLE[refused.reason])
            except errors.PictureKnown:
                form.add_error("file", _("This picture is on the press page already."))
            except errors.EnoughForThePress:
                form.add_error(None, _("There are 12 pictures already. Take one out first."))
            else:
                messages.success(request, _("The picture is on the press page."))
                return back(slug)
    return _picture_page(request, letter, form)


@desk_view("GET", "HEAD", "POST")
def picture(request: DeskRequest, slug: str, picture_id: int) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    found = get_object_or_404(PressImage.objects.defer("content"), letter=letter, pk=picture_id)
    if request.GET.get("language"):
        return _told_in(request, letter, found, language_asked(request, letter))
    stored = {name: getattr(found, name) for name in ("description", "credit", "place")}
    form = PictureChangeForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_bound and form.is_valid():
        with recorded(request, letter, "press_picture"):
            press_pictures.change_picture(picture=found, **form.cleaned_data)
        messages.success(request, _("Saved. It is on the press page."))
        return back(slug)
    return _picture_page(request, letter, form, found)


def _told_in(
    request: DeskRequest, letter: Letter, found: PressImage, language: str
) -> HttpResponse:
    """Its words in one language."""
    data = request.POST if request.method == "POST" else None
    form = PictureWordsForm(data, initial=found.captions.get(language))
    if form.is_bound and form.is_valid():
        with recorded(request, letter, "press_picture"):
            press_pictures.tell_in(picture=found, language=language, **form.cleaned_data)
        messages.success(request, _("Saved. It is on the press page."))
        return back(letter.slug, language)
    form.speak(language)
    return _picture_page(request, letter, form, found, language)


@desk_view("POST")
def picture_remove(request: DeskRequest, slug: str, picture_id: int) -> HttpResponse:
    """Somebody else may have been quicker."""
    letter = letter_to_brief(request, slug)
    found = PressImage.objects.defer("content").filter(letter=letter, pk=picture_id).first()
    if found:
        with recorded(request, letter, "press_picture_remove"):
            press_pictures.remove_picture(picture=found)
    messages.success(request, _("The picture is taken out."))
    return back(slug)


@desk_view("GET", "HEAD")
def picture_file(request: DeskRequest, slug: str, picture_id: int) -> HttpResponse:
    """As it will be on the press page, also while the letter is a draft."""
    letter = letter_to_see(request, slug)
    found = get_object_or_404(PressImage, letter=letter, pk=picture_id)
    return HttpResponse(bytes(found.content), content_type=found.content_type)


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureContext(PressPage):
    picture: PressImage | None
    language: str
    kit_languages: Sequence[tuple[str, str]]


def _picture_page(
    request: DeskRequest,
    letter: Letter,
    form: PictureAddForm | PictureChangeForm | PictureWordsForm,
    picture: PressImage | None = None,
    language: str = "",
) -> HttpResponse:
    context = PictureContext(
        about=about(letter),
        form=form,
        picture=picture,
        language=language,
        kit_languages=languages_told(letter),
    )
    return press_page(request, "campaign/letters/press_picture.html", context)
