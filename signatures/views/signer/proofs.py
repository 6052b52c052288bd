"""Show that it is you: a signer's proofs, and the page that tells what each is worth."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict

from django import forms
from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign import limits
from campaign.pages import PageContext, render_page
from signatures import links
from signatures.errors import NotSigned, WrongCode
from signatures.forms.signer.accounts import AccountForm
from signatures.forms.signer.authority import AuthorityForm, authority_form
from signatures.forms.signer.evidence import EvidenceForm
from signatures.forms.signer.membership import MembershipForm, membership_form
from signatures.forms.signer.proofs import ProofForm
from signatures.forms.signer.signing import CodeForm
from signatures.listing.proof_text import subject_shown
from signatures.models import Authority, Kind, Proof, ProofState, Signature, SignatureState
from signatures.verification import authority, checking, placed_line, proofs, registry
from signatures.verification.evidence import showing
from signatures.verification.method import Method
from signatures.verification.problems import ProofRefused
from signatures.verification.work_email import mailed_code
from signatures.views.signer import vouching
from signatures.views.signer.base import SignerPage, see_other, signer_page, with_signature
from signatures.views.signer.refusals import try_again_in, with_wait


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
    chosen = registry.find(method)
    if chosen is None or chosen.offer is None:
        raise Http404
    if request.method != "POST":
        return see_other("link_proofs", token)
    form = ProofForm(chosen, chosen.offer, request.POST)
    if not form.is_valid():
        return overview_page(request, signature, wrong=form, status=422)
    subject = form.cleaned_data["subject"]
    try:
        if chosen.offer.start is not None:
            proof = chosen.offer.start(signature, subject)
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
    if not limits.peek(limits.Limit.CODE_FROM_NETWORK, network, factor=factor):
        seconds = limits.wait_seconds(limits.Limit.CODE_FROM_NETWORK, network, factor=factor)
        told = _("Too many wrong codes came from your network.")
        form.add_error("code", f"{told} {try_again_in(seconds)}")
        return with_wait(_one(request, proof, code_form=form, status=429), seconds)
    try:
        mailed_code.enter_code(proof=proof, code=form.cleaned_data["code"])
    except NotSigned:
        return see_other("link", links.token_for(signature=signature))
    except WrongCode:
        limits.hit(limits.Limit.CODE_FROM_NETWORK, network, factor=factor)
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
        pk=min(proof_id, 2**63 - 1), signature=signature, method__in=registry.by_signers()
    ).first()
    if found is None:
        raise Http404
    found.signature = signature
    return found


class DescribedProof(TypedDict):
    row: Proof
    method: Method
    subject: str
    looking: bool
    problem: str
    stands: bool
    is_open: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AuthorityPart(PageContext):
    """Who signs for an organisation; of a person, nothing."""

    authority: Authority | None = None
    authority_form: AuthorityForm | None = None
    authority_shown: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OverviewContext(PageContext):
    signer: SignerPage
    proofs: Sequence[DescribedProof]
    offers: Sequence[ProofForm]
    account_form: AccountForm
    evidence: Sequence[showing.Shown]
    evidence_form: EvidenceForm
    membership_form: MembershipForm | None
    one_roster: str | None
    stated: AuthorityPart
    wrong: forms.Form | None
    errors: bool
    received: vouching.Received


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
    membership = wrong if isinstance(wrong, MembershipForm) else membership_form(signature)
    context = OverviewContext(
        signer=signer_page(signature, "link_proofs"),
        proofs=[_described(proof, now) for proof in shown.order_by("pk")],
        offers=_offers(wrong),
        account_form=wrong if isinstance(wrong, AccountForm) else AccountForm(),
        evidence=showing.shown(signature=signature),
        evidence_form=wrong if isinstance(wrong, EvidenceForm) else EvidenceForm(),
        membership_form=membership,
        one_roster=membership.only_roster if membership else None,
        stated=_authority(signature, wrong),
        wrong=wrong,
        errors=wrong is not None,
        received=vouching.received(signature),
    )
    return render_page(request, "signatures/proofs/overview.html", context, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofContext(PageContext):
    signer: SignerPage
    proof: DescribedProof
    placing: str
    line: str
    me_url: str
    code_form: CodeForm
    placed: PageContext
    refused: str
    errors: bool


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
    method = registry.of(proof.method)
    context = ProofContext(
        signer=signer_page(signature, "link_proof", proof.pk),
        proof=_described(proof, now),
        placing=method.place,
        line=placed_line.LABEL + proof.token,
        me_url=f"{letter_url}#{placed_line.SIGNED_AS}{proof.token}",
        code_form=code_form or CodeForm(auto_id="code_%s"),
        placed=method.placing(proof),
        refused=refused,
        errors=bool(refused or (code_form and code_form.errors)),
    )
    return render_page(request, "signatures/proofs/one.html", context, status=status)


def _offers(wrong: forms.Form | None) -> list[ProofForm]:
    """A form for each method that is offered; the one that was refused is in its place."""
    refused = wrong.method if isinstance(wrong, ProofForm) else None
    return [
        wrong if isinstance(wrong, ProofForm) and each is refused else ProofForm(each, each.offer)
        for each in registry.every()
        if each.offer is not None
    ]


def _authority(signature: Signature, wrong: forms.Form | None) -> AuthorityPart:
    if signature.kind != Kind.ORGANISATION:
        return AuthorityPart()
    stated = authority.stated(signature=signature)
    refused = wrong if isinstance(wrong, AuthorityForm) else None
    return AuthorityPart(
        authority=stated,
        authority_form=refused or authority_form(signature, stated=stated),
        authority_shown=authority.is_verified(signature=signature),
    )


def _described(proof: Proof, now: datetime) -> DescribedProof:
    method = registry.of(proof.method)
    return {
        "row": proof,
        "method": method,
        "subject": subject_shown(proof),
        "looking": checking.is_being_checked(proof, now=now),
        "problem": method.sentence_for(proof.problem),
        "stands": proof.state in ProofState.counting(),
        "is_open": proof.state in (ProofState.STARTED, *ProofState.counting()),
    }


def _back_to(proof: Proof) -> HttpResponse:
    return see_other("link_proof", links.token_for(signature=proof.signature), proof.pk)
