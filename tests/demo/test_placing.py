"""What a visitor who signed by hand places on the invented sites, and nothing but that."""

import pytest
from django.test import Client

from demo.sites import Sites
from tests.journeys.visitor import Visitor

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    "line",
    [
        "undersigned-verify={}",
        "  {}  ",
        '<meta name="undersigned" content="undersigned-verify={}">',
        '<a rel="me" href="http://127.0.0.1:8000/letters/x/#u-{}">Letter</a>',
    ],
)
@pytest.mark.parametrize("method", ["website", "domain", "bluesky", "mastodon"])
def test_a_visitor_places_a_line(line: str, method: str, sites: Sites) -> None:
    token = "abcdefgh234567ab"
    page = Visitor().goes_to("/demo/proofs/")
    page.sends("Place it", host="https://noor.example/", line=line.format(token), method=method)
    assert page.status == 200
    assert "The line stands on noor.example" in " ".join(page.text.split())
    found = {
        "website": sites.tokens_on("noor.example"),
        "domain": sites.texts_at("_undersigned.noor.example"),
        "bluesky": sites.tokens_in_profile("noor.example"),
        "mastodon": sites.tokens_on_server("noor.example"),
    }
    assert found == dict.fromkeys(found, None) | {method: [token]}


@pytest.mark.parametrize(
    ("field", "typed", "sentence"),
    [
        ("host", "", "Type the address"),
        ("host", "www.python.org", "Only names that end in .example"),
        ("host", "example.com", "Only names that end in .example"),
        ("host", "127.0.0.1", ""),
        ("host", "noor.example\0", ""),
        ("host", "x" * 3000 + ".example", ""),
        ("line", "", "Paste the line"),
        ("line", "nothing of that kind", "This is not the line"),
        ("line", "<script>alert(1)</script>", "This is not the line"),
        ("line", "undersigned-verify=short", "This is not the line"),
        ("line", "a" * 17, "This is not the line"),
        ("line", "a" * 2000, ""),
        ("method", "", "Choose where"),
        ("method", "mail", "Choose where"),
    ],
)
def test_nonsense_is_told_beside_the_field_and_places_nothing(
    field: str, typed: str, sentence: str, sites: Sites
) -> None:
    data = {"host": "noor.example", "line": "a" * 16, "method": "website"} | {field: typed}
    response = Client().post("/demo/proofs/place/", data)
    assert response.status_code == 422
    html = response.content.decode()
    assert f'id="id_{field}_error"' in html
    if field != "host" or typed:
        assert sentence in html
    assert "<script>alert" not in html
    assert "noor.example" not in sites
