"""Atom feeds of a letter (RFC 4287), page by page."""

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

from campaign.letters.models import Letter
from campaign.parsing import whole_number
from signatures.views.public.base import asked_here

_XHTML = "http://www.w3.org/1999/xhtml"
# The two characters that XML 1.0 has not, apart from controls.
_NOT_IN_XML = dict.fromkeys((0xFFFE, 0xFFFF))


class PagedFeed(Atom1Feed):
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

    def item_attributes(self, item: dict[str, Any]) -> dict[str, str]:
        """An entry that is in another language than the feed says so, by `language`."""
        found: dict[str, str] = super().item_attributes(item)
        language = item.get("language")
        return found | ({"xml:lang": language} if language else {})

    def latest_post_date(self) -> datetime:
        found: datetime = super().latest_post_date() if self.items else self.feed["began"]
        return found


def paged_feed(
    request: HttpRequest,
    letter: Letter,
    *,
    title: str,
    page: str,
    feed: str,
    next_before: int | None,
) -> PagedFeed:
    here, asked = address_of(letter, feed), urlencode(asked_here(request, "before"))
    return PagedFeed(
        title=title,
        link=address_of(letter, page),
        description=title,
        language=get_language(),
        feed_url=f"{here}?{asked}" if asked else here,
        author_name="Undersigned",
        next=None if next_before is None else f"{here}?before={next_before}",
        began=letter.public_since,
        explained=_(
            "This is a feed. Put the address of this page into a feed reader: it shows you what is "
            "new here by itself."
        ),
        stylesheet=f'href="{static("css/feed.css")}" type="text/css"',
    )


def before_of(request: HttpRequest) -> int | None:
    """Whatever is no number means the newest."""
    return whole_number(request.GET.get("before", ""))


def add_entry(feed: PagedFeed, words: str, link: str, when: datetime, *, more: str = "") -> None:
    described = f"{words} {more}".rstrip()
    feed.add_item(title=words, link=link, description=described, pubdate=when, updateddate=when)


def answer_with(feed: PagedFeed) -> HttpResponse:
    # Browsers show `application/atom+xml` as code, whatever its style; feed readers take both.
    written = feed.writeString("utf-8").translate(_NOT_IN_XML)
    return HttpResponse(written, content_type="application/xml; charset=utf-8")


def address_of(letter: Letter, name: str, *args: object) -> str:
    return settings.SITE_URL + reverse(name, args=[letter.slug, *args])
