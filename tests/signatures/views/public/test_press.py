"""The press page: what it says, the claims it answers, the pictures it hands out."""

import io
import re
from datetime import UTC, datetime, timedelta
from html import unescape
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
from signatures.press.citing import Citation
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
    publish_version,
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
        "3 people (1 of them unnamed) · 1 organisation",
        "Author 1",
        "Not shown, at their own wish 1",
        "Ireland 1",
        "As signers stated them; organisations not included.",
        "These charts count all 4; professions leave out the 1 organisation.",
        "The numbers by profession and by country are minimums, since 1 person shows neither.",
        "The filters of the list count the 3 who are named there.",
        "3 named; 1 more signed without being named.",
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
    charts = re.findall(r'<svg class="chart[^"]*".*?</svg>', html, re.DOTALL)
    assert len(charts) == 3
    for chart in charts:
        assert "style=" not in chart
        [title, description] = re.findall(r'<(?:title|desc) id="([\w-]+)"', chart)
        assert f'role="img" aria-labelledby="{title} {description}"' in chart
    assert html.count("<table") == 3
    # Both begin where the words begin.
    assert ('x="100%" y="' in charts[1]) is True
    assert ('class="chart-label" x="0"' in charts[1]) is (language == "")
    assert ("٤" in charts[0]) is (language == "/ar")


def test_many_professions_are_gathered_as_others(client: Client) -> None:
    letter = open_letter()
    listed(letter, *(someone(n, profession=each) for n, each in enumerate([*Profession][:14])))
    assert "All others 2" in page(client)
    assert "organisations not included" not in page(client)
    assert "These charts count all" not in page(client)


def test_charts_of_people_alone_say_that_they_count_all_if_somebody_is_not_named(
    client: Client,
) -> None:
    listed(open_letter(), BRIGID, QUIET)
    assert (
        "These charts count all 2. "
        "The numbers by profession and by country are minimums, since 1 person shows neither."
    ) in page(client)


# --- claims ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        (
            "3",
            "At least 3 signatures now? Yes. The count is 4 signatures; the record last changed on "
            "22 Oct 2026, 09:30 UTC. That is 1 more than 3. 3 was first reached on 22 Oct",
        ),
        (
            "2 by 21 October 2026",
            "At least 2 signatures by the end of 21 October 2026 (UTC)? Yes. At the end of "
            "21 October 2026 (UTC) the count was 2 signatures. That is exactly 2, not more.",
        ),
        (
            "more than 2 by 21 October 2026",
            "More than 2 signatures by the end of 21 October 2026 (UTC)? No. At the end of "
            "21 October 2026 (UTC) the count was 2 signatures. That is exactly 2, not more. "
            "3 was first reached later, on 22 Oct 2026, 09:30 UTC.",
        ),
        (
            "3 by 21 October 2026",
            "No. At the end of 21 October 2026 (UTC) the count was 2 signatures. "
            "That is 1 fewer than 3. 3 was first reached later, on 22 Oct 2026, 09:30 UTC.",
        ),
        ("2 by 20 October 2026", "No. Nobody had signed: the record of this letter begins later."),
        (
            "4 by 2026-10-22 09:29",
            "At least 4 signatures by 22 Oct 2026, 09:29 UTC? "
            "No. At 22 Oct 2026, 09:29 UTC the count was 2 signatures.",
        ),
        ("4 by 2026-10-22 09:30", "Yes. At 22 Oct 2026, 09:30 UTC the count was 4 signatures."),
        ("10,500", "That is 10,496 fewer than 10,500. There have never been 10,500 at one time."),
        ("٤", "Yes. The count is 4 signatures"),
        ("fewer than 4", "Fewer than 4 signatures now? No. The count is 4 signatures;"),
        ("أقل من ٥", "Fewer than 5 signatures now? Yes. The count is 4 signatures;"),
        ("4 people", "At least 4 people now? No. The count is 3 people;"),
        ("exactly 1 organisation", "Exactly 1 organisation now? Yes. The count is 1 organisation;"),
        ("1 author", "At least 1 person on the public list now (Author)? Yes. The count is 1"),
        ("more than 9 from Ireland", "on the public list now (Ireland)? No. The count is "),
        (
            "4 by 1 January 2099",
            "The count of that moment is not final yet, so this is as of now. The count is 4",
        ),
    ],
)
def test_a_claim_gets_yes_or_no_and_the_exact_figure(
    client: Client, letter: Letter, typed: str, said: str
) -> None:
    assert said in page(client, f"?claim={quote(typed)}")


