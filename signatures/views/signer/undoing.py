"""Behind the link in a notice: what was done, and the button that undoes it."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from campaign.letters.models import Letter, Translation
from campaign.pages import render_page
from signatures import links, undoing
from signatures.errors import DetailsChanged, LetterNotOpen, LinkUnknown, NotSigned
from signatures.forms.signer.agreeing import AgreeForm
from signatures.models import Delivery, Message, Signature
from signatures.views.public.base import SitePage, interface_languages
from signatures.views.signer.base import private, problem, see_other


@dataclass(frozen=True, slots=True, kw_only=True)
class UndoContext(SitePage):
    notice: Delivery
    form: AgreeForm
    errors: bool
    signature: Signature
    letter: Letter
    translation: Translation
    is_withdrawn: bool
    closed: bool
    undo_token: str


@require_http_methods(["GET", "HEAD", "POST"])
@private
def undo(request: HttpRequest, token: str) -> HttpResponse:
    try:
        notice = links.notice_behind(token)
    except LinkUnknown:
        return problem(request, "unknown", status=404)
    closed = False
    form = AgreeForm(
        request.POST if request.method == "POST" else None,
        label=_("I want this to be undone."),
    )
    status = 422 if form.errors else 200
    if form.is_valid():
        try:
            signature = undoing.undo(notice=notice)
        except NotSigned:
            return see_other("link", links.token_for(signature=notice.signature))
        except DetailsChanged:
            status = 409
        except LetterNotOpen:
            status, closed = 409, True
        else:
            return see_other("link", links.token_for(signature=signature))
    context = UndoContext(
        notice=notice,
        form=form,
        errors=bool(form.errors),
        signature=notice.signature,
        letter=notice.signature.letter,
        translation=notice.signature.translation,
        is_withdrawn=notice.message == Message.WITHDRAWN,
        closed=closed,
        undo_token=token,
        languages=interface_languages("link_undo", token),
    )
    return render_page(request, "signatures/signer/undo.html", context, status=status)
