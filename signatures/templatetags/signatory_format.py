"""Names of professions and countries, and a letter's count, for templates."""

from django import template
from django.utils.translation import get_language

from campaign.letters.models import Letter
from signatures import countries
from signatures.models import Checkpoint, Profession
from signatures.record import tally as tallies

register = template.Library()


@register.filter
def profession_name(slug: str) -> str:
    return str(Profession(slug).label) if slug in Profession.values else slug


@register.filter
def country_name(code: str) -> str:
    return countries.names(get_language() or "en").get(code, code)


@register.simple_tag
def tally(letter: Letter) -> Checkpoint | None:
    return tallies.latest(letter_id=letter.pk)