def test_the_answer_about_a_profession_leads_to_the_names(client: Client, letter: Letter) -> None:
    response = client.get("/letters/work-that-is-ours/press/?claim=1+author+from+Ireland")
    told = response.context["answer"]
    assert told["link"].endswith("?claim=at+least+1+people%2C+authors%2C+from+Ireland#answer")
    assert "Only people who are named on the public list are counted here" in response.text
    assert "The signed checkpoint" not in response.text
    listed = client.get(told["named"])
    assert listed.context["found"] == told["answer"].count


def test_the_answer_names_the_checkpoint_that_proves_it(client: Client, letter: Letter) -> None:
    response = client.get("/letters/work-that-is-ours/press/?claim=2&by=2026-10-21")
    found = response.context["answer"]
    checkpoint = found["answer"].checkpoint
    assert checkpoint.total == 2
    assert f"<code>{checkpoint.note}</code>" in response.text.replace("&#x27;", "'")
    assert f'<code class="root">{found["root"]}</code>' in response.text


@pytest.mark.parametrize(
    ("typed", "link"),
    [
        ("2 by 21 October 2026", "?claim=2&by=2026-10-21#answer"),
        ("2 by 21 Oct 2026, 09:30", "?claim=2&by=2026-10-21T09%3A30#answer"),
        ("2 before 22 October 2026", "?claim=2&by=2026-10-21#answer"),
        ("over 2 people by 21 Oct 2026", "?claim=more+than+2+people&by=2026-10-21#answer"),
    ],
)
def test_the_link_to_an_answer_asks_the_same_again(
    client: Client, letter: Letter, typed: str, link: str
) -> None:
    response = client.get(f"/letters/work-that-is-ours/press/?claim={quote(typed)}")
    found = response.context["answer"]
    assert found["link"] == f"/letters/work-that-is-ours/press/{link}"
    again = client.get(found["link"])
    assert again.context["answer"] == found


@pytest.mark.parametrize("language", ["", "/ar"])
@pytest.mark.parametrize("typed", ["4", "fewer than 5 people", "4 by 1 January 2099", "4 today"])
def test_the_link_to_an_answer_as_of_now_leads_to_the_same_for_ever(
    client: Client, letter: Letter, typed: str, language: str
) -> None:
    def answer(address: str) -> tuple[object, ...]:
        found = client.get(address).context["answer"]
        return found["answer"].holds, found["count"], found["answer"].checkpoint, found["link"]

    with time_machine.travel(OPENED + timedelta(days=1, minutes=1), tick=False):
        first = answer(f"{language}/letters/work-that-is-ours/press/?claim={quote(typed)}")
    listed(letter, someone(1), someone(2))
    assert answer(str(first[-1])) == first
    shown = page(client, str(first[-1]).split("/press/")[1], "")
    assert "on 22 Oct 2026, 09:30 UTC, with" in shown
    assert "the record had last changed on 22 Oct 2026, 09:30 UTC" in shown


def test_a_link_from_before_anybody_signed_stays_so(client: Client) -> None:
    letter = open_letter()
    link = client.get("/letters/work-that-is-ours/press/?claim=1").context["answer"]["link"]
    assert link == "/letters/work-that-is-ours/press/?claim=1&at=0#answer"
    listed(letter, BRIGID)
    assert "At least 1 signature before the record began? No. Nobody had" in page(
        client, "?claim=1&at=0"
    )


