"""What is done with an update beside writing it. Each step happens once, whoever is faster; whoever
comes second is told what the update is now."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from campaign.letters import updates
from campaign.letters.errors import UpdateChanged, UpdateFrozen
from campaign.letters.models import Update, UpdateState
from campaign.letters.views.desk import (
    DeskRequest,
    desk_page,
    desk_view,
    letter_to_change,
    letter_to_see,
)
from campaign.organizers.errors import CountsLater
from campaign.organizers.views.desk import counts_later
from campaign.parsing import whole_number
from campaign.templatetags.locale_format import number as in_digits
from signatures.errors import NobodyToTell, OwnUpdate, UpdateInWrongState, UpdateOfStranger
from signatures.notifications import releasing, update_tests
from signatures.notifications.update_progress import progress as progress_of
from signatures.views.desk.update_context import confirm_context, is_due
from signatures.views.desk.updates import (
    find_update,
    recorded_update,
    see_other,
    update_that_was_read,
    update_to_see,
)

# Does it, and says so.
Step = Callable[[DeskRequest, Update], str]

_NOW = {
    UpdateState.DRAFT: gettext_lazy("Nothing was done: the update is a draft."),
    UpdateState.PROPOSED: gettext_lazy(
        "Nothing was done: the update is released, and waits for a second organizer."
    ),
    UpdateState.SCHEDULED: gettext_lazy(
        "Nothing was done: the update is released, and goes out at its time."
    ),
    UpdateState.HELD: gettext_lazy("Nothing was done: the update is held back."),
    UpdateState.SENDING: gettext_lazy("Nothing was done: the update is being sent."),
    UpdateState.PAUSED: gettext_lazy("Nothing was done: the sending is paused."),
    UpdateState.SENT: gettext_lazy("Nothing was done: the update is sent."),
    UpdateState.CANCELLED: gettext_lazy("Nothing was done: the update is cancelled."),
}


@desk_view("GET", "HEAD")
def progress(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    found = update_to_see(letter_to_see(request, slug), number)
    return JsonResponse(dict(progress_of(update=found)))


@desk_view("POST")
def test(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "test_update", _test)


@desk_view("GET", "HEAD", "POST")
def send(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    """Asks once more, with what the update's page sent, and does it when that is sent."""
    if request.method == "POST":
        return _taken(request, slug, number, "send_update", _send)
    return _asked(request, slug, number, UpdateState.DRAFT, lambda update: str(update.revision))


