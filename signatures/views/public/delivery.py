"""To whom a letter was handed over, when, and by which sums what was handed over is known."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaign.letters.models import LetterState
from campaign.letters.texts import published_texts
from campaign.pages import render_page
from campaign.shared_pages import shared_page
from signatures.models import Handover
from signatures.press import standing as standings
from signatures.press.handover import noting
from signatures.press.standing import Standing
from signatures.views.public.base import (
    LetterPage,
    letter_languages,
    public_letter,
    translation_here,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliveryContext(LetterPage):
    # Each with the text that stood then, and its count.
    handovers: Sequence[tuple[Handover, Standing]]
    is_closed: bool


@require_safe
@shared_page
def delivery(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    shown = list(noting.shown(letter=letter))
    at_snapshots = standings.at_snapshots(
        letter=letter,
        published=list(published_texts(letter=letter)),
        snapshots=[each.package.snapshot for each in shown if each.package.snapshot],
    )
    context = DeliveryContext(
        letter=letter,
        translation=translation_here(text),
        handovers=[
            (handover, standing)
            for handover, (_snapshot, standing) in zip(shown, at_snapshots, strict=True)
        ],
        is_closed=letter.state == LetterState.CLOSED,
        languages=letter_languages(text, "delivery", slug),
    )
    return render_page(request, "signatures/public/delivery.html", context)
