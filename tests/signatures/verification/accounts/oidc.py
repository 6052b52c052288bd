"""A real OpenID Connect provider on this machine, and somebody who signs in there."""

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from pytest_django import Settings

with warnings.catch_warnings():
    # It stands on a library that announces changes of its own, past all filters that it finds.
    from authlib.deprecate import AuthlibDeprecationWarning  # type: ignore[import-untyped]

    warnings.simplefilter("ignore")
    from oidc_provider_mock import User, run_server_in_thread  # type: ignore[import-untyped]

SALTHOUSE = "salthouse"
LABEL = "Salt House"
NOOR = User(
    sub="noor-7",
    claims={"preferred_username": "noor.viola", "name": "Noor Ó Dálaigh-Brandsma"},
)
# Tells neither handle nor address.
NAMELESS = User(sub="nobody-1")


@dataclass(frozen=True)
class SaltHouse:
    url: str

    @property
    def settings(self) -> dict[str, Any]:
        """Of the site that offers it, beside an invented one."""
        app = {
            "provider_id": SALTHOUSE,
            "name": LABEL,
            "client_id": "undersigned",
            "secret": "a secret between the two",
            "settings": {"server_url": self.url, "scope": ["openid", "profile"]},
        }
        return {"openid_connect": {"APPS": [app]}, "dummy": {}}

    def signs_in(self, asked: str, sub: str = NOOR.sub) -> str:
        """What the browser is sent back to, when somebody agrees at the address asked for."""
        return self._answered(asked, {"sub": sub})

    def refuses(self, asked: str) -> str:
        return self._answered(asked, {"action": "deny"})

    def _answered(self, asked: str, form: dict[str, str]) -> str:
        with requests.Session() as browser:
            browser.trust_env = False
            answer = browser.post(asked, form, allow_redirects=False, timeout=10)
        assert answer.status_code == 302, answer.text
        parts = urlsplit(answer.headers["Location"])
        return f"{parts.path}?{parts.query}"


@contextmanager
def salt_house() -> Iterator[SaltHouse]:
    with run_server_in_thread(user_claims=(NOOR, NAMELESS)) as server:
        yield SaltHouse(f"http://127.0.0.1:{server.server_port}")


def is_offered(house: SaltHouse, settings: Settings) -> None:
    """For one test: the site knows it, and its own warnings are not ours."""
    warnings.simplefilter("ignore", AuthlibDeprecationWarning)
    warnings.filterwarnings("ignore", "get_jwt_config", DeprecationWarning)
    settings.SOCIALACCOUNT_PROVIDERS = house.settings
