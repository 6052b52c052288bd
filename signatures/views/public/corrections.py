"""Corrections as a page, and corrections and milestones as Atom feeds (RFC 4287)."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.keyset import page_of
from campaign.letters.models import Letter, Text
from campaign.letters.texts import published_texts
from campaign.pages import render_page
from campaign.shared_pages import reads, shared_page
from signatures.listing.pagination import LARGEST_NUMBER
from signatures.models import Cause, Snapshot
from signatures.moderation import reports
from signatures.press import corrections as correcting
from signatures.press import milestones
from signatures.press import standing as standings
from signatures.press.standing import Standing
from signatures.views.public.base import (
    LetterPage,
    asked_here,
    letter_languages,
    public_letter,
    translation_here,
)
from signatures.views.public.feeds import (
    add_entry,
    address_of,
    answer_with,
    before_of,
    paged_feed,
)

# As many as of corrections.
_FEED_ROWS = correcting.PAGE_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrectionsContext(LetterPage):
    text: Text
    standing: Standing
    feed: str
    sums: str
    lines: Sequence[correcting.Line]
    answers: reports.Answers
    next_url: str | None
    first_url: str | None


@require_safe
@shared_page
@reads("before")
def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    before = before_of(request)
    page = correcting.page(letter=letter, before=before)
    here = reverse("corrections", args=[slug])
    context = CorrectionsContext(
        letter=letter,
        translation=translation_here(text),
        text=text,
        standing=standings.now(letter=letter, text=text),
        feed=settings.SITE_URL + reverse("corrections_feed", args=[slug]),
        sums=correcting.sums(letter=letter) if page.rows and before is None else "",
        lines=page.rows,
        answers=reports.answers(letter=letter),
        next_url=None if page.next is None else f"{here}?before={page.next}",
        first_url=None if before is None else here,
        languages=letter_languages(text, "corrections", slug, query=asked_here(request, "before")),
    )
    return render_page(request, "signatures/public/corrections.html", context)


@require_safe
@shared_page
@reads("before")
def corrections_feed(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    title = translation_here(text).title
    page = correcting.page(letter=letter, before=before_of(request))
    feed = paged_feed(
        request,
        letter,
        title=_("Corrections to “%(title)s”") % {"title": title},
        page="corrections",
        feed="corrections_feed",
        next_before=page.next,
    )
    here = address_of(letter, "corrections")
    for line in page.rows:
        # Where the line stands first, however many follow it.
        index = line.correction.index
        link = f"{here}?before={index + 1}#c{index}"
        more = _changes(letter, line.before) if line.before else ""
        add_entry(feed, str(line), link, line.correction.at, more=more)
    return answer_with(feed)


@require_safe
@shared_page
@reads("before")
def milestones_feed(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    title = translation_here(text).title
    before = before_of(request)
    taken = Snapshot.objects.filter(letter=letter).exclude(cause=Cause.BY_HAND)
    if before is not None:
        taken = taken.filter(number__lt=min(before, LARGEST_NUMBER))
    found = page_of(
        taken.select_related("checkpoint").order_by("-number"),
        size=_FEED_ROWS,
        cursor=lambda snapshot: snapshot.number,
    )
    feed = paged_feed(
        request,
        letter,
        title=_("Milestones of “%(title)s”") % {"title": title},
        page="snapshots",
        feed="milestones_feed",
        next_before=found.next,
    )
    published = list(published_texts(letter=letter))
    told = standings.at_snapshots(letter=letter, published=published, snapshots=found.rows)
    for each, standing in told:
        words = milestones.in_words(each, standing)
        link = settings.SITE_URL + reverse("snapshot", args=[slug, each.number])
        add_entry(feed, words, link, each.checkpoint.as_of)
    return answer_with(feed)


def _changes(letter: Letter, before: int) -> str:
    """Where to read what the version after this one changed."""
    address = reverse("changes", args=[letter.slug, before, before + 1])
    return f"{_('What changed:')} {settings.SITE_URL}{address}"
