from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone
from pytest_django import Settings

from campaign.letters.models import Letter
from signatures.links import code_for, token_for
from signatures.models import Delivery, Message, Proof, Signature, SignatureState
from signatures.notifications.deliveries import send_owed
from signatures.notifications.messages import build
from signatures.record import tally
from tests.signatures.factories import (
    BRIGID,
    SALMA,
    Person,
    listed,
    load,
    open_letter,
    pending,
    person,
    publish_version,
    sign,
)
from tests.signatures.notifications.conftest import MailServer

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _received(server: MailServer) -> EmailMessage:
    send_owed()
    [(_recipients, mail)] = server.mails
    return mail


def _part(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    content = body.get_content()
    assert isinstance(content, str)
    return content.replace("\r\n", "\n")


def test_a_confirmation_as_it_arrives(letter: Letter, mail_server: MailServer) -> None:
    signature = pending(letter, BRIGID)

    mail = _received(mail_server)

    delivery = Delivery.objects.get()
    assert mail_server.recipients == ["brigid@quayside.example"]
    assert mail["To"] == "brigid@quayside.example"
    assert mail["From"] == "Undersigned <letters@127.0.0.1>"
    assert mail["Subject"] == "Confirm your signature: For work that is ours"
    assert mail["Message-ID"] == f"<delivery-{delivery.pk}.{signature.public_id}@127.0.0.1>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Content-Language"] == "en"
    assert mail["Date"] is not None
    assert (mail["Cc"], mail["Bcc"], mail["Reply-To"]) == (None, None, None)
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    link = f"http://127.0.0.1:8000/s/{token_for(signature=signature)}/"
    for kind in ("plain", "html"):
        text = _part(mail, kind)
        assert link in text
        assert code_for(signature=signature) in text
        assert "http://127.0.0.1:8000/letters/work-that-is-ours/" in text
    assert '<html lang="en" dir="ltr">' in _part(mail, "html")


def test_each_mail_about_a_hidden_letter_asks_to_keep_it_and_leads_to_no_report_of_it(
    letter: Letter,
) -> None:
    """Before the hour the public form for a wrong name answers as for no letter: their own page
    takes its place."""
    [signature] = listed(letter, BRIGID)
    publish_version(letter)
    report = f"/letters/{letter.slug}/report/{signature.number}/"
    now = timezone.now()
    for until, is_hidden in ((now + timedelta(days=1), True), (None, False)):
        Letter.objects.filter(pk=letter.pk).update(embargo_until=until)
        signature = load(signature.pk)
        proof = Proof(pk=1, signature=signature, method="domain", lapses_at=now)
        # These are about rows of their own.
        for message in sorted(set(Message) - {Message.SLIP, Message.SAMPLE}):
            owed = Delivery(pk=1, signature=signature, message=message, due_at=now, proof=proof)
            built = build(owed)
            for text in (str(built.body), str(built.alternatives[0][0])):
                times = text.count("Please keep it to yourself")
                assert (message, times) == (message, int(is_hidden))
                assert not (is_hidden and report in text), message
        new_text = Delivery(pk=1, signature=signature, message=Message.NEW_TEXT, due_at=now)
        assert (report in str(build(new_text).body)) is not is_hidden


def test_lines_are_short_enough_for_every_server(letter: Letter, mail_server: MailServer) -> None:
    listed(letter, BRIGID)
    pending(letter, SALMA)

    send_owed()

    for raw in mail_server.raw:
        assert raw.isascii()
        # RFC 5322 section 2.1.1, and what DKIM signs stays as it was sent.
        assert max(len(line) for line in raw.split(b"\r\n")) <= 998
        assert b"\n" not in raw.replace(b"\r\n", b"")


def test_an_arabic_mail_is_arabic(letter: Letter, mail_server: MailServer) -> None:
    signature = pending(letter, SALMA)

    mail = _received(mail_server)

    assert mail["Content-Language"] == "ar"
    assert "من أجل عملٍ هو لنا" in mail["Subject"]
    assert "Confirm" not in mail["Subject"]
    assert '<html lang="ar" dir="rtl">' in _part(mail, "html")
    for kind in ("plain", "html"):
        text = _part(mail, kind)
        assert f"http://127.0.0.1:8000/ar/s/{token_for(signature=signature)}/" in text
        assert code_for(signature=signature) in text
        assert "من أجل عملٍ هو لنا" in text
        for english in ("Someone", "likely", "confirm", "days", "Undersigned hosts"):
            assert english not in text.replace("confirm.", "")


def test_where_the_interface_lacks_a_language_it_speaks_english(
    letter: Letter, mail_server: MailServer
) -> None:
    sign(letter, person("ines@viela.example", "Inês Quintal", language="pt"))

    mail = _received(mail_server)

    assert mail["Content-Language"] == "en"
    assert mail["Subject"].startswith("Confirm your signature")
    assert '<html lang="en" dir="ltr">' in _part(mail, "html")


