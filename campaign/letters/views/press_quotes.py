"""Words that the press may quote."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import errors, press_kit
from campaign.letters.models import Letter, Quote
from campaign.letters.press_forms import QuoteChangeForm, QuoteForm
from campaign.letters.views.desk import DeskRequest, desk_view, letter_to_brief, recorded
from campaign.letters.views.press_kit import back, language_asked, of_letter, press_page


@desk_view("GET", "HEAD", "POST")
def quote_new(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    language = language_asked(request, letter)
    form = QuoteForm(request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        try:
            with recorded(request, letter, "press_quote"):
                press_kit.add_quote(letter=letter, language=language, **form.cleaned_data)
        except errors.EnoughForThePress:
            form.add_error(None, _("There are 30 quotes already. Take one out first."))
        else:
            messages.success(request, _("The quote is on the press page."))
            return back(slug, language)
    return _quote_page(request, letter, form, language)


@desk_view("GET", "HEAD", "POST")
def quote(request: DeskRequest, slug: str, quote_id: int) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    found = get_object_or_404(Quote, letter=letter, pk=quote_id)
    stored = {name: getattr(found, name) for name in ("words", "speaker", "about", "place")}
    form = QuoteChangeForm(request.POST if request.method == "POST" else None, initial=stored)
    if form.is_bound and form.is_valid():
        with recorded(request, letter, "press_quote"):
            press_kit.change_quote(quote=found, **form.cleaned_data)
        messages.success(request, _("Saved. It is on the press page."))
        return back(slug, found.language)
    return _quote_page(request, letter, form, found.language, found)


@desk_view("POST")
def quote_remove(request: DeskRequest, slug: str, quote_id: int) -> HttpResponse:
    """Somebody else may have been quicker."""
    letter = letter_to_brief(request, slug)
    found = Quote.objects.filter(letter=letter, pk=quote_id).first()
    if found:
        with recorded(request, letter, "press_quote_remove"):
            press_kit.remove_quote(quote=found)
    messages.success(request, _("The quote is taken out."))
    return back(slug, found.language if found else "")


def _quote_page(
    request: DeskRequest,
    letter: Letter,
    form: QuoteForm,
    language: str,
    quote: Quote | None = None,
) -> HttpResponse:
    form.speak(language)
    context = of_letter(letter) | {
        "form": form,
        "quote": quote,
        "language": language,
        "language_name": languages.NAMES[language],
    }
    return press_page(request, "campaign/letters/press_quote.html", context)
