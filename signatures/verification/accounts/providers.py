"""allauth's providers, and our own of those that ask for too much or know an old address.

Loaded when the first signer goes to a service, so that a site that offers none pays nothing.
"""

from importlib import import_module
from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.apple.client import AppleOAuth2Client
from allauth.socialaccount.providers.apple.provider import AppleProvider
from allauth.socialaccount.providers.apple.views import AppleOAuth2Adapter
from allauth.socialaccount.providers.base.provider import Provider
from allauth.socialaccount.providers.discogs.provider import DiscogsProvider
from allauth.socialaccount.providers.discogs.views import DiscogsOAuthAdapter
from allauth.socialaccount.providers.instagram.provider import InstagramProvider
from allauth.socialaccount.providers.instagram.views import InstagramOAuth2Adapter
from allauth.socialaccount.providers.mediawiki.provider import MediaWikiProvider
from allauth.socialaccount.providers.mediawiki.views import MediaWikiOAuth2Adapter
from allauth.socialaccount.providers.oauth.client import OAuthClient
from allauth.socialaccount.providers.oauth.oauth1_auth import OAuth1
from allauth.socialaccount.providers.oauth2.client import OAuth2Client
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from allauth.socialaccount.providers.patreon.provider import PatreonProvider
from allauth.socialaccount.providers.patreon.views import PatreonOAuth2Adapter
from allauth.socialaccount.providers.soundcloud.provider import SoundCloudProvider
from allauth.socialaccount.providers.soundcloud.views import SoundCloudOAuth2Adapter
from django.http import HttpRequest
from django.utils.module_loading import import_string

from signatures.verification import registry


def provider_class(kind: str) -> type[Provider]:
    if kind in _OURS:
        return _OURS[kind]
    method = registry.of_service(kind)
    if method is not None:
        own: type[Provider] = import_string(method.service_class)
        return own
    module = import_module(f"allauth.socialaccount.providers.{kind}.provider")
    found: type[Provider] = module.provider_classes[0]
    return found


def _get(url: str, **wanted: Any) -> Any:
    ours: Any = get_adapter()
    with ours.get_requests_session() as session:
        response = session.get(url, **wanted)
        response.raise_for_status()
        return response.json()


def _login(adapter: Any, told: Any) -> SocialLogin:
    """What allauth makes of what was told; raises whatever nonsense in it leads to."""
    login: SocialLogin = adapter.get_provider().sociallogin_from_response(adapter.request, told)
    return login


class _AppleClient(AppleOAuth2Client):
    """Without name and address nothing has to be posted to us, and no token travels by browser."""

    def get_redirect_url(
        self, authorization_url: str, scope: list[str], extra_params: dict[str, str]
    ) -> str:
        url: str = OAuth2Client.get_redirect_url(
            self, authorization_url, scope, extra_params | {"response_mode": "query"}
        )
        return url


class _AppleAdapter(AppleOAuth2Adapter):
    client_class = _AppleClient

    def get_access_token_data(
        self,
        request: HttpRequest,
        app: SocialApp,
        client: OAuth2Client,
        pkce_code_verifier: str | None = None,
    ) -> Any:
        return OAuth2Adapter.get_access_token_data(self, request, app, client, pkce_code_verifier)

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **_kwargs: Any
    ) -> SocialLogin:
        return _login(self, token.user_data)  # type: ignore[attr-defined]


class Apple(AppleProvider):
    oauth2_adapter_class = _AppleAdapter


class _DiscogsClient(OAuthClient):
    """Keeps the token for as long as the request takes, and out of the session."""

    def get_access_token(self) -> dict[str, str]:
        before = set(self.request.session.keys())
        token: dict[str, str] = super().get_access_token()  # type: ignore[no-untyped-call]
        for key in set(self.request.session.keys()) - before:
            del self.request.session[key]
        return token


class _DiscogsAdapter(DiscogsOAuthAdapter):
    client_class = _DiscogsClient

    def get_provider(self) -> Provider:
        found: Provider = get_adapter().get_provider(self.request, self.provider_id)
        return found

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **_kwargs: Any
    ) -> SocialLogin:
        signed = OAuth1(
            app.client_id,
            client_secret=app.secret,
            resource_owner_key=token.token,
            resource_owner_secret=token.token_secret,
        )
        told = _get("https://api.discogs.com/oauth/identity", auth=signed)
        return _login(self, told)


class Discogs(DiscogsProvider):
    oauth_adapter_class = _DiscogsAdapter


class _InstagramAdapter(InstagramOAuth2Adapter):
    """The "API with Instagram Login", after the Basic Display API ended in December 2024."""

    authorize_url = "https://www.instagram.com/oauth/authorize"

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **_kwargs: Any
    ) -> SocialLogin:
        told = _get(
            self.profile_url, params={"fields": "user_id,username", "access_token": token.token}
        )
        return _login(self, told)


class Instagram(InstagramProvider):
    oauth2_adapter_class = _InstagramAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["user_id"])


class _MediaWikiAdapter(MediaWikiOAuth2Adapter):
    """Under our own name, as Wikimedia asks of programs: it stands in the session."""

    headers: dict[str, str] = {}


class MediaWiki(MediaWikiProvider):
    oauth2_adapter_class = _MediaWikiAdapter


class _PatreonAdapter(PatreonOAuth2Adapter):
    """Who it is, and not whom they pay."""

    profile_url = (
        "https://www.patreon.com/api/oauth2/v2/identity?fields%5Buser%5D=full_name,vanity,url"
    )

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **_kwargs: Any
    ) -> SocialLogin:
        told = _get(self.profile_url, headers={"Authorization": f"Bearer {token.token}"})
        return _login(self, told["data"])


class Patreon(PatreonProvider):
    oauth2_adapter_class = _PatreonAdapter


class _SoundCloudAdapter(SoundCloudOAuth2Adapter):
    """Where SoundCloud moved with OAuth 2.1, in 2024."""

    authorize_url = "https://secure.soundcloud.com/authorize"
    access_token_url = "https://secure.soundcloud.com/oauth/token"  # noqa: S105

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **_kwargs: Any
    ) -> SocialLogin:
        headers = {"Authorization": f"OAuth {token.token}"}
        told = _get("https://api.soundcloud.com/me", headers=headers)
        return _login(self, told)


class SoundCloud(SoundCloudProvider):
    oauth2_adapter_class = _SoundCloudAdapter


_OURS: dict[str, type[Provider]] = {
    "apple": Apple,
    "discogs": Discogs,
    "instagram": Instagram,
    "mediawiki": MediaWiki,
    "patreon": Patreon,
    "soundcloud": SoundCloud,
}
