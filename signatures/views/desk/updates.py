"""Updates at the desk: all of a letter, one that is being written, and how far one has come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.keyset import page_of
from campaign.letters import characters, updates
from campaign.letters.difference import difference
from campaign.letters.errors import UpdateChanged, UpdateFrozen, UpdateIncomplete
from campaign.letters.models import Letter, LetterState, Update, UpdateState
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_change,
    letter_to_see,
    may_change,
)
from campaign.organizers import audit
from campaign.pages import PageContext
from campaign.parsing import whole_number
from signatures.forms.desk.updates import AudienceForm, UpdateForm, initial_of
from signatures.notifications import update_progress
from signatures.press.handover import thanking
from signatures.views.desk.update_context import (
    Difference,
    EditorContext,
    Titled,
    UpdateContext,
    editor_context,
    spoken_in,
    titled,
    update_context,
)

PAGE_ROWS = 50
# As large as a number can be.
_LARGEST_NUMBER = 2**15 - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdatesContext(PageContext):
    about: AboutLetter
    rows: Sequence[Titled]
    next: int | None
    is_first_page: bool
    is_draft: bool
    may_change: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewContext(PageContext):
    about: AboutLetter
    editor: EditorContext


@desk_view("GET", "HEAD")
def listing(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_see(request, slug)
    before = whole_number(request.GET.get("before", ""), most=_LARGEST_NUMBER)
    found = Update.objects.filter(letter=letter).order_by("-number")
    if before is not None:
        found = found.filter(number__lt=before)
    rows = found.prefetch_related("words")
    page = page_of(rows, size=PAGE_ROWS, cursor=lambda update: update.number)
    counts = update_progress.of_several(updates=page.rows)
    spoken = updates.languages_of(letter=letter)
    context = UpdatesContext(
        about=about(letter),
        rows=[titled(each, counts=counts[each.pk], spoken=spoken) for each in page.rows],
        next=page.next,
        is_first_page=before is None,
        is_draft=letter.state == LetterState.DRAFT,
        may_change=may_change(request, letter),
    )
    return desk_page(request, "signatures/desk/updates/updates.html", context)


@desk_view("GET", "HEAD", "POST")
def new(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    if letter.state not in LetterState.published():
        messages.error(request, _("Publish the letter first: nobody has signed it yet."))
        return see_other("desk_letter", slug)
    spoken = spoken_in(letter=letter)
    if request.method != "POST":
        thanks = thanking.thanks(
            letter=letter,
            number=whole_number(request.GET.get("delivered", ""), most=_LARGEST_NUMBER) or 0,
            languages=spoken,
        )
        form = UpdateForm(spoken=spoken, initial={"seen": _latest_number(letter)} | thanks)
    elif "preview" in request.POST:
        form = UpdateForm(spoken=spoken, initial=_as_typed(request.POST))
    else:
        form = UpdateForm(request.POST, spoken=spoken)
        if form.is_valid() and (created := _create(request, letter, form)):
            return see_other("desk_update", slug, created.number)
    return _editor(request, letter, form)


@desk_view("GET", "HEAD", "POST")
def update(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    """The form and all steps while it is written, and its progress from then on."""
    if request.method == "POST":
        return _save(request, slug, number)
    found = update_to_see(letter_to_see(request, slug), number)
    form = None
    if found.state in UpdateState.editable() and may_change(request, found.letter):
        spoken = spoken_in(letter=found.letter, update=found)
        form = UpdateForm(spoken=spoken, initial=initial_of(found, spoken=spoken))
    return _page(request, update_context(request, found, form=form))


def find_update(letter: Letter, number: int) -> Update | None:
    mine = Update.objects.filter(letter=letter, number=min(number, _LARGEST_NUMBER))
    people = ("letter__team", "created_by", "released_by", "approved_by")
    return mine.select_related(*people).prefetch_related("words").first()


def update_that_was_read(request: DeskRequest, letter: Letter, number: int) -> Update | None:
    """None also where the one that the page was about is gone, and another has its number now."""
    found = find_update(letter, number)
    if found is None or request.POST.get("id", str(found.pk)) != str(found.pk):
        return None
    return found


def update_to_see(letter: Letter, number: int) -> Update:
    found = find_update(letter, number)
    if found is None:
        raise Http404
    return found


def recorded_update(request: DeskRequest, update: Update, action: str) -> Any:
    """Around what is done to an update: the audit trail tells of it, or neither happens."""
    letter = update.letter
    return audit.recorded(
        team=letter.team,
        organizer=request.user,
        action=action,
        subject=f"update {letter.slug}/{update.number}",
    )


def see_other(name: str, *args: object) -> HttpResponse:
    return HttpResponseRedirect(reverse(name, args=args), status=303)


def _create(request: DeskRequest, letter: Letter, form: UpdateForm) -> Update | None:
    """The draft; the same one when the same form is sent twice."""
    content = form.content()
    if before := _sent_before(request, letter, form):
        messages.info(request, _("This draft is saved already."))
        return before
    try:
        with transaction.atomic():
            created = updates.create(letter=letter, organizer=request.user, content=content)
            audit.record(
                team=letter.team,
                organizer=request.user,
                action="write_update",
                subject=f"update {letter.slug}/{created.number}",
            )
    except UpdateIncomplete:
        form.add_error(None, _incomplete())
        return None
    messages.success(request, _("Saved as a draft. Nobody gets it before you release it."))
    return created


def _sent_before(request: DeskRequest, letter: Letter, form: UpdateForm) -> Update | None:
    """What this organizer made of the same words since the form was opened."""
    since = Update.objects.filter(
        letter=letter, number__gt=min(form.expected(), _LARGEST_NUMBER), created_by=request.user
    )
    typed = {
        (code, characters.one_line(each.subject), characters.many_lines(each.body))
        for code, each in form.content().words.items()
    }
    for each in since.prefetch_related("words").order_by("number"):
        if {(words.language, words.subject, words.body) for words in each.words.all()} == typed:
            return each
    return None


def _save(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    letter = letter_to_change(request, slug)
    found = update_that_was_read(request, letter, number)
    if found is None:
        return _discarded_meanwhile(request, letter)
    spoken = spoken_in(letter=letter, update=found)
    if "preview" in request.POST:
        form = UpdateForm(spoken=spoken, initial=_as_typed(request.POST))
        return _page(request, update_context(request, found, form=form))
    form = UpdateForm(request.POST, spoken=spoken)
    if not form.is_valid():
        return _page(request, update_context(request, found, form=form), status=422)
    try:
        with recorded_update(request, found, "write_update"):
            updates.save(update=found, expected_revision=form.expected(), content=form.content())
    except UpdateChanged:
        return _changed_meanwhile(request, found, form)
    except UpdateFrozen:
        return _frozen_meanwhile(request, found, form)
    except UpdateIncomplete:
        form.add_error(None, _incomplete())
        return _page(request, update_context(request, found, form=form), status=422)
    messages.success(request, _("Saved. What goes out is what stands here now."))
    return see_other("desk_update", slug, number)


def _changed_meanwhile(request: DeskRequest, update: Update, form: UpdateForm) -> HttpResponse:
    """With what was typed, which replaces the other's words if it is saved again."""
    found = _fresh(update)
    if found is None:
        return _discarded_meanwhile(request, update.letter)
    typed = request.POST.copy()
    typed["seen"] = str(found.revision)
    again = UpdateForm(typed, spoken=form.spoken)
    again.add_error(
        None,
        _(
            "Somebody else saved this update while you were writing. What they saved is shown "
            "too; if you save again, yours replaces it."
        ),
    )
    context = update_context(request, found, form=again, differences=_differences(found, again))
    return _page(request, context, status=409)


