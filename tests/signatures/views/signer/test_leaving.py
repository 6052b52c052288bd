"""The page behind the link to leave."""

from urllib.parse import quote

import pytest
from django.test import Client

from campaign.letters.models import Letter
from signatures import denial
from signatures.notifications import leaving
from signatures.notifications.leaving import Subscriber
from tests.signatures.factories import confirmed, open_letter, pending
from tests.signatures.views.visitors import NAUGHTY, Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def who(letter: Letter) -> Subscriber:
    return leaving.subscriber(signature=confirmed(letter))


def url(who: Subscriber) -> str:
    return f"/u/{leaving.token_for(who)}/"


def test_opening_the_link_changes_nothing(client: Client, who: Subscriber) -> None:
    page = Page(client.get(url(who)))
    assert page.headings[0] == "News by e-mail"
    assert "No more news of this letter" in page.text
    assert leaving.standing(who) == set()


@pytest.mark.parametrize("data", [{}, {"do": ""}, {"do": "x\x00"}, {"List-Unsubscribe": "No"}])
def test_a_form_that_asks_for_nothing_changes_nothing(
    client: Client, who: Subscriber, data: dict[str, str]
) -> None:
    assert client.post(url(who), data).status_code == 200
    assert leaving.standing(who) == set()


def test_one_click_of_a_mailbox_leaves_at_once(who: Subscriber) -> None:
    mailbox = Client(enforce_csrf_checks=True, headers={"Origin": "https://mailbox.example"})
    response = mailbox.post(url(who), {"List-Unsubscribe": "One-Click"})
    assert response.status_code == 200
    assert response.content.decode() == "You get no more news of this letter."
    assert not response.cookies
    assert leaving.standing(who) == {"letter"}


@pytest.mark.parametrize(
    ("do", "stands"), [("letter", {"letter"}), ("all", {"all"}), ("back", set())]
)
def test_each_button_does_what_it_says(
    client: Client, who: Subscriber, do: str, stands: set[str]
) -> None:
    response = client.post(url(who), {"do": do})
    assert (response.status_code, response["Location"]) == (303, url(who))
    assert leaving.standing(who) == stands
    client.post(url(who), {"do": "back"})
    assert leaving.standing(who) == set()


def test_a_denial_can_be_taken_back(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    who = leaving.subscriber(signature=signature)
    denial.deny(signature=signature)
    page = Page(client.get(url(who)))
    assert page.headings[0] == "Noted: you did not sign"
    assert client.post(url(who), {"do": "allow"}).status_code == 303
    assert leaving.standing(who) == set()


def test_the_page_is_kept_by_nobody_and_tells_no_address(client: Client, who: Subscriber) -> None:
    response = client.get(url(who))
    assert "no-store" in response["Cache-Control"]
    assert response["X-Robots-Tag"] == "noindex"
    assert not response.cookies
    assert "brigid" not in response.content.decode().casefold()


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_input_breaks_it(client: Client, who: Subscriber, value: str) -> None:
    assert client.post(url(who), {"do": value, "List-Unsubscribe": value}).status_code == 200
    if value:
        assert client.get(f"/u/{quote(value, safe='')}/").status_code == 404


def test_it_works_for_a_letter_that_is_gone_too(client: Client) -> None:
    who = Subscriber(letter_id=2**40, address_key=b"k" * 32)
    assert client.get(url(who)).status_code == 200
    assert client.post(url(who), {"do": "letter"}).status_code == 303
