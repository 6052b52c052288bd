"""The two steps that cannot be taken back, each with a page that says so first."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import closing, errors, publishing
from campaign.letters.models import Letter, LetterState
from campaign.letters.texts import current_text, draft_text, main_translation
from campaign.letters.views.desk import (
    DeskRequest,
    desk_page,
    desk_view,
    letter_to_change,
    recorded,
)


@desk_view("GET", "HEAD", "POST")
def publish(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    if request.method == "POST":
        return _publish(request, letter)
    text = draft_text(letter=letter)
    if text is None or letter.state == LetterState.CLOSED:
        messages.error(request, _("There is no text that waits to be published."))
        return redirect("desk_letter", letter.slug)
    translations = list(text.translations.all())
    context = {
        "letter": letter,
        "text": text,
        "translation": main_translation(text),
        "translations": [
            {
                "translation": each,
                "sha256": each.hash_of_source(),
                "incomplete": bool(publishing.missing_parts(each)),
            }
            for each in translations
        ],
        "ready": publishing.is_complete(translations),
        "seen": publishing.seal_of(translations),
        "is_first": letter.state == LetterState.DRAFT,
    }
    return desk_page(request, "campaign/letters/publish.html", context)


def _publish(request: DeskRequest, letter: Letter) -> HttpResponse:
    try:
        with recorded(request, letter, "publish"):
            publishing.publish(letter=letter, now=timezone.now(), seen=request.POST.get("seen", ""))
    except errors.ChangedMeanwhile:
        messages.error(request, _("The text was changed meanwhile. Look at it again."))
        return redirect("desk_publish", letter.slug)
    except errors.TextIncomplete as problem:
        name = languages.NAMES.get(problem.language)
        messages.error(
            request,
            _("The text in %(language)s is not complete.") % {"language": name}
            if name
            else _("Say first which language is authoritative."),
        )
    except errors.ClosingTimePassed:
        messages.error(request, _("The closing time has passed. Choose a later one, or none."))
        return redirect("desk_details", letter.slug)
    except errors.AlreadyClosed:
        messages.error(request, _("The letter is closed: its text stays as it is."))
    except errors.NothingToPublish:
        messages.info(request, _("The text is published already."))
    else:
        messages.success(request, _("Published. From now on nobody can change this text."))
    return redirect("desk_letter", letter.slug)


@desk_view("GET", "HEAD", "POST")
def close(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_change(request, slug)
    if request.method != "POST" and letter.state == LetterState.PUBLISHED:
        text = current_text(letter=letter)
        context = {"letter": letter, "translation": main_translation(text)}
        return desk_page(request, "campaign/letters/close.html", context)
    if request.method == "POST":
        try:
            with recorded(request, letter, "close"):
                closing.close_letter(letter=letter, now=timezone.now())
        except errors.AlreadyClosed:
            messages.info(request, _("The letter is closed already."))
        except errors.NotPublished:
            messages.error(request, _("A draft needs no closing: nobody can sign it."))
        else:
            messages.success(request, _("Closed. Nobody can sign any more; all stays readable."))
    return redirect("desk_letter", letter.slug)
