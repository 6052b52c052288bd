"""Vouching for somebody, by the code that they gave out; and ending a vouch, from either side."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaign.pages import PageContext, render_page
from signatures import links
from signatures.errors import (
    DetailsChanged,
    MayNotVouch,
    TooManyVouches,
    VouchingCodeUnknown,
)
from signatures.forms.signer.vouching import VouchForm, VouchingCodeForm
from signatures.models import Signature, SignatureState, Vouch
from signatures.verification.problems import ProofRefused
from signatures.verification.vouching import codes, giving
from signatures.views.signer.base import SignerPage, signer_page, with_signature

_MOST_IDS = 2**63 - 1


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def given(request: HttpRequest, signature: Signature) -> HttpResponse:
    """For whom this signer vouches; POST looks up the code of somebody else."""
    if signature.state != SignatureState.CONFIRMED:
        return _see_other("link", signature)
    if request.method != "POST" or not giving.may_vouch(signature=signature):
        return _given(request, signature)
    form = VouchingCodeForm(request.POST)
    if not form.is_valid():
        return _given(request, signature, form=form, status=422)
    code = form.cleaned_data["code"]
    try:
        giving.find(voucher=signature, code=code)
    except (VouchingCodeUnknown, ProofRefused) as error:
        return _refused(request, signature, form, error)
    return _see_other("link_vouch_for", signature, code)


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def for_somebody(request: HttpRequest, signature: Signature, code: str) -> HttpResponse:
    """Whose code it is, by the name that readers see; POST vouches."""
    clean = codes.clean(code)
    try:
        theirs = giving.find(voucher=signature, code=clean)
        if request.method != "POST":
            return _for_somebody(request, signature, theirs, clean)
        form = VouchForm(request.POST)
        if not form.is_valid():
            return _for_somebody(request, signature, theirs, clean, form=form, status=422)
        giving.vouch(
            voucher=signature,
            code=clean,
            expected_revision=form.cleaned_data["seen"],
            relation=form.cleaned_data["relation"],
        )
    except MayNotVouch:
        return _see_other("link_vouch", signature)
    except (VouchingCodeUnknown, ProofRefused) as error:
        typed = VouchingCodeForm({"code": code[:60]})
        typed.is_valid()
        return _refused(request, signature, typed, error)
    except DetailsChanged:
        theirs.refresh_from_db()
        form.data = request.POST.dict() | {"seen": str(theirs.revision)}
        form.add_error(
            None, _("They have changed how they appear. Please look once more, then vouch again.")
        )
        return _for_somebody(request, signature, theirs, clean, form=form, status=409)
    except TooManyVouches:
        form.add_error(
            None, _("You vouch for five people already. Take one back to vouch for another.")
        )
        return _for_somebody(request, signature, theirs, clean, form=form, status=409)
    return _see_other("link_vouch", signature)


@require_POST
@with_signature
def end(_request: HttpRequest, signature: Signature, vouch_id: int) -> HttpResponse:
    """Whoever gave it takes it back; whoever it is for refuses it. Nobody else knows of it."""
    vouch = Vouch.objects.filter(pk=min(vouch_id, _MOST_IDS)).first()
    if vouch is None or signature.pk not in (vouch.voucher_id, vouch.signature_id):
        raise Http404
    giving.end(vouch=vouch)
    is_mine = signature.pk == vouch.voucher_id
    return _see_other("link_vouch" if is_mine else "link_proofs", signature)


@dataclass(frozen=True, slots=True, kw_only=True)
class Received(PageContext):
    """What the page of proofs shows of vouching to whom it may help; to others, nothing."""

    vouching_code: str = ""
    vouches: Iterable[Vouch] = ()


def received(signature: Signature) -> Received:
    if not giving.may_be_vouched_for(signature=signature):
        return Received()
    standing = Vouch.objects.filter(signature=signature, revoked_at=None)
    return Received(
        vouching_code=codes.shown(codes.code_for(signature=signature)),
        vouches=standing.select_related("voucher").order_by("pk"),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenContext(PageContext):
    signer: SignerPage
    form: VouchingCodeForm
    vouches: Sequence[Vouch]
    may_vouch: bool
    is_full: bool
    errors: bool


def _given(
    request: HttpRequest,
    signature: Signature,
    *,
    form: VouchingCodeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    standing = Vouch.objects.filter(voucher=signature, revoked_at=None)
    vouches = list(standing.select_related("signature").order_by("pk"))
    context = GivenContext(
        signer=signer_page(signature, "link_vouch"),
        form=form or VouchingCodeForm(),
        vouches=vouches,
        may_vouch=giving.may_vouch(signature=signature),
        is_full=len(vouches) >= giving.MAX_VOUCHES,
        errors=bool(form and form.errors),
    )
    return render_page(request, "signatures/vouching/given.html", context, status=status)


def _refused(
    request: HttpRequest, signature: Signature, form: VouchingCodeForm, error: Exception
) -> HttpResponse:
    if isinstance(error, ProofRefused):
        form.add_error("code", error.sentence)
        return _given(request, signature, form=form, status=429)
    form.add_error(
        "code",
        _("Nobody else who signed this letter has this code now. Please compare it, or ask them."),
    )
    return _given(request, signature, form=form, status=422)


@dataclass(frozen=True, slots=True, kw_only=True)
class VouchContext(PageContext):
    signer: SignerPage
    theirs: Signature
    code: str
    form: VouchForm
    already: bool
    errors: bool


def _for_somebody(
    request: HttpRequest,
    signature: Signature,
    theirs: Signature,
    code: str,
    *,
    form: VouchForm | None = None,
    status: int = 200,
) -> HttpResponse:
    already = Vouch.objects.filter(voucher=signature, signature=theirs, revoked_at=None)
    context = VouchContext(
        signer=signer_page(signature, "link_vouch_for", code),
        theirs=theirs,
        code=code,
        form=form or VouchForm(initial={"seen": theirs.revision}),
        already=already.exists(),
        errors=bool(form and form.errors),
    )
    return render_page(request, "signatures/vouching/for_somebody.html", context, status=status)


def _see_other(name: str, signature: Signature, *args: object) -> HttpResponse:
    token = links.token_for(signature=signature)
    return HttpResponseRedirect(reverse(name, args=(token, *args)), status=303)
