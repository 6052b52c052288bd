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
    """By POST; HEAD is how some look whether there is anything. Whoever knows the secret may, from
    wherever. Answers are one word of plain text, and kept nowhere."""

    def answer(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        if request.method in METHODS.split(", "):
            response = view(request, *args, **kwargs)
        else:
            response = said("method not allowed", status=405)
            response["Allow"] = METHODS
        response["Cache-Control"] = "no-store"
        return response

    return csrf_exempt(wraps(view)(answer))


def said(word: str, *, status: int = 200) -> HttpResponse:
    return HttpResponse(f"{word}\n", "text/plain; charset=utf-8", status=status)
