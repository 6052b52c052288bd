"""The checklist at the desk, from a new team to its first published letter."""

from typing import Any

from django import template
from django.template import Context
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.access import teams_writing
from signatures import first_steps

register = template.Library()
_PARTIAL = "signatures/desk/_first_steps.html"


@register.inclusion_tag(_PARTIAL, takes_context=True)
def first_steps_of(context: Context, letter: Letter) -> dict[str, Any]:
    organizer = context["request"].user
    found = first_steps.of_letter(letter=letter, organizer=organizer, now=timezone.now())
    return found.variables() if found else {}


@register.inclusion_tag(_PARTIAL, takes_context=True)
def first_steps_of_newcomer(context: Context) -> dict[str, Any]:
    """Of somebody whose teams have no letter: of the first in which they may write."""
    organizer = context["request"].user
    team = teams_writing(organizer=organizer).first()
    if team is None:
        return {}
    found = first_steps.of_team(team=team, organizer=organizer, now=timezone.now())
    return found.variables()
