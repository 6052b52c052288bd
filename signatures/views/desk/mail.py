"""How the letter's mail fares at each mail provider."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.utils import timezone

from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_vet,
)
from campaign.pages import PageContext
from signatures.notifications import by_provider


@dataclass(frozen=True, slots=True, kw_only=True)
class MailContext(PageContext):
    about: AboutLetter
    days: Sequence[by_provider.Day]
    told: by_provider.Told
    # Whether not all mails of these days are counted.
    is_cut: bool
    window: int
    named: int


@desk_view("GET", "HEAD")
def mail(request: DeskRequest, slug: str) -> HttpResponse:
    letter = letter_to_vet(request, slug)
    now = timezone.now()
    context = MailContext(
        about=about(letter),
        days=by_provider.counted(letter=letter, now=now),
        told=by_provider.told(letter=letter, now=now),
        is_cut=by_provider.oldest_counted() > 0,
        window=by_provider.DAYS,
        named=by_provider.MAX_NAMED,
    )
    return desk_page(request, "signatures/desk/mail.html", context)
