"""The page that checks a record, as it is before any script runs."""

import re
from html import unescape

import pytest
from django.conf import settings
from django.test import Client

from signatures.models import Checkpoint
from signatures.record.verifier import verify
from tests.signatures.factories import BRIGID, draft_letter, listed, open_letter
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db


def marked(content: str, kind: str) -> dict[str, str]:
    found = re.findall(
        rf'<li (?:id="[\w-]+" )?data-{kind}="([\w +]*)">(?:\s*<h3>)?([^<]*)', content
    )
    return {name: unescape(text).strip() for name, text in found}


def test_it_says_what_the_command_says_word_for_word() -> None:
    content = Client().get("/verify/").content.decode()
    assert marked(content, "check") == verify.CHECKS
    assert marked(content, "problem") == verify.PROBLEMS
    beyond = {"busy", "busy_longer", "too_old"}
    told = marked(content, "unreadable")
    assert {code: told[code] for code in told if code not in beyond} == verify.UNREADABLE
    assert beyond <= set(told)
    assert marked(content, "audit-check") == verify.AUDIT_CHECKS
    assert marked(content, "audit-problem") == verify.AUDIT_PROBLEMS
    assert marked(content, "finding") == {"nothing_wrong": verify.NOTHING_WRONG}
    assert marked(content, "summary") == verify.SUMMARIES
    assert marked(content, "wanted") == verify.NOT_MADE
    assert marked(content, "what") == verify.WORDS["what"]
    assert marked(content, "was") == verify.WORDS["state"]
    assert verify.NOT_SEALED in unescape(content)
    levels = dict(re.findall(r'<dt data-level="(\d)">([^<]*)', content))
    assert {level: words.lower() for level, words in levels.items()} == verify.LEVELS


def test_the_levels_are_called_what_they_are_called_everywhere() -> None:
    tally = (settings.BASE_DIR / "templates/signatures/_tally.html").read_text()
    for words in verify.LEVELS.values():
        assert f'"{words}"' in tally


def test_the_format_is_served_and_linked() -> None:
    response = Client().get("/record.md")
    assert response.content == (settings.BASE_DIR / "docs/record.md").read_bytes()
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    letter = open_letter()
    for address in ("/verify/", f"/letters/{letter.slug}/record/"):
        assert "/record.md" in Page(Client().get(address)).links


def test_a_checkpoint_can_be_filled_in_to_compare_with() -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    made = Checkpoint.objects.get(letter=letter)
    content = unescape(Client().get(f"/verify/?letter={letter.slug}&earlier={made.size}").text)
    assert f">{made.note}</textarea>" in content
    assert '<details id="compare" open>' in content
    for query in (
        f"earlier={made.size}",
        f"letter={letter.slug}&earlier={made.size + 1}",
        f"letter={letter.slug}&earlier=x",
        f"letter={letter.slug}&earlier={'9' * 40}",
    ):
        assert "></textarea>" in Client().get(f"/verify/?{query}").text


def test_a_signatory_s_page_tells_how_to_check_the_proof() -> None:
    letter = open_letter()
    listed(letter, BRIGID)
    page = Page(Client().get(f"/letters/{letter.slug}/signatories/1/"))
    assert "python3 verify.py --key KEY FILE" in page.text
    assert "/verify.py" in page.links


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
    monkeypatch.setattr("signatures.views.public.verifying.LETTERS_OFFERED", 1)
    open_letter(slug="older")
    open_letter(slug="newer")
    assert Page(Client().get("/verify/")).values["letter"] == ""
    assert Page(Client().get("/verify/?letter=older")).values["letter"] == "older"


def test_the_record_page_leads_here_and_so_does_every_footer() -> None:
    letter = open_letter()
    links = Page(Client().get(f"/letters/{letter.slug}/record/")).links
    assert {f"/verify/?letter={letter.slug}", "/verify/", "/verify.py"} <= set(links)
    assert "/ar/verify/" in Page(Client().get("/ar/")).links
