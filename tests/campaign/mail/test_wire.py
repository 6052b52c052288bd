from collections.abc import Iterator

import pytest
from django.core.mail import get_connection
from pytest_django import Settings

from campaign.mail.composing import Content
from campaign.mail.splicing import Prebuilt, Spliced, mark
from campaign.mail.wire import MAX_MAILS_PER_CONNECTION, Fate, Wire
from tests.smtp_sink import Deed, Sink


@pytest.fixture(params=[True, False], ids=["pipelined", "one by one"])
def sink(request: pytest.FixtureRequest, settings: Settings) -> Iterator[Sink]:
    with Sink(pipelining=request.param).running() as running:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", running.port
        settings.EMAIL_TIMEOUT = 1
        yield running


def _mail(name: str = "mei", words: str = "Hello") -> Prebuilt:
    content = Content(
        language="en",
        subject="Naïve news",
        text=f"{mark('words')}\n.\n..two dots\nFrom here =3D\n",
        html=f"<p>{mark('words')}</p>\n.\n",
    )
    spliced = Spliced(content=content, headers={"List-Id": "<news.example>"})
    return spliced.to(f"{name}@lantern.example", message_id=name, words={"words": words})


def test_a_mail_is_taken_as_it_was_written(sink: Sink) -> None:
    wire, mail = Wire(), _mail()

    assert [wire.send(mail).fate, wire.send(_mail("second")).fate] == [Fate.TAKEN] * 2
    wire.close()

    assert sink.taken == ["mei@lantern.example", "second@lantern.example"]
    assert sink.messages[0] == mail.wire_bytes()
    assert sink.connections == 1


def test_a_connection_serves_so_many_mails(sink: Sink) -> None:
    wire = Wire()
    for _mail_of_many in range(MAX_MAILS_PER_CONNECTION + 1):
        wire.open()
        wire.send(_mail())
    wire.close()

    assert sink.connections == 2


@pytest.mark.parametrize(
    ("reply", "is_final", "is_throttling"),
    [
        ("550 5.1.1 no such mailbox", True, False),
        ("452 4.2.2 mailbox full", False, False),
        ("450 4.7.1 slow down", False, True),
    ],
)
def test_a_refused_recipient_leaves_the_connection_to_the_next(
    sink: Sink, reply: str, is_final: bool, is_throttling: bool
) -> None:
    sink.on_recipient = lambda address: reply if address.startswith("mei") else "250 ok"
    wire = Wire()

    answer = wire.send(_mail())
    assert wire.send(_mail("second")).fate is Fate.TAKEN
    wire.close()

    assert answer.fate is Fate.REFUSED
    assert answer.refusal is not None
    assert (answer.refusal.is_final, answer.refusal.is_throttling) == (is_final, is_throttling)
    assert not answer.is_before_recipient
    assert sink.connections == 1


def test_a_server_that_hangs_up_after_its_refusal_is_called_again(sink: Sink) -> None:
    sink.on_recipient = lambda a: "421 4.7.0 too many" if a.startswith("mei") else "250 ok"
    wire = Wire()

    answer = wire.send(_mail())

    assert (answer.fate, answer.refusal and answer.refusal.reply) == (Fate.REFUSED, "421 4.7.0")
    assert wire.send(_mail("second")).fate is Fate.TAKEN
    assert sink.connections == 2
    wire.close()


@pytest.mark.parametrize(
    ("deed", "taken"),
    [(Deed.CUT, 0), (Deed.CUT_AFTER, 1), (Deed.ANSWER_LATE, 1)],
)
def test_what_is_lost_after_data_is_unknown(sink: Sink, deed: Deed, taken: int) -> None:
    sink.on_data = lambda count: deed if count == 1 else Deed.TAKE
    wire = Wire()
    long = _mail(words="word " * 100_000)

    assert wire.send(long).fate is Fate.UNKNOWN
    assert len(sink.taken) == taken
    assert wire.send(_mail("second")).fate is Fate.TAKEN
    wire.close()


def test_a_server_that_is_not_there_was_given_nothing(settings: Settings) -> None:
    with Sink().running() as gone:
        port = gone.port
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port

    answer = Wire(get_connection()).send(_mail())

    assert (answer.fate, answer.is_before_recipient) == (Fate.UNTRIED, True)


def test_addresses_of_any_alphabet_go_out_in_ascii(sink: Sink, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Undersigned <letters@b\u00fccher.example>"
    content = Content(language="en", subject="News", text="Text\n", html="<p>Text</p>\n")
    mail = Spliced(content=content, headers={}).to("mei@\u6885.example", message_id="1", words={})
    wire = Wire()

    assert wire.send(mail).fate is Fate.TAKEN
    wire.close()

    assert mail.from_email == "letters@xn--bcher-kva.example"
    assert sink.taken == ["mei@xn--3zv.example"]


def test_an_offer_that_is_dropped_is_not_sent(sink: Sink) -> None:
    wire = Wire()
    assert wire.send(_mail(), following=_mail("second")).fate is Fate.TAKEN

    wire.drop_offer()
    assert wire.send(_mail("third")).fate is Fate.TAKEN
    wire.close()

    sink.wait()
    assert sink.taken == ["mei@lantern.example", "third@lantern.example"]
