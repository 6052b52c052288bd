"""A letter on other people's pages: the frame, the picture and the code; and where to get them."""

import base64
import io
from dataclasses import dataclass

import segno
from csp.constants import SELF
from csp.decorators import csp_replace
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from campaign.letters.models import Letter, Translation
from campaign.operations.models import Feature
from campaign.operations.switches import switched_by
from campaign.pages import PageContext, render_page
from campaign.shared_pages import reads, shared_page
from signatures.press import card as cards
from signatures.press import embedding
from signatures.press import standing as standings
from signatures.press.standing import Standing
from signatures.views.public.base import (
    LetterPage,
    letter_languages,
    public_letter,
    translation_here,
)

_THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True, kw_only=True)
class EmbedContext(PageContext):
    letter: Letter
    translation: Translation
    standing: Standing
    root: str
    is_open: bool
    theme: str


@require_safe
@xframe_options_exempt
@csp_replace({"frame-ancestors": ["*"]})  # type: ignore[arg-type]
@shared_page
@reads("theme")
def embed(request: HttpRequest, slug: str) -> HttpResponse:
    """What stands in a frame on any page: the one address of this site that may be framed."""
    letter, text = public_letter(slug)
    standing = standings.now(letter=letter, text=text)
    checkpoint = standing.checkpoint
    theme = request.GET.get("theme", "")
    context = EmbedContext(
        letter=letter,
        translation=translation_here(text),
        standing=standing,
        root=base64.b64encode(bytes(checkpoint.root)).decode() if checkpoint else "",
        is_open=letter.is_open(now=timezone.now()),
        theme=theme if theme in _THEMES else "",
    )
    return render_page(request, "signatures/public/embed.html", context)


@require_safe
@shared_page
@switched_by(Feature.CARDS)
def card(_request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    shown = translation_here(text)
    drawn = cards.png(cards.of(standing=standings.now(letter=letter, text=text), shown=shown))
    return HttpResponse(drawn, content_type="image/png")


@require_safe
@shared_page
def qr(_request: HttpRequest, slug: str) -> HttpResponse:
    """The letter's address for a phone's camera, dark on light also at night, as scanners want."""
    _letter, text = public_letter(slug)
    translation_here(text)
    file = io.BytesIO()
    code = segno.make(embedding.address("letter", slug), error="m", micro=False)
    code.save(file, kind="svg", border=4, dark="#000", light="#fff", omitsize=True, nl=False)
    return HttpResponse(file.getvalue(), content_type="image/svg+xml")


@dataclass(frozen=True, slots=True, kw_only=True)
class ElsewhereContext(LetterPage):
    width: int
    height: int


@require_safe
@csp_replace({"frame-src": [SELF]})  # type: ignore[arg-type]
@shared_page
def place_elsewhere(request: HttpRequest, slug: str) -> HttpResponse:
    letter, text = public_letter(slug)
    context = ElsewhereContext(
        letter=letter,
        translation=translation_here(text),
        width=embedding.WIDTH,
        height=embedding.HEIGHT,
        languages=letter_languages(text, "elsewhere", slug),
    )
    return render_page(request, "signatures/public/elsewhere.html", context)
