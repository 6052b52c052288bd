"""Handing a letter over: the package, the deliveries that were made, and thanks for everyone."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.forms import Form
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign.letters.models import Letter, LetterState
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    recorded,
)
from campaign.pages import PageContext
from signatures.errors import (
    DeliveredBeforeIt,
    DeliveredInFuture,
    HandoverChanged,
    NothingChanged,
    PackageMissing,
)
from signatures.forms.desk.handing_over import (
    CorrectionForm,
    NewHandoverForm,
    StrikeForm,
    initial_of,
)
from signatures.models import Handover, HandoverPackage
from signatures.press.handover import noting, packing

_PACKAGES_OFFERED = 20
_LARGEST_NUMBER = 2**15 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class HandingOverContext(PageContext):
    about: AboutLetter
    is_closed: bool
    being_made: bool
    package: HandoverPackage | None
    # Whether its file can still be had.
    is_current: bool
    handovers: Sequence[Handover]
    form: Form
    errors: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectingContext(PageContext):
    about: AboutLetter
    handover: Handover
    form: CorrectionForm
    strike: StrikeForm
    errors: bool


@desk_view("GET", "HEAD", "POST")
def deliver(request: DeskRequest, slug: str) -> HttpResponse:
    letter = _public_letter(request, slug)
    packages = _packages(letter)
    form = NewHandoverForm(packages=packages)
    if request.method == "POST":
        form = NewHandoverForm(request.POST, packages=packages)
        if form.is_valid() and _note(request, letter, form):
            return _back(slug)
    package = packages[0] if packages else None
    context = HandingOverContext(
        about=about(letter),
        is_closed=letter.state == LetterState.CLOSED,
        being_made=packing.is_being_made(letter=letter),
        package=package,
        is_current=package is not None and packing.is_current(package),
        handovers=list(noting.shown(letter=letter)),
        form=form,
        errors=bool(form.errors),
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/handing_over/deliver.html", context, status=status)


@desk_view("POST")
def package(request: DeskRequest, slug: str) -> HttpResponse:
    letter = _public_letter(request, slug)
    if packing.is_being_made(letter=letter):
        messages.info(request, _("A package is being made already."))
        return _back(slug)
    with recorded(request, letter, "make_package"):
        packing.ask(letter=letter, organizer=request.user, now=timezone.now())
    messages.success(request, _("The package is being made. It is here in about a minute."))
    return _back(slug)


@desk_view("POST")
def package_file(request: DeskRequest, slug: str, package_id: int) -> HttpResponse:
    letter = _public_letter(request, slug)
    found = get_object_or_404(HandoverPackage, letter=letter, pk=package_id)
    if found.snapshot is None or not packing.is_current(found):
        messages.error(
            request,
            _("This package is not kept any more, or a name in it changed. Please make a new one."),
        )
        return _back(slug)
    with recorded(request, letter, "see_package"):
        response = HttpResponse(bytes(found.content or b""), content_type="application/zip")
    name = f"{slug}-snapshot-{found.snapshot.number}.zip"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@desk_view("GET", "HEAD", "POST")
def delivery(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    letter = _public_letter(request, slug)
    found = _handover(letter, number)
    form = CorrectionForm(initial=initial_of(found))
    if request.method == "POST":
        form = CorrectionForm(request.POST)
        if form.is_valid() and _correct(request, letter, found, form):
            return _back(slug)
    return _correcting(request, letter, found, form, StrikeForm(initial={"seen": found.revision}))


@desk_view("POST")
def strike(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    letter = _public_letter(request, slug)
    found = _handover(letter, number)
    form = StrikeForm(request.POST)
    if not form.is_valid():
        return _correcting(request, letter, found, CorrectionForm(initial=initial_of(found)), form)
    try:
        with recorded(request, letter, "strike_delivery"):
            noting.strike(
                handover=found,
                expected_revision=form.cleaned_data["seen"],
                reason=form.cleaned_data["reason"],
                now=timezone.now(),
            )
    except HandoverChanged:
        messages.error(request, _changed())
    else:
        messages.success(request, _("Struck out. The line stays, with your reason."))
    return _back(slug)


def _note(request: DeskRequest, letter: Letter, form: NewHandoverForm) -> bool:
    """Whether there is nothing to say beside the form."""
    try:
        with recorded(request, letter, "note_delivery"):
            noting.note(
                letter=letter,
                package_id=form.cleaned_data["package"],
                organizer=request.user,
                told=form.told(),
                now=timezone.now(),
            )
    except NothingChanged:
        messages.info(request, _("This delivery is noted already."))
    except PackageMissing:
        form.add_error("package", _("Choose a package."))
        return False
    except (DeliveredInFuture, DeliveredBeforeIt) as error:
        form.add_error("delivered_on", _wrong_day(error))
        return False
    else:
        messages.success(request, _("Noted. The letter’s page says so from now on."))
    return True


def _correct(
    request: DeskRequest, letter: Letter, handover: Handover, form: CorrectionForm
) -> bool:
    try:
        with recorded(request, letter, "correct_delivery"):
            noting.correct(
                handover=handover,
                expected_revision=form.cleaned_data["seen"],
                told=form.told(),
                now=timezone.now(),
            )
    except HandoverChanged:
        form.add_error(None, _changed())
        return False
    except (DeliveredInFuture, DeliveredBeforeIt) as error:
        form.add_error("delivered_on", _wrong_day(error))
        return False
    messages.success(request, _("Corrected. Readers see when."))
    return True


def _correcting(
    request: DeskRequest,
    letter: Letter,
    handover: Handover,
    form: CorrectionForm,
    strike_form: StrikeForm,
) -> HttpResponse:
    errors = bool(form.errors or strike_form.errors)
    context = CorrectingContext(
        about=about(letter), handover=handover, form=form, strike=strike_form, errors=errors
    )
    return desk_page(
        request,
        "signatures/desk/handing_over/delivery.html",
        context,
        status=422 if errors else 200,
    )


def _public_letter(request: DeskRequest, slug: str) -> Letter:
    """What nobody can read yet, a draft or under embargo, is handed to nobody."""
    letter = letter_to_change(request, slug)
    if not Letter.objects.public().filter(pk=letter.pk).exists():
        raise Http404
    return letter


def _handover(letter: Letter, number: int) -> Handover:
    """One that stands."""
    mine = noting.shown(letter=letter).filter(struck_at=None)
    return get_object_or_404(mine, number=min(number, _LARGEST_NUMBER))


def _packages(letter: Letter) -> list[HandoverPackage]:
    made = HandoverPackage.objects.filter(letter=letter, made_at__isnull=False)
    found = made.select_related("snapshot__checkpoint").defer("content", "snapshot__breakdown")
    return list(found.order_by("-made_at", "-pk")[:_PACKAGES_OFFERED])


def _wrong_day(error: DeliveredInFuture | DeliveredBeforeIt) -> str:
    if isinstance(error, DeliveredInFuture):
        return _("This day is still to come. Note the delivery once it was made.")
    return _("The package is of a later day. Choose the one that was handed over.")


def _changed() -> str:
    return _("Somebody corrected or struck out this delivery meanwhile. Look at it again.")


def _back(slug: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk_deliver", args=[slug]), status=303)