@desk_view("GET", "HEAD", "POST")
def approve(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    if request.method == "POST":
        return _taken(request, slug, number, "approve_update", _approve)
    return _asked(request, slug, number, UpdateState.PROPOSED, lambda update: update.seal)


@desk_view("POST")
def let_go(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "let_go_update", _let_go)


@desk_view("POST")
def take_back(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "take_back_update", _take_back)


@desk_view("POST")
def pause(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "pause_update", _pause)


@desk_view("POST")
def resume(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "resume_update", _resume)


@desk_view("POST")
def cancel(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "cancel_update", _cancel)


@desk_view("POST")
def show(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "show_update", _show)


@desk_view("POST")
def hide(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "hide_update", _hide)


@desk_view("POST")
def send_again(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "send_update_again", _send_again)


@desk_view("POST")
def discard(request: DeskRequest, slug: str, number: int) -> HttpResponse:
    return _taken(request, slug, number, "discard_update", _discard)


def _taken(request: DeskRequest, slug: str, number: int, action: str, step: Step) -> HttpResponse:
    """Where the step leads, done or not."""
    letter = letter_to_change(request, slug)
    found = update_that_was_read(request, letter, number)
    if found is None:
        messages.info(request, _("There is no such update any more: it was discarded."))
        return see_other("desk_updates", slug)
    try:
        with recorded_update(request, found, action):
            said = step(request, found)
    except _REFUSALS as refusal:
        messages.error(request, _why_not(refusal, found))
    else:
        messages.success(request, said)
        if step is _discard:
            return see_other("desk_updates", slug)
    return see_other("desk_update", slug, number)


def _asked(
    request: DeskRequest,
    slug: str,
    number: int,
    state: UpdateState,
    version: Callable[[Update], str],
) -> HttpResponse:
    """The question, where the update is what was read on its page: as it is now, or gone on."""
    letter = letter_to_change(request, slug)
    found = update_to_see(letter, number)
    seen = request.GET.get("seen", "")
    if found.state != state:
        messages.info(request, _already(found))
    elif not seen:
        # Nobody came here from the page on which the words are read.
        pass
    elif (request.GET.get("id"), seen) != (str(found.pk), version(found)):
        messages.error(request, _why_not(UpdateChanged(), found))
    elif state == UpdateState.PROPOSED and found.released_by_id == request.user.pk:
        messages.error(request, _why_not(OwnUpdate(), found))
    else:
        context = confirm_context(found, seen=seen)
        return desk_page(request, "signatures/desk/updates/confirm.html", context)
    return see_other("desk_update", slug, number)


def _test(request: DeskRequest, update: Update) -> str:
    if update.state in UpdateState.begun():
        raise UpdateInWrongState
    update_tests.ask(
        update=update, organizer=request.user, languages=list(updates.words_of(update=update))
    )
    return _("A test is on its way to your own address, %(email)s, in each language.") % {
        "email": f"\u2068{request.user.email}\u2069"
    }


def _send(request: DeskRequest, update: Update) -> str:
    state = releasing.release(
        update=update,
        organizer=request.user,
        expected_revision=_expected_revision(request),
        now=timezone.now(),
    )
    if state == UpdateState.PROPOSED:
        return _("Released. A second organizer has to approve it before it goes out.")
    return _("Released. It goes out at the time that you chose, or else now.")


def _let_go(request: DeskRequest, update: Update) -> str:
    state = releasing.let_go(
        update=update,
        organizer=request.user,
        expected_seal=_seen(request),
        now=timezone.now(),
    )
    if state == UpdateState.PROPOSED:
        return _("Released. A second organizer has to approve it before it goes out.")
    return _("Released. It goes out at the time that you chose, or else now.")


def _approve(request: DeskRequest, update: Update) -> str:
    releasing.approve(
        update=update,
        organizer=request.user,
        expected_seal=_seen(request),
        now=timezone.now(),
    )
    return _("Approved. It goes out at the time that was chosen, or else now.")


def _take_back(_request: DeskRequest, update: Update) -> str:
    releasing.take_back(update=update)
    return _("Taken back. It is a draft again, and nobody gets it.")


def _pause(_request: DeskRequest, update: Update) -> str:
    releasing.pause(update=update)
    return _("Paused. The few mails that are being handed over now still go out.")


def _resume(_request: DeskRequest, update: Update) -> str:
    releasing.resume(update=update)
    return _("The sending goes on.")


def _cancel(_request: DeskRequest, update: Update) -> str:
    releasing.cancel(update=update, now=timezone.now())
    return _("Cancelled. What has not gone out yet is never sent.")


def _show(_request: DeskRequest, update: Update) -> str:
    releasing.show(update=update, is_public=True)
    return _("Everybody can read it on the letter’s page now.")


def _hide(_request: DeskRequest, update: Update) -> str:
    releasing.show(update=update, is_public=False)
    return _("It is taken off the letter’s page. Those who got the mail keep it.")


def _send_again(_request: DeskRequest, update: Update) -> str:
    again = releasing.send_unknown_again(update=update, now=timezone.now())
    if not again:
        return _("There was nothing to send again.")
    return ngettext("%(n)s mail is sent again.", "%(n)s mails are sent again.", again) % {
        "n": in_digits(again)
    }


def _discard(request: DeskRequest, update: Update) -> str:
    updates.discard(update=update, expected_revision=_expected_revision(request))
    return _("The update is discarded.")


def _expected_revision(request: DeskRequest) -> int:
    return whole_number(_seen(request)) or 0


def _seen(request: DeskRequest) -> str:
    """The revision, or the seal, of what was read."""
    return request.POST.get("seen", "")


_REFUSALS = (
    CountsLater,
    NobodyToTell,
    OwnUpdate,
    UpdateChanged,
    UpdateFrozen,
    UpdateInWrongState,
    UpdateOfStranger,
)


def _why_not(refusal: Exception, update: Update) -> str:
    match refusal:
        case CountsLater():
            return counts_later(refusal)
        case NobodyToTell():
            return _(
                "Nobody among those chosen asked for news, so there is nobody to send it to. "
                "Choose others."
            )
        case OwnUpdate():
            return _("You released this update: somebody else has to approve it.")
        case UpdateChanged():
            return _("This update was changed since you opened it. Read it again.")
        case UpdateOfStranger():
            return _(
                "The organizer who released this update may not write for the team any more. "
                "Take it back, and release it yourself."
            )
    found = find_update(update.letter, update.number)
    if found is None:
        return _("There is no such update any more: it was discarded.")
    return _already(found)


def _already(update: Update) -> str:
    if update.state == UpdateState.SCHEDULED and is_due(update, now=timezone.now()):
        return _("Nothing was done: the update is released already, and on its way.")
    return str(_NOW[UpdateState(update.state)])
