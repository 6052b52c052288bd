"""The press page at the desk, and what is told on it in each language."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import errors, press_kit, press_pictures
from campaign.letters.models import Letter, LetterState, PressImage, PressKit, Quote
from campaign.letters.press_forms import PressKitForm
from campaign.letters.texts import draft_text, published_texts
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_brief,
    letter_to_see,
    may_brief,
    recorded,
)
from campaign.pages import PageContext


@dataclass(frozen=True, slots=True, kw_only=True)
class PressPage(PageContext):
    about: AboutLetter
    form: Form


@dataclass(frozen=True, slots=True, kw_only=True)
class KitContext(PressPage):
    found: Sequence[str]
    stored: Sequence[str]
    language: str
    direction: str
    language_name: str
    kit_languages: Sequence[tuple[str, str]]
    other_languages: Sequence[tuple[str, str]]
    pictures: Sequence[PressImage]
    most_pictures: int
    may_brief: bool


@desk_view("GET", "HEAD", "POST")
def kit(request: DeskRequest, slug: str) -> HttpResponse:
    """The kit in the language of `?language=`, and all quotes and pictures. Viewers may look."""
    is_sent = request.method == "POST"
    letter = letter_to_brief(request, slug) if is_sent else letter_to_see(request, slug)
    language = language_asked(request, letter)
    stored = PressKit.objects.filter(letter=letter, language=language).first()
    found = None
    form = PressKitForm(initial=PressKitForm.initial_from(stored))
    if is_sent:
        form = PressKitForm(request.POST)
        if form.is_valid():
            try:
                with recorded(request, letter, "press"):
                    press_kit.save_kit(letter=letter, language=language, **form.kit())
            except errors.KitChangedMeanwhile as problem:
                found = problem.stored
                form = _asked_again(request, found)
            else:
                messages.success(
                    request,
                    _("Saved. It will be on the press page once the letter is published.")
                    if letter.state == LetterState.DRAFT
                    else _("Saved. It is on the press page."),
                )
                return back(slug, language)
    form.speak(language)
    context = KitContext(
        about=about(letter),
        form=form,
        found=_texts(found),
        stored=_texts(stored),
        language=language,
        direction=languages.direction(language),
        language_name=languages.NAMES[language],
        kit_languages=languages_told(letter),
        other_languages=list(languages.NAMES.items()),
        pictures=_pictures(letter),
        most_pictures=press_pictures.MAX_PICTURES,
        may_brief=may_brief(request, letter),
    )
    return press_page(request, "campaign/letters/press.html", context)


def _asked_again(request: DeskRequest, found: PressKit | None) -> PressKitForm:
    """The same form with what was typed, which now replaces what the other person saved."""
    form = PressKitForm(request.POST.dict() | {"seen": press_kit.seal_of(found)})
    form.add_error(
        None,
        _(
            "Somebody else saved this page while you were writing. What they saved is shown too; "
            "if you save again, yours replaces it."
        ),
    )
    return form


def language_asked(request: DeskRequest, letter: Letter) -> str:
    """The one that is asked for, else that of the page if the letter is told in it."""
    asked = request.GET.get("language", "")
    if asked in languages.NAMES:
        return asked
    if asked:
        raise Http404
    here, told = get_language() or "en", languages_told(letter)
    return next((code for code, _name in told if code == here), told[0][0])


def languages_told(letter: Letter) -> list[tuple[str, str]]:
    """Of the letter's texts, and whatever else something is written in."""
    texts = [*published_texts(letter=letter)[:1], draft_text(letter=letter)]
    codes = dict.fromkeys(
        each.language for text in texts if text for each in text.translations.all()
    )
    for model in (PressKit, Quote):
        codes |= dict.fromkeys(
            model.objects.filter(letter=letter)
            .order_by("language")
            .values_list("language", flat=True)
        )
    return [(code, languages.NAMES[code]) for code in codes]


def _texts(kit: PressKit | None) -> list[str]:
    return [text for name in press_kit.FIELDS if (text := getattr(kit, name, ""))]


def _pictures(letter: Letter) -> list[PressImage]:
    return list(PressImage.objects.filter(letter=letter).defer("content"))


def press_page(request: DeskRequest, template: str, context: PressPage) -> HttpResponse:
    return desk_page(request, template, context, status=422 if context.form.errors else 200)


def back(slug: str, language: str = "") -> HttpResponse:
    address = reverse("desk_press", args=[slug])
    return redirect(f"{address}?language={language}" if language else address)
