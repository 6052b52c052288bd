"""Whom to ask: the operator of this site, for mails and for pages that lead no further."""

from django import template
from django.conf import settings
from django.utils.translation import get_language

from campaign import languages

register = template.Library()


@register.simple_tag
def operator_contact() -> dict[str, str]:
    """Name, postal address, contact and its URL; empty where the operator has not said them."""
    contact = settings.OPERATOR_CONTACT
    language = languages.interface_for(get_language() or "en")
    return {
        "name": settings.OPERATOR_NAME[language],
        "address": settings.OPERATOR_ADDRESS[language],
        "contact": contact,
        "url": contact if "://" in contact or not contact else f"mailto:{contact}",
    }
