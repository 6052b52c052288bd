"""Whom to ask: the operator of this site, for pages that lead no further by themselves."""

from django import template
from django.conf import settings
from django.utils.translation import get_language

from campaign import languages

register = template.Library()


@register.simple_tag
def operator_contact() -> dict[str, str]:
    """Name, contact and its address; empty where the operator has not said them."""
    contact = settings.OPERATOR_CONTACT
    return {
        "name": settings.OPERATOR_NAME[languages.interface_for(get_language() or "en")],
        "contact": contact,
        "url": contact if "://" in contact or not contact else f"mailto:{contact}",
    }
