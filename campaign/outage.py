"""What visitors see when something broke: 503 while the database is gone, else 500."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string

from campaign import counters

RETRY_AFTER_SECONDS = 10


def server_error(_request: HttpRequest) -> HttpResponse:
    """Needs no context and no database, so it can always be rendered.

    A database that is gone, restarts or has no connection left is an outage that ends: programs
    and caches are told when to ask again. Nobody may keep either page.
    """
    is_outage = isinstance(sys.exc_info()[1], (OperationalError, InterfaceError))
    status = 503 if is_outage else 500
    headers = {"Cache-Control": "no-store"}
    if is_outage:
        counters.count(counters.database_errors, "request")
        headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return HttpResponse(render_to_string(f"{status}.html"), status=status, headers=headers)