def test_the_proof_leads_to_where_it_is_checked(client: Client, letter: Letter) -> None:
    html = client.get("/letters/work-that-is-ours/press/?claim=2&by=2026-10-21").text
    assert "Last change of the record before then" in html
    [link] = re.findall(
        r'href="(/verify/[^"]+)"', html.split('id="answer"')[1].split("<section")[0]
    )
    checked = client.get(link.replace("&amp;", "&"))
    note = (
        client.get("/letters/work-that-is-ours/press/?claim=2&by=2026-10-21")
        .context["answer"]["answer"]
        .checkpoint.note
    )
    assert note in unescape(checked.text)


@pytest.mark.parametrize("language", ["", "/ar"])
def test_the_example_is_of_this_letter_and_can_be_typed(
    client: Client, letter: Letter, language: str
) -> None:
    assert "For example: At least 1 signature by 21 October 2026." in page(client)
    with time_machine.travel(OPENED + timedelta(days=2), tick=False):
        letter.milestones = [5]
        letter.save()
        listed(letter, someone(1), someone(2))
    assert "For example: At least 5 signatures by 23 October 2026." in page(client)
    example = client.get(f"{language}/letters/work-that-is-ours/press/").context["example"]
    answered = client.get(f"{language}/letters/work-that-is-ours/press/?claim={quote(example)}")
    found = answered.context["answer"]["answer"]
    assert (found.question.number, found.holds) == (5, True)


def test_a_moment_in_the_link_stays_in_the_form(client: Client, letter: Letter) -> None:
    html = client.get("/letters/work-that-is-ours/press/?claim=2&by=2026-10-21T09:30").text
    assert 'name="by" value="2026-10-21T09:30"' in html
    assert 'type="date"' not in html


def test_a_number_that_fell_again_is_told_so(client: Client, letter: Letter) -> None:
    first = Signature.objects.order_by("pk")[0]
    withdrawal.withdraw(signature=load(first.pk))
    sequencer.sequence(letter_id=letter.pk, now=lambda: OPENED + timedelta(days=2))
    assert "It has fallen since: the count was 3 signatures on 23 Oct 2026" in page(
        client, "?claim=4+by+22+October+2026"
    )
    fallen = page(client, "?claim=4+by+23+October+2026")
    assert "No. At the end of 23 October 2026 (UTC) the count was 3 signatures." in fallen
    assert "4 had been reached on 22 Oct 2026, 09:30 UTC, but the number had fallen again" in fallen


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("?claim=", "Please use digits, for example 10,500."),
        ("?claim=lots", "Please use digits, for example 10,500."),
        ("?claim=%00", "Please use digits, for example 10,500."),
        ("?claim=%F0%90", "Please use digits, for example 10,500."),
        ("?claim=" + "9" * 10_000, "Shorten the claim to a number and a day."),
        ("?claim=5+and+6", "Give one number and one day, as: At least 1 signature by 21 October"),
        ("?claim=5+plumbers", "This check does not know the word “plumbers”."),
        ("?claim=5+authors+by+22+October+2026", "counted as of now only: leave the day out"),
        ("?claim=5+authors&at=3", "counted as of now only: leave the day out"),
        ("?claim=nearly+5", "“nearly” leaves open how many are missing."),
        ("?claim=5+%3Cb%3E%25(word)s%3C/b%3E", "This check does not know the word"),
        ("?claim=5&by=since+yesterday", "This check does not know the word “since”."),
        ("?claim=5+or+more,+at+most", "These are two claims"),
        ("?claim=5+by+Monday,+22+October+2026", "two days that are not the same"),
        ("?claim=4&at=99", "The link to this answer is not whole"),
        ("?claim=4&at=x", "The link to this answer is not whole"),
        ("?claim=4&at=%00", "The link to this answer is not whole"),
        ("?claim=4&at=" + "9" * 5000, "The link to this answer is not whole"),
        ("?claim=4&at=3&by=2026-10-21", "The claim names another day"),
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
    assert "No. At 22 Oct 2026, 09:29 UTC the count was 2 signatures." in text


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


