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

from campaign.pages import PageContext, render_page

log = structlog.get_logger(__name__)

# PostgreSQL's codes for: unique and foreign key violation, could not serialize, deadlock detected,
# lock not available. A broken check is nobody's second try, but a fault of ours.
_LOST_CODES = {"23505", "23503", "40001", "40P01", "55P03"}
# The same in SQLite's words, which has no codes in its message.
_LOST_ON_SQLITE = ("UNIQUE constraint failed", "FOREIGN KEY constraint failed")
_SAFE = ("GET", "HEAD", "OPTIONS")


class ConflictMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if not _is_conflict(exception, may_write=request.method not in _SAFE):
            return None
        # With its traceback: what nobody did twice is a fault of ours.
        log.error("conflict", kind=type(exception).__name__, exc_info=exception)
        response = render_page(request, "409.html", PageContext(), status=409)
        response["Cache-Control"] = "no-store"
        return response


def _is_conflict(exception: Exception, *, may_write: bool) -> bool:
    if isinstance(exception, ObjectDoesNotExist):
        # Gone between two statements of a deed. Where nothing is done, nothing can be done twice.
        return may_write
    if isinstance(exception, IntegrityError | OperationalError):
        code = getattr(exception.__cause__, "sqlstate", None)
        return code in _LOST_CODES or str(exception).startswith(_LOST_ON_SQLITE)
    # `save(force_update=True)` and `save(update_fields=…)` of a row that is gone: Django's own
    # error, which no driver's error stands behind.
    return type(exception) is DatabaseError and exception.__cause__ is None
