"""By which token a mail is known again, and what each mail carries so that it can be."""

import json
from email.utils import parseaddr

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from campaign.mail.composing import Content, address
from campaign.mail.return_tokens import (
    KINDS,
    MailRow,
    envelope_sender,
    row_behind,
    row_named_by,
    row_written_to,
    token_for,
)

LARGEST = 10**18 - 1
CONTENT = Content(language="en", subject="News", text="Some.\n", html="<p>Some.</p>")
SEVENTEEN = "b" * 17 + "@letters.example"


def composed(message_id: str = "delivery-5.abc") -> EmailMultiAlternatives:
    return address(content=CONTENT, to="reader@crowd.example", message_id=message_id)


def test_every_kind_has_a_letter_of_its_own() -> None:
    assert len(set(KINDS.values())) == len(KINDS)
    assert {len(letter) for letter in KINDS.values()} == {1}


def test_a_token_leads_to_its_row_and_fits_into_an_address(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = SEVENTEEN
    for kind in KINDS:
        for pk in (1, 77, LARGEST):
            row = MailRow(kind, pk)
            sender = envelope_sender(f"{kind}-{pk}.abc")
            assert len(sender.partition("@")[0]) <= 64
            assert row_behind(token_for(row)) == row
            assert row_written_to(sender) == row_written_to(sender.upper()) == row


def test_no_other_token_leads_anywhere(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@letters.example"
    token = token_for(MailRow("delivery", 5))
    swapped = "b" if token[-8] == "a" else "a"
    wrong = ("", "x", "é" * 30, token[:-1], f"{token}a", f"d6{token[2:]}", f"i5{token[2:]}", "d5-")
    for each in (*wrong, token[:-8] + swapped + token[-7:], f"{token}\n{token}"):
        assert (each, row_behind(each)) == (each, None)
    for each in (
        f"others+{token}@letters.example",
        f"bounces+{token}@elsewhere.example",
        f"bounces{token}@letters.example",
        "bounces@letters.example",
        token,
        "",
    ):
        assert (each, row_written_to(each)) == (each, None)
    settings.BOUNCE_ADDRESS = ""
    assert row_written_to(f"+{token}@") is None


def test_a_key_that_was_replaced_still_knows_them(settings: Settings) -> None:
    token = token_for(MailRow("delivery", 5))
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key, also long enough for every rule that there is"
    assert row_behind(token) == MailRow("delivery", 5)
    assert token_for(MailRow("delivery", 5)) != token
    settings.SECRET_KEY_FALLBACKS = []
    assert row_behind(token) is None


@pytest.mark.parametrize(
    ("message_id", "row"),
    [
        ("delivery-5.Abc123@letters.example", MailRow("delivery", 5)),
        ("<delivery-5.Abc_-1@letters.example>", MailRow("delivery", 5)),
        ("invitation-7", MailRow("invitation", 7)),
        ("invitation-2-7.abc", MailRow("invitation", 7)),
        *(
            (each, None)
            for each in ("", "nobody-5@x", "delivery-x@y", "delivery-5 6", "delivery-0")
        ),
    ],
)
def test_a_message_id_names_its_row(message_id: str, row: MailRow | None) -> None:
    assert row_named_by(message_id) == row


def test_nothing_is_different_where_nothing_is_set() -> None:
    assert composed().from_email == "Undersigned <letters@127.0.0.1>"
    assert set(composed().extra_headers) == {"Message-ID", "Auto-Submitted", "Content-Language"}


def test_an_envelope_has_a_sender_of_its_own_and_readers_see_ours(settings: Settings) -> None:
    settings.BOUNCE_ADDRESS = "bounces@letters.example"
    message = composed()
    token = token_for(MailRow("delivery", 5))
    assert message.from_email == f"bounces+{token}@letters.example"
    read = message.message()
    assert parseaddr(read["From"]) == ("Undersigned", "letters@127.0.0.1")
    assert read["CFBL-Feedback-ID"] == token
    assert read["CFBL-Address"] == "bounces@letters.example; report=arf"
    message.send()
    assert mail.outbox[0].from_email == message.from_email
    other = composed("account-5.0")
    assert (other.from_email, "CFBL-Feedback-ID" in other.message()) == (
        "bounces@letters.example",
        False,
    )


def test_mail_carries_for_each_service_what_it_tells_again(settings: Settings) -> None:
    settings.MAIL_WEBHOOKS = dict.fromkeys(
        ("brevo", "mailgun", "mailjet", "postmark", "sparkpost"), "secret"
    )
    token = token_for(MailRow("delivery", 5))
    headers = composed().extra_headers
    told = {"token": token}
    for name in ("X-Mailin-custom", "X-Mailgun-Variables", "X-MJ-EventPayload"):
        assert json.loads(headers[name]) == told
    assert json.loads(headers["X-MSYS-API"]) == {"metadata": told}
    assert headers["X-PM-Metadata-token"] == token
    assert composed().from_email == settings.DEFAULT_FROM_EMAIL
