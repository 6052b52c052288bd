"""The page behind the link of an organisation that is asked to stand behind a letter.

It shows the text as it stands. Looking does nothing; its buttons agree and withdraw.
"""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaign.letters import organisations as behind
from campaign.letters.errors import NotPublished, OrganisationUnknown
from campaign.letters.models import Letter, LetterState, Organisation, Text
from campaign.letters.texts import current_text
from campaign.pages import render_page
from signatures.views.public.base import (
    SitePage,
    interface_languages,
    letter_languages,
    translation_here,
)
from signatures.views.public.letters import ShownText, shown_text
from signatures.views.signer.base import private

_CONFLICT = 409


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationContext(SitePage):
    letter: Letter
    text: Text
    organisation: Organisation
    words: ShownText
    may_agree: bool
    # The button was pressed under another version, or too late.
    changed: bool


@require_http_methods(("GET", "HEAD", "POST"))
@private
def organisation(request: HttpRequest, token: str) -> HttpResponse:
    response = _answer(request, token)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    try:
        found = behind.organisation_behind(token)
        text = _text_of(found.letter)
        if request.method != "POST":
            return _show(request, found, text, token)
        if request.POST.get("deed") == "withdraw":
            behind.withdraw(organisation=found, now=timezone.now())
            over = SitePage(languages=interface_languages("organisation", token))
            return render_page(request, "signatures/signer/organisation_withdrawn.html", over)
        if request.POST.get("seen") != str(text.number):
            return _show(request, found, text, token, status=_CONFLICT)
        behind.agree(organisation=found, text=text, now=timezone.now())
    except NotPublished:
        return _show(request, found, text, token, status=_CONFLICT)
    except OrganisationUnknown:
        over = SitePage(languages=interface_languages("organisation", token))
        return render_page(request, "signatures/signer/embargo_over.html", over, status=404)
    return HttpResponseRedirect(reverse("organisation", args=[token]), status=303)


def _text_of(letter: Letter) -> Text:
    """Organisations are asked about published letters alone, which have one."""
    text = current_text(letter=letter)
    if text is None:
        raise Http404
    return text


def _show(
    request: HttpRequest, found: Organisation, text: Text, token: str, *, status: int = 200
) -> HttpResponse:
    context = OrganisationContext(
        letter=found.letter,
        text=text,
        organisation=found,
        words=shown_text(translation_here(text), text),
        may_agree=found.letter.state == LetterState.PUBLISHED and found.text_id != text.pk,
        changed=status == _CONFLICT,
        languages=letter_languages(text, "organisation", token),
    )
    return render_page(request, "signatures/signer/organisation.html", context, status=status)
