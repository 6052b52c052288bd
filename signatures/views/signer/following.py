"""Behind the link of who follows a letter for the press: saying yes, and stopping."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaign.letters.models import Letter, Translation
from campaign.letters.texts import current_text
from campaign.pages import render_page
from signatures.errors import LinkUnknown
from signatures.forms.signer.agreeing import AgreeForm
from signatures.models import PressFollower
from signatures.notifications import press_followers
from signatures.views.public.base import SitePage, interface_languages, translation_here
from signatures.views.signer.base import private, see_other


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowLinkContext(SitePage):
    letter: Letter
    translation: Translation | None
    follower: PressFollower
    token: str
    form: AgreeForm
    errors: bool


# A mailbox posts from its own servers (RFC 8058), and who knows the token may.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def link(request: HttpRequest, token: str) -> HttpResponse:
    """A POST that names nothing to do does nothing, and shows the page."""
    languages = interface_languages("press_follow_link", token)
    try:
        follower = press_followers.follower_behind(token)
    except LinkUnknown:
        unknown = SitePage(languages=languages)
        return render_page(request, "signatures/signer/following/unknown.html", unknown, status=404)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        press_followers.stop(follower=follower)
        return HttpResponse(_("You get no more of these."), "text/plain; charset=utf-8")
    is_over = request.POST.get("do") == "stop"
    is_sent = request.method == "POST" and follower.confirmed_at is None and not is_over
    form = AgreeForm(
        request.POST if is_sent else None,
        label=_("I want to get milestones and corrections of this letter by e-mail."),
    )
    if form.is_valid():
        press_followers.confirm(follower=follower, now=timezone.now())
        return see_other("press_follow_link", token)
    text = current_text(letter=follower.letter)
    context = FollowLinkContext(
        letter=follower.letter,
        translation=translation_here(text) if text else None,
        follower=follower,
        token=token,
        form=form,
        errors=bool(form.errors),
        languages=languages,
    )
    if is_over:
        press_followers.stop(follower=follower)
        return render_page(request, "signatures/signer/following/stopped.html", context)
    status = 422 if form.errors else 200
    return render_page(request, "signatures/signer/following/link.html", context, status=status)
