"""The same thing done twice at once is a conflict, not a fault of the server.

Constraints decide who was first. Behaviours answer the second one in words of their own where
people meet it; whatever is left, in Django's and allauth's own pages too, ends here: nothing was
changed, and the page to look at again is told.
"""

from collections.abc import Callable

import structlog
from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

log = structlog.get_logger(__name__)

# PostgreSQL's codes for: could not serialize, deadlock detected, lock not available.
_LOST_CODES = {"40001", "40P01", "55P03"}


class ConflictMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not _is_conflict(exception):
            return None
        # With its traceback: what nobody did twice is a fault of ours.
        log.error("conflict", kind=type(exception).__name__, exc_info=exception)
        response = render(request, "409.html", status=409)
        response["Cache-Control"] = "no-store"
        return response


def _is_conflict(exception: Exception) -> bool:
    if isinstance(exception, IntegrityError | ObjectDoesNotExist):
        return True
    if isinstance(exception, OperationalError):
        return getattr(exception.__cause__, "sqlstate", None) in _LOST_CODES
    # `save(force_update=True)` and `save(update_fields=…)` of a row that is gone: Django's own
    # error, which no driver's error stands behind.
    return type(exception) is DatabaseError and exception.__cause__ is None
