"""Answers to programs that went wrong: problem details (RFC 9457)."""

import json
from typing import Any

from django.http import HttpResponse

from campaign.operations.switches import RETRY_AFTER_SECONDS


def problem(*, status: int, title: str, detail: str, **more: Any) -> HttpResponse:
    """`title` is the same for all of a kind; `detail` tells what to do about this one."""
    told = {"type": "about:blank", "title": title, "status": status, "detail": detail} | more
    response = HttpResponse(
        json.dumps(told), status=status, content_type="application/problem+json"
    )
    response["Cache-Control"] = "no-store"
    return response


def switched_off() -> HttpResponse:
    response = problem(
        status=503,
        title="Switched off",
        detail="The operators have switched this off for a while. Retry-After says when to ask.",
    )
    response["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def not_there() -> HttpResponse:
    return problem(
        status=404,
        title="Not found",
        detail="There is nothing at this address. /api/ describes what there is.",
    )
