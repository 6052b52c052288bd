"""Signing, and the page that waits for the confirmation."""

from dataclasses import asdict, dataclass, replace

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from campaign import limits, proof_of_work
from campaign.letters.models import Letter, LetterState, Text, Translation
from campaign.letters.texts import current_text
from campaign.pages import render_page
from signatures import addresses, campaign_tags, signing
from signatures.addresses import shown_address
from signatures.confirmation import confirm_by_code
from signatures.details import Details
from signatures.errors import DetailsChanged, LetterNotOpen, LinkExpired, TextReplaced, WrongCode
from signatures.forms.signer import questions
from signatures.forms.signer.signing import CorrectForm, InboxForm, SignForm
from signatures.links import token_for
from signatures.models import Signature
from signatures.moderation import attacks, precautions, room
from signatures.naming import Choice
from signatures.notifications.deliveries import refusal_since
from signatures.tickets import Ticket, TicketVoid, open_ticket, seal, sealed_at
from signatures.views.public.base import (
    NamedUnder,
    SitePage,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.letters import letter_context
from signatures.views.signer.base import private, see_other
from signatures.views.signer.refusals import (
    said_not_delivered,
    said_too_many_codes,
    try_again_in,
    with_wait,
)


@require_POST
@private
def sign(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    shown = translation_here(text)
    form = SignForm(request.POST, letter=letter)
    if not form.is_valid():
        return _letter_again(request, letter, text, shown, form, status=422)
    if form.cleaned_data["text"] not in ("", shown.sha256):
        form.data = request.POST.dict() | {"text": shown.sha256}
        form.add_error(
            None, _("The text was changed since you opened this page. Please read it once more.")
        )
        return _letter_again(request, letter, text, shown, form, status=409)
    is_proved = _is_proved(request, letter)
    if not is_proved and "without_work" not in request.POST:
        challenge = proof_of_work.challenge(about=_about(letter), now=timezone.now())
        return _letter_again(request, letter, text, shown, form, status=428, challenge=challenge)
    if seconds := _too_many_signed(request, letter, is_proved=is_proved):
        form.add_error(None, _said_too_many(seconds))
        return with_wait(_letter_again(request, letter, text, shown, form, status=429), seconds)
    details = Details.from_cleaned(form.cleaned_data)
    email = form.cleaned_data["email"]
    try:
        signed = signing.sign(
            letter=letter,
            translation=shown,
            email=email,
            details=details,
            language=get_language() or "en",
            network_key=precautions.network_key(request=request, letter_id=letter.pk) or None,
            without_work=not is_proved,
            least_age=form.said_age,
            came_from=campaign_tags.known(
                letter=letter,
                tag=form.cleaned_data["campaign_tag"],
                is_named=details.consent_publish,
            ),
            given=form.given,
        )
    except LetterNotOpen:
        return _letter_again(request, letter, text, shown, form, status=409)
    ticket = Ticket(signed, letter.pk, email, details, shown.pk, form.said_age, form.given)
    return _to_inbox(letter, ticket)


@require_http_methods(["GET", "HEAD", "POST"])
@private
def inbox(request: HttpRequest, slug: str, ticket: str) -> HttpResponse:
    letter, text = _letter_of(slug, ticket)
    try:
        opened = _open_here(ticket, letter)
    except TicketVoid:
        return _inbox_page(request, letter, text, ticket, None, status=410)
    if request.method != "POST":
        return _inbox_page(request, letter, text, ticket, opened)
    form = InboxForm(request.POST, details=opened.details)
    if not form.is_valid():
        return _inbox_page(request, letter, text, ticket, opened, code_form=form, status=422)
    network, factor = limits.network_key(request), letter.network_factor
    if not limits.peek(limits.Limit.CODE_FROM_NETWORK, network, factor=factor):
        seconds = limits.wait_seconds(limits.Limit.CODE_FROM_NETWORK, network, factor=factor)
        form.add_error("code", said_too_many_codes(seconds))
        page = _inbox_page(request, letter, text, ticket, opened, code_form=form, status=429)
        return with_wait(page, seconds)
    signature = (
        Signature.objects.select_related("letter", "translation")
        .filter(pk=opened.signed.signature_id)
        .first()
    )
    try:
        if signature is None:
            raise WrongCode
        try:
            confirm_by_code(
                signature=signature,
                expected_revision=opened.signed.revision,
                code=form.cleaned_data["code"],
                choice=_choice(form),
            )
        except TextReplaced:
            # The code was right: behind the link they read what stands now, and sign it or not.
            return see_other("link", token_for(signature=signature))
    except WrongCode:
        limits.hit(limits.Limit.CODE_FROM_NETWORK, network, factor=factor)
        form.add_error(
            "code",
            _(
                "This is not the code from the newest e-mail. After five tries only the link in "
                "the e-mail works."
            ),
        )
        return _inbox_page(request, letter, text, ticket, opened, code_form=form, status=422)
    except (DetailsChanged, LinkExpired):
        form.add_error("code", _("Your details changed since. Please use the link in the e-mail."))
        return _inbox_page(request, letter, text, ticket, opened, code_form=form, status=409)
    except LetterNotOpen:
        form.add_error("code", _not_open_words(signature))
        return _inbox_page(request, letter, text, ticket, opened, code_form=form, status=409)
    return see_other("link_thanks", token_for(signature=signature))


@require_POST
@private
def resend(request: HttpRequest, slug: str, ticket: str) -> HttpResponse:
    letter, text = _letter_of(slug, ticket)
    try:
        opened = _open_here(ticket, letter)
    except TicketVoid:
        return _inbox_page(request, letter, text, ticket, None, status=410)
    signing.send_again(signature_id=opened.signed.signature_id)
    return HttpResponseRedirect(f"{reverse('inbox', args=[slug, ticket])}?resent=1", status=303)


@require_POST
@private
def correct(request: HttpRequest, slug: str, ticket: str) -> HttpResponse:
    """Sign with the corrected address and take back what went to the mistyped one."""
    letter, text = _letter_of(slug, ticket)
    try:
        opened = _open_here(ticket, letter)
    except TicketVoid:
        return _inbox_page(request, letter, text, ticket, None, status=410)
    form = CorrectForm(request.POST)
    if not form.is_valid():
        return _inbox_page(request, letter, text, ticket, opened, correct_form=form, status=422)
    # One proof of work is for one address.
    is_proved = not precautions.asks_for_work(letter_id=letter.pk)
    if seconds := _too_many_signed(request, letter, is_proved=is_proved):
        form.add_error("email", _said_too_many(seconds))
        page = _inbox_page(request, letter, text, ticket, opened, correct_form=form, status=429)
        return with_wait(page, seconds)
    email = form.cleaned_data["email"]
    read = _read_before(opened, text) if opened.translation_id else translation_here(text)
    if read is None:
        return _read_once_more(request, letter, text, opened, email)
    came_from = signing.came_from(signed=opened.signed)
    if addresses.email_key(email) != addresses.email_key(opened.email):
        signing.discard(signed=opened.signed)
    try:
        signed = signing.sign(
            letter=letter,
            translation=read,
            email=email,
            details=opened.details,
            language=get_language() or "en",
            network_key=precautions.network_key(request=request, letter_id=letter.pk) or None,
            without_work=not is_proved,
            least_age=opened.least_age,
            came_from=came_from,
            given=opened.given,
        )
    except LetterNotOpen:
        return see_other("letter", slug)
    return _to_inbox(letter, replace(opened, signed=signed, email=email, translation_id=read.pk))


def _read_before(opened: Ticket, text: Text) -> Translation | None:
    """What they read when they signed, if it still stands."""
    translations = text.translations.all()
    return next((each for each in translations if each.pk == opened.translation_id), None)


def _read_once_more(
    request: HttpRequest, letter: Letter, text: Text, opened: Ticket, email: str
) -> HttpResponse:
    """The letter as it stands now, with what they typed."""
    shown = translation_here(text)
    typed = asdict(opened.details) | {"email": email, "text": shown.sha256}
    typed["of_age"] = "on" if opened.least_age else ""
    typed |= {questions.name_of(pk): value for pk, value in opened.given.items()}
    form = SignForm(typed, letter=letter)
    form.add_error(
        None, _("The text was changed since you opened this page. Please read it once more.")
    )
    return _letter_again(request, letter, text, shown, form, status=409)


def _about(letter: Letter) -> str:
    return f"letter {letter.pk}"


def _is_proved(request: HttpRequest, letter: Letter) -> bool:
    """Whether the browser did the work that is asked for under attack. A solution is used up."""
    if not precautions.asks_for_work(letter_id=letter.pk):
        return True
    return proof_of_work.is_solved(request.POST.get("work", ""), about=_about(letter))


def _too_many_signed(request: HttpRequest, letter: Letter, *, is_proved: bool) -> int:
    """For how many seconds nobody from this network can sign; zero counts one signing."""
    now, network = timezone.now(), limits.network_key(request)
    factor = room.factor(letter=letter, now=now)
    asked = [limits.Limit.SIGN_FROM_NETWORK]
    if not is_proved:
        asked.insert(0, limits.Limit.UNPROVED_FROM_NETWORK)
    for limit in asked:
        if not limits.hit(limit, network, factor=factor):
            attacks.refused(letter=letter, now=now)
            return limits.wait_seconds(limit, network, factor=factor)
    return 0


def _said_too_many(seconds: int) -> str:
    told = _("Very many signatures came from your network. Nothing that you typed is lost.")
    return f"{told} {try_again_in(seconds)}"


def _choice(form: InboxForm) -> Choice | None:
    publish = form.cleaned_data.get("consent_publish")
    return None if publish is None else Choice(publish, get_language() or "en")


def _as_shown(details: Details) -> Signature:
    """As the templates read it; it is stored nowhere."""
    return Signature(**asdict(details))


def _letter_of(slug: str, ticket: str) -> tuple[Letter, Text]:
    """A letter under embargo is there for anyone who was let sign it."""
    try:
        return public_letter(slug)
    except Http404:
        pass
    try:
        letter_id = open_ticket(ticket).letter_id
    except TicketVoid:
        raise Http404 from None
    published = Letter.objects.filter(state__in=LetterState.published())
    letter = get_object_or_404(published, pk=letter_id, slug=slug)
    text = current_text(letter=letter)
    if text is None:
        raise Http404
    return letter, text


def _open_here(ticket: str, letter: Letter) -> Ticket:
    opened = open_ticket(ticket)
    if opened.letter_id != letter.pk:
        raise TicketVoid
    return opened


def _not_open_words(signature: Signature | None) -> str:
    if signature is not None and signature.letter.is_paused:
        return _("Signing is paused by a technical fault on our side. Please try again later.")
    return _("The letter was closed meanwhile, so it cannot be signed now.")


def _to_inbox(letter: Letter, ticket: Ticket) -> HttpResponse:
    return see_other("inbox", letter.slug, seal(ticket))


def _letter_again(
    request: HttpRequest,
    letter: Letter,
    text: Text,
    shown: Translation,
    form: SignForm,
    *,
    status: int,
    challenge: str = "",
) -> HttpResponse:
    context = letter_context(letter=letter, text=text, shown=shown, form=form, challenge=challenge)
    return render_page(request, "signatures/public/letter.html", context, status=status)


def _signed_text(text: Text, opened: Ticket | None) -> NamedUnder:
    """What they signed, under its own title; where it was replaced meanwhile, with what stands."""
    read = None
    if opened and opened.translation_id and not (read := _read_before(opened, text)):
        published = Translation.objects.filter(text__published_at__isnull=False)
        read = published.select_related("text").filter(pk=opened.translation_id).first()
    if read is None:
        return NamedUnder(translation=translation_here(text), replaced=None)
    return NamedUnder(translation=read, replaced=text if read.text.number != text.number else None)


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxContext(SitePage):
    letter: Letter
    named: NamedUnder
    ticket: str
    expired: bool
    email: str
    details: Signature | None
    resent: bool
    # Why the mail did not arrive, in a sentence.
    refused: str
    measure: str
    code_form: InboxForm | None
    correct_form: CorrectForm
    errors: bool


def _inbox_page(
    request: HttpRequest,
    letter: Letter,
    text: Text,
    ticket: str,
    opened: Ticket | None,
    *,
    code_form: InboxForm | None = None,
    correct_form: CorrectForm | None = None,
    status: int = 200,
) -> HttpResponse:
    email = opened.email if opened else ""
    refusal = (
        refusal_since(signature_id=opened.signed.signature_id, since=sealed_at(ticket))
        if opened
        else None
    )
    context = InboxContext(
        letter=letter,
        named=_signed_text(text, opened),
        ticket=ticket,
        expired=opened is None,
        email=shown_address(email) if email else "",
        details=_as_shown(opened.details) if opened else None,
        resent="resent" in request.GET,
        refused=said_not_delivered(refusal) if refusal is not None else "",
        measure=signing.measure(),
        code_form=code_form or (InboxForm(details=opened.details) if opened else None),
        correct_form=correct_form or CorrectForm(initial={"email": email}),
        errors=bool((code_form and code_form.errors) or (correct_form and correct_form.errors)),
        languages=letter_languages(text, "inbox", letter.slug, ticket),
    )
    return render_page(request, "signatures/signer/inbox.html", context, status=status)
