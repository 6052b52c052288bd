"""Corrections as a page, and corrections and milestones as Atom feeds (RFC 4287)."""

from datetime import datetime

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from campaign.letters.models import Letter
from campaign.shared_pages import shared_page
from campaign.templatetags.locale_format import number as in_digits
from signatures.models import Cause, Snapshot
from signatures.press import corrections as correcting
from signatures.views.letters import letter_languages, public_letter, translation_here

_FEED = 50
_LONGEST_INDEX = 19


@require_safe
@shared_page
def corrections(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    before = _index(request.GET.get("before", ""))
    page = correcting.page(letter=letter, before=before)
    here = reverse("corrections", args=[slug])
    context = {
        "letter": letter,
        "translation": translation_here(text),
        "lines": [(line, correcting.in_words(line)) for line in page.lines],
        "next_url": None if page.next is None else f"{here}?before={page.next}",
        "first_url": None if before is None else here,
        "languages": letter_languages(text, "corrections", slug),
    }
    return render(request, "signatures/corrections.html", context)


@require_safe
@shared_page
def corrections_feed(_request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    title = translation_here(text).title
    feed = _feed(
        letter,
        title=_("Corrections to “%(title)s”") % {"title": title},
        page="corrections",
        feed="corrections_feed",
    )
    for line in correcting.page(letter=letter).lines[:_FEED]:
        words = correcting.in_words(line)
        _add(feed, words, f"{_page(letter, 'corrections')}#c{line.index}", line.at)
    return _answer(feed)


@require_safe
@shared_page
def milestones_feed(_request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    title = translation_here(text).title
    feed = _feed(
        letter,
        title=_("Milestones of “%(title)s”") % {"title": title},
        page="snapshots",
        feed="milestones_feed",
    )
    taken = Snapshot.objects.filter(letter=letter).exclude(cause=Cause.BY_HAND)
    for each in taken.select_related("checkpoint").order_by("-number")[:_FEED]:
        total = in_digits(each.checkpoint.total)
        words = (
            _("%(n)s signatures") % {"n": total}
            if each.cause == Cause.MILESTONE
            else _("Closed with %(n)s signatures") % {"n": total}
        )
        link = settings.SITE_URL + reverse("snapshot", args=[slug, each.number])
        _add(feed, words, link, each.checkpoint.as_of)
    return _answer(feed)


def _feed(letter: Letter, *, title: str, page: str, feed: str) -> Atom1Feed:
    return Atom1Feed(
        title=title,
        link=_page(letter, page),
        description=title,
        language=get_language(),
        feed_url=_page(letter, feed),
        author_name="Undersigned",
    )


def _add(feed: Atom1Feed, words: str, link: str, when: datetime) -> None:
    feed.add_item(title=words, link=link, description=words, pubdate=when, updateddate=when)


def _answer(feed: Atom1Feed) -> HttpResponse:
    if not feed.items:
        # Atom asks for a date; without it, an empty feed would change with each reading.
        feed.latest_post_date = lambda: datetime.fromisoformat("1970-01-01T00:00:00+00:00")  # type: ignore[method-assign]
    return HttpResponse(feed.writeString("utf-8"), content_type=feed.content_type)


def _page(letter: Letter, name: str) -> str:
    return settings.SITE_URL + reverse(name, args=[letter.slug])


def _index(raw: str) -> int | None:
    """An index of the record; whatever else is asked for means the newest."""
    if raw.isascii() and raw.isdigit() and len(raw) <= _LONGEST_INDEX:
        return int(raw)
    return None
