from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import translate_url
from django.utils.translation import get_language

from campaign import languages
from campaign.pages import LanguageLink


def page_languages(request: HttpRequest) -> list[LanguageLink]:
    """The page that is asked for, in each language of the interface."""
    here = languages.interface_for(get_language() or "en")
    return [
        {
            "code": code,
            "name": languages.NAMES[code],
            "url": translate_url(request.get_full_path(), code),
            "current": code == here,
        }
        for code in languages.INTERFACE
    ]


def site(request: HttpRequest) -> dict[str, Any]:
    """What every page may count on."""
    language = languages.interface_for(get_language() or "en")
    # Pages of the log-in have no view of ours that could say it.
    own = {"languages": page_languages(request)} if "/accounts/" in request.path else {}
    return own | {
        "interface_language": language,
        "dir": languages.direction(language),
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
        "open_to_organizers": settings.OPEN_TO_ORGANIZERS != "off",
    }
