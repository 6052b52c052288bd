from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language

from campaign import languages


def site(_request: HttpRequest) -> dict[str, Any]:
    """What every page may count on."""
    language = languages.interface_for(get_language() or "en")
    return {
        "interface_language": language,
        "dir": languages.direction(language),
        "site_url": settings.SITE_URL,
        "demo": settings.DEMO,
    }
