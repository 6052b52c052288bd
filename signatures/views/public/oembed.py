"""oEmbed 1.0 (oembed.com): from the address of a letter to the frame that shows it elsewhere."""

import io
from typing import Any
from xml.sax.xmlreader import AttributesImpl

from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.utils import translation
from django.utils.xmlutils import SimplerXMLGenerator
from django.views.decorators.http import require_safe

from campaign.shared_pages import reads, shared_page
from signatures.press import embedding
from signatures.views.public.base import public_letter, translation_here
from signatures.views.public.cors import readable_everywhere

_MAX_PIXELS = 10_000


@require_safe
@shared_page
@reads("url", "format", "maxwidth", "maxheight")
def oembed(request: HttpRequest) -> HttpResponse:
    """404 for what is not a letter here, 501 for a format that we do not write, as oEmbed says;
    400 for a question that is none."""
    response = _answer(request)
    readable_everywhere(response)
    return response


def _answer(request: HttpRequest) -> HttpResponse:
    asked = request.GET
    if asked.get("format", "json") not in ("json", "xml"):
        return _refused(501, "The formats are json and xml.")
    try:
        most_wide, most_high = _size(asked.get("maxwidth")), _size(asked.get("maxheight"))
    except ValueError:
        return _refused(400, "maxwidth and maxheight are whole numbers of pixels.")
    if not asked.get("url"):
        return _refused(400, "url is the address of a letter on this site.")
    try:
        slug, language = embedding.letter_at(asked["url"])
        with translation.override(language):
            letter, text = public_letter(slug)
            answer = embedding.oembed(
                letter=letter,
                shown=translation_here(text),
                most_wide=most_wide,
                most_high=most_high,
            )
    except (embedding.NoSuchLetter, Http404):
        return _refused(404, "There is no letter at this address.")
    if asked.get("format") == "xml":
        return HttpResponse(_xml(answer), content_type="text/xml; charset=utf-8")
    return JsonResponse(answer, json_dumps_params={"ensure_ascii": False})


def _size(raw: str | None) -> int | None:
    if raw is None:
        return None
    if not (raw.isascii() and raw.isdigit() and len(raw) <= 10 and int(raw)):
        raise ValueError
    return min(int(raw), _MAX_PIXELS)


def _refused(status: int, why: str) -> HttpResponse:
    return HttpResponse(f"{why}\n", status=status, content_type="text/plain; charset=utf-8")


def _xml(answer: dict[str, Any]) -> str:
    file = io.StringIO()
    xml = SimplerXMLGenerator(file, "utf-8")
    xml.startDocument()
    xml.startElement("oembed", AttributesImpl({}))
    for name, value in answer.items():
        xml.addQuickElement(name, str(value))
    xml.endElement("oembed")
    return file.getvalue()
