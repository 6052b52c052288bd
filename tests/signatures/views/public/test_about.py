"""Who runs the site and what it keeps, as the settings and the code have it."""

from datetime import timedelta

import pytest
from django.conf import settings as site
from django.test import Client
from pytest_django import Settings

from campaign import shared_pages
from signatures import retention
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db
TRUST = {"en": "Letters <Trust>", "ar": "وقف الرسائل"}


def words(client: Client, path: str = "/about/") -> str:
    return " ".join(Page(client.get(path)).text.split())


def test_it_tells_the_operator_in_the_language_of_the_page(
    client: Client, settings: Settings
) -> None:
    settings.OPERATOR_NAME = TRUST
    settings.OPERATOR_FUNDING = {"en": "Gifts.", "ar": "هبات."}
    settings.OPERATOR_CONTACT = "office@letters.example"
    page = Page(client.get("/about/"))
    for told in ("Letters <Trust>", "Gifts.", "office@letters.example"):
        assert told in page.text, told
    assert "mailto:office@letters.example" in page.links
    arabic = words(client, "/ar/about/")
    assert ("وقف الرسائل" in arabic, "هبات." in arabic) == (True, True)


def test_a_page_may_be_the_contact(client: Client, settings: Settings) -> None:
    settings.OPERATOR_CONTACT = "https://letters.example/ask?a=1&b=2"
    assert "https://letters.example/ask?a=1&b=2" in Page(client.get("/about/")).links


def test_what_nobody_has_said_is_not_made_up(client: Client, settings: Settings) -> None:
    settings.OPERATOR_NAME = settings.OPERATOR_FUNDING = {"en": "", "ar": ""}
    settings.OPERATOR_CONTACT = ""
    page = Page(client.get("/about/"))
    assert page.text.count("The operator has not said.") == 2
    assert "The operator has given none." in page.text
    assert [link for link in page.links if link.startswith("mailto:")] == []


def test_the_demo_has_an_invented_one(client: Client) -> None:
    assert "invented for the demonstration" in words(client)
    assert site.OPERATOR_CONTACT.endswith(".example")


def test_the_days_are_those_after_which_things_go(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    for days, name in ((41, "UNCONFIRMED_FOR"), (42, "NETWORKS_FOR"), (43, "DELIVERIES_FOR")):
        monkeypatch.setattr(retention, name, timedelta(days=days))
    text = words(client)
    for sentence in ("Deleted after 41 days", "against abuse, for 42 days", "For 43 days."):
        assert sentence in text, sentence


def test_it_is_one_page_for_all_and_every_page_leads_to_it(client: Client) -> None:
    response = client.get("/about/")
    assert response["Cache-Control"] == shared_pages.CACHE_CONTROL
    assert not response.cookies
    for path in ("/", "/numbers/", "/verify/"):
        assert "/about/" in Page(client.get(path)).links, path
    assert "/ar/about/" in Page(client.get("/ar/")).links
    assert client.post("/about/").status_code == 405
