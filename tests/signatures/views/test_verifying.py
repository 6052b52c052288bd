"""The page that checks a record, as it is before any script runs."""

import re
from html import unescape

import pytest
from django.test import Client

from signatures.record.verifier import verify
from tests.signatures.factories import BRIGID, draft_letter, listed, open_letter
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db


def marked(content: str, kind: str) -> dict[str, str]:
    found = re.findall(rf'<li (?:id="[\w-]+" )?data-{kind}="(\w+)">(?:\s*<h3>)?([^<]*)', content)
    return {name: unescape(text).strip() for name, text in found}


def test_it_says_what_the_command_says_word_for_word() -> None:
    content = Client().get("/verify/").content.decode()
    assert marked(content, "check") == verify.CHECKS
    assert marked(content, "problem") == verify.PROBLEMS
    beyond = {"busy", "too_old"}
    told = marked(content, "unreadable")
    assert {code: told[code] for code in told if code not in beyond} == verify.UNREADABLE
    assert beyond <= set(told)


def test_without_scripts_it_shows_the_command_for_the_letter() -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    response = Client().get(f"/verify/?letter={letter.slug}")
    page = Page(response)
    export = f"/letters/{letter.slug}/record/export"
    assert f"curl --compressed http://127.0.0.1:8000{export} | python3 verify.py -" in page.text
    assert {"/verify.py", export, f"/letters/{letter.slug}/record/"} <= set(page.links)
    assert page.values["letter"] == letter.slug
    assert not response.cookies
    assert "unsafe" not in response["Content-Security-Policy"]


def test_letters_that_are_not_public_are_not_offered() -> None:
    draft_letter(slug="not-yet")
    for asked in ("", "?letter=not-yet", "?letter=nobody"):
        page = Page(Client().get(f"/verify/{asked}"))
        assert "not-yet" not in str(page.attributes)
        assert "/letters/…/record/export" in page.text


def test_a_letter_that_is_older_than_the_offered_ones_can_be_asked_for(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("signatures.views.verifying.LETTERS_OFFERED", 1)
    open_letter(slug="older")
    open_letter(slug="newer")
    assert Page(Client().get("/verify/")).values["letter"] == ""
    assert Page(Client().get("/verify/?letter=older")).values["letter"] == "older"


def test_the_record_page_leads_here_and_so_does_every_footer() -> None:
    letter = open_letter()
    links = Page(Client().get(f"/letters/{letter.slug}/record/")).links
    assert {f"/verify/?letter={letter.slug}", "/verify/", "/verify.py"} <= set(links)
    assert "/ar/verify/" in Page(Client().get("/ar/")).links
