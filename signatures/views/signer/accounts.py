"""Showing an account: off to the service, and back to the signer's own page.

Coming back is a GET, as the protocols want it. It acts only with what the signer's own POST left
in the session of this browser, once and within ten minutes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import translation
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods, require_safe

from campaign.pages import PageContext, render_page
from signatures import links
from signatures.errors import NotSigned
from signatures.forms.signer.accounts import AccountForm
from signatures.models import Proof, Signature
from signatures.verification import registry
from signatures.verification.accounts import profiles, showing
from signatures.verification.problems import AnyProblem, Problem, ProofRefused
from signatures.views.signer import proofs
from signatures.views.signer.base import private, see_other, with_signature

if TYPE_CHECKING:
    from signatures.verification.accounts import oauth


@dataclass(frozen=True, slots=True, kw_only=True)
class LeavingContext(PageContext):
    """On to the service at `url`."""

    service: profiles.Service
    url: str


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def start(request: HttpRequest, signature: Signature) -> HttpResponse:
    from signatures.verification.accounts import oauth  # noqa: PLC0415 -- slow import

    token = links.token_for(signature=signature)
    if request.method != "POST":
        return see_other("link_proofs", token)
    form = AccountForm(request.POST)
    if not form.is_valid():
        return proofs.overview_page(request, signature, wrong=form, status=422)
    service = form.cleaned_data["service"]
    try:
        sealed = showing.begin(
            signature=signature, service=service, language=get_language() or "en"
        )
        url = oauth.ask(request, service=service, sealed=sealed)
    except NotSigned:
        return see_other("link", token)
    except ProofRefused as refused:
        form.add_error("service", refused.sentence)
        return proofs.overview_page(request, signature, wrong=form, status=429)
    except oauth.ServiceFailed:
        return _back(signature, Problem.ACCOUNT_FAILED)
    # Not a redirect: the policy lets no form of ours lead to another site, not even by way of us.
    context = LeavingContext(service=service, url=url)
    return render_page(request, "signatures/proofs/leaving.html", context)


@require_safe
@private
def callback(request: HttpRequest, provider_id: str) -> HttpResponse:
    return _arrive(request, provider_id)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def invented(request: HttpRequest) -> HttpResponse:
    """The page of the service that there is in the demo only."""
    return _arrive(request, "dummy")


@require_safe
@private
def no_login(request: HttpRequest, provider_id: str) -> HttpResponse:
    """Nobody logs in by an account elsewhere; who looks for that here is told the way."""
    _service(provider_id)
    return _problem(request, status=200)


def _arrive(request: HttpRequest, provider_id: str) -> HttpResponse:
    from signatures.verification.accounts import oauth  # noqa: PLC0415 -- slow import

    service = _service(provider_id)
    sealed = oauth.waiting(request, service=service)
    try:
        answer = oauth.answer(request, service=service)
    except oauth.Cancelled:
        return _sent_back(request, sealed, Problem.ACCOUNT_CANCELLED)
    except oauth.ServiceFailed:
        late = showing.has_run_out(sealed)
        return _sent_back(
            request, sealed, Problem.ACCOUNT_EXPIRED if late else Problem.ACCOUNT_FAILED
        )
    if isinstance(answer, HttpResponse):
        return answer
    return _take(request, service, answer)


def _take(request: HttpRequest, service: profiles.Service, answer: "oauth.Answer") -> HttpResponse:
    try:
        way = showing.arrive(sealed=answer.sealed, service=service)
    except showing.WayVoid:
        return _sent_back(request, answer.sealed, Problem.ACCOUNT_EXPIRED)
    signature = _signature(way)
    if signature is None:
        return _problem(request)
    with translation.override(way.language):
        try:
            proof = _shown(signature, service, answer)
        except NotSigned:
            return see_other("link", links.token_for(signature=signature))
        except Signature.DoesNotExist:
            # Erased in another tab.
            return _problem(request)
        except ProofRefused as refused:
            return _back(signature, refused.reason)
        return see_other("link_proof", links.token_for(signature=signature), proof.pk)


def _shown(signature: Signature, service: profiles.Service, answer: "oauth.Answer") -> Proof:
    method = registry.of_service(service.kind)
    if method is not None and method.take is not None:
        return method.take(signature, answer.uid, answer.told)
    shown = profiles.read(service=service, uid=answer.uid, told=answer.told)
    return showing.show(signature=signature, service=service, uid=answer.uid, shown=shown)


def _service(identifier: str) -> profiles.Service:
    found = profiles.service(identifier)
    if found is None:
        raise Http404
    return found


def _sent_back(request: HttpRequest, sealed: object, problem: Problem) -> HttpResponse:
    """To their own page if this browser went from there, with a sentence; or told the way."""
    way = showing.way_of(sealed)
    signature = _signature(way) if way else None
    if way is None or signature is None:
        return _problem(request)
    with translation.override(way.language):
        return _back(signature, problem)


def _signature(way: showing.Way) -> Signature | None:
    found = Signature.objects.select_related("letter", "translation")
    return found.filter(pk=way.signature_id).first()


def _problem(request: HttpRequest, *, status: int = 400) -> HttpResponse:
    return render_page(
        request, "signatures/proofs/account_problem.html", PageContext(), status=status
    )


def _back(signature: Signature, problem: AnyProblem) -> HttpResponse:
    overview = reverse("link_proofs", args=[links.token_for(signature=signature)])
    return HttpResponseRedirect(f"{overview}?{urlencode({'account': problem.value})}", status=303)
