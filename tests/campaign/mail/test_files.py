from email import message_from_bytes, policy
from pathlib import Path

import pytest
import time_machine
from django.core.mail import EmailMultiAlternatives, get_connection
from pytest_django import Settings

BACKEND = "campaign.mail.files.EmailBackend"


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.MAIL_FILES_DIR = tmp_path / "not" / "yet" / "there"
    return tmp_path / "not" / "yet" / "there"


def message(subject: str) -> EmailMultiAlternatives:
    mail = EmailMultiAlternatives(subject, "نص", "from@letters.example", ["to@quayside.example"])
    mail.attach_alternative("<p>نص</p>", "text/html")
    return mail


def test_each_message_is_a_file_newest_last_by_name(folder: Path) -> None:
    mail = get_connection(BACKEND)
    assert mail.send_messages([message("one"), message("two")]) == 2
    with time_machine.travel("2999-01-01T00:00:00Z", tick=False):
        assert mail.send_messages([message("٣")]) == 1
    files = sorted(folder.iterdir())
    assert [path.suffix for path in files] == [".eml"] * 3
    read = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in files]
    assert sorted(str(each["Subject"]) for each in read[:2]) == ["one", "two"]
    assert read[2]["Subject"] == "٣"
    plain = read[2].get_body(("plain",))
    assert plain is not None
    assert plain.get_content().strip() == "نص"


def test_nothing_to_send_is_nothing_sent(folder: Path) -> None:
    assert get_connection(BACKEND).send_messages([]) == 0
    assert list(folder.iterdir()) == []


def test_two_in_the_same_moment_do_not_take_each_others_place(folder: Path) -> None:
    with time_machine.travel("2026-11-22T10:00:00Z", tick=False):
        get_connection(BACKEND).send_messages([message(str(number)) for number in range(20)])
    assert len(list(folder.iterdir())) == 20
