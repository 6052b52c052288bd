"""Open letters, one letter, its text as bytes, and what the numbers mean."""

import time
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from campaign import languages
from campaign.letters import markdown
from campaign.letters.models import Letter, LetterState, Text, Translation
from campaign.letters.texts import (
    current_text,
    current_texts,
    published_texts,
    translation_for,
)
from campaign.process_cache import ProcessCache
from campaign.shared_pages import shared_page
from signatures.forms.signing import SignForm
from signatures.listing import notables, queries
from signatures.models import Signature
from signatures.moderation import queue
from signatures.press import standing as standings
from signatures.views.public.cors import for_other_sites

LETTERS_ON_HOME = 50
NAMES_ON_LETTER = 48
_LONGEST_ASKED = 200
_NOTHING: Mapping[str, str] = MappingProxyType({})

# What stands is asked for by every request and changes a few times in a letter's life.
_at_hand: ProcessCache[str, tuple[float, Letter, Text]] = ProcessCache(
    "letters", max_entries=1000, seconds=settings.SHARED_PAGE_SECONDS
)


def public_letter(slug: str) -> tuple[Letter, Text]:
    """The letter and the text that stands, or 404; at most `SHARED_PAGE_SECONDS` old."""
    kept = _at_hand.get(slug)
    if kept and kept[0] > time.monotonic():
        return kept[1], kept[2]
    letter = Letter.objects.filter(slug=slug, state__in=LetterState.public()).first()
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


def named_under(signature: Signature, *, text: Text) -> dict[str, Any]:
    """What a page about one signature goes by: the title of what they signed, in the language of
    the page if it has that; `replaced` is the text that stands, where it is another version."""
    if signature.version == text.number:
        return {"translation": translation_here(text), "replaced": None}
    signed = published_texts(letter=text.letter).get(number=signature.version)
    shown = translation_for(text=signed, language=get_language() or "en")
    return {"translation": shown or signature.translation, "replaced": text}


def interface_languages(
    view_name: str, *args: object, query: Mapping[str, str] = _NOTHING
) -> list[dict[str, Any]]:
    return _language_links(languages.INTERFACE, view_name, args, query)


def letter_languages(
    text: Text, view_name: str, *args: object, query: Mapping[str, str] = _NOTHING
) -> list[dict[str, Any]]:
    """The languages that the letter's text is in, for the head of its pages.

    `query` is what was asked for and is asked for in the other language too.
    """
    codes = tuple(each.language for each in text.translations.all())
    return _language_links(codes, view_name, args, query)


def asked_here(request: HttpRequest, *names: str) -> dict[str, str]:
    """Of the query what the page knows; nobody's novel is carried on."""
    asked = {name: request.GET.get(name, "") for name in names}
    return {name: value for name, value in asked.items() if 0 < len(value) <= _LONGEST_ASKED}


def letter_context(
    *, letter: Letter, text: Text, shown: Translation, form: SignForm | None = None
) -> dict[str, Any]:
    now = timezone.now()
    is_open = letter.is_open(now=now)
    opens_later = letter.opens_later(now=now)
    standing = standings.now(letter=letter, text=text)
    named_first = notables.shown(letter=letter)
    others = queries.newest(letter=letter, most=NAMES_ON_LETTER, without=named_first)
    return {
        "letter": letter,
        "text": text,
        "translation": with_body(shown, text),
        "standing": standing,
        "form": form if form is not None else SignForm(initial={"text": shown.sha256}),
        "notables": standing.groups(named_first),
        "signed_by": standing.groups(others),
        "is_open": is_open,
        "not_yet_open": opens_later,
        "paused": letter.is_paused,
        "closed": not is_open and not opens_later and not letter.is_paused,
        "being_checked": letter.state == LetterState.CLOSED and queue.waiting(letter=letter) > 0,
        "preview": False,
        "errors": bool(form is not None and form.errors),
        "languages": letter_languages(text, "letter", letter.slug),
    }


def with_body(shown: Translation, text: Text) -> Translation:
    """The translation with its rendered body and, if it is not the authority, the one that is."""
    shown.body_html = markdown.render(shown.body, direction=shown.direction)  # type: ignore[attr-defined]
    shown.authoritative = (  # type: ignore[attr-defined]
        None
        if shown.is_authoritative
        else next((each for each in text.translations.all() if each.is_authoritative), None)
    )
    return shown


@require_safe
@shared_page
def home(request: HttpRequest) -> HttpResponse:
    public = Letter.objects.filter(state__in=LetterState.public()).order_by("-published_at", "-pk")
    shown = list(public[:LETTERS_ON_HOME])
    texts = current_texts(letters=shown)
    standing = standings.of_several(texts=texts, letters=shown)
    language = get_language() or "en"
    items = [
        {
            "letter": letter,
            "translation": translation_for(text=texts[letter.pk], language=language),
            "standing": standing[letter.pk],
        }
        for letter in shown
        if letter.pk in texts
    ]
    context = {"letters": items, "languages": interface_languages("home")}
    return render(request, "signatures/home.html", context)


@require_safe
@shared_page
def letter(request: HttpRequest, slug: str) -> HttpResponse:
    found, text = public_letter(slug)
    context = letter_context(letter=found, text=text, shown=translation_here(text))
    return render(request, "signatures/letter.html", context)


@require_safe
@for_other_sites
def text_source(request: HttpRequest, slug: str, number: int, language: str) -> HttpResponse:
    """The very bytes that the hash is of, for whoever wants to check it."""
    found = (
        Translation.objects.filter(
            text__letter__slug=slug,
            text__letter__state__in=LetterState.public(),
            text__number=number,
            language=language,
        )
        .exclude(sha256="")
        .first()
    )
    if found is None:
        raise Http404
    response = HttpResponse(found.source, content_type="text/markdown; charset=utf-8")
    response["Cache-Control"] = "public, max-age=86400, immutable"
    return response


@require_safe
@shared_page
def numbers(request: HttpRequest) -> HttpResponse:
    context = {"languages": interface_languages("numbers")}
    return render(request, "signatures/numbers.html", context)


def all_translations(letter: Letter) -> list[Translation]:
    """Of every version that was published, with their text, newest first."""
    found = []
    for text in published_texts(letter=letter):
        for each in text.translations.all():
            each.text = text
            found.append(each)
    return found


def _language_links(
    codes: tuple[str, ...], view_name: str, args: tuple[object, ...], query: Mapping[str, str]
) -> list[dict[str, Any]]:
    links = []
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
