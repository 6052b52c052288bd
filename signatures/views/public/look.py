"""How a letter looks, in files of their own that never change: the style sheet of its colour, and
its picture."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.views.decorators.http import require_safe

from campaign.letters import accent
from campaign.letters.models import HeadPicture
from signatures.views.public.base import public_letter
from signatures.views.public.pictures import FOREVER, picture_by_hash


@require_safe
def accent_style(request: HttpRequest, colour: str) -> HttpResponse:
    """Of colours that a letter may have, whichever letter: there is none for what could not be
    read."""
    if accent.contrast(f"#{colour}") < accent.MIN_CONTRAST:
        raise Http404
    response = HttpResponse(accent.style_sheet(f"#{colour}"), content_type="text/css")
    response["Cache-Control"] = FOREVER
    return response


@require_safe
def head_picture(request: HttpRequest, slug: str, sha256: str, extension: str) -> HttpResponseBase:
    letter, _text = public_letter(slug)
    found = HeadPicture.objects.filter(letter=letter, sha256=sha256).first()
    return picture_by_hash(request, found, letter=letter, extension=extension)
