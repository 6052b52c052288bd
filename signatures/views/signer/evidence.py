"""A signer points at public records, for the vetters; and takes them away again."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from signatures import links
from signatures.errors import NotSigned
from signatures.forms.signer.evidence import EvidenceForm
from signatures.models import Signature
from signatures.verification.evidence.give import give, take_away
from signatures.verification.problems import ProofRefused
from signatures.views.signer import proofs
from signatures.views.signer.base import with_signature

_MOST_IDS = 2**63 - 1


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def add(request: HttpRequest, signature: Signature) -> HttpResponse:
    if request.method != "POST":
        return _back(signature)
    form = EvidenceForm(request.POST)
    if not form.is_valid():
        return proofs.overview_page(request, signature, wrong=form, status=422)
    try:
        give(signature=signature, identifier=form.cleaned_data["link"])
    except NotSigned:
        return HttpResponseRedirect(
            reverse("link", args=[links.token_for(signature=signature)]), status=303
        )
    except ProofRefused as refused:
        form.add_error("link", refused.sentence)
        return proofs.overview_page(request, signature, wrong=form, status=429)
    return _back(signature)


@require_POST
@with_signature
def delete(_request: HttpRequest, signature: Signature, evidence_id: int) -> HttpResponse:
    take_away(signature=signature, evidence_id=min(evidence_id, _MOST_IDS))
    return _back(signature)


def _back(signature: Signature) -> HttpResponse:
    token = links.token_for(signature=signature)
    return HttpResponseRedirect(f"{reverse('link_proofs', args=[token])}#evidence", status=303)
