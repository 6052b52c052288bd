"""A letter under embargo, behind the link of a reporter who was named for it."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from campaign.keyset import page_of
from campaign.letters import reporters
from campaign.letters.errors import ReporterUnknown
from campaign.letters.models import Letter, Reporter
from campaign.letters.texts import current_text
from campaign.pages import render_page
from campaign.parsing import whole_number
from signatures.listing import queries
from signatures.press import standing as standings
from signatures.press.standing import Group, Standing
from signatures.views.public.base import (
    SitePage,
    interface_languages,
    letter_languages,
    translation_here,
)
from signatures.views.public.letters import ShownText, shown_text
from signatures.views.signer.base import private

NAMES_A_PAGE = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbargoedContext(SitePage):
    letter: Letter
    reporter: Reporter
    words: ShownText
    standing: Standing
    signed_by: Sequence[Group]
    # The number of the last name on this page, where there are more.
    next: int | None


@require_safe
@private
def embargoed(request: HttpRequest, token: str) -> HttpResponse:
    """Once the letter is public, the link that was good until then leads to it. One that is not
    good says nothing of the letter, whatever is wrong with it."""
    response = _answer(request, token)
    response["Referrer-Policy"] = "no-referrer"
    return response


def _answer(request: HttpRequest, token: str) -> HttpResponse:
    now = timezone.now()
    try:
        reporter = reporters.reporter_behind(token, now=now)
    except ReporterUnknown:
        over = SitePage(languages=interface_languages("embargoed", token))
        return render_page(request, "signatures/signer/embargo_over.html", over, status=404)
    letter = reporter.letter
    if not letter.is_under_embargo:
        return HttpResponseRedirect(reverse("letter", args=[letter.slug]))
    context = _context(request, reporter, token)
    if request.method == "GET":
        reporters.count_opening(reporter=reporter, now=now)
    return render_page(request, "signatures/signer/embargoed.html", context)


def _context(request: HttpRequest, reporter: Reporter, token: str) -> EmbargoedContext:
    letter = reporter.letter
    text = current_text(letter=letter)
    if text is None:
        raise Http404
    shown = translation_here(text)
    names = queries.listed(letter=letter)
    if after := whole_number(request.GET.get("after", "")):
        names = names.filter(number__lt=after)
    page = page_of(names, size=NAMES_A_PAGE, cursor=lambda row: row.number)
    standing = standings.now(letter=letter, text=text)
    return EmbargoedContext(
        letter=letter,
        reporter=reporter,
        words=shown_text(shown, text),
        standing=standing,
        signed_by=standing.groups(queries.with_proofs(page.rows)),
        next=page.next,
        languages=letter_languages(text, "embargoed", token),
    )
