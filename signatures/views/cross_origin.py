"""What programs on other sites' pages may read: public files, without cookies."""

from django.http import HttpResponseBase

_READABLE = "ETag, Link, RateLimit, RateLimit-Policy, Retry-After, X-Total-Count"


def readable_everywhere(response: HttpResponseBase) -> None:
    """CORS: any page may GET this. Nothing in it depends on who asks."""
    response["Access-Control-Allow-Origin"] = "*"
    response["Access-Control-Expose-Headers"] = _READABLE
    response["Cross-Origin-Resource-Policy"] = "cross-origin"
