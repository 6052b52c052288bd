from email import message_from_bytes, policy
from email.message import EmailMessage
from html import escape

import pytest
from django.core.mail import BadHeaderError

from campaign.mail import composing
from campaign.mail.composing import Content
from campaign.mail.splicing import Spliced, mark

ODD = [
    "plain",
    "=20 =\n.\n..\n--=_undersigned_part--",
    "<script>&amp;\"'",
    "ضوء ‏RTL \u202e",
    "tab\tand trailing \n \n",
    "x" * 2000,
    "From me\n>From you",
    "100 % of %(words)s, %s\r\nand a line more",
]


def _content(text: str = "", html: str = "") -> Content:
    return Content(
        language="en",
        subject="Ünïcode “news” of a rather long subject, which has to be folded somewhere",
        text=text or f"Before {mark('words')} after\n",
        html=html or f"<p>Before {mark('words')} after</p>\n",
    )


def _read(raw: bytes) -> EmailMessage:
    read = message_from_bytes(raw, policy=policy.default)
    assert isinstance(read, EmailMessage)
    return read


@pytest.mark.parametrize("words", ODD)
def test_a_spliced_mail_reads_like_a_composed_one(words: str) -> None:
    """In a line of its own, which is encoded once, and where it differs."""
    content = _content(
        text=f"{words}\nBefore {mark('words')} after\n{words}",
        html=f"{escape(words)}\n<p>Before {mark('words')} after</p>\n{escape(words)}",
    )
    spliced = Spliced(content=content, headers={}, reply_to="press@council.example")
    mail = spliced.to("mei@lantern.example", message_id="one", words={"words": words})
    composed = composing.address(
        content=_content(
            text=f"{words}\nBefore {words} after\n{words}",
            html="{0}\n<p>Before {0} after</p>\n{0}".format(escape(words)),
        ),
        to="mei@lantern.example",
        message_id="one",
        reply_to="press@council.example",
    )

    ours, theirs = _read(mail.message().as_bytes()), _read(composed.message().as_bytes())

    for name in ("Subject", "From", "To", "Message-ID", "Reply-To", "Content-Language"):
        assert ours[name] == theirs[name]
    assert [part.get_content_type() for part in ours.walk()] == [
        part.get_content_type() for part in theirs.walk()
    ]
    assert [part.get_content() for part in ours.iter_parts()] == [
        part.get_content() for part in theirs.iter_parts()
    ]


@pytest.mark.parametrize("words", ODD)
def test_its_lines_are_short_and_of_seven_bits(words: str) -> None:
    mail = Spliced(content=_content(), headers={}).to(
        "mei@lantern.example", message_id="one", words={"words": words}
    )

    lines = mail.wire_bytes().split(b"\r\n")

    assert mail.wire_bytes().isascii()
    assert max(map(len, lines)) <= 78
    assert not any(b"\n" in line or b"\r" in line for line in lines)


def test_a_word_in_a_header_is_each_ones_own() -> None:
    spliced = Spliced(
        content=_content(), headers={"List-Unsubscribe": f"<https://x.example/{mark('words')}/>"}
    )

    mails = [
        _read(spliced.to(f"{one}@x.example", message_id=one, words={"words": one}).wire_bytes())
        for one in ("a", "b")
    ]

    assert [each["List-Unsubscribe"] for each in mails] == [
        "<https://x.example/a/>",
        "<https://x.example/b/>",
    ]


@pytest.mark.parametrize("address", ["a@x.example\nBcc: b@x.example", "a@x.example\r\n\r\nHello"])
def test_an_address_cannot_add_a_header(address: str) -> None:
    spliced = Spliced(content=_content(), headers={})

    with pytest.raises(BadHeaderError):
        spliced.to(address, message_id="one", words={"words": ""})
