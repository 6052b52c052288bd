"""Services at which accounts can be shown, as the environment names them."""

from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from campaign import account_providers
from campaign.account_providers import configured, left_over, missing


def given(monkeypatch: pytest.MonkeyPatch, **values: str) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"ACCOUNT_{name}", value)


def test_nothing_is_named_nothing_is_offered() -> None:
    assert configured([]) == {}


def test_each_has_its_credentials_and_asks_for_little(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, ORCID_CLIENT_ID="APP-1", ORCID_SECRET="s1")
    given(monkeypatch, TWITTER_OAUTH2_CLIENT_ID="t", TWITTER_OAUTH2_SECRET="s2")
    given(monkeypatch, SPOTIFY_CLIENT_ID="s", SPOTIFY_SECRET="s3")
    assert configured(["orcid", "twitter_oauth2", "spotify", "dummy"]) == {
        "orcid": {"APPS": [{"client_id": "APP-1", "secret": "s1"}]},
        "twitter_oauth2": {"APPS": [{"client_id": "t", "secret": "s2"}]},
        "spotify": {
            "APPS": [{"client_id": "s", "secret": "s3"}],
            "SCOPE": [],
            "OAUTH_PKCE_ENABLED": True,
        },
        "dummy": {},
    }


def test_any_number_of_openid_connect_services(monkeypatch: pytest.MonkeyPatch) -> None:
    server = "https://www.linkedin.com/oauth"
    given(monkeypatch, LINKEDIN_CLIENT_ID="l", LINKEDIN_SECRET="s", LINKEDIN_LABEL="LinkedIn")
    given(monkeypatch, LINKEDIN_SERVER=f"{server}/")
    read = configured(["openid_connect:linkedin", "openid_connect:salt-house"])
    assert read == {
        "openid_connect": {
            "APPS": [
                {
                    "provider_id": "linkedin",
                    "name": "LinkedIn",
                    "client_id": "l",
                    "secret": "s",
                    "settings": {"server_url": server, "scope": ["openid", "profile"]},
                },
                {
                    "provider_id": "salt-house",
                    "name": "Salt House",
                    "client_id": "",
                    "secret": "",
                    "settings": {"server_url": "", "scope": ["openid", "profile"]},
                },
            ]
        }
    }
    linkedin, salt_house = read["openid_connect"]["APPS"]
    assert missing("openid_connect", linkedin) == []
    assert missing("openid_connect", salt_house) == [
        "ACCOUNT_SALT_HOUSE_CLIENT_ID",
        "ACCOUNT_SALT_HOUSE_SECRET",
        "ACCOUNT_SALT_HOUSE_SERVER",
    ]


def test_apple_has_a_key_in_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    [app] = configured(["apple"])["apple"]["APPS"]
    assert missing("apple", app) == [
        "ACCOUNT_APPLE_CLIENT_ID",
        "ACCOUNT_APPLE_KEY_ID",
        "ACCOUNT_APPLE_TEAM_ID",
        "ACCOUNT_APPLE_KEY_FILE",
    ]
    path = tmp_path / "key.p8"
    given(monkeypatch, APPLE_CLIENT_ID="c", APPLE_KEY_ID="k", APPLE_TEAM_ID="t")
    given(monkeypatch, APPLE_KEY_FILE=str(path))
    with pytest.raises(ImproperlyConfigured, match="ACCOUNT_APPLE_KEY_FILE"):
        configured(["apple"])
    path.write_text("-----BEGIN PRIVATE KEY-----")
    [app] = configured(["apple"])["apple"]["APPS"]
    assert missing("apple", app) == []
    assert app == {
        "client_id": "c",
        "secret": "k",
        "key": "t",
        "settings": {"certificate_key": "-----BEGIN PRIVATE KEY-----"},
    }


@pytest.mark.parametrize(
    "words",
    [
        ["myspace"],
        ["orcid", "orcid"],
        ["orcid:x"],
        ["Orcid"],
        ["openid_connect"],
        ["openid_connect:"],
        ["openid_connect:Salt House"],
        ["openid_connect:google"],
        ["openid_connect:a", "openid_connect:a"],
        [f"openid_connect:{'a' * 31}"],
    ],
)
def test_other_words_are_refused_by_name(words: list[str]) -> None:
    with pytest.raises(ImproperlyConfigured, match="ACCOUNT_PROVIDERS names"):
        configured(words)


def test_a_secret_of_a_service_can_stand_in_a_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "secret").write_text("s1\n")
    given(monkeypatch, ORCID_CLIENT_ID="APP-1", ORCID_SECRET_FILE=str(tmp_path / "secret"))
    found = configured(["orcid"])
    assert found == {"orcid": {"APPS": [{"client_id": "APP-1", "secret": "s1"}]}}
    assert left_over(found) == []
    assert left_over({}) == ["ACCOUNT_ORCID_CLIENT_ID", "ACCOUNT_ORCID_SECRET_FILE"]


def test_a_label_has_a_measure(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, HOUSE_LABEL="x" * 41)
    with pytest.raises(ImproperlyConfigured, match="ACCOUNT_HOUSE_LABEL"):
        configured(["openid_connect:house"])


@pytest.mark.parametrize("scope", ["r_verify", "r_verify_details"])
def test_linkedin_is_asked_for_what_the_app_may(
    monkeypatch: pytest.MonkeyPatch, scope: str
) -> None:
    given(monkeypatch, LINKEDIN_VERIFIED_SCOPE=scope)
    [found] = configured(["linkedin_verified"]).values()
    assert found["SCOPE"] == ["openid", "profile", scope]
    # As an account like any it has a name of its own.
    assert set(configured(["linkedin_verified", "openid_connect:linkedin"])) == {
        "linkedin_verified",
        "openid_connect",
    }
    given(monkeypatch, LINKEDIN_VERIFIED_SCOPE="r_everything")
    with pytest.raises(ImproperlyConfigured, match="ACCOUNT_LINKEDIN_VERIFIED_SCOPE"):
        configured(["linkedin_verified"])


def test_credentials_without_a_service_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    given(monkeypatch, ORCID_CLIENT_ID="a", ORCID_SECRET="b", TWITCH_SECRET="c", TWITCH_SERVER="")
    given(monkeypatch, PROVIDERS="orcid", OF_SOMETHING_ELSE="x")
    assert left_over(configured(["orcid", "dummy"])) == ["ACCOUNT_TWITCH_SECRET"]
    assert left_over({}) == [
        "ACCOUNT_ORCID_CLIENT_ID",
        "ACCOUNT_ORCID_SECRET",
        "ACCOUNT_TWITCH_SECRET",
    ]


def test_the_example_names_all_that_there_are() -> None:
    example = (Path(__file__).parents[2] / ".env.example").read_text()
    for name in {*account_providers.SUPPORTED} - {account_providers.DUMMY}:
        assert name in example
