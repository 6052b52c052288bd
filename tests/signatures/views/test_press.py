"""The press page: what it says, the claims it answers, the pictures it hands out."""

import io
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from PIL import Image

from campaign import shared_pages
from campaign.letters import press_kit, press_pictures
from campaign.letters.models import Letter, PressImage
from signatures import withdrawal
from signatures.models import Profession, Signature
from signatures.record import sequencer
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    close,
    confirmed,
    draft_letter,
    listed,
    load,
    open_letter,
    someone,
)

pytestmark = pytest.mark.django_db
EMPTY = dict.fromkeys(press_kit.FIELDS, "")
OPENED = datetime(2026, 10, 21, 9, 30, tzinfo=UTC)


@pytest.fixture
def letter() -> Letter:
    """Two signed on 21 October, and two more on the day after, one of them unseen."""
    with time_machine.travel(OPENED, tick=False):
        letter = open_letter()
    for day, people in ((0, (BRIGID, SALMA)), (1, (GUILD, QUIET))):
        for who in people:
            confirmed(letter, who)
        sequencer.sequence(letter_id=letter.pk, now=lambda day=day: OPENED + timedelta(days=day))  # type: ignore[misc]
    return letter


def page(client: Client, query: str = "", language: str = "") -> str:
    response = client.get(f"{language}/letters/work-that-is-ours/press/{query}")
    assert response.status_code == 200
    return " ".join(re.sub(r"<[^>]+>", " ", response.text.replace("</p>", " ")).split())


def say(letter: Letter, language: str = "en", **fields: str) -> None:
    press_kit.save_kit(letter=letter, language=language, **EMPTY | fields)


def add_picture(letter: Letter) -> PressImage:
    written = io.BytesIO()
    Image.new("RGB", (30, 20), (9, 8, 7)).save(written, "PNG")
    return press_pictures.add_picture(
        letter=letter, data=written.getvalue(), description="A <long> table", credit="Odile"
    )


def test_it_tells_the_count_its_parts_and_how_to_check_them(client: Client, letter: Letter) -> None:
    text = page(client)
    for words in (
        "For work that is ours",
        "To those who build with what we made",
        "4 signatures, 22 Oct 2026, 09:30 UTC",
        "3 people · 1 organisation · 1 without showing their name",
        "Author 1",
        "Not shown, at their own wish 1",
        "Ireland 1",
        "Organisations are not in it.",
    ):
        assert words in text, words
    assert "Actor" not in text
    assert "Austria" not in text


def test_it_is_one_page_for_all_and_carries_no_cookie(client: Client, letter: Letter) -> None:
    response = client.get("/letters/work-that-is-ours/press/?claim=3")
    assert response["Cache-Control"] == shared_pages.CACHE_CONTROL
    assert not response.cookies


def test_a_draft_has_no_press_page_and_a_closed_letter_keeps_its(client: Client) -> None:
    draft_letter(slug="draft")
    assert client.get("/letters/draft/press/").status_code == 404
    close(open_letter())
    assert "Closed" in page(client)
    assert "No signatures yet." in page(client)


def test_before_the_first_checkpoint_there_is_a_page_without_charts(client: Client) -> None:
    letter = open_letter()
    assert "The number in detail" not in page(client)
    assert "No. Nobody had signed" in page(client, "?claim=1")
    sequencer.sequence(letter_id=letter.pk)
    assert "Signatures over time" in page(client)
    assert "Professions" not in page(client)


@pytest.mark.parametrize("language", ["", "/ar"])
def test_charts_have_names_and_tables_and_no_style(
    client: Client, letter: Letter, language: str
) -> None:
    html = client.get(f"{language}/letters/work-that-is-ours/press/").text
    charts = re.findall(r'<svg class="chart".*?</svg>', html, re.DOTALL)
    assert len(charts) == 4
    for chart in charts:
        assert "style=" not in chart
        [title, description] = re.findall(r'<(?:title|desc) id="([\w-]+)"', chart)
        assert f'role="img" aria-labelledby="{title} {description}"' in chart
    assert html.count("<table") == 4
    # Both begin where the words begin.
    assert ('x="100%" y="' in charts[1]) is True
    assert ('class="chart-label" x="0"' in charts[1]) is (language == "")
    assert ("٤" in charts[0]) is (language == "/ar")


def test_many_professions_are_gathered_as_others(client: Client) -> None:
    letter = open_letter()
    listed(letter, *(someone(n, profession=each) for n, each in enumerate([*Profession][:14])))
    assert "All others 2" in page(client)
    assert "As people told them. Organisations" not in page(client)


