"""Pictures of organizers, each by the hash of its bytes."""

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse

from campaign.conditional import conditional_get
from campaign.letters import look
from campaign.letters.models import HeadPicture, Letter, PressImage
from campaign.letters.pictures import EXTENSIONS

FOREVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class HeadShown:
    """The picture over a letter, and what it shows: in `language`."""

    url: str
    width: int
    height: int
    description: str
    language: str


def head_of_letter(*, letter: Letter, language: str) -> HeadShown | None:
    """Described in this language, or else in the first that it was described in."""
    found = look.head_picture(letter=letter)
    if found is None:
        return None
    spoken = language if language in found.descriptions else next(iter(found.descriptions), "")
    named = [letter.slug, found.sha256, EXTENSIONS[found.content_type]]
    return HeadShown(
        url=reverse("head_picture", args=named),
        width=found.width,
        height=found.height,
        description=found.descriptions.get(spoken, ""),
        language=spoken,
    )


def picture_by_hash(
    request: HttpRequest,
    found: PressImage | HeadPicture | None,
    *,
    letter: Letter,
    extension: str,
) -> HttpResponseBase:
    if found is None or EXTENSIONS[found.content_type] != extension:
        raise Http404
    response = HttpResponse(bytes(found.content), content_type=found.content_type)
    response["Cache-Control"] = FOREVER
    response["ETag"] = f'"{found.sha256[:32]}"'
    name = f"{letter.slug}-{found.sha256[:8]}.{extension}"
    response["Content-Disposition"] = f'inline; filename="{name}"'
    unchanged = conditional_get(request, etag=response["ETag"], headers=response.items())
    return unchanged or response
