"""Answers to programs that went wrong: problem details (RFC 9457)."""

import json
from typing import Any

from django.http import HttpResponse


def problem(*, status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """`title` is the same for all of a kind; `detail` tells what to do about this one."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail} | more
    response = HttpResponse(
        json.dumps(told), status=status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    return response


def not_there() -> HttpResponse:
    return problem(
        status=404,
        title="Not found",
        detail="There is nothing at this address. /api/ describes what there is.",
    )
