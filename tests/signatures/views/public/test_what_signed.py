"""/signed/: the same answer for every address, so that nobody learns from it who signed."""

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from structlog.testing import capture_logs

from campaign import limits
from campaign.letters.models import Letter
from signatures.models import Inquiry
from signatures.notifications import inquiries
from tests.signatures.factories import BRIGID, MEI, confirmed, open_letter
from tests.signatures.views.visitors import NAUGHTY, Page, send

pytestmark = pytest.mark.django_db

PAGE = "/signed/"
NOBODY = "nobody@elsewhere.example"


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    confirmed(letter, BRIGID)
    return letter


@pytest.mark.parametrize("language", ["", "/ar"])
def test_post_leads_to_the_same_page_for_every_address(
    client: Client, letter: Letter, language: str
) -> None:
    answers = []
    for email in (BRIGID.email, NOBODY):
        answer = client.post(f"{language}{PAGE}", {"email": email})
        page = client.get(answer["Location"])
        answers.append((answer.status_code, dict(answer.items()), page.status_code, page.content))
        assert not answer.cookies
        assert not page.cookies
    assert answers[0] == answers[1]
    assert answers[0][1]["Location"] == f"{language}{PAGE}sent/"
    inquiries.send_until_done(batches=5)
    assert [message.to for message in mail.outbox] == [[BRIGID.email]]


def test_request_asks_the_database_the_same_for_every_address(
    client: Client, letter: Letter
) -> None:
    asked = []
    for email in (BRIGID.email, NOBODY):
        with CaptureQueriesContext(connection) as captured:
            client.post(PAGE, {"email": email})
        asked.append([each["sql"].split(" VALUES")[0] for each in captured.captured_queries])
    assert asked[0] == asked[1]
    assert not any("signatures_signature" in statement for statement in asked[0])


def test_address_is_written_to_thrice_a_day_and_nobody_is_told(
    client: Client, letter: Letter
) -> None:
    answers: dict[str, list[object]] = {BRIGID.email: [], NOBODY: []}
    for email, told in answers.items():
        for number in range(5):
            # From everywhere, in every spelling.
            answer = client.post(
                PAGE,
                {"email": email.upper() if number % 2 else email},
                REMOTE_ADDR=f"2001:db8:{number}::1",
            )
            told.append((answer.status_code, answer["Location"], answer.content))
            inquiries.send_until_done(batches=5)
    assert answers[BRIGID.email] == answers[NOBODY]
    assert [message.to for message in mail.outbox] == [[BRIGID.email]] * 3


def test_network_that_asks_too_much_is_told_so_for_every_address(
    client: Client, letter: Letter
) -> None:
    for number in range(20):
        assert client.post(PAGE, {"email": f"n{number}@elsewhere.example"}).status_code == 303
    answers = [client.post(PAGE, {"email": email}) for email in (BRIGID.email, NOBODY)]
    assert [answer.status_code for answer in answers] == [429, 429]
    assert "try again in an hour" in answers[0].text
    assert answers[0].text.replace(BRIGID.email, NOBODY) == answers[1].text
    assert Inquiry.objects.count() == 20


def test_page_works_while_nothing_counts(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail() -> None:
        raise OSError

    monkeypatch.setattr(limits, "_limiter", fail)
    assert client.post(PAGE, {"email": BRIGID.email}).status_code == 303
    assert Inquiry.objects.count() == 1


@pytest.mark.parametrize(
    "typed",
    [
        *NAUGHTY.values(),
        "brigid@quayside.example\r\nBcc: all@elsewhere.example",
        "brigid@quayside.example, all@elsewhere.example",
        "<brigid@quayside.example>\nx",
        f"{'x' * 64}@{'y' * 63}.{'z' * 63}.{'w' * 63}.example",
        f"{'x' * 250}@quayside.example",
    ],
)
def test_what_is_no_address_is_answered_beside_the_field(client: Client, typed: str) -> None:
    answer = client.post(PAGE, {"email": typed})
    assert answer.status_code == 422
    assert Page(answer).error("email")
    assert not Inquiry.objects.exists()


def test_other_site_cannot_ask_for_its_visitors(letter: Letter) -> None:
    client = Client(enforce_csrf_checks=True)
    answer = client.post(
        PAGE, {"email": BRIGID.email}, headers={"Origin": "https://elsewhere.example"}
    )
    assert answer.status_code == 403
    assert not Inquiry.objects.exists()


def test_no_log_line_tells_the_address(client: Client, letter: Letter) -> None:
    with capture_logs() as logs:
        client.post(PAGE, {"email": BRIGID.email})
        inquiries.send_until_done(batches=5)
    assert "quayside" not in str(logs)


def test_page_is_found_from_where_links_are_missed(client: Client, letter: Letter) -> None:
    waiting = send(client, letter, MEI)["Location"]
    dead = client.get("/s/nonsense/")
    assert dead.status_code == 404
    pages = [client.get("/"), client.get("/about/"), client.get(waiting), dead]
    assert [PAGE in Page(page).links for page in pages] == [True] * 4
    foot = '<footer class="foot">'
    within = [PAGE in page.text.partition(foot)[0] for page in pages]
    assert within == [False, True, True, True]
