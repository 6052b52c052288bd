"""What is sent from other sites' pages is refused, also by browsers that tell little."""

from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db
OURS = "http://127.0.0.1:8000"


@pytest.mark.parametrize(
    ("headers", "refused"),
    [
        ({}, False),
        ({"Referer": f"{OURS}/letters/x/"}, False),
        ({"Referer": "http://testserver/accounts/login/"}, False),
        ({"Referer": "https://elsewhere.example/"}, True),
        ({"Referer": "https://testserver/"}, True),
        ({"Referer": "http://testserver:81/"}, True),
        ({"Referer": "http://testserver.elsewhere.example/"}, True),
        ({"Referer": "http://testserver@elsewhere.example/"}, True),
        ({"Referer": ""}, False),
        ({"Referer": "null"}, True),
        ({"Referer": "http://["}, True),
        ({"Referer": "https://elsewhere.example/", "Origin": OURS}, False),
        ({"Referer": f"{OURS}/", "Origin": "https://elsewhere.example"}, True),
        ({"Referer": "https://elsewhere.example/", "Sec-Fetch-Site": "same-origin"}, False),
        ({"Referer": f"{OURS}/", "Sec-Fetch-Site": "cross-site"}, True),
        ({"Origin": "null"}, True),
    ],
)
@pytest.mark.parametrize("path", ["/accounts/login/", "/ar/accounts/password/reset/"])
def test_a_post_is_taken_from_our_own_pages_and_from_programs(
    path: str, headers: dict[str, Any], refused: bool
) -> None:
    client = Client(enforce_csrf_checks=True, headers=headers)
    assert (client.post(path, {"login": "x"}).status_code == 403) is refused
    assert client.get(path).status_code == 200
