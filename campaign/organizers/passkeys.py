"""Logging in by a passkey, and reading what browsers send of one.

allauth keeps the challenge in the session, so that each stranger's GET would write a row. Here it
waits in the browser, sealed, for five minutes, and is taken once.
"""

import struct
from typing import Any

from allauth.mfa.adapter import get_adapter
from allauth.mfa.webauthn import forms
from allauth.mfa.webauthn.internal import auth
from allauth.mfa.webauthn.views import LoginWebAuthnView
from cryptography.exceptions import InvalidKey, InvalidSignature, UnsupportedAlgorithm
from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.forms.utils import ErrorDict
from django.http import HttpRequest, HttpResponse

COOKIE = "passkey"
CHALLENGE_SECONDS = 300
_SALT = "passkey"
# What the readers of credentials stumble over, whatever is sent to them.
_NONSENSE = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    InvalidKey,
    InvalidSignature,
    LookupError,
    RecursionError,
    struct.error,
    TypeError,
    UnsupportedAlgorithm,
    ValueError,
)


class _Readable:
    """A credential that cannot be read is a wrong one."""

    def full_clean(self) -> None:
        try:
            super().full_clean()  # type: ignore[misc]
        except _NONSENSE:
            self._errors = ErrorDict()
            self.cleaned_data: dict[str, Any] = {}
            wrong = get_adapter().validation_error("incorrect_code")
            self.add_error("credential", wrong)  # type: ignore[attr-defined]


class AddForm(_Readable, forms.AddWebAuthnForm):
    pass


class LoginForm(_Readable, forms.LoginWebAuthnForm):
    pass


class ReauthenticateForm(_Readable, forms.ReauthenticateWebAuthnForm):
    pass


class LoginView(LoginWebAuthnView):
    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().get(request, *args, **kwargs)
        state = request.session.pop(auth.STATE_SESSION_KEY, None)
        if state:
            response.set_cookie(
                COOKIE,
                signing.dumps(state, salt=_SALT),
                max_age=CHALLENGE_SECONDS,
                path=request.path,
                secure=settings.SESSION_COOKIE_SECURE,
                httponly=True,
                samesite="Strict",
            )
            response["Cache-Control"] = "no-store"
        return response

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        request.session[auth.STATE_SESSION_KEY] = _state(request)
        try:
            response: HttpResponse = super().post(request, *args, **kwargs)
        finally:
            request.session.pop(auth.STATE_SESSION_KEY, None)
        response.delete_cookie(COOKIE, path=request.path, samesite="Strict")
        return response


def _state(request: HttpRequest) -> Any:
    """What this browser was asked, once; None without."""
    try:
        state = signing.loads(
            request.COOKIES.get(COOKIE, ""), salt=_SALT, max_age=CHALLENGE_SECONDS
        )
    except signing.BadSignature:
        return None
    is_first = cache.add(f"passkey:{state['challenge']}", True, timeout=CHALLENGE_SECONDS)
    return state if is_first else None
