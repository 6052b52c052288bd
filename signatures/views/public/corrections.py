"""Corrections as a page, and corrections and milestones as Atom feeds (RFC 4287)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode
from xml.sax.xmlreader import AttributesImpl

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from campaign.keyset import page_of
from campaign.letters.models import Letter, Text
from campaign.letters.texts import published_texts
from campaign.pages import render_page
from campaign.parsing import whole_number
from campaign.shared_pages import reads, shared_page
from campaign.templatetags.locale_format import number as in_digits
from signatures.listing.pagination import LARGEST_NUMBER
from signatures.models import Cause, Snapshot
from signatures.moderation import reports
from signatures.press import corrections as correcting
from signatures.press import standing as standings
from signatures.press.standing import Standing
from signatures.views.public.base import (
    LetterPage,
    asked_here,
    letter_languages,
    public_letter,
    translation_here,
)

_XHTML = "http://www.w3.org/1999/xhtml"
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
    before = _before(request)
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
    page = correcting.page(letter=letter, before=_before(request))
    feed = _feed(
        request,
        letter,
        title=_("Corrections to “%(title)s”") % {"title": title},
        page="corrections",
        feed="corrections_feed",
        next_before=page.next,
    )
    here = _page(letter, "corrections")
    for line in page.rows:
        # Where the line stands first, however many follow it.
        index = line.correction.index
        link = f"{here}?before={index + 1}#c{index}"
        more = _changes(letter, line.before) if line.before else ""
        _add(feed, str(line), link, line.correction.at, more=more)
    return _answer(feed)


@require_safe
@shared_page
@reads("before")
def milestones_feed(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    title = translation_here(text).title
    before = _before(request)
    taken = Snapshot.objects.filter(letter=letter).exclude(cause=Cause.BY_HAND)
    if before is not None:
        taken = taken.filter(number__lt=min(before, LARGEST_NUMBER))
    found = page_of(
        taken.select_related("checkpoint").order_by("-number"),
        size=_FEED_ROWS,
        cursor=lambda snapshot: snapshot.number,
    )
    feed = _feed(
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
        words = (
            _("%(n)s signatures")
            if each.cause == Cause.MILESTONE
            else _("Closed with %(n)s signatures")
        ) % {"n": in_digits(standing.tally.total)}
        if standing.note:
            words = f"{words} · {_under(standing)}"
        link = settings.SITE_URL + reverse("snapshot", args=[slug, each.number])
        _add(feed, words, link, each.checkpoint.as_of)
    return _answer(feed)


def _under(standing: Standing) -> str:
    """Which text a count is of, and who signed others."""
    others = [
        _("%(n)s signed version %(version)s")
        % {"n": in_digits(each.tally.total), "version": in_digits(each.number)}
        for each in standing.others
    ]
    return " · ".join([standing.name, *others])


class _PagedFeed(Atom1Feed):
    """With a link to the entries before these (RFC 5005, section 3), and a date of its own while it
    has no entry: Atom asks for one, and it must not change with each reading.

    A browser shows it as a page: by its style sheet, and by a few elements of XHTML, which feed
    readers leave alone (RFC 4287, section 6).
    """

    def write(self, outfile: Any, encoding: str) -> None:
        # As Atom1Feed does, which names no style sheet.
        handler = SimplerXMLGenerator(outfile, encoding, short_empty_elements=True)
        handler.startDocument()
        handler.processingInstruction("xml-stylesheet", self.feed["stylesheet"])
        handler.startElement("feed", AttributesImpl(self.root_attributes()))
        self.add_root_elements(handler)
        self.write_items(handler)
        handler.endElement("feed")

    def add_root_elements(self, handler: Any) -> None:
        super().add_root_elements(handler)
        handler.startElement("div", {"xmlns": _XHTML})
        handler.addQuickElement("p", self.feed["explained"])
        handler.startElement("p", {})
        handler.addQuickElement("a", _("Read this as a page"), {"href": self.feed["link"]})
        handler.endElement("p")
        handler.endElement("div")
        if self.feed["next"]:
            handler.addQuickElement("link", "", {"rel": "next", "href": self.feed["next"]})

    def latest_post_date(self) -> datetime:
        found: datetime = super().latest_post_date() if self.items else self.feed["began"]
        return found


def _feed(
    request: HttpRequest,
    letter: Letter,
    *,
    title: str,
    page: str,
    feed: str,
    next_before: int | None,
) -> _PagedFeed:
    here, asked = _page(letter, feed), urlencode(asked_here(request, "before"))
    return _PagedFeed(
        title=title,
        link=_page(letter, page),
        description=title,
        language=get_language(),
        feed_url=f"{here}?{asked}" if asked else here,
        author_name="Undersigned",
        next=None if next_before is None else f"{here}?before={next_before}",
        began=letter.published_at,
        explained=_(
            "This is a feed. Put the address of this page into a feed reader: it shows you what is "
            "new here by itself."
        ),
        stylesheet=f'href="{static("css/feed.css")}" type="text/css"',
    )


def _before(request: HttpRequest) -> int | None:
    """Whatever is no number means the newest."""
    return whole_number(request.GET.get("before", ""))


def _changes(letter: Letter, before: int) -> str:
    """Where to read what the version after this one changed."""
    address = reverse("changes", args=[letter.slug, before, before + 1])
    return f"{_('What changed:')} {settings.SITE_URL}{address}"


def _add(feed: _PagedFeed, words: str, link: str, when: datetime, *, more: str = "") -> None:
    described = f"{words} {more}".rstrip()
    feed.add_item(title=words, link=link, description=described, pubdate=when, updateddate=when)


def _answer(feed: _PagedFeed) -> HttpResponse:
    # Browsers show `application/atom+xml` as code, whatever its style; feed readers take both.
    return HttpResponse(feed.writeString("utf-8"), content_type="application/xml; charset=utf-8")


def _page(letter: Letter, name: str) -> str:
    return settings.SITE_URL + reverse(name, args=[letter.slug])
