"""The line that operators put on every page."""

from dataclasses import dataclass
from typing import Literal

from django import template
from django.utils.translation import get_language

from campaign import languages
from campaign.operations import standing

register = template.Library()


@dataclass(frozen=True, slots=True)
class Announced:
    language: str
    text: str

    @property
    def direction(self) -> Literal["rtl", "ltr"]:
        return languages.direction(self.language)


@register.simple_tag
def announcement() -> Announced | None:
    """In the language of the page, or else in the first that has one."""
    said = standing.now().announcements
    here = languages.interface_for(get_language() or "en")
    for language in (here, *languages.INTERFACE):
        if language in said:
            return Announced(language, said[language])
    return None
