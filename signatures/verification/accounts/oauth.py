"""Talking to services about accounts, through allauth, which is let no further than the answer.

allauth knows the protocols: state, codes, tokens, what each service tells. Where it would look for
a user and log them in, our adapter takes the answer and ends the conversation, so there is no way
to an account, a session or a stored token of ours. The views ask (`ask`) and read (`answer`).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlsplit

import requests
import structlog
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.internal import statekit
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base.constants import AuthError, AuthProcess
from allauth.socialaccount.providers.base.provider import Provider
from allauth.socialaccount.providers.oauth.client import OAuthError
from allauth.socialaccount.providers.oauth.provider import OAuthProvider
from allauth.socialaccount.providers.oauth.views import OAuthCallbackView
from allauth.socialaccount.providers.oauth2.client import OAuth2Error
from allauth.socialaccount.providers.oauth2.views import OAuth2CallbackView
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured, PermissionDenied, SuspiciousOperation
from django.http import HttpRequest, HttpResponse

from campaign.account_providers import DUMMY, OPENID_CONNECT
from signatures.verification.accounts import providers
from signatures.verification.accounts.profiles import Service
from signatures.verification.network.https import NAME

log = structlog.get_logger(__name__)

# For whoever has no account here, and nothing else in their session.
SESSION_SECONDS = 3600
_REDIRECTS = 3
# LinkedIn has words of its own for who turns back.
_CANCELLED = ("access_denied", "user_cancelled_authorize", "user_cancelled_login")
# What a service that is down, or answers with something else than it should, leads to in allauth.
_NONSENSE = (
    ArithmeticError,
    AttributeError,
    ImproperlyConfigured,
    LookupError,
    OAuth2Error,
    OAuthError,
    PermissionDenied,
    RecursionError,
    requests.RequestException,
    SuspiciousOperation,
    TypeError,
    ValueError,
)


class Cancelled(Exception):
    """They chose at the service not to tell us."""


class ServiceFailed(Exception):
    """No usable answer: the service is down, or the state is foreign, used, or too old."""

    def __init__(self, service: Service, why: BaseException | None = None) -> None:
        super().__init__(service.identifier)
        # Only the kind: what services say may hold tokens and people's data.
        log.warning("account_not_told", service=service.identifier, why=type(why).__name__)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whose account it is, by the service's own id, with all that it told; none of it is stored."""

    sealed: object
    uid: str
    told: dict[str, Any]


class _Answered(Exception):
    def __init__(self, login: SocialLogin) -> None:
        super().__init__()
        self.login = login


class _Unanswered(Exception):
    def __init__(self, *, cancelled: bool, exception: Exception | None) -> None:
        super().__init__()
        self.cancelled = cancelled
        self.exception = exception


class SocialAccountAdapter(DefaultSocialAccountAdapter):
    """Takes answers and turns everybody away."""

    def get_provider(
        self, request: HttpRequest, provider: str, client_id: str | None = None
    ) -> Provider:
        if provider == DUMMY:
            return providers.provider_class(DUMMY)(request, app=None)
        app = self.get_app(request, provider=provider, client_id=client_id)
        return providers.provider_class(app.provider)(request, app=app)

    def get_requests_session(self) -> requests.Session:
        """Reads no proxies and passwords from the environment, as all else that fetches."""
        session: requests.Session = super().get_requests_session()  # type: ignore[no-untyped-call]
        session.trust_env = False
        session.max_redirects = _REDIRECTS
        session.headers["User-Agent"] = f"{NAME}/1.0 (+{settings.SITE_URL}/how-we-verify/)"
        return session

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> object:
        return sociallogin.user

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        raise _Answered(sociallogin)

    def on_authentication_error(
        self,
        request: HttpRequest,
        provider: Provider,
        error: str | None = None,
        exception: Exception | None = None,
        extra_context: dict[str, Any] | None = None,
    ) -> None:
        raise _Unanswered(cancelled=error == AuthError.CANCELLED, exception=exception)


