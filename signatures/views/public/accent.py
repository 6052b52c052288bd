"""The style sheet of an accent: of the colour alone, so that it tells of no letter."""

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from campaign.letters import accent

_FOREVER = "public, max-age=31536000, immutable"


@require_safe
def accent_style(request: HttpRequest, colour: str) -> HttpResponse:
    """Of colours that a letter may have; there is none for what could not be read."""
    if accent.contrast(f"#{colour}") < accent.MIN_CONTRAST:
        raise Http404
    response = HttpResponse(accent.style_sheet(f"#{colour}"), content_type="text/css")
    response["Cache-Control"] = _FOREVER
    return response