def test_without_an_embargo_it_says_so(client: Client, letter: Letter) -> None:
    free = "No embargo: everything on this page may be used now."
    assert free in page(client)
    say(letter, embargo="Not before noon.")
    assert free not in page(client)


def test_it_says_what_may_be_used_in_the_organizers_words_or_its_own(
    client: Client, letter: Letter
) -> None:
    def uses() -> dict[str, str]:
        found = client.get("/letters/work-that-is-ours/press/").context["uses"]
        return {each["label"]: str(each["words"]) for each in found}

    own = {part: str(words) for part, words in press_kit.REUSE.items()}
    assert uses() == {
        "The letter": own["reuse_text"],
        "The list of names": own["reuse_list"],
    }
    press_kit.add_quote(letter=letter, language="en", words="Ask.", speaker="Odile", about="")
    add_picture(letter)
    say(letter, reuse_text="Freely, as <b>CC BY</b>.", reuse_pictures="Ask Odile.")
    assert uses() == {
        "The letter": "Freely, as <b>CC BY</b>.",
        "The list of names": own["reuse_list"],
        "Quotes": own["reuse_quotes"],
        "Pictures": "Ask Odile.",
    }
    arabic = client.get("/ar/letters/work-that-is-ours/press/").text
    assert '<dd lang="en" dir="ltr">Freely, as &lt;b&gt;CC BY&lt;/b&gt;.</dd>' in arabic


def test_the_letter_is_cited_with_a_count_that_stays(client: Client, letter: Letter) -> None:
    address = "http://127.0.0.1:8000/letters/work-that-is-ours/press/"
    last = OPENED + timedelta(days=1)

    def cited(seconds: int) -> Citation:
        with time_machine.travel(last + timedelta(seconds=seconds), tick=False):
            found = client.get(f"/letters/work-that-is-ours/press/?seen={seconds}")
        citation: Citation = found.context["citation"]
        return citation

    # The minute of the last checkpoint may still get another one.
    before = cited(70)
    assert (before.key, "2 signatures" in before.title) == (
        "work-that-is-ours-2-2026-10-22T09-29",
        True,
    )
    settled = cited(85)
    assert settled.url == f"{address}?claim=4&by=2026-10-22T09:30#answer"
    assert settled.text == (
        "“For work that is ours”, an open letter with 4 signatures on 22 Oct 2026, 09:30 UTC. "
        f"Undersigned, 21 Oct 2026. {settled.url} (read on 22 Oct 2026)"
    )
    link = settled.url.removeprefix("http://127.0.0.1:8000").partition("#")[0]
    told = client.get(link).context["answer"]["answer"]
    listed(letter, someone(1))
    again = client.get(link).context["answer"]["answer"]
    assert (again.count, again.checkpoint) == (told.count, told.checkpoint) == (4, told.checkpoint)


@pytest.mark.parametrize(
    ("asked", "title", "link", "key"),
    [
        (
            "claim=2+by+21+October+2026",
            "2 signatures at the end of 21 October 2026 (UTC)",
            "claim=2&by=2026-10-21",
            "2-signatures-2026-10-21",
        ),
        (
            "claim=4+by+2026-10-22+09:29",
            "2 signatures on 22 Oct 2026, 09:29 UTC",
            "claim=4&by=2026-10-22T09%3A29",
            "2-signatures-2026-10-22T09-29",
        ),
        (
            "claim=more+than+3+people",
            "3 people on 22 Oct 2026, 09:30 UTC",
            "claim=more+than+3+people&at=6",
            "3-people-at-6",
        ),
        (
            "claim=1+by+20+October+2026",
            "0 signatures at the end of 20 October 2026 (UTC)",
            "claim=1&by=2026-10-20",
            "0-signatures-2026-10-20",
        ),
    ],
)
def test_under_an_answer_that_answer_is_cited(
    client: Client, letter: Letter, asked: str, title: str, link: str, key: str
) -> None:
    response = client.get(f"/letters/work-that-is-ours/press/?{asked}")
    cited: Citation = response.context["citation"]
    here = "/letters/work-that-is-ours/press/"
    assert cited.title == f"“For work that is ours”, an open letter: {title}"
    assert cited.url == f"http://127.0.0.1:8000{here}?{link}#answer"
    assert cited.key == f"work-that-is-ours-{key}"
    assert "Cite this answer" in response.text
    # More sign, and whoever follows the line still finds what it says.
    listed(letter, someone(1))
    again: Citation = client.get(f"{here}?{link}").context["citation"]
    assert (again.title, again.url, again.key) == (cited.title, cited.url, cited.key)


