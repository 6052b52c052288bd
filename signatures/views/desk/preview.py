"""The letter as the public will see it, for its organizers."""

from dataclasses import replace

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from campaign.letters.models import Letter, LetterState, Text, Translation
from campaign.letters.texts import current_text, draft_text, translation_for
from campaign.letters.views.desk import DeskRequest, desk_view
from campaign.organizers.access import owned_by_teams_of
from campaign.pages import LanguageLink, render_page
from signatures.views.public.letters import letter_context
from signatures.views.public.press import press_context


@desk_view("GET", "HEAD")
def preview(request: DeskRequest, slug: str) -> HttpResponse:
    """What the public will see of the draft, or of the text that stands: the page itself.

    As if it were published now; with `?open`, as it will be once it opens.
    """
    letter, text, shown = _previewed(request, slug)
    now = timezone.now()
    is_closed = letter.state == LetterState.CLOSED or (
        letter.closes_at is not None and letter.closes_at <= now
    )
    opens_later = letter.opens_at is not None and now < letter.opens_at and not is_closed
    waits = opens_later and "open" not in request.GET
    links = _languages(text, shown, "desk_preview", slug)
    context = letter_context(letter=letter, text=text, shown=shown)
    context = replace(
        context,
        head=context.head
        and replace(context.head, url=reverse("desk_look_picture_file", args=[slug])),
        preview=True,
        is_open=not is_closed and not waits,
        closed=is_closed,
        not_yet_open=waits,
        paused=False,
        form_url=f"{reverse('desk_preview', args=[slug])}?language={shown.language}&open=1"
        if waits
        else "",
        languages=links,
    )
    return render_page(request, "signatures/public/letter.html", context)


@desk_view("GET", "HEAD")
def press_preview(request: DeskRequest, slug: str) -> HttpResponse:
    """The press page as the public will see it, also of a letter that is not published."""
    letter, text, shown = _previewed(request, slug)
    context = press_context(request, letter=letter, text=text, translation=shown)
    for each in context.kit.pictures:
        each["url"] = reverse("desk_press_picture_file", args=[slug, each["picture"].pk])
    context = replace(
        context, preview=True, languages=_languages(text, shown, "desk_press_preview", slug)
    )
    return render_page(request, "signatures/public/press.html", context)


def _previewed(request: DeskRequest, slug: str) -> tuple[Letter, Text, Translation]:
    """The letter, the text that is next to be seen, and the language asked for; or 404."""
    mine = Letter.objects.filter(owned_by_teams_of(organizer=request.user))
    letter = get_object_or_404(mine, slug=slug)
    text = draft_text(letter=letter) or current_text(letter=letter)
    if text is None:
        raise Http404
    language = request.GET.get("language") or get_language() or "en"
    shown = translation_for(text=text, language=language) or text.translations.all().first()
    if shown is None:
        raise Http404
    return letter, text, shown


def _languages(text: Text, shown: Translation, name: str, slug: str) -> list[LanguageLink]:
    return [
        {
            "code": each.language,
            "name": each.language_name,
            "url": f"{reverse(name, args=[slug])}?language={each.language}",
            "current": each == shown,
        }
        for each in text.translations.all()
    ]
