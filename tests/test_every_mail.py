"""What holds for every mail of the site, whoever gets it and whichever code sends it."""

import re
from collections.abc import Iterator
from html import unescape

import pytest
from django.core.mail import EmailMultiAlternatives

from campaign import languages
from campaign.letters.models import Letter, Translation
from demo.every_mail import TEMPLATES, every_mail, html_of, names, text_of

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("language", languages.INTERFACE)
def test_every_mail_arrives_as_it_was_sent(language: str) -> None:
    mails = every_mail(language)
    assert set(mails) == names()
    faults = {}
    for name, message in mails.items():
        raw = message.message().as_bytes()
        headers = message.message()
        found = {
            # A relay that has to convert would break a DKIM signature (RFC 6376 section 5.3).
            "seven bits": raw.isascii(),
            # RFC 5322 section 2.1.1.
            "short lines": max(map(len, raw.split(b"\n"))) <= 998,
            "of our domain": str(headers["Message-ID"]).endswith("@127.0.0.1>"),
            "automatic": headers["Auto-Submitted"] == "auto-generated",
            "language": headers["Content-Language"] == language,
            "text and HTML": [part.get_content_type() for part in headers.walk()]
            == ["multipart/alternative", "text/plain", "text/html"],
        }
        faults[name] = [each for each, holds in found.items() if not holds]
    assert {name: found for name, found in faults.items() if found} == {}
    ids = [message.extra_headers["Message-ID"] for message in mails.values()]
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("language", languages.INTERFACE)
def test_every_mail_reads_as_it_should(language: str) -> None:
    mails = every_mail(language)
    faults = {name: list(_faults(message, language)) for name, message in mails.items()}
    assert {name: found for name, found in faults.items() if found} == {}
    # News is passed on, so who never signed is led to a page that is the same for all.
    assert "/signed/" in text_of(mails["signatures/email/update"])


def _faults(message: EmailMultiAlternatives, language: str) -> Iterator[str]:
    text, html = text_of(message), html_of(message)
    if not message.subject or "\n" in message.subject:
        yield "subject"
    for what, words in (("subject", message.subject), ("text", text), ("html", html)):
        if left_over := re.findall(r"\{\{|\{%|%\(\w+\)s|None|\bFalse\b", str(words)):
            yield f"left over in {what}: {left_over}"
    direction = languages.direction(language)
    if f'<html lang="{language}" dir="{direction}">' not in html:
        yield "language of the page"
    if not len(text.split("\n\n-- \n")[-1].split("\n")[0]) > 0:
        yield "no foot"
    if re.search(r"\n\s+\n\n|:\n\n\n", text) or 'href=""' in html:
        yield "something is missing"
    links = set(re.findall(r"https?://[^\s<>\"]+", text))
    if links != {unescape(each) for each in re.findall(r'href="(http[^"]+)"', html)}:
        yield f"links of the text: {links}"
    shown = unescape(re.sub(r"(?s)<style>.*?</style>|<[^>]+>", " ", html))
    if language == "ar":
        for words in (str(message.subject), text, shown):
            if english := _english(words):
                yield f"not Arabic: {english}"


def _english(words: str) -> list[str]:
    """Three words of English in a row, apart from what is nobody's to translate."""
    ours = re.sub(r"https?://\S+|\S+@\S+|Browser/1\.0 .*|\(a long one.*|A later title", " ", words)
    return re.findall(r"[A-Za-z’']{2,}(?:[ ,]+[A-Za-z’']{2,}){2,}", ours)


@pytest.mark.parametrize("language", languages.INTERFACE)
def test_no_subject_names_a_letter_under_embargo(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Letter, "is_under_embargo", True)
    subjects = {name: str(each.subject) for name, each in every_mail(language).items()}
    # The organizers' own words.
    del subjects["signatures/email/update"]
    titles = Translation.objects.values_list("title", flat=True)
    assert {
        name: words for name, words in subjects.items() if any(t in words for t in titles)
    } == {}


def test_every_colour_of_a_mail_has_one_for_the_dark() -> None:
    """A mailbox that darkens the ground by itself must not leave dark words on it."""
    style = (TEMPLATES / "campaign/mail/_base.html").read_text().split("<style>")[1]
    light, dark = style.split("@media (prefers-color-scheme: dark) {")
    assert _coloured(light) == _coloured(dark.split("</style>")[0])


def _coloured(rules: str) -> set[tuple[str, str]]:
    return {
        (selector.strip(), re.sub(r"-.*", "", name))
        for selectors, body in re.findall(r"([^{}]+)\{([^{}]+)\}", rules)
        for selector in selectors.split(",")
        for name, value in re.findall(r"([\w-]+): ([^;]+);", body)
        if "#" in value
    }


def test_every_mail_is_made_in_one_place() -> None:
    made = re.compile(
        r"\b(EmailMessage|EmailMultiAlternatives)\("
        r"|(?<!def )\b(send_mail|send_mass_mail|mail_admins|mail_managers)\("
    )
    found = {
        str(path.relative_to(TEMPLATES.parent))
        for app in ("campaign", "signatures")
        for path in (TEMPLATES.parent / app).rglob("*.py")
        if made.search(path.read_text())
    }
    assert found == {"campaign/mail/composing.py"}
