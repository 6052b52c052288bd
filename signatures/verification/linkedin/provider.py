"""What LinkedIn is asked, in allauth's terms: who signed in, and what it has verified of them."""

from typing import Any

from allauth.socialaccount.adapter import get_adapter
from allauth.socialaccount.models import SocialApp, SocialLogin, SocialToken
from allauth.socialaccount.providers.oauth2.provider import OAuth2Provider
from allauth.socialaccount.providers.oauth2.views import OAuth2Adapter
from django.http import HttpRequest

from campaign.account_providers import LINKEDIN

USERINFO = "https://api.linkedin.com/v2/userinfo"
REPORT = "https://api.linkedin.com/rest/verificationReport"
# Each version is served for a year or longer, and its end is announced.
API_VERSION = "202510"


class _LinkedInAdapter(OAuth2Adapter):
    provider_id = LINKEDIN
    authorize_url = "https://www.linkedin.com/oauth/v2/authorization"
    access_token_url = "https://www.linkedin.com/oauth/v2/accessToken"  # noqa: S105

    def complete_login(
        self, request: HttpRequest, app: SocialApp, token: SocialToken, **_kwargs: Any
    ) -> SocialLogin:
        told = {
            "userinfo": _get(USERINFO, token),
            # Of all that the report holds.
            "verifications": list(_get(REPORT, token)["verifications"]),
        }
        adapter: Any = self
        login: SocialLogin = adapter.get_provider().sociallogin_from_response(request, told)
        return login


class LinkedIn(OAuth2Provider):
    id = LINKEDIN
    name = "LinkedIn"
    oauth2_adapter_class = _LinkedInAdapter

    def extract_uid(self, data: dict[str, Any]) -> str:
        return str(data["userinfo"]["sub"])


def _get(url: str, token: SocialToken) -> Any:
    headers = {"Authorization": f"Bearer {token.token}", "LinkedIn-Version": API_VERSION}
    ours: Any = get_adapter()
    with ours.get_requests_session() as session:
        response = session.get(url, headers=headers)
        response.raise_for_status()
        return response.json()