# --- claims ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("3", "Yes. There are 4 signatures; the count last changed on 22 Oct 2026, 09:30 UTC. "),
        (
            "2 by 21 October 2026",
            "Yes. At the end of 21 October 2026 (UTC) there were 2 signatures.",
        ),
        (
            "3 by 21 October 2026",
            "No. At the end of 21 October 2026 (UTC) there were 2 signatures. "
            "That is 1 fewer than 3. 3 was first reached later, on 22 Oct 2026, 09:30 UTC.",
        ),
        ("2 by 20 October 2026", "No. Nobody had signed: the record of this letter begins later."),
        ("4 by 2026-10-22 09:29", "No. At 22 Oct 2026, 09:29 UTC there were 2 signatures."),
        ("4 by 2026-10-22 09:30", "Yes. At 22 Oct 2026, 09:30 UTC there were 4 signatures."),
        ("10,500", "That is 10,496 fewer than 10,500. There have never been 10,500 at one time."),
        ("٤", "Yes. There are 4 signatures"),
        ("4 by 1 January 2099", "That moment is not over yet, so this is as of now. There are 4"),
    ],
)
def test_a_claim_gets_yes_or_no_and_the_exact_figure(
    client: Client, letter: Letter, typed: str, said: str
) -> None:
    assert said in page(client, f"?claim={quote(typed)}")


def test_the_answer_names_the_checkpoint_that_proves_it(client: Client, letter: Letter) -> None:
    response = client.get("/letters/work-that-is-ours/press/?claim=2&by=2026-10-21")
    found = response.context["answer"]
    checkpoint = found["answer"].checkpoint
    assert checkpoint.total == 2
    assert f"<code>{checkpoint.note}</code>" in response.text.replace("&#x27;", "'")
    assert f'<code class="root">{found["root"]}</code>' in response.text


def test_the_link_to_an_answer_asks_the_same_again(client: Client, letter: Letter) -> None:
    for typed, link in (
        ("2 by 21 October 2026", "?claim=2&by=2026-10-21#answer"),
        ("2 by 21 Oct 2026, 09:30", "?claim=2&by=2026-10-21T09%3A30#answer"),
        ("2", "?claim=2#answer"),
    ):
        response = client.get(f"/letters/work-that-is-ours/press/?claim={quote(typed)}")
        found = response.context["answer"]
        assert found["link"] == f"/letters/work-that-is-ours/press/{link}"
        again = client.get(found["link"])
        assert again.context["answer"] == found
    assert 'type="date"' in again.text


def test_a_moment_in_the_link_stays_in_the_form(client: Client, letter: Letter) -> None:
    html = client.get("/letters/work-that-is-ours/press/?claim=2&by=2026-10-21T09:30").text
    assert 'name="by" value="2026-10-21T09:30"' in html
    assert 'type="date"' not in html


def test_a_number_that_fell_again_is_told_so(client: Client, letter: Letter) -> None:
    first = Signature.objects.order_by("pk")[0]
    withdrawal.withdraw(signature=load(first.pk))
    sequencer.sequence(letter_id=letter.pk, now=lambda: OPENED + timedelta(days=2))
    assert "It has fallen since: there were 3 on 23 Oct 2026" in page(
        client, "?claim=4+by+22+October+2026"
    )
    fallen = page(client, "?claim=4+by+23+October+2026")
    assert "No. At the end of 23 October 2026 (UTC) there were 3 signatures." in fallen
    assert "4 had been reached on 22 Oct 2026, 09:30 UTC, but the number had fallen again" in fallen


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?claim=", "Give the number in digits, as 10,500."),
        ("?claim=lots", "Give the number in digits, as 10,500."),
        ("?claim=%00", "Give the number in digits, as 10,500."),
        ("?claim=%F0%90", "Give the number in digits, as 10,500."),
        ("?claim=" + "9" * 10_000, "Shorten the claim to a number and a day."),
        ("?claim=5+and+6", "Give one number and one day"),
        ("?claim=5+by+31+February+2026", "Give a day that is in the calendar"),
        ("?claim=5+by+3/4/2026", "This day can be read in two ways"),
        ("?claim=5&by=soon", "Give a day that is in the calendar"),
        ("?claim=5&by=%00", "Give a day that is in the calendar"),
        ("?claim=5&by=" + "1" * 500, "Give a day that is in the calendar"),
        ("?claim=5+by+22+October+2026&by=2026-10-21", "The claim names another day"),
    ],
)
def test_nonsense_gets_a_sentence_beside_the_field(
    client: Client, letter: Letter, query: str, sentence: str
) -> None:
    response = client.get(f"/letters/work-that-is-ours/press/{query}")
    assert response.status_code == 422
    assert sentence in response.text
    assert response.context["answer"] is None
    assert "<title>Error:" in response.text
    assert client.get(f"/ar/letters/work-that-is-ours/press/{query}").status_code == 422


