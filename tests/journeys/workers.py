"""What happens while nobody looks at a page: workers run, mail arrives, the count is published."""

import re
from email.message import EmailMessage as Mail
from email.parser import BytesParser
from email.policy import default
from typing import Any
from urllib.parse import urlsplit

from django.core import mail
from django.test import Client

from campaign.letters.models import Event, Letter
from campaign.letters.tasks import close_due_letters
from signatures.tasks import send_owed_mail, sequence_waiting
from tests.signatures.factories import Person


def the_workers_run() -> None:
    """What beat asks the workers to do every few seconds."""
    close_due_letters()
    sequence_waiting()
    send_owed_mail()


def the_mail_to(who: Person | str) -> Mail:
    """The newest one, read as a mail program reads it."""
    return _all_to(who)[-1]


def mails_to(who: Person | str) -> list[str]:
    """Their subjects, oldest first."""
    # What is folded right behind the name is read with the blank of the fold.
    return [str(each["Subject"]).strip() for each in _all_to(who)]


def link_in(message: Mail) -> str:
    """The path behind the button."""
    return urlsplit(_found(r'<a class="btn" href="([^"]+)"', message)).path


def code_in(message: Mail) -> str:
    return _found(r'<span class="code">(\d{6})</span>', message)


def count_of(letter: Letter) -> dict[str, Any]:
    """The public count, after the workers ran."""
    the_workers_run()
    counted: dict[str, Any] = Client().get(f"/letters/{letter.slug}/count").json()
    assert counted["people"] + counted["organisations"] == counted["total"]
    assert sum(counted["levels"].values()) == counted["total"]
    return counted


def nothing_waits() -> bool:
    """Whether every event is in a record."""
    return not Event.objects.exists()


def _all_to(who: Person | str) -> list[Mail]:
    address = who if isinstance(who, str) else who.email
    found = []
    for each in mail.outbox:
        if each.to == [address]:
            read = BytesParser(policy=default).parsebytes(each.message().as_bytes())
            assert isinstance(read, Mail)
            found.append(read)
    return found


def _found(pattern: str, message: Mail) -> str:
    html = message.get_body(("html",))
    assert html is not None
    match = re.search(pattern, html.get_content())
    assert match is not None
    return match[1]
