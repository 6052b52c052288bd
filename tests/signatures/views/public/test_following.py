"""Leaving an address on the press page, confirming it by link, and stopping by one click."""

import re

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign.letters.models import Letter
from signatures.errors import LinkUnknown
from signatures.models import PressFollower, PressMail
from signatures.notifications import press_followers
from signatures.tasks import send_press_mail
from tests.signatures.factories import close, make_organizer, open_letter
from tests.signatures.views.visitors import AGREED, NAUGHTY, UNTICKED, Page, letter_url

pytestmark = pytest.mark.django_db

REPORTER = "desk@daily.example"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def form(letter: Letter, language: str = "") -> str:
    return letter_url(letter, "press/follow/", language)


def leave_address(client: Client, letter: Letter, email: str = REPORTER) -> None:
    answer = client.post(form(letter), {"email": email})
    assert (answer.status_code, answer["Location"]) == (303, form(letter) + "sent/")
    assert not answer.cookies


def mailed_link() -> str:
    mail.outbox.clear()
    send_press_mail()
    [message] = mail.outbox
    found = re.search(r"http://127.0.0.1:8000((?:/ar)?/f/\S+)", str(message.body))
    assert found is not None
    return found[1]


def confirmed() -> list[str]:
    found = PressFollower.objects.filter(confirmed_at__isnull=False)
    return list(found.values_list("email", flat=True))


def test_address_is_confirmed_by_a_tick_and_stopped_by_a_button(
    client: Client, letter: Letter
) -> None:
    assert 'action="' + form(letter) in client.get(letter_url(letter, "press/")).text
    leave_address(client, letter)
    link = mailed_link()
    for _time in range(2):
        assert client.get(link).status_code == 200
    as_it_stands = client.post(link, Page(client.get(link)).values)
    assert (as_it_stands.status_code, UNTICKED in as_it_stands.text) == (422, True)
    assert confirmed() == []
    assert client.post(link, AGREED).status_code == 303
    assert confirmed() == [REPORTER]
    page = client.get(link)
    assert "You follow this letter" in page.text
    assert client.post(link, {"do": "stop"}).status_code == 200
    assert not PressFollower.objects.exists()
    assert client.get(link).status_code == 404


def test_one_click_stops_from_anywhere_without_cookie(letter: Letter) -> None:
    client = Client(enforce_csrf_checks=True)
    press_followers.ask(letter=letter, email=REPORTER, language="en", now=timezone.now())
    follower = PressFollower.objects.get()
    press_followers.confirm(follower=follower, now=timezone.now())
    answer = client.post(
        f"/f/{press_followers.token_for(follower)}/",
        {"List-Unsubscribe": "One-Click"},
        headers={"Origin": "https://mailbox.example"},
    )
    assert (answer.status_code, answer["Content-Type"]) == (200, "text/plain; charset=utf-8")
    assert not answer.cookies
    assert not PressFollower.objects.exists()


def test_form_answers_alike_whether_an_address_follows(client: Client, letter: Letter) -> None:
    leave_address(client, letter)
    client.post(mailed_link(), AGREED)
    asked = []
    for email in (REPORTER, "new@daily.example"):
        with CaptureQueriesContext(connection) as captured:
            leave_address(client, letter, email)
        asked.append([each["sql"].split()[0] for each in captured.captured_queries])
    assert asked[0] == asked[1]
    assert confirmed() == [REPORTER]


def test_other_spelling_is_the_same_follower_and_voids_links_to_the_first(
    client: Client, letter: Letter
) -> None:
    leave_address(client, letter, "jo.doe@gmail.com")
    first = mailed_link()
    leave_address(client, letter, "jodoe@googlemail.com")
    assert client.get(first).status_code == 404
    second = mailed_link()
    leave_address(client, letter, "jodoe@googlemail.com")
    assert mailed_link() == second
    client.post(second, AGREED)
    leave_address(client, letter, "jo.doe@gmail.com")
    assert confirmed() == ["jodoe@googlemail.com"]
    assert PressFollower.objects.count() == 1


def test_address_and_network_are_limited(client: Client, letter: Letter) -> None:
    for number in range(8):
        answer = client.post(form(letter), {"email": REPORTER}, REMOTE_ADDR=f"2001:db8:{number}::1")
        assert answer.status_code == 303
        send_press_mail()
    assert len(mail.outbox) == 6
    for number in range(20):
        leave_address(client, letter, f"n{number}@daily.example")
    answer = client.post(form(letter), {"email": "last@daily.example"})
    assert (answer.status_code, "try again in an hour" in answer.text) == (429, True)


@pytest.mark.parametrize("typed", [*NAUGHTY.values(), "a@daily.example\r\nBcc: b@daily.example"])
def test_what_is_no_address_is_answered_beside_the_field(
    client: Client, letter: Letter, typed: str
) -> None:
    answer = client.post(form(letter), {"email": typed})
    assert answer.status_code == 422
    assert Page(answer).error("email")
    assert not PressFollower.objects.exists()


@pytest.mark.parametrize("token", ["nonsense", "A" * 32, "é" * 32])
def test_token_that_is_not_ours_opens_nothing(client: Client, letter: Letter, token: str) -> None:
    with pytest.raises(LinkUnknown):
        press_followers.follower_behind(token)
    assert client.post(f"/f/{token}/", {"do": "stop"}).status_code == 404


def test_closed_letter_can_be_followed_and_a_draft_cannot(client: Client, letter: Letter) -> None:
    close(letter)
    leave_address(client, letter)
    assert client.post("/letters/nowhere/press/follow/", {"email": REPORTER}).status_code == 404
    assert PressMail.objects.count() == 1


def test_desk_tells_how_many_follow_and_nobody(client: Client, letter: Letter) -> None:
    leave_address(client, letter)
    client.post(mailed_link(), AGREED)
    leave_address(client, letter, "never@daily.example")
    client.force_login(make_organizer(team=letter.team))
    page = client.get(f"/desk/letters/{letter.slug}/snapshots/")
    assert "1 address gets milestones and corrections by e-mail" in page.text
    assert "daily" not in page.text
