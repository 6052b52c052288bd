"""The demo's mail is read in the browser: what was sent, and nothing else on the disk."""

from email.message import EmailMessage
from pathlib import Path

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from campaign.letters.models import Letter
from signatures.notifications.deliveries import send_owed
from tests.journeys.visitor import Visitor
from tests.signatures.factories import BRIGID, SALMA, Person, open_letter, pending

pytestmark = pytest.mark.django_db
SECRET = "not for reading"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    (tmp_path / "secret-key").write_text(SECRET)
    (tmp_path / "20261122T101010101010-0123abcd.eml").write_text(SECRET)
    settings.EMAIL_BACKEND = "campaign.mail.files.EmailBackend"
    settings.MAIL_FILES_DIR = tmp_path / "mail"
    settings.MAIL_FILES_DIR.mkdir()
    return tmp_path / "mail"


@pytest.fixture
def letter(folder: Path) -> Letter:
    return open_letter()


def sent_to(letter: Letter, who: Person, folder: Path) -> str:
    """The name under which the newest message is found."""
    pending(letter, who)
    assert send_owed() == 1
    return max(folder.glob("*.eml")).stem


@pytest.mark.usefixtures("folder")
def test_it_says_that_nothing_was_sent_yet() -> None:
    assert "Nothing has been sent yet." in Visitor().goes_to("/demo/mail/").text


def test_it_is_there_before_the_folder_is(settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_FILES_DIR = tmp_path / "none"
    assert Visitor().goes_to("/demo/mail/").status == 200


def test_the_newest_message_comes_first_and_leads_to_its_page(letter: Letter, folder: Path) -> None:
    sent_to(letter, SALMA, folder)
    name = sent_to(letter, BRIGID, folder)
    reader = Visitor().goes_to("/demo/mail/")
    newest, older = (row for row in reader.page.rows if "@" in row)
    assert BRIGID.email in newest
    assert SALMA.email in older
    reader.goes_to(f"/demo/mail/{name}/")
    assert "Confirm your signature: For work that is ours" in reader.text
    assert BRIGID.email in reader.text
    assert "Message-ID: <delivery-" in reader.text
    assert f'src="/demo/mail/{name}/html"' in reader.html
    assert any("/s/" in link for link in reader.page.links.values())


@pytest.mark.usefixtures("folder")
def test_only_the_newest_fifty_are_listed() -> None:
    for number in range(52):
        mail.send_mail(f"Number {number}", "Body", None, ["reader@crowd.example"])
    reader = Visitor().goes_to("/demo/mail/")
    assert "Number 51" in reader.text
    assert "Number 1 " not in reader.text
    assert sum("Number" in row for row in reader.page.rows) == 50


def test_the_html_is_shown_as_it_was_written_where_it_can_run_nothing(
    letter: Letter, folder: Path
) -> None:
    name = sent_to(letter, SALMA, folder)
    response = Client().get(f"/demo/mail/{name}/html")
    assert response.status_code == 200
    assert '<html lang="ar" dir="rtl">' in response.content.decode()
    directives = {
        words[0]: words[1:]
        for each in response["Content-Security-Policy"].split(";")
        if (words := each.split())
    }
    assert directives["default-src"] == ["'none'"]
    assert "script-src" not in directives
    assert directives["frame-ancestors"] == ["'self'"]
    assert "allow-scripts" not in directives["sandbox"]
    assert "allow-same-origin" not in directives["sandbox"]
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in response["Cache-Control"]


def test_a_script_in_a_subject_stays_words(folder: Path) -> None:
    mail.send_mail("<script>alert(1)</script>", "<b>Body</b>", None, ["reader@crowd.example"])
    reader = Visitor().goes_to("/demo/mail/")
    assert "<script>alert(1)</script>" in reader.text
    assert "<script>alert" not in reader.html
    [path] = folder.glob("*.eml")
    assert "<b>Body" not in reader.goes_to(f"/demo/mail/{path.stem}/").html


def test_a_message_without_html_has_no_page_of_it(folder: Path) -> None:
    mail.send_mail("Plain", "Only words", None, ["reader@crowd.example"])
    [path] = folder.glob("*.eml")
    assert "Only words" in Visitor().goes_to(f"/demo/mail/{path.stem}/").text
    assert Client().get(f"/demo/mail/{path.stem}/html").status_code == 404


@pytest.mark.parametrize(
    "name",
    [
        "..",
        "%2e%2e%2fsecret-key",
        "..%2f20261122T101010101010-0123abcd",
        "..%5csecret-key",
        "%2fetc%2fpasswd",
        "20261122T101010101010-0123abcd",
        "20261122T101010101010-0123abcd%00",
        "20261122T101010101010-0123abcd%0a",
        "٢٠٢٦T-0123abcd",
        "letter",
        "draft.part",
        "a" * 5000,
    ],
)
def test_no_name_leads_out_of_the_folder_or_to_what_is_no_message(folder: Path, name: str) -> None:
    (folder / "letter.eml").write_text(SECRET)
    (folder / "draft.part").write_text(SECRET)
    for path in (f"/demo/mail/{name}/", f"/demo/mail/{name}/html"):
        response = Client().get(path)
        assert response.status_code == 404
        assert SECRET not in response.content.decode()


def test_a_message_is_never_seen_half_written(folder: Path) -> None:
    message = EmailMessage()
    message["Subject"] = "Half"
    (folder / "20261122T101010101010-0123abcd.part").write_bytes(message.as_bytes())
    assert "Half" not in Visitor().goes_to("/demo/mail/").text
