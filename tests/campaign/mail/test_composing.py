"""Mails are made of templates, in seven bits, and nothing in them runs or breaks a line."""

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.mail import EmailMultiAlternatives
from pytest_django import Settings

from campaign.mail.composing import Content, address, compose

Write = Callable[[str, str], None]


@pytest.fixture
def write(tmp_path: Path, settings: Settings) -> Write:
    [engine] = settings.TEMPLATES
    settings.TEMPLATES = [{**engine, "DIRS": [tmp_path, *engine["DIRS"]]}]

    def write(name: str, words: str) -> None:
        (tmp_path / name).write_text(words)

    return write


def made(**context: Any) -> EmailMultiAlternatives:
    return compose(
        template="news",
        context=context,
        why="You read news.",
        to="reader@crowd.example",
        message_id="news-1",
        reply_to=context.get("reply_to", ""),
    )


def test_mail_of_whatever_words_keeps_its_lines_short(write: Write, settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = f"{'رسائل' * 30} <letters@open-stage.example>"
    write("news_subject.txt", "{{ words }}\n\n Bcc: all@lists.example")
    write("news.txt", "{% autoescape off %}{{ words }} {{ link }}{% endautoescape %}")
    link = "https://open-stage.example/" + "x" * 3000
    for words in ("كلمة" * 400, "word" * 200, "ab\r\ncd " * 50, "“”" * 500, "." + "=\n.\n" * 9):
        raw = made(words=words, link=link).message().as_bytes()
        assert raw.isascii()
        assert max(map(len, raw.split(b"\n"))) <= 998
        read = message_from_bytes(raw, policy=policy.default)
        assert isinstance(read, EmailMessage)
        assert read["Bcc"] is None
        assert read["Message-ID"] == "<news-1@open-stage.example>"
        plain = read.get_body(("plain",))
        assert isinstance(plain, EmailMessage)
        assert link in plain.get_content()


def test_mail_without_html_shows_its_text_and_runs_nothing_of_it(
    write: Write, settings: Settings
) -> None:
    settings.OPERATOR_NAME = settings.OPERATOR_ADDRESS = {"en": ""}
    write("news_subject.txt", "{% autoescape off %}{{ words }}{% endautoescape %}")
    write("news_message.txt", "{% autoescape off %}\n\n{{ words }}\n{% endautoescape %}\n")
    message = made(words="<script>alert(1)</script> http://a.example/?b=1&c=<img src=x>")
    [words, foot] = message.body.split("\n\n-- \n")
    assert words == "<script>alert(1)</script> http://a.example/?b=1&c=<img src=x>"
    assert foot == "You read news.\n\nhttp://127.0.0.1:8000/\n"
    [(html, _kind)] = message.alternatives
    html = str(html)
    assert "<script" not in html
    assert "<img" not in html
    assert 'href="http://a.example/?b=1&amp;c=' in html


def test_answers_go_where_the_mail_says(write: Write) -> None:
    write("news_subject.txt", "News")
    write("news.txt", "News")
    assert made().message()["Reply-To"] is None
    assert made(reply_to="desk@stage.example").message()["Reply-To"] == "desk@stage.example"


def test_foot_tells_why_and_who_sends_it(write: Write, settings: Settings) -> None:
    settings.OPERATOR_NAME = {"en": "Letters & <b>Co</b>"}
    settings.OPERATOR_ADDRESS = {"en": "1 Old Quay, Saltmarsh"}
    write("news_subject.txt", "News")
    write("news.txt", "News")
    message = made()
    assert message.body == (
        "News\n\n-- \nYou read news.\n\n"
        "Letters & <b>Co</b>\n1 Old Quay, Saltmarsh\nhttp://127.0.0.1:8000/\n"
    )
    [(html, _kind)] = message.alternatives
    for words in ("You read news.", "Letters &amp; &lt;b&gt;Co", "1 Old Quay, Saltmarsh"):
        assert words in str(html)


def test_a_subject_that_looks_like_an_encoded_word_is_read_as_it_was_typed() -> None:
    typed = "=?utf-8?b?SW52b2ljZQ==?= and =?us-ascii?q?more?="
    content = Content(language="en", subject=typed, text="Text\n", html="<p>Text</p>")
    message = address(content=content, to="mei@lantern.example", message_id="one")

    read = message_from_bytes(message.message().as_bytes(), policy=policy.default)

    assert str(read["Subject"]).replace("\N{WORD JOINER}", "").strip() == typed


def test_a_sender_of_any_alphabet_is_named_in_ascii(settings: Settings) -> None:
    settings.DEFAULT_FROM_EMAIL = "Undersigned <letters@b\u00fccher.example>"
    content = Content(language="en", subject="News", text="Text\n", html="<p>Text</p>")
    message = address(content=content, to="mei@lantern.example", message_id="one")

    read = message_from_bytes(message.message().as_bytes(), policy=policy.default)

    assert read["Message-ID"] == "<one@xn--bcher-kva.example>"
    assert read["From"] == "Undersigned <letters@xn--bcher-kva.example>"
