"""What organizers say to those who signed: on the thanks page, and to pass on."""

from typing import Any
from urllib.parse import quote

import pytest
from django.test import Client

from campaign.letters.models import Letter, SignerWords
from campaign.organizers.models import AuditEntry, Role
from tests.signatures.factories import BRIGID, SALMA, confirmed, make_organizer, open_letter
from tests.signatures.views.visitors import NAUGHTY, Page, link_url

pytestmark = pytest.mark.django_db

THANKS = "You are in.\n\nAsk <b>one</b> friend & colleague."
SHARE = "I signed. Will you & yours?"
SAID = {"thanks_en": THANKS, "share_en": SHARE, "thanks_ar": "شكرًا لكم", "share_ar": ""}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def desk(letter: Letter) -> Client:
    client = Client()
    client.force_login(make_organizer(team=letter.team))
    return client


def save(desk: Client, letter: Letter, seen: int = 1, **changes: str) -> Any:
    url = f"/desk/letters/{letter.slug}/form/words/"
    return desk.post(url, SAID | {"seen": str(seen)} | changes)


def test_signers_read_the_organizers_words_in_their_language(desk: Client, letter: Letter) -> None:
    assert save(desk, letter).status_code == 303
    english, arabic = confirmed(letter, BRIGID), confirmed(letter, SALMA)
    thanked = Client().get(link_url(english, "thanks/")).content.decode()
    words = "<p>You are in.</p>\n\n<p>Ask &lt;b&gt;one&lt;/b&gt; friend &amp; colleague.</p>"
    assert f'<div lang="en" dir="ltr">{words}</div>' in thanked
    in_arabic = Client().get("/ar" + link_url(arabic, "thanks/")).content.decode()
    assert '<div lang="ar" dir="rtl"><p>شكرًا لكم</p></div>' in in_arabic
    assert AuditEntry.objects.get().action == "form_words"


@pytest.mark.parametrize("rest", ["thanks/", ""])
def test_what_is_passed_on_is_filled_in(desk: Client, letter: Letter, rest: str) -> None:
    signature = confirmed(letter, BRIGID)
    before = Client().get(link_url(signature, rest)).content.decode()
    save(desk, letter)
    after = Client().get(link_url(signature, rest)).content.decode()
    told = quote(SHARE, safe="")
    for place in (f"wa.me/?text={told}%20", f"text={told}%20http", f"body={told}%0A%0Ahttp"):
        assert (place in before, place in after) == (False, True)
    assert "subject=For%20work" in after


def test_words_that_are_emptied_are_gone(desk: Client, letter: Letter) -> None:
    save(desk, letter)
    save(desk, letter, seen=2, thanks_en="", share_en="")
    assert [each.language for each in SignerWords.objects.all()] == ["ar"]
    thanked = Client().get(link_url(confirmed(letter, BRIGID), "thanks/"))
    assert "From the organizers" not in Page(thanked).text


def test_two_organizers_do_not_overwrite_each_others_words(desk: Client, letter: Letter) -> None:
    save(desk, letter)
    late = save(desk, letter, thanks_en="Something else")
    assert (late.status_code, "Something else" in late.content.decode()) == (409, True)
    assert SignerWords.objects.get(language="en").thanks == THANKS


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_input_breaks_the_words(desk: Client, letter: Letter, value: str) -> None:
    answered = save(desk, letter, thanks_en=value, share_en=value)
    assert answered.status_code in (303, 422)
    page = Client().get(link_url(confirmed(letter, BRIGID), "thanks/"))
    assert (page.status_code, "<script>alert" in page.content.decode()) == (200, False)


def test_only_who_writes_the_letter_writes_to_its_signers(letter: Letter) -> None:
    for role in (Role.VETTER, Role.PRESS, Role.VIEWER):
        client = Client()
        client.force_login(
            make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        )
        assert client.get(f"/desk/letters/{letter.slug}/form/words/").status_code == 404
        assert save(client, letter).status_code == 404
