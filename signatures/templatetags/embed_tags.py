"""What stands in the head of a letter's pages for other sites, and the frame to paste there."""

from typing import Any
from urllib.parse import urlencode

from django import template
from django.conf import settings
from django.urls import reverse
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign.letters.models import Letter, Translation
from signatures.press import card, embedding, linked_data
from signatures.press.standing import Standing

register = template.Library()

# The pages of corrections and of snapshots name the one that is theirs.
_WITH_FEEDS = ("letter", "press")


@register.inclusion_tag("signatures/_head.html", takes_context=True)
def head_of(
    context: template.Context, view_name: str, *args: object, title: str = ""
) -> dict[str, Any]:
    """For a page of the letter that has one address in each of its languages: with `args` behind
    the letter's, and under its own title.

    A page in a language that the letter is not in names the page of the text that it shows as the
    one to keep; so do all pages and searches of the list.
    """
    letter, shown = context["letter"], context["translation"]
    codes = [each["code"] for each in context["languages"]]
    here = linked_data.address_in(shown.language, view_name, letter.slug, *args)
    return {
        "here": here,
        "title": title or shown.title,
        "translation": shown,
        "published_at": letter.public_since,
        "card": embedding.address("card", letter.slug),
        "card_alt": card.alt(shown=shown),
        "card_width": card.WIDTH,
        "card_height": card.HEIGHT,
        "locale": linked_data.og_locale(shown.language),
        "other_locales": [linked_data.og_locale(code) for code in codes if code != shown.language],
        "alternates": [
            (code, linked_data.address_in(code, view_name, letter.slug, *args)) for code in codes
        ],
        # The text that counts comes first.
        "for_all_others": linked_data.address_in(codes[0], view_name, letter.slug, *args),
        "oembed": oembed_links(letter.slug) if view_name == "letter" else (),
        "feeds": _feeds(letter.slug) if view_name in _WITH_FEEDS else (),
    }


@register.simple_tag
def data_of_letter(standing: Standing, shown: Translation) -> SafeString:
    """For programs that read the page, with its count."""
    return linked_data.script(linked_data.of_letter(standing=standing, shown=shown))


@register.simple_tag
def data_of_list(standing: Standing, shown: Translation) -> SafeString:
    """The same for the list."""
    return linked_data.script(linked_data.of_list(standing=standing, shown=shown))


def _feeds(slug: str) -> list[tuple[str, str]]:
    """Title and address, in the language of the page."""
    return [
        (_("Corrections"), embedding.address("corrections_feed", slug)),
        (_("Milestones"), embedding.address("milestones_feed", slug)),
        (_("News from the organizers"), embedding.address("updates_feed", slug)),
    ]


@register.simple_tag
def card_alt(translation: Translation) -> str:
    return card.alt(shown=translation)


@register.simple_tag
def frame_of(letter: Letter, translation: Translation) -> str:
    """The HTML to paste, to be shown as text."""
    return embedding.frame(letter=letter, shown=translation)


def oembed_links(slug: str) -> list[tuple[str, str]]:
    """Content type and address of what oEmbed's readers look for."""
    url = linked_data.address_in(get_language() or "en", "letter", slug)
    at = f"{settings.SITE_URL}{reverse('oembed')}?"
    return [
        ("application/json+oembed", at + urlencode({"url": url, "format": "json"})),
        ("text/xml+oembed", at + urlencode({"url": url, "format": "xml"})),
    ]
