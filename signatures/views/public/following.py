"""Milestones and corrections by e-mail: the form on the press page, and where it leads.

Each address is answered alike, whether it follows already or not.
"""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign import limits
from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.addresses import email_key
from signatures.forms.public.following import FollowForm
from signatures.notifications import press_followers
from signatures.views.public.base import (
    LetterPage,
    letter_languages,
    public_letter,
    translation_here,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowContext(LetterPage):
    form: FollowForm
    errors: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowSentContext(LetterPage):
    days: int


@require_http_methods(["GET", "HEAD", "POST"])
@shared_page
def follow(request: HttpRequest, slug: str) -> HttpResponse:
    letter = public_letter(slug)[0]
    if request.method != "POST":
        return _form_page(request, slug, FollowForm())
    form = FollowForm(request.POST)
    if not form.is_valid():
        return _form_page(request, slug, form, status=422)
    if not limits.hit(limits.Limit.FOLLOWS_FROM_NETWORK, limits.network_key(request)):
        form.add_error(
            None, _("Very many addresses came from your network. Please try again in an hour.")
        )
        return _form_page(request, slug, form, status=429)
    email = form.cleaned_data["email"]
    if limits.hit(limits.Limit.FOLLOWS_TO_ADDRESS, email_key(email)):
        press_followers.ask(
            letter=letter, email=email, language=get_language() or "en", now=timezone.now()
        )
    return HttpResponseRedirect(reverse("press_follow_sent", args=[slug]), status=303)


@require_safe
@shared_page
def sent(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    context = FollowSentContext(
        letter=letter,
        translation=translation_here(text),
        days=press_followers.TIME_TO_CONFIRM.days,
        languages=letter_languages(text, "press_follow_sent", slug),
    )
    return render_page(request, "signatures/public/following/sent.html", context)


def _form_page(
    request: HttpRequest, slug: str, form: FollowForm, *, status: int = 200
) -> HttpResponse:
    letter, text = public_letter(slug)
    context = FollowContext(
        letter=letter,
        translation=translation_here(text),
        form=form,
        errors=bool(form.errors),
        languages=letter_languages(text, "press_follow", slug),
    )
    return render_page(request, "signatures/public/following/form.html", context, status=status)
