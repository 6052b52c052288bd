"""Answering 304 to who has this very content already (RFC 9110, sections 13.1.2 and 15.4.5)."""

from collections.abc import Iterable

from django.http import HttpRequest, HttpResponseBase, StreamingHttpResponse
from django.utils.http import parse_etags

# Of the body, which a 304 has not. All others it keeps: those for caches, and those of policies.
_ABOUT_THE_BODY = frozenset(
    f"content-{name}" for name in ("disposition", "encoding", "language", "length", "range", "type")
)


def conditional_get(
    request: HttpRequest, *, etag: str, headers: Iterable[tuple[str, str]] = ()
) -> HttpResponseBase | None:
    """A 304 if the request names what `etag` stands for, in its quotes; None if it does not.

    With the headers that the whole answer has, as far as they are not about its body.
    """
    given = request.META.get("HTTP_IF_NONE_MATCH")
    if not given or not etag or request.method not in ("GET", "HEAD"):
        return None
    if not any(known in (etag, f"W/{etag}", "*") for known in parse_etags(given)):
        return None
    # Of any other, Django's middleware writes the length of what is sent.
    response = StreamingHttpResponse(iter(()), status=304)
    del response["Content-Type"]
    for name, value in headers:
        if name.lower() not in _ABOUT_THE_BODY:
            response[name] = value
    response["ETag"] = etag
    return response
