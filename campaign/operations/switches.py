"""Features that operators switch off and on while the site runs.

A page of one that is off answers 503 and says when to come back; pages hide their links to it.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, TypeVar

from django.http import HttpRequest, HttpResponse, HttpResponseBase

from campaign.operations import standing
from campaign.operations.models import Feature
from campaign.pages import PageContext, render_page

RETRY_AFTER_SECONDS = 600

P = ParamSpec("P")
# A plain answer from a view that gives plain ones, so that others can build on it.
R = TypeVar("R", bound=HttpResponseBase)


def is_on(feature: Feature) -> bool:
    return feature.value not in standing.now().off


def switched_by(
    feature: Feature,
) -> Callable[
    [Callable[Concatenate[HttpRequest, P], R]],
    Callable[Concatenate[HttpRequest, P], R | HttpResponse],
]:
    """For views that are nothing but this feature."""

    def decorate(
        view: Callable[Concatenate[HttpRequest, P], R],
    ) -> Callable[Concatenate[HttpRequest, P], R | HttpResponse]:
        @wraps(view)
        def switched(
            request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs
        ) -> R | HttpResponse:
            return view(request, *args, **kwargs) if is_on(feature) else off(request)

        return switched

    return decorate


def off(request: HttpRequest) -> HttpResponse:
    """For people; kept by no cache, so that it is back as soon as it is on."""
    response = render_page(request, "switched_off.html", PageContext(), status=503)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response
