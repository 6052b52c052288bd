"""Leaving the news: the link under each of them, which needs no signature any more."""

from collections.abc import Collection
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaign.letters.models import Letter, Translation
from campaign.letters.texts import current_text
from campaign.pages import render_page
from signatures.errors import LinkUnknown
from signatures.notifications import leaving
from signatures.views.public.base import SitePage, interface_languages, translation_here
from signatures.views.signer.base import private, problem, see_other

_DEEDS = {
    "letter": leaving.leave,
    "back": leaving.come_back,
    "allow": leaving.allow,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class LeaveContext(SitePage):
    letter: Letter | None
    translation: Translation | None
    standing: Collection[str]
    may_undo: bool
    leave_token: str


# A mailbox posts from its own servers (RFC 8058), and anyone who knows the token may.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def leave(request: HttpRequest, token: str) -> HttpResponse:
    """A POST that names nothing to do does nothing, and shows the page."""
    try:
        who = leaving.subscriber_behind(token)
    except LinkUnknown:
        return problem(request, "unknown", status=404)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        leaving.leave(who)
        return HttpResponse(_("You get no more news of this letter."), "text/plain; charset=utf-8")
    do = request.POST.get("do", "")
    if do == "all":
        leaving.leave(who, everything=True)
    elif do in _DEEDS:
        _DEEDS[do](who)
    if do == "all" or do in _DEEDS:
        return see_other("leave", token)
    letter = Letter.objects.filter(pk=who.letter_id).first()
    text = current_text(letter=letter) if letter else None
    context = LeaveContext(
        letter=letter,
        translation=translation_here(text) if text else None,
        standing=leaving.standing(who),
        may_undo=leaving.may_undo(who),
        leave_token=token,
        languages=interface_languages("leave", token),
    )
    return render_page(request, "signatures/signer/leave.html", context)
