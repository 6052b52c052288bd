"""First signatories at the desk: inviting people by name, and who said yes, no, or nothing yet."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from campaign import languages
from campaign.keyset import page_of
from campaign.letters.models import Letter, LetterState
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    may_vet,
)
from campaign.pages import PageContext
from campaign.parsing import whole_number
from campaign.templatetags.locale_format import number
from signatures.errors import (
    InvitationLimit,
    InvitationOver,
    InvitedAlready,
    LetterNotOpen,
    NothingToRemind,
)
from signatures.forms.desk.invitations import InviteForm
from signatures.invitations import inviting
from signatures.models import InvitationState, SignatureState, SigningInvitation

ROWS_ON_PAGE = 100
_MOST_IDS = 2**63 - 1


@dataclass(frozen=True, slots=True)
class InvitationRow:
    invitation: SigningInvitation
    standing: str
    may_revoke: bool
    may_remind: bool
    # Of what they signed, for those who may vet it.
    public_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class InvitationsContext(PageContext):
    about: AboutLetter
    may_invite: bool
    is_draft: bool
    form: InviteForm
    errors: bool
    rows: Sequence[InvitationRow]
    next_page: int | None
    said: dict[str, int]
    to_remind: int
    unanswered_days: int
    closed_days: int


@desk_view("GET", "HEAD", "POST")
def invitations(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    form = InviteForm(initial={"language": languages.interface_for(get_language() or "en")})
    if request.method == "POST":
        form = InviteForm(request.POST)
        if form.is_valid() and _invite(request, letter, form):
            return _back(slug)
    return invitations_page(request, letter, form=form)


def invitations_page(request: DeskRequest, letter: Letter, *, form: InviteForm) -> HttpResponse:
    now = timezone.now()
    remindable = inviting.to_remind(letter=letter, now=now)
    may_remind = letter.is_open(now=now, to_invited=True)
    waiting = set(remindable.values_list("pk", flat=True)) if may_remind else set()
    ordered = inviting.of_letter(letter=letter).select_related("signature").order_by("-pk")
    after = whole_number(request.GET.get("after", ""), most=_MOST_IDS)
    shown = page_of(
        ordered.filter(pk__lt=after) if after else ordered,
        size=ROWS_ON_PAGE,
        cursor=lambda each: each.pk,
    )
    vets = may_vet(request, letter)
    context = InvitationsContext(
        about=about(letter),
        may_invite=inviting.may_invite(letter=letter, now=now),
        is_draft=letter.state == LetterState.DRAFT,
        form=form,
        errors=bool(form.errors),
        rows=[
            InvitationRow(
                invitation=each,
                standing=_standing(each),
                may_revoke=each.state == InvitationState.OPEN,
                may_remind=each.pk in waiting,
                public_id=_public_id(each) if vets else "",
            )
            for each in shown.rows
        ],
        next_page=shown.next,
        said=_said(letter),
        to_remind=len(waiting),
        unanswered_days=inviting.UNANSWERED_FOR.days,
        closed_days=inviting.AFTER_CLOSING_FOR.days,
    )
    status = 422 if form.errors else 200
    return desk_page(
        request, "signatures/desk/invitations/invitations.html", context, status=status
    )


@desk_view("POST")
def revoke(request: DeskRequest, slug: str, invitation_id: int) -> HttpResponse:
    found = _found(letter_to_change(request, slug), invitation_id)
    try:
        inviting.revoke(invitation=found, organizer=request.user, now=timezone.now())
    except InvitationOver:
        messages.error(request, _("It was answered or taken back meanwhile."))
    else:
        messages.success(
            request, _("Taken back. Its link opens nothing any more, and the address is deleted.")
        )
    return _back(slug)


@desk_view("POST")
def remind(request: DeskRequest, slug: str, invitation_id: int | None = None) -> HttpResponse:
    """One of them, or all that wait."""
    letter = letter_to_change(request, slug)
    if invitation_id is not None:
        invitation_id = _found(letter, invitation_id).pk
    try:
        reminded = inviting.remind(
            letter=letter,
            organizer=request.user,
            now=timezone.now(),
            invitation_id=invitation_id,
        )
    except NothingToRemind:
        messages.error(
            request,
            _("Nobody is to be reminded: each gets one reminder, two days after the first e-mail."),
        )
    except LetterNotOpen:
        messages.error(request, _("The letter cannot be signed now, so nobody is reminded."))
    else:
        said = ngettext(
            "%(n)s person is reminded. Nobody gets a second reminder.",
            "%(n)s people are reminded. Nobody gets a second reminder.",
            reminded,
        )
        messages.success(request, said % {"n": number(reminded)})
    return _back(slug)


def _invite(request: DeskRequest, letter: Letter, form: InviteForm) -> bool:
    try:
        inviting.invite(
            letter=letter,
            organizer=request.user,
            invitee=form.invitee(),
            now=timezone.now(),
        )
    except InvitedAlready:
        form.add_error(
            "email",
            _("This address was invited before. Nobody is asked again, whatever they answered."),
        )
    except InvitationLimit:
        form.add_error(None, said_limit())
    except LetterNotOpen:
        form.add_error(None, said_closed())
    else:
        messages.success(
            request,
            _("Prepared. The e-mail goes out once the letter is published.")
            if letter.state == LetterState.DRAFT
            else _("Invited. The e-mail is on its way."),
        )
        return True
    return False


def said_limit() -> str:
    return _(
        "As many people were invited today as may be: of this letter, at this mail domain, or by "
        "all letters to this address. Please try again tomorrow."
    )


def said_closed() -> str:
    return _("The letter is closed, so nobody can be invited to sign it.")


def _found(letter: Letter, invitation_id: int) -> SigningInvitation:
    mine = inviting.of_letter(letter=letter).select_related("letter__team")
    return get_object_or_404(mine, pk=min(invitation_id, _MOST_IDS))


def _back(slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk_invitations", args=[slug]), status=303)


def _said(letter: Letter) -> dict[str, int]:
    """How many said yes, no, and nothing yet."""
    return inviting.of_letter(letter=letter).aggregate(
        yes=Count("pk", filter=Q(state=InvitationState.ACCEPTED)),
        no=Count("pk", filter=Q(state=InvitationState.DECLINED)),
        open=Count("pk", filter=Q(state=InvitationState.OPEN)),
    )


def _public_id(invitation: SigningInvitation) -> str:
    signed = invitation.signature
    is_there = signed is not None and signed.state != SignatureState.PENDING
    return signed.public_id if signed and is_there else ""


def _standing(invitation: SigningInvitation) -> str:
    """In words. Of what they signed only that they did: who may not vet sees no more of it."""
    match invitation.state:
        case InvitationState.ACCEPTED:
            signed = invitation.signature
            if signed is None:
                return _("An agent signed, and the person did not confirm it")
            if signed.state == SignatureState.PENDING:
                return _("An agent signed; the person has not confirmed it yet")
            return _("Yes")
        case InvitationState.DECLINED:
            return _("No")
        case InvitationState.REVOKED:
            return _("Taken back")
    if invitation.returned_at:
        return _("The e-mail came back, or this address wants none")
    if invitation.mailed_at is None:
        return _("Not sent yet")
    if invitation.reminded_at:
        return _("No answer yet; reminded")
    return _("No answer yet")
