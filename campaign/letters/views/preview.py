"""What is being written as the public will see it."""

from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters import characters, markdown
from campaign.letters.forms import WordingForm
from campaign.letters.views.desk import DeskRequest, desk_view

LONGEST = 40_000


def preview_of(form: WordingForm, *, language: str) -> dict[str, Any]:
    """Whatever stands in the form now, valid or not."""
    return {
        "language": language,
        "direction": languages.direction(language) if language else "auto",
        "title": form["title"].value() or "",
        "addressee": form["addressee"].value() or "",
        "body": markdown.render(str(form["body"].value() or "")[:LONGEST]),
    }


@desk_view("POST")
def fragment(request: DeskRequest) -> HttpResponse:
    """`source` as cleaned HTML, to be put into the page as it is."""
    source = characters.many_lines(request.POST.get("source", ""))
    if len(source) > LONGEST:
        return HttpResponse(_("Shorten the text to 40,000 characters."), status=413)
    return HttpResponse(markdown.render(source))
