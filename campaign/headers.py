"""Headers that every answer has, whoever made it."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

# What no page of ours asks a browser for, nor anything that is framed in one. Passkeys
# (`publickey-credentials-get`) and the clipboard are not named, so they work as by default.
PERMISSIONS_POLICY = ", ".join(
    f"{feature}=()"
    for feature in (
        *("accelerometer", "autoplay", "browsing-topics", "camera", "display-capture"),
        *("encrypted-media", "geolocation", "gyroscope", "magnetometer", "microphone", "midi"),
        *("payment", "picture-in-picture", "screen-wake-lock", "usb", "xr-spatial-tracking"),
    )
)


class HeadersMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        response.headers.setdefault("Permissions-Policy", PERMISSIONS_POLICY)
        # It may be there at the next moment, as when an embargo ends: a cache that says nothing of
        # its own for how long would go on saying that it is not (RFC 9110, section 15.1).
        if response.status_code == 404:
            response.headers.setdefault("Cache-Control", "no-store")
        # Django sends it with requests that it knows to be encrypted, for which it has to trust the
        # proxy. Browsers ignore it over plain http, so it may as well always be there.
        if settings.SECURE_HSTS_SECONDS:
            response.headers.setdefault(
                "Strict-Transport-Security", f"max-age={settings.SECURE_HSTS_SECONDS}"
            )
        return response