def _frozen_meanwhile(request: DeskRequest, update: Update, form: UpdateForm) -> HttpResponse:
    found = _fresh(update)
    if found is None:
        return _discarded_meanwhile(request, update.letter)
    context = update_context(request, found, form=form, is_frozen=True)
    return _page(request, context, status=409)


def _discarded_meanwhile(request: DeskRequest, letter: Letter) -> HttpResponse:
    """What was typed can become a new one."""
    typed = request.POST.copy()
    typed["seen"] = str(_latest_number(letter))
    form = UpdateForm(typed, spoken=spoken_in(letter=letter))
    form.add_error(
        None,
        _("This update was discarded meanwhile. If you save again, your words begin a new one."),
    )
    return _editor(request, letter, form, status=409)


def _editor(
    request: DeskRequest, letter: Letter, form: UpdateForm, *, status: int = 0
) -> HttpResponse:
    status = status or (422 if form.errors else 200)
    context = NewContext(about=about(letter), editor=editor_context(letter, form))
    return desk_page(request, "signatures/desk/updates/new.html", context, status=status)


def _page(request: DeskRequest, context: UpdateContext, *, status: int = 200) -> HttpResponse:
    return desk_page(request, "signatures/desk/updates/update.html", context, status=status)


def _fresh(update: Update) -> Update | None:
    return find_update(update.letter, update.number)


def _latest_number(letter: Letter) -> int:
    latest = Update.objects.filter(letter=letter).order_by("-number").first()
    return latest.number if latest else 0


def _differences(update: Update, form: UpdateForm) -> list[Difference]:
    """In each language, what the other person saved against what was typed here."""
    theirs = updates.words_of(update=update)
    found: list[Difference] = []
    for code in form.spoken:
        pieces = [
            difference(
                getattr(theirs.get(code), part, ""),
                characters.many_lines(str(form[f"{part}_{code}"].value() or "")),
            )
            for part in ("subject", "body")
        ]
        found.append({"language": code, "pieces": pieces})
    return found


def _as_typed(typed: QueryDict) -> dict[str, Any]:
    """As the form's initial values: nothing is checked yet."""
    several = set(AudienceForm.base_fields)
    return {name: typed.getlist(name) if name in several else typed[name] for name in typed}


def _incomplete() -> str:
    return _("Write subject and text in the language of the letter that counts.")