def ask(request: HttpRequest, *, service: Service, sealed: str) -> str:
    """Where to send the browser. Raises ServiceFailed."""
    if not request.user.is_authenticated:
        request.session.set_expiry(SESSION_SECONDS)
    try:
        provider = _provider(request, service)
        asked = provider.redirect(request, AuthProcess.REDIRECT, data={"way": sealed})
        url = str(asked["Location"])
    except (_Unanswered, *_NONSENSE) as error:
        raise ServiceFailed(service, error) from error
    if not _is_safe(url):
        raise ServiceFailed(service)
    return url


def waiting(request: HttpRequest, *, service: Service) -> object:
    """What `ask` sealed for the conversation that this request belongs to, if this browser had it.

    Also of one that has run out.
    """
    states = statekit.get_states(request)
    state, _at, whose = states.get(_state_id(request, service), ({}, 0, ""))
    return (state.get("data") or {}).get("way") if whose == service.identifier else None


def answer(request: HttpRequest, *, service: Service) -> Answer | HttpResponse:
    """What the service says; a page if it is one of our own that has something to ask first.

    A conversation ends with its first answer, whatever it is. Raises Cancelled and ServiceFailed.
    """
    ended = True
    state_id = _state_id(request, service)
    try:
        page: HttpResponse = _callback(request, service)(request)
        ended = service.kind != DUMMY
        if ended:
            raise ServiceFailed(service)
        return page
    except _Answered as answered:
        login = answered.login
        told = login.account.extra_data
        sealed = (login.state.get("data") or {}).get("way")
        return Answer(sealed, login.account.uid, told if isinstance(told, dict) else {})
    except _Unanswered as unanswered:
        if unanswered.cancelled or request.GET.get("error") in _CANCELLED:
            raise Cancelled from unanswered
        raise ServiceFailed(service, unanswered.exception) from unanswered
    except _NONSENSE as error:
        raise ServiceFailed(service, error) from error
    finally:
        if ended:
            _end(request, service, state_id)


def _state_id(request: HttpRequest, service: Service) -> str:
    """By which the session knows the conversation: the newest, if the service names none.

    OAuth 1 never does, and some forget it when somebody refuses. Without it allauth believes no
    other answer.
    """
    newest = statekit.get_oldest_state(
        statekit.get_states(request), rev=True, provider_id=service.identifier
    )
    return request.GET.get("state") or newest or ""


def _end(request: HttpRequest, service: Service, state_id: str) -> None:
    """Leave nothing of it in the session, nor an empty session in the browser."""
    statekit.unstash_state(request, provider_id=service.identifier, state_id=state_id)
    for key in [key for key in request.session.keys() if key.startswith("oauth_")]:  # noqa: SIM118
        del request.session[key]
    if not statekit.get_states(request) and not request.user.is_authenticated:
        request.session.flush()


def _provider(request: HttpRequest, service: Service) -> Any:
    return SocialAccountAdapter(request).get_provider(request, service.identifier)


def _callback(request: HttpRequest, service: Service) -> Callable[[HttpRequest], Any]:
    """allauth's view for the answers of this service."""
    if service.kind == DUMMY:
        from allauth.socialaccount.providers.dummy.views import AuthenticateView  # noqa: PLC0415 -- app registry

        return AuthenticateView.as_view()
    provider = _provider(request, service)
    view: Any = OAuth2CallbackView
    if issubclass(type(provider), OAuthProvider):
        view, adapter = OAuthCallbackView, provider.oauth_adapter_class
    elif service.kind == OPENID_CONNECT:
        adapter = provider.oauth2_adapter_class(request, service.identifier)
    else:
        adapter = provider.oauth2_adapter_class
    return cast(Callable[[HttpRequest], Any], view.adapter_view(adapter))


def _is_safe(url: str) -> bool:
    """Ours, or encrypted; on this machine also without."""
    parts = urlsplit(url)
    if not parts.scheme and not parts.netloc:
        return True
    return parts.scheme == "https" or (
        settings.DEMO and parts.hostname in ("127.0.0.1", "localhost")
    )
