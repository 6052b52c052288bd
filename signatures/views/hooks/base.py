"""What every address has that other programs tell us something at."""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
METHODS = "HEAD, POST"


def hook(view: View[P]) -> View[P]:
    """Anyone who knows the secret may, from wherever. Answers are one word of plain text, and kept
    nowhere. The view says which methods it takes, once it knows that there is such an address."""

    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(wraps(view)(answer))


def not_allowed() -> HttpResponse:
    response = said("method not allowed", status=405)
    response["Allow"] = METHODS
    return response


def said(word: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{word}\n", "text/plain; charset=utf-8", status=status)
