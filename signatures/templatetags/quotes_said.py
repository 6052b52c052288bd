"""Whose words are quoted, and whether readers see them, for the desk."""

from django import template

from campaign.letters.models import Letter
from signatures.press import quotes

register = template.Library()


@register.simple_tag
def quotes_said(letter: Letter) -> list[quotes.Said]:
    return quotes.said(letter=letter)
