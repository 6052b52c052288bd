"""Mail about accounts: owed, the same for every address, and with links to this site alone."""

import re
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from campaign.organizers import account_mail
from campaign.organizers.models import AccountMail, Organizer
from tests.concurrency import at_once
from tests.organizers.people import PASSWORD

pytestmark = pytest.mark.django_db
STRANGER = "nobody@elsewhere.example"


def asks(email: str, host: str = "127.0.0.1:8000", language: str = "") -> Any:
    cache.clear()
    path = language + reverse("account_reset_password")
    return Client(headers={"Host": host}).post(path, {"email": email})


def links() -> list[str]:
    words, _foot = str(mail.outbox[-1].body).split("\n-- \n")
    return re.findall(r"https?://\S+", words)


def test_known_and_unknown_addresses_get_the_same_answer_by_the_same_steps(
    owner: Organizer,
) -> None:
    told = []
    for email in (owner.email, STRANGER, owner.email.upper()):
        cache.clear()
        with CaptureQueriesContext(
            connection,
        ) as queries:
            response = asks(email)
        steps = [each["sql"].split("VALUES")[0] for each in queries.captured_queries]
        told.append((response.status_code, response["Location"], steps))
    assert told[0] == told[1] == told[2]
    assert told[0][:2] == (302, reverse("account_reset_password_done"))
    assert AccountMail.objects.count() == 3
    account_mail.send_owed()
    assert [message.to for message in mail.outbox] == [[owner.email], [owner.email]]
    assert not AccountMail.objects.exists()


def test_a_mail_server_that_is_down_changes_nothing_for_who_asks(
    owner: Organizer, settings: Settings
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9
    assert [asks(each).status_code for each in (owner.email, STRANGER)] == [302, 302]
    account_mail.send_owed()
    assert AccountMail.objects.count() == 2
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    with time_machine.travel(timezone.now() + timedelta(hours=1)):
        # The first after a pause tries alone.
        while account_mail.send_owed():
            pass
    assert [message.to for message in mail.outbox] == [[owner.email]]
    assert not AccountMail.objects.exists()


@pytest.mark.parametrize("host", ["localhost", "testserver", "127.0.0.1:8000"])
@pytest.mark.parametrize("language", ["", "/ar"])
def test_links_lead_to_this_site_whatever_host_was_asked_for(
    owner: Organizer, host: str, language: str
) -> None:
    asks(owner.email, host, language)
    account_mail.send_owed()
    [link] = links()
    assert link.startswith(f"http://127.0.0.1:8000{language}/accounts/password/reset/key/")
    assert host == "127.0.0.1:8000" or host not in str(mail.outbox[-1].message())


def test_so_do_those_that_confirm_a_new_address(owner: Organizer) -> None:
    EmailAddress.objects.get_or_create(
        user=owner, email=owner.email, defaults={"verified": True, "primary": True}
    )
    client = Client(headers={"Host": "localhost"})
    client.force_login(owner)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    cache.clear()
    client.post(reverse("account_email"), {"action_add": "", "email": "oriane@new.example"})
    assert mail.outbox == []
    account_mail.send_owed()
    assert mail.outbox[-1].to == ["oriane@new.example"]
    assert all(link.startswith("http://127.0.0.1:8000/") for link in links())
    assert "localhost" not in str(mail.outbox[-1].message())


def test_an_address_gets_five_a_day(owner: Organizer) -> None:
    for email in [owner.email, owner.email.title()] * 4:
        account_mail.owe_reset(email=email, language="en")
    while account_mail.send_owed():
        pass
    assert len(mail.outbox) == 5


def test_what_is_owed_tells_nothing_to_who_reads_the_database(owner: Organizer) -> None:
    asks(owner.email)
    sealed = bytes(AccountMail.objects.get().sealed)
    assert owner.email.encode() not in sealed


def test_what_was_sealed_with_another_key_is_dropped(owner: Organizer, settings: Settings) -> None:
    asks(owner.email)
    settings.SECRET_KEY = "k" * 50
    account_mail.send_owed()
    assert (mail.outbox, AccountMail.objects.count()) == ([], 0)


def test_what_nobody_could_send_for_days_is_dropped(owner: Organizer) -> None:
    asks(owner.email)
    with time_machine.travel(timezone.now() + account_mail.KEPT_FOR + timedelta(minutes=1)):
        assert account_mail.send_owed() == 0
    assert not AccountMail.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_senders_at_once_send_each_once(owner: Organizer) -> None:
    for _mail in range(4):
        asks(owner.email)
    assert sum(at_once([account_mail.send_owed] * 3)) == 4
    assert len(mail.outbox) == 4
