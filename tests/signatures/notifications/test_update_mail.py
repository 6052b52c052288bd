"""What the mail of an update says, in both of its parts."""

from email import message_from_bytes, policy
from email.message import EmailMessage

import pytest

from campaign.letters.models import Letter
from campaign.letters.updates import Words
from signatures.models import Signature
from signatures.notifications.update_mail import UpdateMail
from tests.signatures.factories import open_letter
from tests.signatures.notifications.updates import draft, hearing

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _parts(letter: Letter, body: str) -> dict[str, str]:
    """By kind, what the first recipient gets."""
    hearing(letter, 1)
    mail = UpdateMail(update=draft(letter, words={"en": Words("Heard", body)}), language="en")
    signature = Signature.objects.get()
    sent = mail.to(signature, delivery_id=1).message().as_bytes()
    read = message_from_bytes(sent, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return {each.get_content_subtype(): each.get_content() for each in read.iter_parts()}


def test_its_text_reads_without_marks_and_leads_to_the_same(letter: Letter) -> None:
    parts = _parts(letter, "# Friday\n\n**All** of [the committee](https://a.example/c):\n\n* one")
    words = "\n\nFriday\n\nAll of the committee <https://a.example/c>:\n\n- one\n\nYou signed"
    assert words in parts["plain"]
    assert (
        '<a href="https://a.example/c" rel="noopener nofollow">the committee</a>' in parts["html"]
    )


@pytest.mark.parametrize("name", ["leave_token", "standing", "edge", "nothing"])
def test_what_an_entity_makes_is_no_mark(letter: Letter, name: str) -> None:
    body = f"Heard &#xE000;{name}&#xE001; &#xE002;."
    parts = _parts(letter, body)
    assert [f"Heard {name} \ue002." in parts[kind] for kind in ("plain", "html")] == [True, True]
