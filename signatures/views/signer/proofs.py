"""Show that it is you: a signer's proofs, and the page that tells what each is worth."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign import limits
from signatures import links
from signatures.errors import NotSigned, WrongCode
from signatures.forms.signer.accounts import AccountForm
from signatures.forms.signer.authority import AuthorityForm, authority_form
from signatures.forms.signer.evidence import EvidenceForm
from signatures.forms.signer.membership import MembershipForm, membership_form
from signatures.forms.signer.proofs import DomainForm, WebsiteForm, WorkEmailForm
from signatures.forms.signer.signing import CodeForm
from signatures.listing.proof_text import subject_shown
from signatures.models import Kind, Method, Proof, ProofState, Signature, SignatureState
from signatures.verification import authority, checking, proofs
from signatures.verification.domain import dns_record
from signatures.verification.evidence import showing
from signatures.verification.problems import ProofRefused, sentence_for
from signatures.verification.website import front_page
from signatures.verification.work_email import mailed_code
from signatures.views.public.base import interface_languages
from signatures.views.signer import vouching
from signatures.views.signer.base import see_other, with_signature
from signatures.views.signer.refusals import try_again_in, with_wait

_FORMS: dict[Method, type[forms.Form]] = {
    Method.WEBSITE: WebsiteForm,
    Method.DOMAIN: DomainForm,
    Method.WORK_EMAIL: WorkEmailForm,
}


@require_safe
@with_signature
def overview(request: HttpRequest, signature: Signature) -> HttpResponse:
    # Who comes back from a service comes by a GET.
    wrong = AccountForm.refused(request.GET.get("account", ""))
    return overview_page(request, signature, wrong=wrong)


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def start(request: HttpRequest, signature: Signature, method: str) -> HttpResponse:
    token = links.token_for(signature=signature)
    if method.isdigit() and request.method != "POST":
        # Above the addresses that do something to one proof.
        return see_other("link_proof", token, method)
    if method not in _FORMS:
        raise Http404
    chosen = Method(method)
    if request.method != "POST":
        return see_other("link_proofs", token)
    form = _form(chosen, request.POST)
    if not form.is_valid():
        return overview_page(request, signature, wrong=form, status=422)
    subject = form.cleaned_data["subject"]
    try:
        if chosen == Method.WORK_EMAIL:
            proof = mailed_code.start(signature=signature, address=subject)
        else:
            proof = proofs.start(signature=signature, method=chosen, subject=subject)
    except NotSigned:
        return see_other("link", token)
    except ProofRefused as refused:
        form.add_error("subject", refused.sentence)
        return overview_page(request, signature, wrong=form, status=429)
    return see_other("link_proof", token, proof.pk)


@require_safe
@with_signature
def one(request: HttpRequest, signature: Signature, proof_id: int) -> HttpResponse:
    return _one(request, _own(signature, proof_id))


@require_POST
@with_signature
def check(request: HttpRequest, signature: Signature, proof_id: int) -> HttpResponse:
    proof = _own(signature, proof_id)
    try:
        proofs.ask_for_check(proof=proof)
    except NotSigned:
        return see_other("link", links.token_for(signature=signature))
    except ProofRefused as refused:
        return _one(request, proof, refused=refused.sentence, status=429)
    return _back_to(proof)


@require_POST
@with_signature
def code(request: HttpRequest, signature: Signature, proof_id: int) -> HttpResponse:
    proof = _own(signature, proof_id)
    form = CodeForm(request.POST, auto_id="code_%s")
    if not form.is_valid():
        return _one(request, proof, code_form=form, status=422)
    network, factor = limits.network_key(request), signature.letter.network_factor
    if not limits.has_room(limits.Limit.CODE_FROM_NETWORK, network, factor=factor):
        seconds = limits.wait_seconds(limits.Limit.CODE_FROM_NETWORK, network, factor=factor)
        told = _("Too many wrong codes came from your network.")
        form.add_error("code", f"{told} {try_again_in(seconds)}")
        return with_wait(_one(request, proof, code_form=form, status=429), seconds)
    try:
        mailed_code.enter_code(proof=proof, code=form.cleaned_data["code"])
    except NotSigned:
        return see_other("link", links.token_for(signature=signature))
    except WrongCode:
        limits.allows(limits.Limit.CODE_FROM_NETWORK, network, factor=factor)
        form.add_error(
            "code",
            _(
                "This is not the code from the newest e-mail. After five tries or a day "
                "you need a new one."
            ),
        )
        return _one(request, proof, code_form=form, status=422)
    return _back_to(proof)


@require_POST
@with_signature
def revoke(_request: HttpRequest, signature: Signature, proof_id: int) -> HttpResponse:
    proofs.revoke(proof=_own(signature, proof_id))
    return see_other("link_proofs", links.token_for(signature=signature))


def _own(signature: Signature, proof_id: int) -> Proof:
    """A signer's own, started by themselves; anybody else's does not exist."""
    found = Proof.objects.filter(
        pk=min(proof_id, 2**63 - 1), signature=signature, method__in=Method.by_signers()
    ).first()
    if found is None:
        raise Http404
    found.signature = signature
    return found


def overview_page(
    request: HttpRequest,
    signature: Signature,
    *,
    wrong: forms.Form | None = None,
    status: int = 200,
) -> HttpResponse:
    """All that a signer has shown and can show; `wrong` is the form that was refused."""
    if signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD):
        return see_other("link", links.token_for(signature=signature))
    shown = Proof.objects.filter(signature=signature).exclude(state=ProofState.REVOKED)
    now = timezone.now()
    methods = [
        {
            "method": method,
            "form": wrong if isinstance(wrong, form_class) else _form(method),
            "about": f"signatures/proofs/{method.value}/_about.html",
        }
        for method, form_class in _FORMS.items()
    ]
    context = _context(signature, "link_proofs") | {
        "proofs": [_described(proof, now) for proof in shown.order_by("pk")],
        "methods": methods,
        "account_form": wrong if isinstance(wrong, AccountForm) else AccountForm(),
        "evidence": showing.shown(signature=signature),
        "evidence_form": wrong if isinstance(wrong, EvidenceForm) else EvidenceForm(),
        **_membership(signature, wrong),
        **_authority(signature, wrong),
        "wrong": wrong,
        "errors": wrong is not None,
        **vouching.received(signature),
    }
    return render(request, "signatures/proofs/overview.html", context, status=status)


def _one(
    request: HttpRequest,
    proof: Proof,
    *,
    code_form: CodeForm | None = None,
    refused: str = "",
    status: int = 200,
) -> HttpResponse:
    signature, now = proof.signature, timezone.now()
    if signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD):
        return see_other("link", links.token_for(signature=signature))
    letter_url = settings.SITE_URL + reverse("letter", args=[signature.letter.slug])
    host = proof.subject
    context = _context(signature, "link_proof", proof.pk) | {
        "proof": _described(proof, now),
        "placing": f"signatures/proofs/{proof.method}/_place.html",
        "line": front_page.LABEL + proof.token,
        "me_url": f"{letter_url}#{front_page.FRAGMENT}{proof.token}",
        "well_known": f"https://{host}{front_page.WELL_KNOWN}",
        "front_page": f"https://{host}/",
        "record_name": dns_record.record_name(host),
        "code_form": code_form or CodeForm(auto_id="code_%s"),
        "code_has_run_out": mailed_code.has_run_out(proof, now=now),
        "refused": refused,
        "errors": bool(refused or (code_form and code_form.errors)),
    }
    return render(request, "signatures/proofs/one.html", context, status=status)


def _membership(signature: Signature, wrong: forms.Form | None) -> dict[str, Any]:
    form = wrong if isinstance(wrong, MembershipForm) else membership_form(signature)
    return {"membership_form": form, "one_roster": form.only_roster if form else None}


def _authority(signature: Signature, wrong: forms.Form | None) -> dict[str, Any]:
    """Only for organisations."""
    if signature.kind != Kind.ORGANISATION:
        return {}
    stated = authority.stated(signature=signature)
    refused = wrong if isinstance(wrong, AuthorityForm) else None
    return {
        "authority": stated,
        "authority_form": refused or authority_form(signature, stated=stated),
        "authority_shown": authority.is_borne_out(signature=signature),
    }


def _described(proof: Proof, now: Any) -> dict[str, Any]:
    return {
        "row": proof,
        "subject": subject_shown(proof),
        "looking": checking.is_being_checked(proof, now=now),
        "problem": sentence_for(proof.problem),
        "stands": proof.state in ProofState.counting(),
        "is_open": proof.state in (ProofState.STARTED, *ProofState.counting()),
        "by_signer": proof.method in Method.by_signers(),
    }


def _form(method: Method, data: Any = None) -> forms.Form:
    build = cast("Callable[..., forms.Form]", _FORMS[method])
    return build(data, auto_id=f"{method.value}_%s")


def _context(signature: Signature, view_name: str, *args: object) -> dict[str, Any]:
    token = links.token_for(signature=signature)
    return {
        "signature": signature,
        "letter": signature.letter,
        "translation": signature.translation,
        "token": token,
        "languages": interface_languages(view_name, token, *args),
    }


def _back_to(proof: Proof) -> HttpResponse:
    return see_other("link_proof", links.token_for(signature=proof.signature), proof.pk)
