import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils.translation import get_language

from campaign.path_language import PathLanguageMiddleware


def language_of(path: str) -> str | None:
    def answer(request: HttpRequest) -> HttpResponse:
        return HttpResponse(get_language())

    request = RequestFactory().get("/")
    request.path_info = path
    request.META["HTTP_ACCEPT_LANGUAGE"] = "fr"
    request.COOKIES["django_language"] = "fr"
    response = PathLanguageMiddleware(answer)(request)
    assert isinstance(response, HttpResponse)
    return response.content.decode()


@pytest.mark.parametrize(
    ("path", "language"),
    [
        ("/", "en"),
        ("", "en"),
        ("ar", "en"),
        ("/letters/ar/", "en"),
        ("/ar", "ar"),
        ("/ar/", "ar"),
        ("/ar/letters/a-letter/", "ar"),
        ("/zh-hant/", "zh-hant"),
        ("/AR/", "en"),
        ("/arabic/", "en"),
        ("//ar/", "en"),
        ("/\x00/", "en"),
        ("/xx/", "en"),
    ],
)
def test_the_language_is_what_the_path_begins_with(path: str, language: str) -> None:
    assert language_of(path) == language


def test_nothing_is_left_behind() -> None:
    before = get_language()
    language_of("/ar/")
    assert get_language() == before