@pytest.mark.parametrize("who", [BRIGID, SALMA])
def test_the_mail_to_confirm_does_not_repeat_what_a_stranger_typed(
    letter: Letter, mail_server: MailServer, who: Person
) -> None:
    sign(letter, who.but(name="BUY CHEAP PILLS", credit="pills.example", affiliation="Pills Ltd"))

    mail = _received(mail_server)

    whole = mail_server.raw[0].decode() + _part(mail, "plain") + _part(mail, "html")
    assert "PILLS" not in whole.upper()


def test_who_has_signed_is_told_so(letter: Letter, mail_server: MailServer) -> None:
    [signature] = listed(letter, BRIGID)
    Delivery.objects.all().delete()
    sign(letter, BRIGID.but(name="Somebody Else"))

    mail = _received(mail_server)

    assert mail["Subject"] == "You have signed already: For work that is ours"
    for kind in ("plain", "html"):
        text = _part(mail, kind)
        assert f"/s/{token_for(signature=signature)}/" in text
        assert code_for(signature=signature) not in text
        assert "Somebody Else" not in text


def test_the_checkpoint_is_in_each_mail(letter: Letter, mail_server: MailServer) -> None:
    listed(letter, SALMA)
    Delivery.objects.all().delete()
    checkpoint = tally.latest(letter_id=letter.pk)
    assert checkpoint is not None
    pending(letter, BRIGID)

    mail = _received(mail_server)

    assert checkpoint.note in _part(mail, "plain")
    root = checkpoint.note.split("\n")[2]
    assert root.replace("+", "&#x2B;") in _part(mail, "html") or root in _part(mail, "html")


def test_the_same_delivery_is_the_same_message(letter: Letter) -> None:
    sign(letter)
    delivery = _delivery()

    first, second = build(delivery), build(_delivery())

    for part in ("subject", "body", "extra_headers", "to", "alternatives"):
        assert getattr(first, part) == getattr(second, part)
    sign(letter, SALMA)
    other = build(Delivery.objects.select_related("signature").latest("pk"))
    assert other.extra_headers["Message-ID"] != first.extra_headers["Message-ID"]


def _delivery() -> Delivery:
    return Delivery.objects.select_related("signature__letter", "signature__translation").get()


@pytest.mark.parametrize(
    "message", [Message.CONFIRMATION, Message.ALREADY_SIGNED, Message.REJECTED]
)
@pytest.mark.parametrize("who", [BRIGID, SALMA])
def test_no_title_breaks_a_mail(letter: Letter, message: Message, who: Person) -> None:
    signature = pending(letter, who)
    signature.translation.title = "Less <b>& more</b>\r\nBcc: all@lists.example"
    signature.name = "<script>alert(1)</script>"
    delivery = Delivery(pk=7, signature=signature, message=message)

    mail = build(delivery)

    assert "\n" not in mail.subject
    assert "\r" not in mail.subject
    assert "Less <b>& more</b> Bcc: all@lists.example" in mail.subject
    assert "Less <b>& more</b>" in str(mail.body)
    [html] = [content for content, _kind in mail.alternatives]
    assert "<script>" not in str(html)
    assert "<b>& more" not in str(html)
    assert mail.message().get_all("Bcc") is None


def test_the_message_id_is_of_the_senders_domain(letter: Letter, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Open Stage <letters@open-stage.example>"
    signature: Signature = load(sign(letter).signature_id)

    headers: dict[str, Any] = build(_delivery()).extra_headers

    assert headers["Message-ID"].endswith(f".{signature.public_id}@open-stage.example>")


# Of an address where nobody confirmed, or that has other words for who did not sign.
_OTHER_WORDS = (
    *(Message.CONFIRMATION, Message.REMINDER, Message.REJECTED),
    *(Message.WITHDRAWN, Message.ERASING, Message.WORK_EMAIL, Message.SAMPLE),
    Message.SIGNED_INVITED,
)


def test_each_mail_about_a_name_on_the_list_leads_to_where_it_is_reported(letter: Letter) -> None:
    """Of a name that is on no list, to the page on which its signer can take it back."""
    signature = load(listed(letter, BRIGID)[0].pk)
    proof = Proof(pk=1, signature=signature, method="domain", lapses_at=timezone.now())
    publish_version(letter, body="Another text.")
    door = f"/letters/{letter.slug}/report/{signature.number}/"
    for kind in Message:
        delivery = Delivery(pk=1, signature=signature, message=kind, proof=proof)
        if kind not in (*_OTHER_WORDS, Message.SLIP):
            html = build(delivery).alternatives[0][0]
            assert (door in build(delivery).body, door in str(html)) == (True, True), kind
    signature.state = SignatureState.HELD
    told = str(build(Delivery(pk=1, signature=signature, message=Message.CLAIMED)).body)
    assert (door in told, told.count(token_for(signature=signature))) == (False, 2)
