"""The language of a page is in its path and nowhere else, so that a shared page is one page."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase
from django.utils import translation

from campaign import languages


def language_of(path: str) -> str:
    first = path.split("/", 2)[1] if "/" in path else ""
    return first if first in languages.NAMES else "en"


class PathLanguageMiddleware:
    """Activate the language that the path begins with, or English.

    Django's own LocaleMiddleware also looks at cookies and headers, and makes every page vary.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        with translation.override(language_of(request.path_info)):
            return self.get_response(request)
