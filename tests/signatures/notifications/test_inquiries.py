"""What was signed with an address is told by one e-mail, to the addresses that signed."""

import smtplib
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail import EmailMultiAlternatives
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone
from structlog.testing import capture_logs
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from signatures import denial, erasure, signing, withdrawal
from signatures.links import token_for
from signatures.models import Because, Inquiry, Signature, SignatureState
from signatures.moderation import removal
from signatures.notifications import inquiries
from signatures.notifications.inquiries import GIVE_UP_AFTER
from signatures.tasks import forget_old_data, send_owed_mail
from tests.signatures.factories import (
    ARABIC,
    BRIGID,
    ENGLISH,
    GUILD,
    MEI,
    QUIET,
    WIKTOR,
    Person,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    person,
    sign,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def ask(email: str = BRIGID.email, language: str = "en") -> None:
    inquiries.ask(email=email, language=language, now=timezone.now())


def answered(email: str = BRIGID.email, language: str = "en") -> list[EmailMultiAlternatives]:
    ask(email, language)
    mail.outbox.clear()
    inquiries.send_until_done(batches=5)
    assert not Inquiry.objects.exists()
    return list(mail.outbox)  # type: ignore[arg-type]


def told(who: Person) -> str:
    [message] = answered(who.email)
    assert message.to == [who.email]
    return str(message.body)


def test_address_that_signed_nothing_gets_nothing(letter: Letter) -> None:
    confirmed(letter, WIKTOR)
    assert answered() == []


def test_mail_lists_all_letters_with_their_links(letter: Letter) -> None:
    other = open_letter(slug="another-one")
    first, second = confirmed(letter), pending(other, BRIGID)
    listed(letter, WIKTOR)

    [message] = answered()

    text = str(message.body)
    assert [text.count(f"/s/{token_for(signature=each)}/") for each in (first, second)] == [1, 1]
    assert text.count("/s/") == 2
    assert text.count(ENGLISH["title"]) == 2
    # Of what nobody confirmed the name may be a stranger's words.
    assert text.count(BRIGID.details.name) == 1
    assert "/u/" in text
    assert message.extra_headers["Content-Language"] == "en"


def test_each_hidden_letter_is_told_as_hidden(letter: Letter) -> None:
    other = open_letter(slug="another-one")
    confirmed(letter)
    confirmed(other)
    hour = timezone.now() + timedelta(days=1)
    for hidden, times in ((0, 0), (1, 1), (2, 2)):
        if hidden:
            chosen = (letter, other)[hidden - 1]
            Letter.objects.filter(pk=chosen.pk).update(embargo_until=hour)
        [message] = answered()
        for text in (str(message.body), str(message.alternatives[0][0])):
            assert text.count("Please keep it to yourself") == times


def test_mail_speaks_the_language_of_the_page(letter: Letter) -> None:
    confirmed(letter)
    [message] = answered(language="ar")
    assert message.extra_headers["Content-Language"] == "ar"
    assert "ما وقّعته" in str(message.alternatives[0][0])
    assert ARABIC["title"] not in str(message.body)


def _remove(signature: Signature) -> None:
    removal.remove(
        signature=signature,
        organizer=make_organizer(team=signature.letter.team),
        expected_revision=signature.revision,
        because=Because.RULES,
    )


def test_state_is_told_in_words(letter: Letter) -> None:
    listed(letter, BRIGID, QUIET, GUILD)
    confirmed(letter, WIKTOR)
    withdrawal.withdraw(signature=confirmed(letter, MEI))
    new = person("new@crowd.example", "Nobody Yet")
    sign(letter, new)
    assert "shown and counted, as number 1." in told(BRIGID)
    assert "counted without the name." in told(QUIET)
    assert "Guild of Lampwrights" in told(GUILD)
    assert "shown and counted within a minute." in told(WIKTOR)
    assert "Withdrawn: neither" in told(MEI)
    assert "It can be confirmed until" in told(new)

    _remove(load(Signature.objects.get(email=BRIGID.email).pk))
    Signature.objects.filter(email=QUIET.email).update(state=SignatureState.HELD)
    Signature.objects.filter(email=GUILD.email).update(state=SignatureState.REJECTED)
    Letter.objects.update(halted_at=timezone.now())
    assert "Taken off the list by the organizers." in told(BRIGID)
    assert "being checked" in told(QUIET)
    assert "Not accepted" in told(GUILD)
    assert "Not confirmed: neither" in told(new)


def test_what_was_erased_denied_or_discarded_is_not_there(letter: Letter) -> None:
    erasure.erase(signature=confirmed(letter))
    assert answered() == []
    denial.deny(signature=pending(letter, WIKTOR))
    # Somebody types their address again.
    sign(letter, WIKTOR)
    assert answered(WIKTOR.email) == []
    signing.discard(signed=sign(letter, MEI))
    assert answered(MEI.email) == []


@pytest.mark.parametrize(
    ("signed", "asked"),
    [
        ("Jo.Doe+letters@gmail.com", "jodoe@googlemail.com"),
        ("jo@quayside.example", "JO@QUAYSIDE.EXAMPLE"),
        ("jo@faß.example", "jo@xn--fa-hia.example"),
    ],
)
def test_other_spelling_finds_it_and_the_mail_goes_where_it_was_signed(
    letter: Letter, signed: str, asked: str
) -> None:
    confirmed(letter, person(signed, "Jo Doe"))
    assert [message.to for message in answered(asked)] == [[signed]]


def test_spelling_of_another_mailbox_finds_nothing(letter: Letter) -> None:
    confirmed(letter, person("jo@quayside.example", "Jo Doe"))
    assert answered("jo+x@quayside.example") == []


def test_each_spelling_that_signed_gets_its_own_links_alone(letter: Letter) -> None:
    other = open_letter(slug="another-one")
    first = confirmed(letter, person("jo.doe@gmail.com", "Jo Doe"))
    second = confirmed(other, person("jodoe@gmail.com", "Jo Doe"))

    found = {message.to[0]: str(message.body) for message in answered("jodoe+x@gmail.com")}

    assert set(found) == {"jo.doe@gmail.com", "jodoe@gmail.com"}
    for email, mine in (("jo.doe@gmail.com", first), ("jodoe@gmail.com", second)):
        assert (found[email].count("/s/"), token_for(signature=mine) in found[email]) == (1, True)


def test_asking_twice_before_it_is_sent_sends_one(letter: Letter) -> None:
    confirmed(letter)
    ask()
    ask(BRIGID.email.upper())
    assert Inquiry.objects.count() == 1
    send_owed_mail()
    assert [message.to for message in mail.outbox if "What was signed" in message.subject] == [
        [BRIGID.email]
    ]


def test_row_holds_no_address(letter: Letter) -> None:
    ask()
    [row] = Inquiry.objects.values()
    assert "quayside" not in str(row)
    assert "brigid" not in str(row)


def test_what_cannot_be_sent_is_given_up_after_a_day(
    letter: Letter, time_machine: TimeMachineFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_args: Any, **_named: Any) -> None:
        raise smtplib.SMTPRecipientsRefused({BRIGID.email: (450, b"later")})

    start = timezone.now()
    time_machine.move_to(start, tick=False)
    confirmed(letter)
    monkeypatch.setattr(EmailBackend, "send_messages", refuse)
    ask()
    with capture_logs() as logs:
        inquiries.send_until_done(batches=5)
    assert Inquiry.objects.count() == 1
    assert "quayside" not in str(logs)
    time_machine.move_to(start + GIVE_UP_AFTER + timedelta(seconds=1), tick=False)
    forget_old_data()
    assert not Inquiry.objects.exists()
