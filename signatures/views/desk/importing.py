"""Importing who signed elsewhere: a file, what would happen by it, and how far it has come."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters.models import Letter
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    may_run,
)
from campaign.organizers.errors import CountsLater
from campaign.organizers.views.desk import counts_later
from campaign.pages import PageContext
from campaign.parsing import whole_number
from campaign.templatetags.locale_format import number
from signatures.errors import (
    ImportInWrongState,
    ImportOfStranger,
    LetterNotOpen,
    NobodyToAsk,
    OwnImport,
    SheetUnreadable,
    TooManyImports,
)
from signatures.forms.desk.importing import ColumnsForm, ImportForm
from signatures.importing import asking, checking, reading
from signatures.importing import columns as columns_of
from signatures.importing import forgetting as forgetting_of
from signatures.importing.progress import is_moving
from signatures.importing.progress import progress as progress_of
from signatures.models import Collected, ImportState, SheetImport
from signatures.views.desk import uploads

_ROWS = 20
_SAMPLE_ROWS = 5
_CELL_LETTERS = 60
_CHIPS = {
    ImportState.RECEIVED: "open",
    ImportState.CHECKING: "open",
    ImportState.READY: "waiting",
    ImportState.UNREADABLE: "wrong",
    ImportState.PROPOSED: "waiting",
    ImportState.ASKING: "open",
    ImportState.DONE: "closed",
    ImportState.CANCELLED: "closed",
    ImportState.STOPPED: "wrong",
}
_REFUSALS = (
    *(CountsLater, ImportInWrongState, ImportOfStranger, LetterNotOpen, NobodyToAsk),
    *(OwnImport, TooManyImports),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    sheet: SheetImport
    chip: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportsContext(PageContext):
    about: AboutLetter
    form: ImportForm
    errors: bool
    is_over: bool
    rows: Sequence[Row]
    most_alone: int
    undecided_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportContext(PageContext):
    about: AboutLetter
    sheet: SheetImport
    chip: str
    counts: dict[str, int]
    settled: int
    is_moving: bool
    # Of what the last check found; nothing while there is none.
    problems: Sequence[str]
    unknown: Sequence[tuple[str, int]]
    missing: Sequence[str]
    columns_form: ColumnsForm | None
    errors: bool
    sample: Sequence[Sequence[str]]
    needs_second: bool
    is_open: bool
    may_approve: bool
    is_own: bool
    may_cancel: bool
    unanswered_days: int


@desk_view("GET", "HEAD", "POST")
def imports(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    form = ImportForm(initial={"language": languages.interface_for(get_language() or "en")})
    if request.method == "POST":
        form = ImportForm(
            **uploads.sent(
                request,
                # With what else the form sends.
                most_bytes=reading.MOST_BYTES + 64 * 1024,
                too_large=reading.too_large(),
                too_much_typed=reading.too_large(),
            )
        )
        if form.is_valid():
            return _received(request, letter, form)
    newest = SheetImport.objects.filter(letter=letter).defer("raw").order_by("-pk")
    context = ImportsContext(
        about=about(letter),
        form=form,
        errors=bool(form.errors),
        is_over=reading.is_over(letter=letter, now=timezone.now()),
        rows=[
            Row(sheet=each, chip=_CHIPS[ImportState(each.state)])
            for each in newest.select_related("sent_by")[:_ROWS]
        ],
        most_alone=asking.MAX_ALONE,
        undecided_days=forgetting_of.UNDECIDED_FOR.days,
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/importing/imports.html", context, status=status)


@desk_view("GET", "HEAD", "POST")
def one(request: DeskRequest, slug: str, import_id: int) -> HttpResponse:
    letter = letter_to_change(request, slug)
    sheet = _import_of(letter, import_id)
    form = None
    if sheet.state == ImportState.READY:
        is_sent = request.POST.get("step") == "columns"
        form = ColumnsForm(
            request.POST if is_sent else None,
            columns=sheet.columns,
            initial={"has_heading": sheet.has_heading, "seen": sheet.revision},
        )
    if request.method == "POST" and not (form and form.is_bound and not form.is_valid()):
        try:
            messages.success(request, _step(request, sheet, form))
        except _REFUSALS as refusal:
            messages.error(request, _why_not(refusal))
        return _see_other(slug, sheet.pk)
    return _page(request, letter, sheet, form)


@desk_view("GET", "HEAD")
def progress(request: DeskRequest, slug: str, import_id: int) -> HttpResponse:
    sheet = _import_of(letter_to_change(request, slug), import_id)
    counts = progress_of(sheet=sheet)
    return JsonResponse({"moving": is_moving(sheet=sheet, waiting=counts["waiting"]), **counts})


def _received(request: DeskRequest, letter: Letter, form: ImportForm) -> HttpResponse:
    typed = form.cleaned_data
    try:
        sheet = reading.receive(
            letter=letter,
            organizer=request.user,
            raw=typed["upload"].read(),
            collected=Collected(typed["collected"]),
            place=typed["place"],
            signed_on=typed["signed_on"],
            language=typed["language"],
            told_in=languages.interface_for(get_language() or "en"),
            now=timezone.now(),
        )
    except _REFUSALS as refusal:
        messages.error(request, _why_not(refusal))
        return HttpResponseRedirect(reverse("desk_imports", args=[letter.slug]), status=303)
    return _see_other(letter.slug, sheet.pk)


def _page(
    request: DeskRequest, letter: Letter, sheet: SheetImport, form: ColumnsForm | None
) -> HttpResponse:
    now = timezone.now()
    counts = dict(progress_of(sheet=sheet))
    is_ready = sheet.state in (ImportState.READY, ImportState.PROPOSED)
    context = ImportContext(
        about=about(letter),
        sheet=sheet,
        chip=_CHIPS[ImportState(sheet.state)],
        counts=counts,
        settled=counts["total"] - counts["waiting"],
        is_moving=is_moving(sheet=sheet, waiting=counts["waiting"]),
        problems=[_problem(**each) for each in sheet.found.get("problems", ())],
        unknown=[
            (str(columns_of.LABELS[columns_of.Column(column)]), count)
            for column, count in sorted(sheet.found.get("unknown", {}).items())
        ],
        missing=[str(columns_of.LABELS[each]) for each in columns_of.missing(sheet.columns)]
        if is_ready
        else [],
        columns_form=form,
        errors=bool(form and form.errors),
        sample=_sample(sheet) if is_ready else [],
        needs_second=is_ready and asking.needs_second(sheet=sheet, now=now),
        is_open=letter.is_open(now=now),
        may_approve=may_run(request, letter),
        is_own=sheet.asked_by_id == request.user.pk,
        may_cancel=asking.may_cancel(sheet=sheet, now=now),
        unanswered_days=forgetting_of.UNANSWERED_FOR.days,
    )
    status = 422 if context.errors else 200
    return desk_page(request, "signatures/desk/importing/import.html", context, status=status)


def _step(request: DeskRequest, sheet: SheetImport, form: ColumnsForm | None) -> str:
    now = timezone.now()
    match request.POST.get("step"):
        case "columns" if form:
            checking.choose_columns(
                sheet=sheet,
                columns=form.chosen(),
                has_heading=form.cleaned_data["has_heading"],
                expected_revision=form.cleaned_data["seen"],
            )
            return _("The file is checked again, with these columns. Nobody has been asked yet.")
        case "ask":
            seen = whole_number(request.POST.get("seen", "")) or 0
            state = asking.ask(sheet=sheet, organizer=request.user, expected_revision=seen, now=now)
            if state == ImportState.PROPOSED:
                return _("Nobody is asked yet: another owner of the team has to approve it.")
            return _("Begun. Each of them gets one e-mail.")
        case "approve":
            asking.approve(sheet=sheet, organizer=request.user, now=now)
            return _("Approved. Each of them gets one e-mail.")
        case "cancel":
            asking.cancel(sheet=sheet, organizer=request.user, now=now)
            return _("Cancelled. Nobody more is asked; who was asked can still answer.")
        case _:
            raise ImportInWrongState


def _sample(sheet: SheetImport) -> list[list[str]]:
    """The first rows, each as wide as the file; none where they cannot be opened any more."""
    try:
        rows = checking.below_heading(sheet, number=0)[:_SAMPLE_ROWS]
    except SheetUnreadable:
        return []
    width = len(sheet.columns)
    return [
        [cell[:_CELL_LETTERS] for cell in [*(row.cells or [])[:width], *[""] * width][:width]]
        for row in rows
    ]


def _problem(*, row: int, column: str, why: dict[str, str]) -> str:
    here = why[languages.interface_for(get_language() or "en")]
    where = {"row": number(row), "column": column, "why": here}
    if not column:
        return _("Row %(row)s: %(why)s") % where
    where["column"] = str(columns_of.LABELS[columns_of.Column(column)])
    return _("Row %(row)s, column “%(column)s”: %(why)s") % where


def _import_of(letter: Letter, import_id: int) -> SheetImport:
    sheets = SheetImport.objects.select_related("sent_by", "asked_by", "approved_by").defer("raw")
    found = get_object_or_404(sheets, letter=letter, pk=import_id)
    found.letter = letter
    return found


def _why_not(refusal: Exception) -> str:
    if isinstance(refusal, CountsLater):
        return counts_later(refusal)
    return {
        ImportInWrongState: _(
            "Nothing was done: somebody was faster, or it was checked anew. Here is how it stands "
            "now."
        ),
        ImportOfStranger: _(
            "Nothing was done: it takes an owner of the team, and the one who wanted it has to be "
            "in the team still."
        ),
        LetterNotOpen: _("Nobody can be asked now: the letter cannot be signed."),
        NobodyToAsk: _("Nobody in this file would be asked."),
        OwnImport: _("You wanted it: another owner has to approve it."),
        TooManyImports: _(
            "Other files wait for a decision already. Cancel one of them, or ask its people."
        ),
    }[type(refusal)]


def _see_other(slug: str, import_id: int) -> HttpResponse:
    return HttpResponseRedirect(reverse("desk_import", args=[slug, import_id]), status=303)