def test_what_was_before_the_record_is_not_cited(client: Client) -> None:
    open_letter()
    assert "Nobody had signed" in page(client, "?claim=1")
    assert client.get("/letters/work-that-is-ours/press/?claim=1").context["citation"] is None


def test_the_line_to_cite_can_be_copied_as_it_is_read(client: Client, letter: Letter) -> None:
    response = client.get("/letters/work-that-is-ours/press/?claim=2&by=2026-10-21")
    line = response.context["citation"].text
    copied = re.findall(
        r'data-copy="([^"]+)" data-copied="Copied" hidden>Copy this line', response.text
    )
    assert [unescape(each) for each in copied] == [line]


def test_nothing_is_cited_before_somebody_signed(client: Client) -> None:
    letter = open_letter()
    assert client.get("/letters/work-that-is-ours/press/").context["citation"] is None
    with time_machine.travel(OPENED, tick=False):
        sequencer.sequence(letter_id=letter.pk, now=lambda: OPENED)
    assert client.get("/letters/work-that-is-ours/press/").context["citation"] is None
    assert "Cite the letter and its count" not in page(client)


def test_near_its_head_it_leads_to_all_that_there_is(client: Client, letter: Letter) -> None:
    html = client.get("/letters/work-that-is-ours/press/").text
    contents = html.partition('<nav class="toc"')[2].partition("</nav>")[0]
    here = "/letters/work-that-is-ours/"
    assert re.findall(r'href="([^"]+)"', contents) == [
        "#check",
        f"{here}signatories/",
        "#files",
        "#cite",
        "#follow",
        "#use",
        f"{here}corrections/",
        f"{here}snapshots/",
        "/verify/?letter=work-that-is-ours",
    ]
    downloads = html.partition('id="files"')[2].partition("</ul>")[0]
    assert 'href="/verify/?letter=work-that-is-ours"' in downloads
    for anchor in ("check", "files", "cite", "follow", "use"):
        assert f'id="{anchor}"' in html, anchor


def test_letter_and_record_lead_to_corrections_and_snapshots(
    client: Client, letter: Letter
) -> None:
    for path in ("", "record/"):
        html = client.get(f"/letters/work-that-is-ours/{path}").text
        for name in ("corrections/", "snapshots/", "press/"):
            assert f'href="/letters/work-that-is-ours/{name}"' in html, (path, name)


def test_on_a_phone_the_letter_tells_its_count_above_its_words(
    client: Client, letter: Letter
) -> None:
    for language, words in (("", "4 signatures</span>"), ("/ar", "٤")):
        html = client.get(f"{language}/letters/work-that-is-ours/").text
        line = html.partition('<p class="counted"')[2].partition("</p>")[0]
        assert words in line
        assert f'href="{language}/letters/work-that-is-ours/press/"' in line


