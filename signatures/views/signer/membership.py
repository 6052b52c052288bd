"""A signer shows that they are a member of a union or society."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from campaign import limits
from signatures import links
from signatures.errors import NotSigned
from signatures.forms.signer.membership import membership_form
from signatures.models import Signature
from signatures.verification.problems import Problem, ProofRefused
from signatures.verification.rosters import membership
from signatures.views.signer import proofs
from signatures.views.signer.base import see_other, with_signature


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def show(request: HttpRequest, signature: Signature) -> HttpResponse:
    token = links.token_for(signature=signature)
    form = membership_form(signature, request.POST)
    if request.method != "POST" or form is None:
        return see_other("link_proofs", token)
    if not form.is_valid():
        return proofs.overview_page(request, signature, wrong=form, status=422)
    try:
        proof = membership.prove(
            signature=signature, network=limits.network_key(request), **form.cleaned_data
        )
    except NotSigned:
        return see_other("link", token)
    except ProofRefused as refused:
        form.add_error("number", refused.sentence)
        status = 429 if refused.reason == Problem.TOO_MANY else 422
        return proofs.overview_page(request, signature, wrong=form, status=status)
    return see_other("link_proof", token, proof.pk)
