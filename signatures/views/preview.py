"""The letter as the public will see it, for its organizers."""

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language

from campaign.letters.models import Letter
from campaign.letters.texts import current_text, draft_text, translation_for
from campaign.letters.views.desk import DeskRequest, desk_view
from campaign.organizers.access import owned_by_teams_of
from signatures.views.letters import letter_context


@desk_view("GET", "HEAD")
def preview(request: DeskRequest, slug: str) -> HttpResponse:
    """What the public will see of the draft, or of the text that stands: the page itself."""
    mine = Letter.objects.filter(owned_by_teams_of(organizer=request.user))
    found = get_object_or_404(mine, slug=slug)
    text = draft_text(letter=found) or current_text(letter=found)
    if text is None:
        raise Http404
    language = request.GET.get("language") or get_language() or "en"
    shown = translation_for(text=text, language=language) or text.translations.all().first()
    if shown is None:
        raise Http404
    context = letter_context(letter=found, text=text, shown=shown) | {
        "preview": True,
        "is_open": True,
        "closed": False,
        "not_yet_open": False,
        "paused": False,
        "languages": [
            {
                "code": each.language,
                "name": each.language_name,
                "url": f"{reverse('desk_preview', args=[slug])}?language={each.language}",
                "current": each == shown,
            }
            for each in text.translations.all()
        ],
    }
    return render(request, "signatures/letter.html", context)
