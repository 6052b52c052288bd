"""Private exports: owners alone, who showed minutes ago that it is they."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters

from campaign import limits
from campaign.letters.models import Letter, LetterState
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_run,
)
from campaign.organizers import reauthentication
from campaign.organizers.models import AuditEntry
from campaign.pages import PageContext
from campaign.templatetags.locale_format import number
from signatures.errors import ExportBusy, ExportTooLarge, NobodyFits, NoOwner, TooSlow
from signatures.exports import contents, exporting, passphrases
from signatures.exports.exporting import Export
from signatures.forms.desk.exports import ExportForm

_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class ExportsContext(PageContext):
    about: AboutLetter
    form: ExportForm
    errors: bool
    reached: int
    # More than one file holds, of one kind or the other.
    goes_on: bool
    most: int
    # Of this letter, the latest first.
    made: Sequence[AuditEntry]


@sensitive_post_parameters("passphrase")
@desk_view("GET", "HEAD", "POST")
def exports(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_run(request, slug)
    if letter.state == LetterState.DRAFT:
        raise Http404
    if not reauthentication.is_recent(request):
        if request.method == "POST":
            messages.info(
                request, _("Show once more that it is you, and then fill in the form again.")
            )
        return reauthentication.ask(then=reverse("desk_exports", args=[slug]))
    if request.method == "POST":
        form = ExportForm(request.POST, letter=letter)
        made = _made(request, letter, form) if form.is_valid() else None
        return _file(made) if made else _page(request, letter, form)
    fresh = {"passphrase": passphrases.fresh()}
    return _page(request, letter, ExportForm(initial=fresh, letter=letter))


def _made(request: DeskRequest, letter: Letter, form: ExportForm) -> Export | None:
    """Nothing where there is something to say in the form."""
    asked = form.cleaned_data
    who = request.user.pk.to_bytes(8, "big")
    if not limits.hit(limits.Limit.PRIVATE_EXPORTS_OF_ORGANIZER, who):
        form.add_error(None, _("You had very many files made. Please try again in an hour."))
        return None
    try:
        return exporting.export(
            letter=letter,
            organizer=request.user,
            what=asked["what"],
            purpose=asked["purpose"],
            passphrase=asked["passphrase"],
            after=asked["after"] or 0,
        )
    except NoOwner:
        raise Http404 from None
    except NobodyFits:
        form.add_error("what", _("There is nobody to stand in this file."))
    except ExportTooLarge:
        told = _("More than %(most)s are named: the public list can be downloaded as a whole.")
        form.add_error("what", told % {"most": number(contents.MOST_ROWS)})
    except (ExportBusy, TooSlow):
        form.add_error(None, _("Too much is being done just now. Please try again in a minute."))
    return None


def _file(made: Export) -> HttpResponse:
    """Kept by nobody but the one who asked: see `desk_view`."""
    return HttpResponse(
        made.content,
        content_type="application/octet-stream",
        headers={"Content-Disposition": f'attachment; filename="{made.name}"'},
    )


def _page(request: DeskRequest, letter: Letter, form: ExportForm) -> HttpResponse:
    done = AuditEntry.objects.filter(
        team=letter.team,
        action__in=exporting.ACTIONS.values(),
        subject=exporting.subject_of(letter),
    )
    reached = contents.reached(letter_id=letter.pk).count()
    answering = contents.answering(letter=letter).count() if letter.has_questions else 0
    context = ExportsContext(
        about=about(letter),
        form=form,
        errors=bool(form.errors),
        reached=reached,
        goes_on=max(reached, answering) > contents.MOST_ROWS,
        most=contents.MOST_ROWS,
        made=list(done.select_related("organizer").order_by("-at", "-pk")[:_SHOWN]),
    )
    status = 422 if form.errors else 200
    return desk_page(request, "signatures/desk/exports/exports.html", context, status=status)
