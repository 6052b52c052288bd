"""A letter with its names as a PDF, as the worker made it last."""

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from campaign import limits
from campaign.conditional import conditional_get
from campaign.operations.models import Feature
from campaign.operations.switches import switched_by
from campaign.pages import render_page
from signatures.models import LetterPdf
from signatures.press.paper import making
from signatures.views.public import files
from signatures.views.public.base import (
    LetterPage,
    letter_languages,
    public_letter,
    translation_here,
)

# About as long as one takes to be made.
RETRY_AFTER_SECONDS = 30


@require_safe
@switched_by(Feature.PDF)
def letter_pdf(request: HttpRequest, slug: str) -> HttpResponseBase:
    letter, text = public_letter(slug)
    shown = translation_here(text)
    found = making.current(letter=letter, language=shown.language)
    if found is None:
        making.ask()
        context = LetterPage(
            letter=letter,
            translation=shown,
            languages=letter_languages(text, "letter_pdf", slug),
        )
        return _being_made(request, context)
    etag = f'"{found.sha256[:32]}"'
    if unchanged := conditional_get(request, etag=etag):
        return files.with_headers(unchanged, etag)
    if not limits.hit(limits.Limit.DOWNLOADS_FROM_NETWORK, limits.network_key(request)):
        return files.later(request, files.TOO_MANY)
    return files.with_headers(_file(found, slug), etag)


def _file(found: LetterPdf, slug: str) -> HttpResponse:
    response = HttpResponse(bytes(found.content), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{slug}-{found.language}.pdf"'
    response["X-Record-Size"] = str(found.size)
    return response


def _being_made(request: HttpRequest, context: LetterPage) -> HttpResponse:
    """There is no such file at the moment; nothing is out of order, as 503 would tell a monitor."""
    response = render_page(request, "signatures/public/letter_pdf_later.html", context, status=404)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
