"""The OpenAPI description: what ninja makes of the code, and what only the entrance knows.

Ninja tells nothing of headers, of 304 and 405, nor that errors are problem details; and it gives a
parameter its examples as a list, which OpenAPI 3.1 has in the schema alone.
"""

from typing import Any

from ninja import NinjaAPI

_WITHOUT_REDIS = "Missing while uses cannot be counted."
_HEADERS: dict[str, dict[str, Any]] = {
    "ETag": {
        "description": "Stands for this very answer: ask again with If-None-Match.",
        "schema": {"type": "string"},
        "example": '"6f1ed002ab5595859014ebf0951522d9"',
    },
    "RateLimit-Policy": {
        "description": "How many requests (q) your network has in how many seconds (w): "
        f"draft-ietf-httpapi-ratelimit-headers-11. {_WITHOUT_REDIS}",
        "schema": {"type": "string"},
        "example": '"network";q=600;w=60',
    },
    "RateLimit": {
        "description": "How many are left (r), and in how many seconds there are new ones (t). "
        f"{_WITHOUT_REDIS}",
        "schema": {"type": "string"},
        "example": '"network";r=599;t=60',
    },
    "Retry-After": {
        "description": "In how many seconds to ask again.",
        "schema": {"type": "integer", "minimum": 0},
        "example": 42,
    },
    "Allow": {
        "description": "What may be used instead.",
        "schema": {"type": "string"},
        "example": "GET, HEAD, OPTIONS",
    },
}
_LIMITS = ("RateLimit-Policy", "RateLimit")
_OF_STATUS = {
    "200": ("ETag",),
    "304": ("ETag",),
    "405": ("Allow",),
    "429": ("Retry-After",),
    "503": ("Retry-After",),
}
# Where names are searched, which may take longer than there is time for it.
_SLOW = "/signatories"


def described(api: NinjaAPI, *, path_prefix: str) -> dict[str, Any]:
    schema: dict[str, Any] = api.get_openapi_schema(path_prefix=path_prefix)
    schema["components"]["headers"] = _HEADERS
    for path, operations in schema["paths"].items():
        operation = operations["get"]
        operation["parameters"] = [_parameter(each) for each in operation["parameters"]]
        operation["responses"] = _responses(operation["responses"], slow=path.endswith(_SLOW))
    return schema


def _parameter(told: dict[str, Any]) -> dict[str, Any]:
    found = {name: value for name, value in told.items() if name != "examples"}
    if examples := found["schema"].get("examples"):
        found["example"] = examples[0]
    return found


def _responses(told: dict[Any, dict[str, Any]], *, slow: bool) -> dict[str, dict[str, Any]]:
    found = {str(status): dict(response) for status, response in told.items()}
    problem = {"application/problem+json": found["404"]["content"]["application/json"]}
    found["304"] = {"description": "Not Modified"}
    found["405"] = {"description": "Method Not Allowed", "content": problem}
    if slow:
        found["503"] = {"description": "Service Unavailable", "content": problem}
    for status, response in found.items():
        if status in ("404", "422", "429"):
            response["content"] = problem
        named = (*_OF_STATUS.get(status, ()), *_LIMITS)
        response["headers"] = {name: {"$ref": f"#/components/headers/{name}"} for name in named}
    return dict(sorted(found.items()))
