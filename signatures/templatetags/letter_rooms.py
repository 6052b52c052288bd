"""The navigation of a letter's desk, on each page below its address."""

from django import template
from django.http import HttpRequest

from signatures.overview.rooms import Navigation, navigation

register = template.Library()

_BELOW = "desk/letters/<slug:slug>/"


@register.simple_tag(takes_context=True)
def letter_rooms(context: template.Context) -> Navigation | None:
    """None on other pages of the desk, and on one that only says why nothing is shown yet."""
    request: HttpRequest = context["request"]
    match = request.resolver_match
    if match is None or _BELOW not in match.route or context["desk_section"] != "letters":
        return None
    return navigation(
        slug=match.kwargs["slug"],
        organizer=context["request"].user,
        path=request.path,
        url_name=match.url_name or "",
    )
