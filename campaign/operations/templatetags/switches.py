"""Whether a feature is on, for links that would lead to nothing."""

from django import template

from campaign.operations import switches
from campaign.operations.models import Feature

register = template.Library()


@register.simple_tag
def feature_is_on(name: str) -> bool:
    return switches.is_on(Feature(name))
