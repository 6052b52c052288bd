"""How the letter's mail fares at each mail provider."""

from django.http import HttpResponse
from django.utils import timezone

from campaign.letters.views.desk import DeskRequest, desk_page, desk_view, letter_to_vet
from signatures.notifications import by_provider
from signatures.views.desk.base import about


@desk_view("GET", "HEAD")
def mail(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    now = timezone.now()
    context = about(letter) | {
        "days": by_provider.counted(letter=letter, now=now),
        "told": by_provider.told(letter=letter, now=now),
        "window": by_provider.DAYS,
        "named": by_provider.MAX_NAMED,
    }
    return desk_page(request, "signatures/desk/mail.html", context)