def test_quotes_are_words_with_a_name(client: Client, letter: Letter) -> None:
    press_kit.add_quote(
        letter=letter, language="en", words="Nobody\n\nasked.", speaker="<Odile>", about="novelist"
    )
    html = client.get("/ar/letters/work-that-is-ours/press/").text
    assert '<figure class="quote" lang="en" dir="ltr">' in html
    assert "<p>Nobody</p>\n\n<p>asked.</p>" in html
    assert '<bdi translate="no">&lt;Odile&gt;</bdi>، <bdi translate="no">novelist</bdi>' in html


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
    for known in (answer["ETag"], f'"x", W/{answer["ETag"]}', "*"):
        again = client.get(address, headers={"If-None-Match": known})
        assert (again.status_code, b"".join(again)) == (304, b"")
        assert (again["ETag"], again["Cache-Control"]) == (answer["ETag"], answer["Cache-Control"])
    assert client.get(address, headers={"If-None-Match": '"x"'}).status_code == 200


def test_in_another_language_the_same_is_asked(client: Client, letter: Letter) -> None:
    here = "/letters/work-that-is-ours/press/"
    for query, status in (
        ("claim=at+least+2&by=2026-10-21", 200),
        ("claim=more+than+lots", 422),
        ("claim=4&at=0", 200),
    ):
        response = client.get(f"{here}?{query}&x=1")
        assert response.status_code == status
        links = [each["url"] for each in response.context["languages"]]
        assert links == [f"{here}?{query}", f"/ar{here}?{query}"]
        assert client.get(links[1]).status_code == status
    long = client.get(here, {"claim": "5" * 10_000}).context["languages"]
    assert [each["url"] for each in long] == [here, f"/ar{here}"]


def test_a_picture_has_its_words_in_the_language_of_the_page(
    client: Client, letter: Letter
) -> None:
    picture = add_picture(letter)
    said = {"description": "طاولة", "credit": "أوتيلي"}
    press_pictures.tell_in(picture=picture, language="ar", **said)
    arabic = client.get("/ar/letters/work-that-is-ours/press/").text
    assert 'alt="طاولة"' in arabic
    assert "أوتيلي" in arabic
    assert "A &lt;long&gt; table" not in arabic
    assert 'alt="A &lt;long&gt; table"' in client.get("/letters/work-that-is-ours/press/").text


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
    press_kit.add_quote(letter=letter, language="en", words="Ask.", speaker="A", about="")
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


def test_a_no_after_a_new_text_tells_who_signed_the_one_before(
    client: Client, letter: Letter
) -> None:
    with time_machine.travel(OPENED + timedelta(days=3)):
        publish_version(letter, title="Take what you like")
    sequencer.sequence(letter_id=letter.pk, now=lambda: OPENED + timedelta(days=3, minutes=1))
    said = page(client, "?claim=4")
    assert "There have never been" not in said
    assert "Under version 2 there have never been 4 at one time." in said
    assert "That is the count under version 2, the text of that moment." in said
    assert "version 1, another text, not counted here: 4 signatures" in said
    assert "Version 1, another text, stood until 24 Oct 2026, 09:30 UTC. " in said
    assert "The count under it was then 4 signatures." in said
    then = page(client, "?claim=4+by+22+October+2026")
    assert "Yes. At the end of 22 October 2026 (UTC) the count was 4 signatures." in then
    assert "That is the count under version 1, the text of that moment." in then
    assert "The text that stands now is version 2, another text." in then
    assert "The count under it is 0 signatures." in then


def test_a_yes_after_a_slip_counts_who_signed_before_it(client: Client, letter: Letter) -> None:
    with time_machine.travel(OPENED + timedelta(days=3)):
        publish_version(letter, title="For work that’s ours", correcting="We write as we speak.")
    sequencer.sequence(letter_id=letter.pk, now=lambda: OPENED + timedelta(days=3, minutes=1))
    said = page(client, "?claim=4")
    assert "Yes. The count is 4 signatures" in said
    assert (
        "Version 2 only corrects a slip, so anyone who signed what it corrects counts here" in said
    )
    assert "version 2: 0 signatures" in said
    assert "version 1, of which only a slip was corrected: 4 signatures" in said
    assert "another text" not in said.split("Link to this answer")[0].split("Yes.")[1]
