"""Words that the press may quote."""

from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import errors, press_kit
from campaign.letters.models import Letter, Quote
from campaign.letters.views.desk import DeskRequest, about, desk_view, letter_to_brief, recorded
from campaign.letters.views.press_kit import PressPage, back, language_asked, press_page
from signatures.errors import NotListed
from signatures.forms.desk.quotes import SignedQuoteChangeForm, SignedQuoteForm
from signatures.models import Signature
from signatures.press import quotes


@desk_view("GET", "HEAD", "POST")
def quote_new(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    language = language_asked(request, letter)
    form = SignedQuoteForm(request.POST if request.method == "POST" else None, letter=letter)
    if form.is_bound and form.is_valid():
        try:
            with recorded(request, letter, "press_quote"):
                quotes.hold_speaker(letter=letter, public_id=form.cleaned_data["public_id"])
                press_kit.add_quote(letter=letter, language=language, **form.cleaned_data)
        except errors.EnoughForThePress:
            form.add_error(None, _("There are 30 quotes already. Take one out first."))
        except NotListed:
            form.say_that_they_left()
        else:
            messages.success(request, _("The quote is saved."))
            return back(slug, language)
    return _quote_page(request, letter, form, language)


@desk_view("GET", "HEAD", "POST")
def quote(request: DeskRequest, slug: str, quote_id: int) -> HttpResponse:
    letter = letter_to_brief(request, slug)
    found = get_object_or_404(Quote, letter=letter, pk=quote_id)
    stored = {name: getattr(found, name) for name in ("words", "speaker", "about", "place")}
    stored["number"] = _number_of(found)
    sent = request.POST if request.method == "POST" else None
    form = SignedQuoteChangeForm(sent, initial=stored, letter=letter)
    if form.is_bound and form.is_valid():
        try:
            with recorded(request, letter, "press_quote"):
                quotes.hold_speaker(letter=letter, public_id=form.cleaned_data["public_id"])
                press_kit.change_quote(quote=found, **form.cleaned_data)
        except NotListed:
            form.say_that_they_left()
        else:
            messages.success(request, _("The quote is saved."))
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


def _number_of(quote: Quote) -> int | None:
    """Also of whoever left the list since: who saves it again is told so."""
    mine = Signature.objects.filter(letter=quote.letter_id, public_id=quote.public_id)
    return mine.values_list("number", flat=True).first()


@dataclass(frozen=True, slots=True, kw_only=True)
class QuoteContext(PressPage):
    quote: Quote | None
    language: str
    language_name: str


def _quote_page(
    request: DeskRequest,
    letter: Letter,
    form: SignedQuoteForm | SignedQuoteChangeForm,
    language: str,
    quote: Quote | None = None,
) -> HttpResponse:
    form.speak(language)
    context = QuoteContext(
        about=about(letter),
        form=form,
        quote=quote,
        language=language,
        language_name=languages.NAMES[language],
    )
    return press_page(request, "signatures/desk/press_quote.html", context)
