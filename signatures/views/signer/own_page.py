"""Behind the link in each e-mail: first the button that confirms, later the signer's own page."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from campaign.letters import asking
from campaign.letters.models import Letter, SignerWords, Translation
from campaign.letters.texts import current_text, translation_for
from campaign.pages import PageContext, render_page
from campaign.parsing import whole_number
from campaign.templatetags.locale_format import number as in_digits
from signatures import (
    answers,
    confirmation,
    denial,
    editing,
    forgetting,
    links,
    naming,
    new_text,
    opening,
    signing,
    withdrawal,
)
from signatures.details import Details
from signatures.errors import (
    DetailsChanged,
    LetterNotOpen,
    LinkExpired,
    NotSigned,
    TextReplaced,
)
from signatures.forms.signer.agreeing import AgreeForm
from signatures.forms.signer.signing import DENY, SIGN, AnswerForm, EditForm, age_to_say
from signatures.listing.queries import with_proofs
from signatures.models import (
    Authority,
    Kind,
    Proof,
    Removal,
    Signature,
    SignatureState,
    UnnamedVetting,
)
from signatures.moderation import contact, decisions, precautions, removal, unreachable
from signatures.notifications import leaving
from signatures.verification.vouching import giving
from signatures.views.public.letters import shown_text
from signatures.views.signer.base import (
    NoticeContext,
    OwnContext,
    own_context,
    problem,
    see_other,
    with_signature,
)

_NAMED = {"on": True, "off": False}
_ON_OWN_PAGE = (SignatureState.CONFIRMED, SignatureState.HELD)


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def link(request: HttpRequest, signature: Signature) -> HttpResponse:
    if request.method == "POST":
        return _confirm(request, signature)
    if signature.state in _ON_OWN_PAGE:
        return _own_page(request, signature)
    if signature.state in (SignatureState.REJECTED, SignatureState.REMOVED):
        return _not_shown(request, signature)
    if signature.state == SignatureState.WITHDRAWN:
        return render_page(request, "signatures/signer/withdrawn.html", own_context(signature))
    return _waiting(request, signature, AnswerForm(signature=signature))


@dataclass(frozen=True, slots=True, kw_only=True)
class ThanksContext(PageContext):
    own: OwnContext
    said: SignerWords | None
    number: int | None
    number_url: str


@require_safe
@with_signature
def thanks(request: HttpRequest, signature: Signature) -> HttpResponse:
    token = links.token_for(signature=signature)
    if signature.state not in _ON_OWN_PAGE:
        return see_other("link", token)
    context = ThanksContext(
        own=own_context(signature, "link_thanks"),
        said=_said_to_signers(signature),
        number=signature.number,
        number_url=reverse("link_number", args=[token]),
    )
    return render_page(request, "signatures/signer/thanks.html", context)


def _answered(signature: Signature) -> Sequence[answers.Answered]:
    return answers.answered(signature=signature) if signature.letter.has_questions else ()


def _said_to_signers(signature: Signature) -> SignerWords | None:
    spoken = (get_language() or "en", signature.translation.language)
    return asking.words_for(letter=signature.letter, languages=spoken)


@require_safe
@with_signature
def own_number(_request: HttpRequest, signature: Signature) -> HttpResponse:
    number = signature.number if signature.state == SignatureState.CONFIRMED else None
    return JsonResponse({"number": number, "shown": in_digits(number)})


@require_POST
@with_signature
def resend(request: HttpRequest, signature: Signature) -> HttpResponse:
    signing.send_again(signature_id=signature.pk)
    context = NoticeContext(
        title=_("We send a fresh link"),
        message="{} {}".format(
            _("It goes to the same address as before. The newest e-mail is the one to use."),
            signing.measure(),
        ),
    )
    return render_page(request, "signatures/signer/notice.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def edit(request: HttpRequest, signature: Signature) -> HttpResponse:
    if signature.state not in _ON_OWN_PAGE or request.method != "POST":
        return see_other("link", links.token_for(signature=signature))
    form = EditForm(request.POST, signature=signature)
    if not form.is_valid():
        return _own_page(request, signature, form=form, status=422)
    ending = editing.ending(signature=signature, name=form.cleaned_data["name"])
    if not form.is_new_name_meant(ending):
        return _own_page(request, signature, form=form, status=422)
    try:
        editing.edit(
            signature=signature,
            expected_revision=form.cleaned_data["seen"],
            details=Details.from_cleaned(form.cleaned_data),
            given=form.given,
            language=get_language() or "en",
            network=precautions.network_key(request=request, letter_id=signature.letter_id),
        )
    except (DetailsChanged, NotSigned):
        signature.refresh_from_db(fields=("revision", "state"))
        form.data = request.POST.dict() | {"seen": str(signature.revision)}
        form.add_error(
            None, _("This was changed elsewhere meanwhile. Please look once more, then save again.")
        )
        return _own_page(request, signature, form=form, status=409)
    token = links.token_for(signature=signature)
    return HttpResponseRedirect(f"{reverse('link', args=[token])}?saved=1", status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def name_or_not(request: HttpRequest, signature: Signature) -> HttpResponse:
    """One tap on the thanks page: to be named after all, or no longer."""
    token = links.token_for(signature=signature)
    named, revision = request.POST.get("consent_publish", ""), request.POST.get("seen", "")
    is_clear = request.method == "POST" and named in _NAMED and revision == str(signature.revision)
    if is_clear and signature.kind == Kind.PERSON and signature.name:
        details = replace(Details.of(signature), consent_publish=_NAMED[named])
        with suppress(DetailsChanged, NotSigned):
            editing.edit(
                signature=signature,
                expected_revision=signature.revision,
                details=details,
                language=get_language() or "en",
                network=precautions.network_key(request=request, letter_id=signature.letter_id),
            )
    return see_other("link_thanks", token)


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def unnamed_vetting(request: HttpRequest, signature: Signature) -> HttpResponse:
    """To ask to be vetted without being named, once the promise is read; or to ask it no longer."""
    answer = request.POST.get("answer", "") if request.method == "POST" else ""
    if answer == "ask":
        with suppress(NotSigned):
            forgetting.ask(signature=signature)
    elif answer == "take_back":
        forgetting.take_back(signature=signature)
    token = links.token_for(signature=signature)
    return HttpResponseRedirect(f"{reverse('link', args=[token])}#unnamed", status=303)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawContext(PageContext):
    own: OwnContext
    form: AgreeForm
    errors: bool
    named: bool
    removed: bool
    may_be_named: bool


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def withdraw(request: HttpRequest, signature: Signature) -> HttpResponse:
    token = links.token_for(signature=signature)
    if signature.state not in (*_ON_OWN_PAGE, SignatureState.REMOVED):
        return see_other("link", token)
    form = AgreeForm(
        request.POST if request.method == "POST" else None,
        label=_("I want to withdraw my signature."),
    )
    if form.is_valid():
        withdrawal.withdraw(signature=signature, named="named" in request.POST)
        return see_other("link", token)
    context = WithdrawContext(
        own=own_context(signature, "link_withdraw"),
        form=form,
        errors=bool(form.errors),
        named="named" in request.POST,
        removed=signature.state == SignatureState.REMOVED,
        may_be_named=withdrawal.may_be_named(signature=signature),
    )
    status = 422 if form.errors else 200
    return render_page(request, "signatures/signer/withdraw.html", context, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class SignTextContext(PageContext):
    own: OwnContext
    seen: int
    stale: bool
    form: AgreeForm
    errors: bool
    was_read: Translation
    body_html: SafeString
    authoritative: Translation | None


@require_http_methods(["GET", "HEAD", "POST"])
@with_signature
def sign_text(request: HttpRequest, signature: Signature) -> HttpResponse:
    """To read the text that stands, and to sign it as well: only by the button under it."""
    token = links.token_for(signature=signature)
    text = current_text(letter=signature.letter)
    if signature.state not in _ON_OWN_PAGE or text is None or text.number == signature.version:
        return see_other("link", token)
    if not opening.is_open_to(signature=signature, now=timezone.now()):
        return problem(request, _not_open(signature.letter), signature, status=409)
    stale = False
    form = AgreeForm(
        request.POST if request.method == "POST" else None,
        label=_("I have read this text, and sign it."),
    )
    if form.is_valid():
        try:
            new_text.sign_new_text(
                signature=signature,
                expected_revision=whole_number(request.POST.get("seen", "")) or 0,
                translation_id=whole_number(request.POST.get("text", "")) or 0,
            )
        except LetterNotOpen:
            return problem(request, _not_open(signature.letter), signature, status=409)
        except (DetailsChanged, TextReplaced, NotSigned):
            signature.refresh_from_db()
            text, stale = current_text(letter=signature.letter) or text, True
        else:
            return HttpResponseRedirect(f"{reverse('link', args=[token])}?saved=1", status=303)
    read = signature.translation
    shown = translation_for(text=text, language=read.language) or read
    words = shown_text(shown, text)
    context = SignTextContext(
        own=replace(
            own_context(signature, "link_text"), translation=words.translation, replaced=None
        ),
        seen=signature.revision,
        stale=stale,
        form=form,
        errors=bool(form.errors),
        was_read=read,
        body_html=words.body_html,
        authoritative=words.authoritative,
    )
    status = 409 if stale else 422 if form.errors else 200
    return render_page(request, "signatures/signer/sign_text.html", context, status=status)


def _confirm(request: HttpRequest, signature: Signature) -> HttpResponse:
    # By hand: all who confirm come by here, and most sent what can be read at once.
    answer, named = request.POST.get("answer"), request.POST.get("consent_publish", "")
    is_clear = answer in (SIGN, DENY) and named in ("", *_NAMED)
    least_age = age_to_say(signature)
    if least_age and answer == SIGN:
        is_clear = is_clear and request.POST.get("of_age") == "on"
    if signature.state != SignatureState.PENDING and (
        answer != SIGN or not is_clear or signature.state == SignatureState.WITHDRAWN
    ):
        return _answered_before(signature, answer)
    if not is_clear:
        return _waiting(
            request, signature, AnswerForm(request.POST, signature=signature), status=422
        )
    if answer == DENY:
        return _deny(signature)
    revision = request.POST.get("seen", "")
    try:
        confirmation.confirm(
            signature=signature,
            expected_revision=int(revision)
            if revision.isascii() and revision.isdigit() and len(revision) < 10
            else 0,
            choice=naming.Choice(_NAMED.get(named), get_language() or "en", least_age)
            if named or least_age
            else None,
            translation_id=whole_number(request.POST.get("text", "")),
        )
    except LinkExpired:
        return problem(request, "expired", signature, status=410)
    except LetterNotOpen:
        return problem(request, _not_open(signature.letter), signature, status=409)
    except DetailsChanged:
        # Show what it has become: they confirm what they see, never anything else.
        signature.refresh_from_db()
        shown = AnswerForm(signature=signature)
        return _waiting(request, signature, shown, changed=True, status=409)
    except TextReplaced:
        signature.refresh_from_db()
        return _waiting(request, signature, AnswerForm(signature=signature), status=409)
    return see_other("link_thanks", links.token_for(signature=signature))


def _answered_before(signature: Signature, answer: str | None) -> HttpResponse:
    """Who says that they did not sign what was confirmed meanwhile has to hear that it stands."""
    own_page = reverse("link", args=[links.token_for(signature=signature)])
    told = "?denied" if answer == DENY else ""
    return HttpResponseRedirect(f"{own_page}{told}", status=303)


def _not_open(letter: Letter) -> str:
    return "paused" if letter.is_paused else "closed"


def _deny(signature: Signature) -> HttpResponse:
    """Behind this link nothing is left; the next page is about the address."""
    if not denial.deny(signature=signature):
        return see_other("link", links.token_for(signature=signature))
    return see_other("leave", leaving.token_for(leaving.subscriber(signature=signature)))


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmContext(PageContext):
    own: OwnContext
    answered: Sequence[answers.Answered]
    was_read: Translation
    text_replaced: bool
    body_html: SafeString
    authoritative: Translation | None
    form: AnswerForm
    changed: bool
    until: datetime


def _waiting(
    request: HttpRequest,
    signature: Signature,
    form: AnswerForm,
    *,
    changed: bool = False,
    status: int = 200,
) -> HttpResponse:
    """What they are about to sign, or why they cannot."""
    if links.has_run_out(signature, now=timezone.now()):
        return problem(request, "expired", signature, status=410)
    if not opening.is_open_to(signature=signature, now=timezone.now()):
        return problem(request, _not_open(signature.letter), signature, status=409)
    read = signature.translation
    text = current_text(letter=signature.letter)
    replaced = text is not None and text.number != signature.version
    shown = read
    if text is not None and replaced:
        # What stands now, since only that can be signed.
        shown = translation_for(text=text, language=read.language) or read
    words = shown_text(shown, shown.text)
    context = ConfirmContext(
        own=replace(own_context(signature), translation=words.translation, replaced=None),
        answered=_answered(signature),
        was_read=read,
        text_replaced=replaced,
        body_html=words.body_html,
        authoritative=words.authoritative,
        form=form,
        changed=changed,
        until=links.confirm_until(signature),
    )
    return render_page(request, "signatures/signer/confirm.html", context, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class RemovedContext(PageContext):
    own: OwnContext
    organizers_address: str
    removal: Removal | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectedContext(PageContext):
    own: OwnContext
    organizers_address: str
    told: str


def _not_shown(request: HttpRequest, signature: Signature) -> HttpResponse:
    """By the organizers' decision: which, why, and how to reach them."""
    own = own_context(signature)
    address = contact.address_of(letter=signature.letter, language=get_language() or "en")
    if signature.state == SignatureState.REMOVED:
        removed = RemovedContext(
            own=own,
            organizers_address=address,
            removal=removal.standing(signature=signature).first(),
        )
        return render_page(request, "signatures/signer/removed.html", removed)
    rejected = RejectedContext(
        own=own, organizers_address=address, told=decisions.told_to_signer(signature=signature)
    )
    return render_page(request, "signatures/signer/rejected.html", rejected)


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnPageContext(PageContext):
    own: OwnContext
    answered: Sequence[answers.Answered]
    said: SignerWords | None
    proofs: Sequence[Proof]
    authority: Authority | None
    edit_form: EditForm
    hears: bool
    # When mail to the address came back last.
    unreachable_since: datetime | None
    leave_token: str
    may_vouch: bool
    unnamed_vetting: UnnamedVetting | None
    is_vetted: bool
    saved: bool
    # Too late: it had been confirmed before.
    denied: bool
    errors: bool


def _own_page(
    request: HttpRequest,
    signature: Signature,
    *,
    form: EditForm | None = None,
    status: int = 200,
) -> HttpResponse:
    shown = with_proofs([signature])[0]
    context = OwnPageContext(
        own=own_context(signature),
        answered=_answered(signature),
        said=_said_to_signers(signature),
        proofs=shown.proofs,
        authority=shown.authority,
        edit_form=form or EditForm(signature=signature),
        hears=leaving.hears(signature=signature),
        unreachable_since=unreachable.since(signature=signature),
        leave_token=leaving.token_for(leaving.subscriber(signature=signature)),
        may_vouch=giving.may_vouch(signature=signature),
        unnamed_vetting=forgetting.of(signature=signature),
        is_vetted=forgetting.is_vetted(signature=signature),
        saved="saved" in request.GET,
        denied="denied" in request.GET,
        errors=bool(form is not None and form.errors),
    )
    return render_page(request, "signatures/signer/own_page.html", context, status=status)