def test_day_and_minute_may_be_told_in_both_fields(client: Client, letter: Letter) -> None:
    text = page(client, "?claim=4+by+22+October+2026&by=2026-10-22T09:29")
    assert "No. At 22 Oct 2026, 09:29 UTC there were 2 signatures." in text


# --- what organizers tell ----------------------------------------------------------------------


def test_what_organizers_tell_is_shown_in_its_own_language(client: Client, letter: Letter) -> None:
    say(
        letter,
        facts="It **began** in spring. <script>alert(1)</script>",
        funding="Fees.",
        embargo="Not before <noon>.",
        contact_email="press?bcc=all@letters.example",
        contact_phone="+353 1 555 0100",
    )
    say(letter, "ar", facts="بدأت في الربيع.", contact_name="أوتيلي")
    english = client.get("/letters/work-that-is-ours/press/").text
    assert "It <strong>began</strong> in spring. &lt;script&gt;" in english
    assert "Not before &lt;noon&gt;." in english
    assert 'href="mailto:press%3Fbcc%3Dall@letters.example"' in english
    arabic = client.get("/ar/letters/work-that-is-ours/press/").text
    assert '<div class="told" lang="ar" dir="rtl"><p>بدأت في الربيع.' in arabic
    assert '<div class="told" lang="en" dir="ltr"><p>Fees.' in arabic
    assert "أوتيلي" in arabic
    assert "mailto:" not in arabic


def test_quotes_are_words_with_a_name(client: Client, letter: Letter) -> None:
    press_kit.add_quote(
        letter=letter, language="en", words="Nobody\n\nasked.", speaker="<Odile>", about="novelist"
    )
    html = client.get("/ar/letters/work-that-is-ours/press/").text
    assert '<figure class="quote" lang="en" dir="ltr">' in html
    assert "<p>Nobody</p>\n\n<p>asked.</p>" in html
    assert "<bdi>&lt;Odile&gt;</bdi>, <bdi>novelist</bdi>" in html


def test_a_picture_is_served_for_ever_under_its_hash(client: Client, letter: Letter) -> None:
    picture = add_picture(letter)
    html = client.get("/letters/work-that-is-ours/press/").text
    address = f"/letters/work-that-is-ours/press/images/{picture.sha256}.png"
    assert f'<img src="{address}" width="30" height="20" alt="A &lt;long&gt; table"' in html
    answer = client.get(address)
    assert answer.content == bytes(picture.content)
    told = {name: answer[name] for name in ("Content-Type", "Cache-Control", "Content-Disposition")}
    assert told == {
        "Content-Type": "image/png",
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Disposition": (f'inline; filename="work-that-is-ours-{picture.sha256[:8]}.png"'),
    }
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert not answer.cookies


def test_no_other_address_serves_it(client: Client, letter: Letter) -> None:
    picture = add_picture(letter)
    open_letter(slug="another")
    for address in (
        f"work-that-is-ours/press/images/{picture.sha256}.jpg",
        f"work-that-is-ours/press/images/{'0' * 64}.png",
        f"work-that-is-ours/press/images/{picture.pk}.png",
        f"another/press/images/{picture.sha256}.png",
    ):
        assert client.get(f"/letters/{address}").status_code == 404, address
    press_pictures.remove_picture(picture=picture)
    gone = f"/letters/work-that-is-ours/press/images/{picture.sha256}.png"
    assert client.get(gone).status_code == 404


def test_the_page_costs_the_same_at_one_and_at_three(client: Client, letter: Letter) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            client.get("/letters/work-that-is-ours/press/?claim=3")
        return len(captured)

    add_picture(letter)
    before = queries()
    listed(letter, someone(1), someone(2))
    for number in range(3):
        say(letter, ("de", "fr", "es")[number], facts="x")
        press_kit.add_quote(letter=letter, language="en", words=f"{number}", speaker="A", about="")
    assert queries() == before


def test_the_letter_leads_to_it(client: Client, letter: Letter) -> None:
    assert (
        'href="/letters/work-that-is-ours/press/"' in client.get("/letters/work-that-is-ours/").text
    )
