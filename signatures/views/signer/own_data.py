"""What a signer may have of their data: all of it in a file, and none of it any more."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from campaign import limits
from campaign.pages import LanguageLink, render_page
from signatures import erasure, links, transitions
from signatures import own_data as everything
from signatures.errors import LinkUnknown
from signatures.forms.signer.agreeing import AgreeForm
from signatures.models import Signature, SignatureState
from signatures.screening import turned_away
from signatures.verification import vouches
from signatures.views.public.base import interface_languages
from signatures.views.signer.base import (
    NoticeContext,
    SignerPage,
    private,
    problem,
    with_signature,
)

_MAY_WITHDRAW = (SignatureState.CONFIRMED, SignatureState.HELD, SignatureState.REMOVED)


@require_safe
@with_signature
def own_data(_request: HttpRequest, signature: Signature) -> HttpResponse:
    told = everything.told(signature=signature, now=timezone.now())
    response = JsonResponse(told, json_dumps_params={"ensure_ascii": False, "indent": 2})
    name = f"undersigned-{signature.letter.slug}.json"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def erase(request: HttpRequest, signature: Signature) -> HttpResponse:
    """What would go and stay. POST sends the link that erases to the address, since this page is
    behind a link that may have been forwarded."""
    form = AgreeForm(
        request.POST if request.method == "POST" else None,
        label=_("I want the link that erases everything about me."),
    )
    if form.is_valid():
        return _link_is_sent(request, signature)
    links_here = interface_languages("link_erase", links.token_for(signature=signature))
    return _erase_page(request, signature, form, languages=links_here)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def erase_now(request: HttpRequest, token: str) -> HttpResponse:
    """POST answers by itself: behind this link nothing is left to lead to."""
    try:
        signature = links.erasing_behind(token, now=timezone.now()).signature
    except LinkUnknown:
        return problem(request, "unknown", status=404)
    form = AgreeForm(
        request.POST if request.method == "POST" else None,
        label=_("I want everything about me to be erased for good."),
    )
    if form.is_valid():
        in_record = transitions.is_in_record(signature=signature)
        if not erasure.erase(signature=signature):
            return problem(request, "unknown", status=404)
        return _done(request, signature, in_record=in_record)
    links_here = interface_languages("link_erase_now", token)
    return _erase_page(request, signature, form, languages=links_here, erase_token=token)


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseContext(SignerPage):
    in_record: bool
    counted: bool
    may_withdraw: bool
    is_open: bool
    remembered: bool
    vouches_for_others: bool
    form: AgreeForm
    errors: bool
    # Of the link that erases, where that is what led here.
    erase_token: str


def _erase_page(
    request: HttpRequest,
    signature: Signature,
    form: AgreeForm,
    *,
    languages: Sequence[LanguageLink],
    erase_token: str = "",
) -> HttpResponse:
    context = EraseContext(
        signature=signature,
        letter=signature.letter,
        translation=signature.translation,
        token=links.token_for(signature=signature),
        languages=languages,
        in_record=transitions.is_in_record(signature=signature),
        counted=signature.state == SignatureState.CONFIRMED,
        may_withdraw=signature.state in _MAY_WITHDRAW,
        is_open=signature.letter.is_open(now=timezone.now()),
        remembered=turned_away.would_remember(signature=signature),
        vouches_for_others=vouches.standing_given(voucher=signature).exists(),
        form=form,
        errors=bool(form.errors),
        erase_token=erase_token,
    )
    status = 422 if form.errors else 200
    return render_page(request, "signatures/signer/erase.html", context, status=status)


def _link_is_sent(request: HttpRequest, signature: Signature) -> HttpResponse:
    """The same words, whether one was sent today already or too many were."""
    if limits.hit(limits.Limit.ERASING_MAILS_TO_ADDRESS, bytes(signature.email_key)):
        erasure.send_link(signature=signature)
    context = NoticeContext(
        title=_("We have sent you an e-mail"),
        message=_(
            "It goes to the address that signed, and holds the link that erases everything. The "
            "link works for a day. Until you use it, nothing is changed. At most three such "
            "e-mails go out in a day."
        ),
        action={
            "url": reverse("link", args=[links.token_for(signature=signature)]),
            "label": _("Back to your signature"),
        },
    )
    return render_page(request, "signatures/signer/notice.html", context)


def _done(request: HttpRequest, signature: Signature, *, in_record: bool) -> HttpResponse:
    context = NoticeContext(
        title=_("Everything about you is erased"),
        message=(
            _(
                "Your details and your address are deleted. List, count and corrections follow "
                "within a minute: they tell that one signature was erased, and not whose. This "
                "link leads nowhere from now on."
            )
            if in_record
            else _(
                "Your details and your address are deleted. This link leads nowhere from now on."
            )
        ),
        action={
            "url": reverse("letter", args=[signature.letter.slug]),
            "label": _("Back to the letter"),
        },
    )
    return render_page(request, "signatures/signer/notice.html", context)
