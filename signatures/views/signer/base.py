"""What pages behind a secret address share: who it belongs to, and that nobody keeps them."""

from collections.abc import Callable
from functools import update_wrapper
from typing import Any, Concatenate, ParamSpec

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.defaults import page_not_found

from signatures import links
from signatures.errors import LinkUnknown
from signatures.models import Signature, SignatureState
from signatures.moderation import queue
from signatures.press import standing
from signatures.views.public.base import interface_languages

P = ParamSpec("P")


def private(
    view: Callable[Concatenate[HttpRequest, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """For pages whose address is a secret: kept nowhere, found by no search engine; what is not
    there neither."""

    def found_or_not(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            return view(request, *args, **kwargs)
        except Http404 as missing:
            return page_not_found(request, missing)

    def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = never_cache(found_or_not)(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex"
        return response

    return update_wrapper(guarded, view)


def with_signature(
    view: Callable[Concatenate[HttpRequest, Signature, P], HttpResponse],
) -> Callable[Concatenate[HttpRequest, P], HttpResponse]:
    """Find the signature behind the token; a token that is not its own gets a helpful page. So does
    whoever is erased in another tab while this one is at it."""

    def finding(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        try:
            signature = links.signature_behind(str(kwargs.pop("token")))
        except LinkUnknown:
            return problem(request, "unknown", status=404)
        try:
            return view(request, signature, *args, **kwargs)
        except (ObjectDoesNotExist, IntegrityError):
            if Signature.objects.filter(pk=signature.pk).exists():
                raise
            return problem(request, "unknown", status=404)

    return private(update_wrapper(finding, view))


def own_context(signature: Signature) -> dict[str, Any]:
    token = links.token_for(signature=signature)
    return {
        "signature": signature,
        "letter": signature.letter,
        "translation": signature.translation,
        # The text that stands now, if it is another than the one that was signed.
        "replaced": standing.replaced_by(signature=signature),
        "token": token,
        "languages": interface_languages("link", token),
        **_being_checked(signature),
    }


def _being_checked(signature: Signature) -> dict[str, Any]:
    if signature.state != SignatureState.HELD:
        return {}
    return {"held": True, "usual_wait": queue.usual_wait(letter_id=signature.letter_id)}


def problem(
    request: HttpRequest, reason: str, signature: Signature | None = None, *, status: int
) -> HttpResponse:
    context: dict[str, Any] = {"reason": reason}
    if signature is not None:
        can_resend = reason == "expired" and signature.letter.is_open(now=timezone.now())
        context |= own_context(signature) | {"can_resend": can_resend}
    return render(request, "signatures/signer/link_problem.html", context, status=status)


def see_other(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
