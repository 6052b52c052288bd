"""The list as its organizers keep it: find a signature, take it off, put it back, attest it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters.models import Letter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_curate,
    letter_to_vet,
    may_vet,
)
from campaign.pages import PageContext
from campaign.parsing import whole_number
from signatures.errors import (
    DetailsChanged,
    NotConfirmed,
    NothingChanged,
    NotNotable,
    NotRemoved,
    TooManyNotables,
)
from signatures.forms.desk.curating import DoubtForm, FindForm, LookUpForm, RemoveForm, RestoreForm
from signatures.forms.desk.vetting import CallBackForm, SeenForm, VetForm
from signatures.models import Because, Notable, Removal, Signature, SignatureState, Vetting
from signatures.moderation import attestation, pinning, recheck, removal, search
from signatures.moderation import queue as queueing
from signatures.verification import attested
from signatures.views.desk.signature_context import SignatureContext, beside, whole_address

_ATTESTING = ("vet", "call_back", "confirm_changes")
_PINNING = ("pin", "unpin")
_DEEDS = ("remove", "restore", "doubt", *_PINNING, *_ATTESTING)


@desk_view("GET", "HEAD")
def signatures(request: DeskRequest, slug: str) -> HttpResponse:
    return _signatures_page(request, letter_to_curate(request, slug))


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturesContext(PageContext):
    about: AboutLetter
    filter_form: FindForm
    filtered: bool
    rows: Sequence[Signature]
    look_up_form: LookUpForm | None
    next_url: str | None
    first_url: str | None


def _signatures_page(
    request: DeskRequest,
    letter: Letter,
    *,
    look_up_form: LookUpForm | None = None,
    status: int = 200,
) -> HttpResponse:
    slug = letter.slug
    private = may_vet(request, letter)
    form = FindForm(request.GET, private=private)
    asked = form.asked()
    after = whole_number(request.GET.get("after", "")) or None
    page = search.page(letter=letter, after=after, private=private, **asked)
    told = {name: value for name, value in asked.items() if value}
    here = reverse("desk_signatures", args=[slug])
    context = SignaturesContext(
        about=about(letter),
        filter_form=form,
        filtered=bool(told),
        rows=page.rows,
        look_up_form=(look_up_form or LookUpForm()) if private else None,
        next_url=f"{here}?{urlencode(told | {'after': page.next})}" if page.next else None,
        first_url=(f"{here}?{urlencode(told)}" if told else here) if after else None,
    )
    return desk_page(request, "signatures/desk/curating/signatures.html", context, status=status)


@desk_view("GET", "HEAD", "POST")
def look_up(request: DeskRequest, slug: str) -> HttpResponse:
    """Whose signature has exactly this address; each look is in the audit trail. By POST, so that
    the address is in no log and no history."""
    letter = letter_to_vet(request, slug)
    if request.method != "POST":
        return redirect("desk_signatures", slug)
    form = LookUpForm(request.POST)
    if not form.is_valid():
        return _signatures_page(request, letter, look_up_form=form, status=422)
    found = search.look_up(letter=letter, organizer=request.user, email=form.cleaned_data["email"])
    if found is None:
        messages.info(request, _("No confirmed signature has this address."))
        return _see_other("desk_signatures", slug)
    return _see_other("desk_signature", slug, found.public_id)


@desk_view("GET", "HEAD", "POST")
def signature(request: DeskRequest, slug: str, public_id: str) -> HttpResponse:
    """One that does not wait for a decision; what waits is looked at in the queue."""
    letter = letter_to_curate(request, slug)
    private = may_vet(request, letter)
    visible = search.visible(letter=letter, private=private)
    found = get_object_or_404(visible, public_id=public_id)
    found.letter = letter
    if request.method != "POST":
        if private and queueing.is_waiting(signature=found):
            return redirect("desk_vet", slug, public_id)
        return _page(request, found, private)
    action = request.POST.get("action", "")
    if action == "see" and private:
        return _page(request, found, private, email=whole_address(request, found))
    if action in _DEEDS and (private or action not in _ATTESTING):
        return _do(request, found, private, action)
    return _page(request, found, private, status=422)


def _forms(revision: int, data: Any = None, action: str = "") -> dict[str, Form]:
    """Of each deed, with what was typed for one of them."""
    made: dict[str, type[Form]] = {
        "pin": SeenForm,
        "unpin": SeenForm,
        "confirm_changes": SeenForm,
        "remove": RemoveForm,
        "restore": RestoreForm,
        "doubt": DoubtForm,
        "vet": VetForm,
        "call_back": CallBackForm,
    }
    return {
        name: form(
            data if name == action else None, initial={"seen": revision}, auto_id=f"{name}_%s"
        )
        for name, form in made.items()
    }


@dataclass(frozen=True, slots=True, kw_only=True)
class SignaturePageContext(PageContext):
    about: AboutLetter
    beside: SignatureContext
    email: str
    is_confirmed: bool
    is_removed: bool
    is_rejected: bool
    is_notable: bool
    is_pinned: bool
    removal: Removal | None
    vetting: Vetting | None
    forms: Mapping[str, Form]
    errors: bool


def _page(
    request: DeskRequest,
    found: Signature,
    private: bool,
    *,
    forms: dict[str, Form] | None = None,
    status: int = 200,
    email: str = "",
) -> HttpResponse:
    forms = forms or _forms(found.revision)
    is_listed = found.state == SignatureState.CONFIRMED
    context = SignaturePageContext(
        about=about(found.letter),
        beside=beside(found, private=private),
        email=email,
        is_confirmed=is_listed,
        is_removed=found.state == SignatureState.REMOVED,
        is_rejected=found.state == SignatureState.REJECTED and private,
        is_notable=pinning.is_notable(signature=found),
        is_pinned=Notable.objects.filter(signature=found).exists(),
        removal=removal.standing(signature=found).select_related("removed_by").first(),
        vetting=Vetting.objects.filter(signature=found).first() if private else None,
        forms=forms,
        errors=any(form.errors for form in forms.values() if form.is_bound),
    )
    return desk_page(request, "signatures/desk/curating/signature.html", context, status=status)


def _do(request: DeskRequest, found: Signature, private: bool, action: str) -> HttpResponse:
    forms = _forms(found.revision, request.POST, action)
    form: Any = forms[action]
    if not form.is_valid():
        return _page(request, found, private, forms=forms, status=422)
    try:
        messages.success(request, _done(request, found, action, form))
    except DetailsChanged:
        found.refresh_from_db()
        form.refuse_changed(revision=found.revision)
        return _page(request, found, private, forms=forms, status=422)
    except (NothingChanged, NotConfirmed, NotNotable, NotRemoved, TooManyNotables) as error:
        messages.error(request, _refusal(error))
    else:
        if action == "doubt" and not private:
            # From here on it is the vetters'.
            return _see_other("desk_signatures", found.letter.slug)
    return _see_other("desk_signature", found.letter.slug, found.public_id)


def _done(request: DeskRequest, found: Signature, action: str, form: Any) -> str:
    """Do it to what the organizer has read; what to tell them."""
    typed = form.cleaned_data
    deed: dict[str, Any] = {
        "signature": found,
        "organizer": request.user,
        "expected_revision": typed["seen"],
    }
    match action:
        case "remove":
            removal.remove(**deed, because=Because(typed["because"]), note=typed["note"])
            return _("Taken off the list. The signer will be told why in ten minutes.")
        case "restore":
            removal.restore(**deed, because=Because(typed["because"]), note=typed["note"])
            return _("Back on the list, with its number.")
        case "doubt":
            recheck.doubt(**deed, note=typed["note"])
            return _("Off the list, and waiting to be checked.")
        case "vet":
            attestation.vet(**deed, evidence=typed["evidence"], basis=form.basis)
            return _("Written down; the level follows.")
        case "call_back":
            attestation.record_call_back(**deed, how=form.note, basis=form.basis)
            return _("Written down; the level follows.")
        case "confirm_changes":
            attested.confirm_changes(**deed)
            return _("Written down: you have looked at it as it is shown now.")
        case "pin":
            pinning.pin(**deed)
            return _("Named first from now on, after those who are already.")
        case _:
            pinning.unpin(**deed)
            return _("No longer named first. It stays on the list.")


def _refusal(error: Exception) -> str:
    if isinstance(error, NothingChanged):
        return _("Somebody has looked at it already, or it was changed back.")
    if isinstance(error, NotNotable):
        return _("Only people who are on the public list and were vetted can be named first.")
    if isinstance(error, TooManyNotables):
        return _("A hundred are named first already. Take somebody out first.")
    if isinstance(error, NotRemoved):
        return _("It is not taken off the list any more: somebody has put it back.")
    return _("It is not on the list any more: somebody took it off, or the signer withdrew.")


def _see_other(name: str, *args: str) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)
