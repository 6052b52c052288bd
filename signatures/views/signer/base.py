"""What pages behind a secret address share: who it belongs to, and that nobody keeps them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from functools import update_wrapper
from typing import Concatenate, ParamSpec, TypedDict

from django.core.exceptions import ObjectDoesNotExist
from django.db import IntegrityError
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.defaults import page_not_found

from campaign.letters.models import Letter, Text, Translation
from campaign.pages import PageContext, render_page
from signatures import links, opening
from signatures.errors import LinkUnknown
from signatures.models import Signature, SignatureState
from signatures.moderation import queue
from signatures.press import standing
from signatures.views.public.base import SitePage, interface_languages

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


@dataclass(frozen=True, slots=True, kw_only=True)
class SignerPage(SitePage):
    """A page about a signature, for its signer."""

    signature: Signature
    letter: Letter
    translation: Translation
    token: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnContext(SignerPage):
    """One that also tells how the signature stands."""

    # The text that stands now, if it is another than the one that was signed.
    replaced: Text | None
    held: bool
    # For one that is held: how long it usually takes.
    usual_wait: timedelta | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkProblemContext(PageContext):
    reason: str
    own: OwnContext | None = None
    can_resend: bool = False


class Action(TypedDict):
    url: str
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NoticeContext(PageContext):
    """That something was done, with nothing more to do here."""

    title: str
    message: str
    action: Action | None = None


def signer_page(signature: Signature, view_name: str, *args: object) -> SignerPage:
    token = links.token_for(signature=signature)
    return SignerPage(
        signature=signature,
        letter=signature.letter,
        translation=signature.translation,
        token=token,
        languages=interface_languages(view_name, token, *args),
    )


def own_context(signature: Signature, view_name: str = "link") -> OwnContext:
    token = links.token_for(signature=signature)
    is_held = signature.state == SignatureState.HELD
    return OwnContext(
        signature=signature,
        letter=signature.letter,
        translation=signature.translation,
        token=token,
        languages=interface_languages(view_name, token),
        replaced=standing.replaced_by(signature=signature),
        held=is_held,
        usual_wait=queue.usual_wait(letter_id=signature.letter_id) if is_held else None,
    )


def problem(
    request: HttpRequest, reason: str, signature: Signature | None = None, *, status: int
) -> HttpResponse:
    context = LinkProblemContext(reason=reason)
    if signature is not None:
        can_resend = reason == "expired" and opening.is_open_to(
            signature=signature, now=timezone.now()
        )
        context = replace(context, own=own_context(signature), can_resend=can_resend)
    return render_page(request, "signatures/signer/link_problem.html", context, status=status)


def see_other(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
