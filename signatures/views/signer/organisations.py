"""The page behind the link of an organisation that is asked to stand behind a letter.

It shows the text as it stands. Looking does nothing, nor does its form without an answer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from campaign.letters import organisations as behind
from campaign.letters.errors import NotPublished, OrganisationUnknown
from campaign.letters.models import Letter, LetterState, Organisation, Text
from campaign.letters.texts import current_text
from campaign.pages import render_page
from signatures.forms.signer.organisations import WITHDRAW, OrganisationAnswerForm
from signatures.views.public.base import (
    SitePage,
    interface_languages,
    letter_languages,
    translation_here,
)
from signatures.views.public.letters import ShownText, shown_text
from signatures.views.signer.base import private

_CONFLICT, _INCOMPLETE = 409, 422


@dataclass(frozen=True, slots=True, kw_only=True)
class OrganisationContext(SitePage):
    letter: Letter
    text: Text
    organisation: Organisation
    words: ShownText
    may_agree: bool
    form: OrganisationAnswerForm
    errors: bool
    # The answer was sent under another version, or too late.
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
        form = _form(found, text, request.POST)
        if not form.is_valid():
            return _show(request, found, text, token, form=form, status=_INCOMPLETE)
        if form.cleaned_data["deed"] == WITHDRAW:
            behind.withdraw(organisation=found, now=timezone.now())
            over = SitePage(languages=interface_languages("organisation", token))
            return render_page(request, "signatures/signer/organisation_withdrawn.html", over)
        if form.cleaned_data["seen"] != str(text.number):
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


def _may_agree(found: Organisation, text: Text) -> bool:
    return found.letter.state == LetterState.PUBLISHED and found.text_id != text.pk


def _form(
    found: Organisation, text: Text, data: Mapping[str, Any] | None = None
) -> OrganisationAnswerForm:
    return OrganisationAnswerForm(
        data,
        version=text.number,
        may_agree=_may_agree(found, text),
        is_named=found.text_id is not None,
    )


def _show(
    request: HttpRequest,
    found: Organisation,
    text: Text,
    token: str,
    *,
    form: OrganisationAnswerForm | None = None,
    status: int = 200,
) -> HttpResponse:
    context = OrganisationContext(
        letter=found.letter,
        text=text,
        organisation=found,
        words=shown_text(translation_here(text), text),
        may_agree=_may_agree(found, text),
        form=form or _form(found, text),
        errors=form is not None,
        changed=status == _CONFLICT,
        languages=letter_languages(text, "organisation", token),
    )
    return render_page(request, "signatures/signer/organisation.html", context, status=status)
