"""The operators' line: on every page while it is set, in each language as it can be."""

import pytest
from django.contrib.admin.models import LogEntry
from django.db import OperationalError
from django.test import Client

from campaign.operations import standing
from campaign.operations.models import Announcement

pytestmark = pytest.mark.django_db
ADD = "/admin/operations/announcement/add/"
PAGES = ("/", "/numbers/", "/start/", "/accounts/login/", "/nowhere/")
WORDS = "On Sunday from 6 to 7 UTC nobody can sign."


def announce(**texts: str) -> None:
    for language, text in texts.items():
        Announcement.objects.create(language=language, text=text)
    standing.forget()


def test_it_is_on_every_page_until_it_is_deleted(client: Client, admin: Client) -> None:
    assert [WORDS in client.get(page).text for page in PAGES] == [False] * len(PAGES)
    admin.post(ADD, {"language": "en", "text": f"  {WORDS} "})
    assert [WORDS in client.get(page).text for page in PAGES] == [True] * len(PAGES)
    assert WORDS in admin.get("/desk/").text
    row = Announcement.objects.get()
    admin.post(f"/admin/operations/announcement/{row.pk}/delete/", {"post": "yes"})
    assert WORDS not in client.get("/").text
    assert LogEntry.objects.count() == 2


def test_it_is_text_and_no_markup(client: Client) -> None:
    announce(en="<script>alert(1)</script> & more")
    page = client.get("/").text
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page
    assert "<script>alert" not in page


def test_a_page_has_it_in_its_own_language_if_there_is_one(client: Client) -> None:
    announce(en=WORDS)
    assert f'<p lang="en" dir="ltr">{WORDS}</p>' in client.get("/ar/").text
    announce(ar="صيانة يوم الأحد.")
    assert '<p lang="ar" dir="rtl">صيانة يوم الأحد.</p>' in client.get("/ar/").text
    assert WORDS in client.get("/").text


def test_what_cannot_be_seen_is_refused(admin: Client) -> None:
    page = admin.post(ADD, {"language": "en", "text": "Signing\u202e is off"})
    assert "Take out the characters that cannot be seen." in page.text
    assert not Announcement.objects.exists()


def test_a_process_reads_it_once_in_some_seconds(monkeypatch: pytest.MonkeyPatch) -> None:
    standing.forget()
    assert standing.now().announcements == {}
    Announcement.objects.create(language="en", text=WORDS)
    assert standing.now().announcements == {}
    kept = standing._kept
    assert kept is not None
    monkeypatch.setattr(standing, "_kept", (kept[0] - standing.KEPT_SECONDS, kept[1]))
    assert standing.now().announcements == {"en": WORDS}


def test_while_the_database_is_gone_what_was_known_goes_on(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce(en=WORDS)
    assert WORDS in client.get("/numbers/").text

    def gone() -> standing.Standing:
        raise OperationalError

    monkeypatch.setattr(standing, "_read", gone)
    assert standing._kept is not None
    monkeypatch.setattr(standing, "_kept", (0.0, standing._kept[1]))
    assert WORDS in client.get("/numbers/").text
