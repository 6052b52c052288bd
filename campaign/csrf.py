"""Refusing what other sites send, without tokens: by Sec-Fetch-Site and Origin, else by Referer."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from modern_csrf.middleware import ModernCsrfViewMiddleware  # type: ignore[import-untyped]

_SAFE = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


class CsrfMiddleware(ModernCsrfViewMiddleware):  # type: ignore[misc]
    """Old browsers and some proxies leave both headers out; whoever names a page must name ours.

    Programs name none, and carry no cookie that anybody else could make them send.
    """

    def process_view(
        self,
        request: HttpRequest,
        callback: Callable[..., HttpResponse],
        callback_args: Any,
        callback_kwargs: Any,
    ) -> HttpResponse | None:
        refused: HttpResponse | None = super().process_view(
            request, callback, callback_args, callback_kwargs
        )
        if (
            refused is None
            and request.method not in _SAFE
            and not getattr(callback, "csrf_exempt", False)
            and not getattr(request, "_dont_enforce_csrf_checks", False)
            and not {"HTTP_SEC_FETCH_SITE", "HTTP_ORIGIN"} & request.META.keys()
            and request.META.get("HTTP_REFERER")
            and not _is_ours(request)
        ):
            return self._reject(request, "Sent from a page of another site.")  # type: ignore[no-any-return]
        return refused


def _is_ours(request: HttpRequest) -> bool:
    try:
        page = urlsplit(request.META["HTTP_REFERER"])
    except ValueError:
        return False
    here = f"{request.scheme}://{request.get_host()}"
    return f"{page.scheme}://{page.netloc}" in {here, *settings.CSRF_TRUSTED_ORIGINS}
