"""What public pages share: the letter and its text, and themselves in other languages."""

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language

from campaign import languages
from campaign.letters.models import Letter, Text, Translation
from campaign.letters.texts import current_text, published_texts, translation_for
from campaign.pages import LanguageLink, PageContext
from campaign.process_cache import ProcessCache
from signatures.models import Signature

_LONGEST_ASKED = 200
_NOTHING: Mapping[str, str] = MappingProxyType({})
# What stands is asked for by every request and changes a few times in a letter's life.
_at_hand: ProcessCache[str, tuple[float, Letter, Text]] = ProcessCache(
    "letters", max_entries=1000, seconds=settings.SHARED_PAGE_SECONDS
)


@dataclass(frozen=True, slots=True, kw_only=True)
class SitePage(PageContext):
    """A page in the languages that it is in."""

    languages: Sequence[LanguageLink]


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterPage(SitePage):
    """A page about a letter, under the title that the letter has in the language of the page."""

    letter: Letter
    translation: Translation


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedUnder(PageContext):
    """What a page about one signature goes by: the title of what they signed, in the language of
    the page if it has that; `replaced` is the text that stands, where it is another version."""

    translation: Translation
    replaced: Text | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoSignatoryContext(LetterPage):
    number: int


def public_letter(slug: str) -> tuple[Letter, Text]:
    """The letter and the text that stands, or 404; at most `SHARED_PAGE_SECONDS` old."""
    kept = _at_hand.get(slug)
    if kept and kept[0] > time.monotonic():
        return kept[1], kept[2]
    letter = Letter.objects.public().filter(slug=slug).select_related("team").first()
    if letter is None:
        raise Http404
    text = current_text(letter=letter)
    if text is None:
        raise Http404
    _at_hand.keep(slug, (time.monotonic() + settings.SHARED_PAGE_SECONDS, letter, text))
    return letter, text


def translation_here(text: Text) -> Translation:
    """The text in the language of the path; 404 where neither it nor the interface has it."""
    language = get_language() or "en"
    found = translation_for(text=text, language=language)
    if found is None or (found.language != language and language not in languages.INTERFACE):
        raise Http404
    return found


def named_under(signature: Signature, *, text: Text) -> NamedUnder:
    if signature.version == text.number:
        return NamedUnder(translation=translation_here(text), replaced=None)
    signed = published_texts(letter=text.letter).get(number=signature.version)
    shown = translation_for(text=signed, language=get_language() or "en")
    return NamedUnder(translation=shown or signature.translation, replaced=text)


def interface_languages(
    view_name: str, *args: object, query: Mapping[str, str] = _NOTHING
) -> list[LanguageLink]:
    return _language_links(languages.INTERFACE, view_name, args, query)


def letter_languages(
    text: Text, view_name: str, *args: object, query: Mapping[str, str] = _NOTHING
) -> list[LanguageLink]:
    """The languages that the letter's text is in, for the head of its pages.

    `query` is what was asked for and is asked for in the other language too.
    """
    codes = tuple(each.language for each in text.translations.all())
    return _language_links(codes, view_name, args, query)


def asked_here(request: HttpRequest, *names: str) -> dict[str, str]:
    """Of the query what the page knows; nobody's novel is carried on."""
    asked = {name: request.GET.get(name, "") for name in names}
    return {name: value for name, value in asked.items() if 0 < len(value) <= _LONGEST_ASKED}


def _language_links(
    codes: tuple[str, ...], view_name: str, args: tuple[object, ...], query: Mapping[str, str]
) -> list[LanguageLink]:
    links: list[LanguageLink] = []
    here = get_language()
    asked = f"?{urlencode(query)}" if query else ""
    for code in codes:
        with translation.override(code):
            url = reverse(view_name, args=args)
        links.append(
            {
                "code": code,
                "name": languages.NAMES[code],
                "url": url + asked,
                "current": code == here,
            }
        )
    return links
