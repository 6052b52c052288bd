"""What a signer may have of their data: all of it in a file, and none of it any more."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from signatures import erasure, links
from signatures import own_data as everything
from signatures.models import Signature, SignatureState
from signatures.moderation import turned_away, unlisted
from signatures.verification import vouches
from signatures.views.letters import interface_languages
from signatures.views.own_page import with_signature

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
    """POST answers by itself: behind this link nothing is left to lead to."""
    in_record = unlisted.is_in_record(signature=signature)
    if request.method == "POST":
        if not erasure.erase(signature=signature):
            raise Signature.DoesNotExist
        return _done(request, signature, in_record=in_record)
    token = links.token_for(signature=signature)
    context = {
        "signature": signature,
        "letter": signature.letter,
        "translation": signature.translation,
        "token": token,
        "languages": interface_languages("link_erase", token),
        "in_record": in_record,
        "counted": signature.state == SignatureState.CONFIRMED,
        "may_withdraw": signature.state in _MAY_WITHDRAW,
        "is_open": signature.letter.is_open(now=timezone.now()),
        "remembered": turned_away.would_remember(signature=signature),
        "vouches_for_others": vouches.standing_given(voucher=signature).exists(),
    }
    return render(request, "signatures/erase.html", context)


def _done(request: HttpRequest, signature: Signature, *, in_record: bool) -> HttpResponse:
    context = {
        "title": _("Everything about you is erased"),
        "message": (
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
        "action": {
            "url": reverse("letter", args=[signature.letter.slug]),
            "label": _("Back to the letter"),
        },
    }
    return render(request, "signatures/notice.html", context)
