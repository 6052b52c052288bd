"""Names of professions and countries, methods of proof, and letters' counts, for templates."""

from collections.abc import Iterable
from typing import TypeVar

from django import template
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from campaign.letters.models import Letter
from campaign.letters.texts import current_text
from signatures.listing.proof_text import Told, all_in_html, in_words_before
from signatures.models import Profession
from signatures.names import countries
from signatures.press import standing
from signatures.press.standing import Standing
from signatures.verification import registry
from signatures.verification.method import Method

register = template.Library()
T = TypeVar("T")
_PROFESSIONS = dict(Profession.choices)


@register.filter
def profession_name(slug: str) -> str:
    return str(_PROFESSIONS.get(slug, slug))


@register.filter
def country_name(code: str) -> str:
    return countries.names(get_language() or "en").get(code, code)


@register.filter
def proof_method(code: str) -> Method:
    return registry.of(code)


@register.filter
def proofs_in_words(proofs: Iterable[Told]) -> SafeString:
    return all_in_html(proofs)


@register.filter
def words_before(proof: Told) -> str:
    """Of what was attested of other details than stand there now."""
    return in_words_before(proof)


@register.simple_tag
def standing_of(letter: Letter) -> Standing | None:
    """How many signed the text that stands, and how many others; None before there is one."""
    text = current_text(letter=letter)
    return standing.now(letter=letter, text=text) if text else None
