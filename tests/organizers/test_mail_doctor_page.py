"""Whether mail of the site is believed: everybody at the desk reads it, writers may ask anew."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings

from campaign.letters import drafting
from campaign.mail.doctor import results
from campaign.mail.doctor.findings import Code, found
from campaign.mail.models import MailCheck
from campaign.organizers.models import Organizer, Role, Team

pytestmark = pytest.mark.django_db
Browser = Callable[[Organizer], Client]
SMTP = "django.core.mail.backends.smtp.EmailBackend"
BAD = found(Code.SPF_ANYBODY, domain="<b>letters</b>.org")


@pytest.fixture
def _sends(settings: Settings) -> None:
    settings.EMAIL_BACKEND = SMTP


def text_of(client: Client, path: str = "") -> str:
    response = client.get(path or reverse("desk_mail_doctor"))
    assert response.status_code == 200
    return response.content.decode()


def test_the_demo_says_that_no_mail_leaves(owner: Organizer, browser: Browser) -> None:
    results.keep([BAD], now=timezone.now())
    text = text_of(browser(owner))

    assert "This is a demonstration." in text
    assert "An example" in text
    assert "lets every server on earth" not in text
    assert "Look now" not in text
    assert browser(owner).post(reverse("desk_mail_doctor")).status_code == 404


@pytest.mark.usefixtures("_sends")
def test_every_role_reads_and_writers_ask(
    cast: dict[Role, Organizer],
    stranger: Organizer,
    browser: Browser,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    stranger.memberships.all().delete()
    results.keep([found(Code.FROM_GOOD, domain="letters.org"), BAD], now=timezone.now())
    for role, organizer in [*cast.items(), (None, stranger)]:
        client, may_ask = browser(organizer), role in Role.writing()
        text = text_of(client)
        # What is bad comes first, and is no markup of ours.
        assert -1 < text.index("&lt;b&gt;letters") < text.index("Mail comes from")
        assert ("Look now" in text) == may_ask, role
        MailCheck.objects.update(asked_at=None)
        with django_capture_on_commit_callbacks() as woken:
            answer = client.post(reverse("desk_mail_doctor"))
        assert (answer.status_code, len(woken)) == ((302, 1) if may_ask else (404, 0)), role


@pytest.mark.usefixtures("_sends")
def test_the_page_says_how_fresh_it_is(owner: Organizer, browser: Browser) -> None:
    client = browser(owner)
    assert "Nobody has looked yet." in text_of(client)
    client.post(reverse("desk_mail_doctor"))
    assert "Being looked at for the first time." in text_of(client)
    results.keep([], now=timezone.now())
    text = text_of(client)
    assert "Nothing is bad." in text
    assert "Somebody asked for another look" not in text


@pytest.mark.usefixtures("_sends")
def test_operators_are_told_of_the_command_and_others_whom_to_ask(
    owner: Organizer, browser: Browser
) -> None:
    assert "Only those who run this site can change what is set." in text_of(browser(owner))
    Organizer.objects.filter(pk=owner.pk).update(is_staff=True)
    assert "manage.py mail_doctor" in text_of(browser(owner))


def test_asking_twice_looks_once(
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    now = timezone.now()
    with django_capture_on_commit_callbacks() as woken:
        asked = [results.ask(now=now + timedelta(seconds=each)) for each in (0, 5, 29, 31)]

    assert asked == [True, False, False, True]
    assert len(woken) == 2
    assert results.latest(now=now + timedelta(minutes=1)).is_pending
    assert not results.latest(now=now + timedelta(days=2)).is_pending


@pytest.mark.parametrize(
    ("code", "age", "is_shown"),
    [
        (Code.SPF_ANYBODY, timedelta(hours=1), True),
        (Code.SPF_ANYBODY, timedelta(hours=25), False),
        (Code.SPF_OPEN_END, timedelta(), False),
    ],
)
def test_publishing_warns_of_what_is_bad_and_known(
    guild: Team, owner: Organizer, browser: Browser, code: Code, age: timedelta, is_shown: bool
) -> None:
    drafting.create_letter(
        team=guild, slug="ask", language="en", title="Ask", addressee="To them", body="We write.",
        opens_at=None, closes_at=None,
    )  # fmt: skip
    results.keep([found(code, domain="letters.org")], now=timezone.now() - age)
    text = text_of(browser(owner), reverse("desk_publish", args=["ask"]))

    assert ("Mail from this site will probably not be believed" in text) == is_shown
    assert (reverse("desk_mail_doctor") + '">What is set' in text) == is_shown
    assert "Publish and freeze" in text
