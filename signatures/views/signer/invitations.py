"""Behind the link of an invitation to sign first, or to confirm what was signed on paper: the very
text, then yes or no, once.

Once it is over, the page tells only that: neither the letter nor anybody's name.
"""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from campaign.letters.models import Letter, LetterState, Text, Translation
from campaign.letters.texts import current_text
from campaign.pages import render_page
from signatures import links
from signatures.details import Details
from signatures.errors import InvitationOver, LetterNotOpen, LinkUnknown, TextReplaced
from signatures.forms.signer.agreeing import AgreeForm
from signatures.forms.signer.invitations import InvitedSignForm
from signatures.invitations import answering
from signatures.models import InvitationState, SigningInvitation
from signatures.moderation import precautions
from signatures.views.public.base import SitePage, interface_languages, translation_here
from signatures.views.public.letters import ShownText, shown_text
from signatures.views.signer.base import private, see_other

_GONE = 410


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationContext(SitePage):
    letter: Letter
    invitation: SigningInvitation
    invitation_token: str
    by_agent: bool
    text: Text
    words: ShownText
    # Whether it opens to everybody later.
    opens_at: datetime | None
    # Of the letter's embargo, while it lasts.
    until: datetime | None
    form: InvitedSignForm
    decline_form: AgreeForm
    errors: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationOverContext(SitePage):
    # "accepted", "declined", "revoked", "lapsed", "closed", "paused" or "unknown".
    why: str
    # Whether it was about a signature on paper, as far as anybody may know.
    is_imported: bool


# A mailbox posts from its own servers (RFC 8058), and who knows the token may.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@private
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """A POST that says neither yes nor no does nothing, and shows the page."""
    now = timezone.now()
    try:
        found = links.invitation_behind(token)
    except LinkUnknown:
        return _over(request, token, "unknown", status=404)
    if request.POST.get("List-Unsubscribe") == "One-Click":
        answering.decline(invitation=found, now=now)
        return HttpResponse(_("You get no more of these."), "text/plain; charset=utf-8")
    if over := _why_over(found, now=now):
        answered = over in (InvitationState.ACCEPTED, InvitationState.DECLINED)
        return _over(request, token, over, found, status=200 if answered else _GONE)
    text = current_text(letter=found.letter)
    if text is None:
        return _over(request, token, "closed", status=_GONE)
    shown = translation_here(text)
    if request.POST.get("answer") == "sign":
        return _accept(request, token, found, text, shown)
    if request.POST.get("answer") == "no":
        return _decline(request, token, found, text, shown)
    return _page(request, token, found, text, shown)


def _accept(
    request: HttpRequest, token: str, found: SigningInvitation, text: Text, shown: Translation
) -> HttpResponse:
    form = InvitedSignForm(request.POST, letter=found.letter, by_agent=bool(found.agent_email))
    if not form.is_valid():
        return _page(request, token, found, text, shown, form=form, status=422)
    if form.cleaned_data["text"] != shown.sha256:
        return _read_again(request, token, found, text, form)
    letter = found.letter
    try:
        answering.accept(
            invitation=found,
            letter=letter,
            translation=shown,
            details=Details.from_cleaned(form.cleaned_data),
            language=get_language() or "en",
            network_key=precautions.network_key(request=request, letter_id=letter.pk) or None,
            least_age=form.said_age,
            given=form.given,
            now=timezone.now(),
        )
    except TextReplaced:
        return _read_again(request, token, found, current_text(letter=letter) or text, form)
    except (InvitationOver, LetterNotOpen):
        # By another press, or closed at this moment: the page tells.
        pass
    return see_other("invitation_to_sign", token)


def _decline(
    request: HttpRequest, token: str, found: SigningInvitation, text: Text, shown: Translation
) -> HttpResponse:
    form = _decline_form(found, request)
    if not form.is_valid():
        return _page(request, token, found, text, shown, decline_form=form, status=422)
    say_no = answering.deny if found.collected else answering.decline
    say_no(invitation=found, now=timezone.now())
    return see_other("invitation_to_sign", token)


def _why_over(found: SigningInvitation, *, now: datetime) -> str:
    if found.state != InvitationState.OPEN:
        return str(found.state)
    if found.letter.is_paused:
        return "paused"
    if found.letter.state == LetterState.DRAFT:
        return "unknown"
    return "" if found.letter.is_open(now=now, to_invited=True) else "closed"


def _read_again(
    request: HttpRequest, token: str, found: SigningInvitation, text: Text, form: InvitedSignForm
) -> HttpResponse:
    shown = translation_here(text)
    form.data = request.POST.dict() | {"text": shown.sha256}
    form.add_error(
        None, _("The text was changed since you opened this page. Please read it once more.")
    )
    return _page(request, token, found, text, shown, form=form, status=409)


def _decline_form(found: SigningInvitation, request: HttpRequest | None = None) -> AgreeForm:
    label = _("I do not sign this letter, and want no more e-mail about this invitation.")
    if found.collected:
        label = _("I did not sign this letter. Delete my address, and write no more about it.")
    return AgreeForm(request.POST if request else None, label=label, prefix="no")


def _page(
    request: HttpRequest,
    token: str,
    found: SigningInvitation,
    text: Text,
    shown: Translation,
    *,
    form: InvitedSignForm | None = None,
    decline_form: AgreeForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now, by_agent = timezone.now(), bool(found.agent_email)
    initial = {"name": found.name, "text": shown.sha256, **(found.said or {})}
    context = InvitationContext(
        letter=found.letter,
        invitation=found,
        invitation_token=token,
        by_agent=by_agent,
        text=text,
        words=shown_text(shown, text),
        until=found.letter.embargo_until if found.letter.is_under_embargo else None,
        opens_at=found.letter.opens_at if found.letter.opens_later(now=now) else None,
        form=form or InvitedSignForm(initial=initial, letter=found.letter, by_agent=by_agent),
        decline_form=decline_form or _decline_form(found),
        errors=bool((form and form.errors) or (decline_form and decline_form.errors)),
        languages=interface_languages("invitation_to_sign", token),
    )
    name = "imported" if found.collected else "invitation"
    return render_page(request, f"signatures/signer/{name}.html", context, status=status)


def _over(
    request: HttpRequest,
    token: str,
    why: str,
    found: SigningInvitation | None = None,
    *,
    status: int,
) -> HttpResponse:
    context = InvitationOverContext(
        why=why,
        is_imported=bool(found and found.collected),
        languages=interface_languages("invitation_to_sign", token),
    )
    return render_page(request, "signatures/signer/invitation_over.html", context, status=status)
