"""What is being written as the public will see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypedDict
from urllib.parse import unquote

from django.http import HttpResponse
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from campaign import languages
from campaign.letters import characters, markdown
from campaign.letters.forms import WordingForm
from campaign.letters.markdown import Link
from campaign.letters.typed_text import Direction, Done
from campaign.letters.views.desk import DeskRequest, desk_view
from campaign.pages import PageContext, render_page

MAX_PREVIEW_LETTERS = 40_000
_LINKS_TOLD = 5


_TOLD = {
    Done.BULLETS: _("Lines that begin with a bullet are a list."),
    Done.NUMBERS: _("A number at the start of a line stays as it is where it begins no list."),
    Done.INDENTED: _("Indented paragraphs begin at the margin, as all others do."),
    Done.LINES_KEPT: _("Each line ends where you ended it."),
    Done.LINES_JOINED: _("Lines that a mail program broke are put together again."),
    Done.PARAGRAPHS: _("Each long line is a paragraph."),
    Done.FOOTNOTES: _("Footnotes come at the end."),
}


class PreviewedText(TypedDict):
    body: SafeString
    # Where its links lead, of which a reader sees the words only.
    links: Sequence[Link]
    # What the writer might not expect, in sentences.
    told: Sequence[str]


class Preview(PreviewedText):
    language: str
    direction: str
    title: str
    addressee: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PreviewContext(PageContext):
    preview: PreviewedText


def preview_of(form: WordingForm, *, language: str) -> Preview:
    """Whatever stands in the form now, valid or not, and what was made of it."""
    direction = languages.direction(language) if language else None
    return {
        "language": language,
        "direction": direction or "auto",
        "title": form["title"].value() or "",
        "addressee": form["addressee"].value() or "",
        **rendered(str(form["body"].value() or ""), direction=direction),
    }


def rendered(source: str, *, direction: Direction | None) -> PreviewedText:
    """Of whatever was typed, the HTML and what was made of it, for `_preview_text.html`."""
    source = characters.many_lines(source[:MAX_PREVIEW_LETTERS])
    reading = markdown.read(source, direction=direction)
    return {"body": reading.html, "links": reading.hidden_links, "told": _told(reading)}


@desk_view("POST")
def fragment(request: DeskRequest) -> HttpResponse:
    """`source` as cleaned HTML, to be put into the page as it is, and what was made of it."""
    source = characters.many_lines(request.POST.get("source", ""))
    if len(source) > MAX_PREVIEW_LETTERS:
        return HttpResponse(gettext("Shorten the text to 40,000 characters."), status=413)
    language = request.POST.get("language", "")
    known = language in languages.NAMES
    direction = languages.direction(language) if known else None
    context = PreviewContext(preview=rendered(source, direction=direction))
    return render_page(request, "campaign/letters/_preview_text.html", context)


def _told(reading: markdown.Reading) -> list[str]:
    """What the reader of the preview might not expect, in sentences."""
    dead = [
        gettext("“%(words)s” is no link: “%(address)s” is not a whole address.")
        % {"words": each.words[:60], "address": unquote(each.address)[:120]}
        for each in reading.dead_links
    ]
    return [*(str(_TOLD[done]) for done in reading.done), *dead[:_LINKS_TOLD]]
