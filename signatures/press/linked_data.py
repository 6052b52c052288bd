"""What search engines and link previews read about a letter: schema.org data, and Open Graph's
names of languages.

No name and no address of any signatory is in it, and nothing that its page does not show.
"""

import json
from typing import Any

from babel.core import get_global
from django.conf import settings
from django.urls import reverse
from django.utils import translation as language_of_words
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from campaign.letters.models import Translation
from signatures.press.standing import Standing

_CONTEXT = "https://schema.org"
# Inside <script> only these could end the element or begin another.
_ESCAPES = {ord(">"): "\\u003E", ord("<"): "\\u003C", ord("&"): "\\u0026"}
# As this site writes English, and as readers of Open Graph know Arabic and the two Chinese scripts.
_OG_LOCALES = {"en": "en_GB", "ar": "ar_AR", "zh-hans": "zh_CN", "zh-hant": "zh_TW"}


def address_in(language: str, view_name: str, *args: object) -> str:
    """The whole address of a public page in this language, whichever is active."""
    with language_of_words.override(language):
        return f"{settings.SITE_URL}{reverse(view_name, args=args)}"


def og_locale(language: str) -> str:
    """Language and the place where most speak it: pl_PL."""
    if language in _OG_LOCALES:
        return _OG_LOCALES[language]
    return f"{language}_{get_global('likely_subtags')[language].split('_')[-1]}"


def of_letter(*, standing: Standing, shown: Translation) -> dict[str, Any]:
    """With the count of the text that is named, and of no other."""
    letter, text = standing.letter, standing.text
    here = address_in(shown.language, "letter", letter.slug)
    source = reverse("text_source", args=[letter.slug, text.number, shown.language])
    others = [
        {"@id": address_in(each.language, "letter", letter.slug), "inLanguage": each.language}
        for each in text.translations.all()
        if each.language != shown.language
    ]
    return {
        "@context": _CONTEXT,
        "@type": "CreativeWork",
        "@id": here,
        "url": here,
        "genre": "open letter",
        "name": shown.title,
        "audience": {"@type": "Audience", "name": shown.addressee},
        "inLanguage": shown.language,
        "datePublished": letter.public_since.isoformat() if letter.public_since else None,
        "version": text.number,
        "image": address_in(shown.language, "card", letter.slug),
        "encoding": {
            "@type": "MediaObject",
            "contentUrl": f"{settings.SITE_URL}{source}",
            "encodingFormat": "text/markdown",
            "sha256": shown.sha256,
        },
        ("workTranslation" if shown.is_authoritative else "translationOfWork"): others,
        "interactionStatistic": {
            "@type": "InteractionCounter",
            "interactionType": {"@type": "EndorseAction"},
            "userInteractionCount": standing.tally.total,
        },
        "publisher": {"@type": "Organization", "name": "Undersigned", "url": settings.SITE_URL},
    }


def of_list(*, standing: Standing, shown: Translation) -> dict[str, Any]:
    """The list as a whole, without those on it: whoever withdraws is in no copy of this. As long as
    those are who signed the text that is named."""
    letter = standing.letter
    return {
        "@context": _CONTEXT,
        "@type": "CollectionPage",
        "url": address_in(shown.language, "signatories", letter.slug),
        "inLanguage": shown.language,
        "isPartOf": {
            "@type": "CreativeWork",
            "@id": address_in(shown.language, "letter", letter.slug),
            "name": shown.title,
        },
        "mainEntity": {
            "@type": "ItemList",
            "numberOfItems": standing.tally.named,
        },
    }


def script(data: dict[str, Any]) -> SafeString:
    """A block of data, which browsers never run, so the content security policy lets it stand."""
    text = json.dumps(data, ensure_ascii=False).translate(_ESCAPES)
    return format_html('<script type="application/ld+json">{}</script>', mark_safe(text))  # noqa: S308
