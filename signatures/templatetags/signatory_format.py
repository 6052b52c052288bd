"""Names of professions and countries, and letters' counts, for templates."""

from collections.abc import Iterable

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from campaign.letters.models import Letter
from signatures import countries
from signatures.models import Checkpoint, Profession
from signatures.moderation import reports
from signatures.press.proofs_in_words import Told, all_in_html
from signatures.record import tally as tallying

register = template.Library()
_PROFESSIONS = dict(Profession.choices)


@register.filter
def profession_name(slug: str) -> str:
    return str(_PROFESSIONS.get(slug, slug))


@register.filter
def country_name(code: str) -> str:
    return countries.names(get_language() or "en").get(code, code)


@register.filter
def proofs_in_words(proofs: Iterable[Told]) -> SafeString:
    return all_in_html(proofs)


@register.simple_tag
def tally(letter: Letter) -> Checkpoint | None:
    return tallying.latest(letter_id=letter.pk)


@register.simple_tag
def tallies(letters: Iterable[Letter]) -> dict[int, Checkpoint]:
    """Of all letters of a page at once; `{{ tallies|of:letter }}` picks one."""
    return tallying.latest_of(letters=letters)


@register.simple_tag
def waiting_reports(letter: Letter) -> int:
    """Cases of reported names that no organizer has answered yet."""
    return reports.waiting_count(letter=letter)


@register.filter
def of(found: dict[int, Checkpoint], letter: Letter) -> Checkpoint | None:
    return found.get(letter.pk)
