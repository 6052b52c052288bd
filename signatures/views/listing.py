"""The list of signatories, paged and searched."""

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from campaign.shared_pages import shared_page
from signatures.forms.listing import FilterForm
from signatures.press import listing
from signatures.record import tally
from signatures.views.letters import letter_languages, public_letter, translation_here

_LARGEST_NUMBER = 2**31 - 1


@require_safe
@shared_page
def signatories(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    form = FilterForm(request.GET)
    filters = form.filters()
    filtered = filters != listing.Filters()
    after = _number(request.GET.get("after", ""))
    page = listing.page(letter=letter, filters=filters, after=after)
    asked = {
        name: str(value)
        for name in ("q", "profession", "country", "level", "kind")
        if (value := getattr(filters, name))
    }
    here = reverse("signatories", args=[slug])

    def link(number: int | None) -> str | None:
        if number is None:
            return None
        query = urlencode(asked | ({"after": number} if number else {}))
        return f"{here}?{query}" if query else here

    context = {
        "letter": letter,
        "translation": translation_here(text),
        "page": page.rows,
        "next_url": link(page.next),
        "previous_url": link(page.previous),
        "first_url": link(0) if after and page.previous != 0 else None,
        "filter_form": form,
        "filtered": filtered,
        "found": listing.count_up_to(letter=letter, filters=filters) if filtered else None,
        "found_at_most": listing.COUNT_UP_TO,
        "tally": tally.latest(letter_id=letter.pk),
        "languages": letter_languages(text, "signatories", slug),
    }
    return render(request, "signatures/signatories.html", context)


def _number(raw: str) -> int | None:
    """A number of a signature; whatever else is asked for means the first page."""
    if raw.isascii() and raw.isdigit() and len(raw) <= 10 and 0 < int(raw) <= _LARGEST_NUMBER:
        return int(raw)
    return None
