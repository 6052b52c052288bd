"""No count, name, citation or card ever stands with a text that was not signed.

A letter is signed, then its text is exchanged for the opposite. Every public address that the leak
tests walk is walked here too: each says which version its numbers and names are of.
"""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from django.utils.html import escape

from campaign.letters.models import Letter
from signatures.moderation import attestation, pinning
from signatures.press import card
from signatures.press import standing as standings
from signatures.record import site_log, snapshots
from signatures.sampling import announcing, drawing
from tests.signatures.factories import (
    listed,
    load,
    make_organizer,
    open_letter,
    publish_version,
    sequence,
    someone,
    translation_of,
)
from tests.signatures.notifications.updates import sent_publicly
from tests.test_leaks import PUBLIC, told

pytestmark = pytest.mark.django_db

OPPOSITE: dict[str, Any] = {
    "title": "Take whatever you like",
    "addressee": "To those who own nothing yet",
    "body": "We ask for nothing at all.",
}
OPPOSITE_ARABIC: dict[str, Any] = {
    "title": "خذوا ما تشاؤون",
    "addressee": "إلى الجميع",
    "body": "لا نطلب شيئًا.",
}
# Told by nothing else on any page.
SIGNED = 37
NAMES = re.compile(r"Signer Number \d+")
# Minutes and seconds of a time are no count.
COUNT = re.compile(rf"(?<!\d:)(?:(?<![\w./+=-]){SIGNED}(?![\w/+=-])|٣٧)(?!:\d)")
FIRST = re.compile(r"version 1|النسخة 1|النسخة ١|\"version\": ?1|1\.en|under version", re.I)
# Of these, neither the title nor anything of the letter's text is in what they tell, or the file
# names the text of each line by its hash, which the verifiers check.
WITHOUT_TITLE = {
    *("numbers", "about", "how_we_verify", "robots", "sitemap", "sitemap_file", "qr", "card"),
    *("api_page", "record_checkpoint", "record_tile", "record_consistency", "verify_py"),
    *("record_log_proof", "what_signed", "what_signed_sent", "start", "start_sent"),
    *("record_format", "site_record", "site_checkpoint", "site_tile", "healthz", "readyz"),
    *(
        "accent_style",
        "head_picture",
        "account_login",
        "press_image",
        "record_export",
        "record_proof",
        "site_stamped_checkpoint",
    ),
    *("security_txt", "site_timestamp", "sign", "count", "signatories_csv", "snapshot_csv"),
}
# Where the title and numbers or names may meet: there the version is said.
WITH_TITLE = {
    *("home", "letter", "signatories", "signatory", "versions", "version", "changes", "press"),
    *("elsewhere", "embed", "oembed", "snapshots", "snapshot", "corrections", "corrections_feed"),
    *("milestones_feed", "record", "text_source", "verify", "report", "report_sent"),
    *("updates", "update", "updates_feed", "audits", "delivery"),
    *("press_follow", "press_follow_sent"),
}
# Told by fields of their own, and held to them by their own tests.
FOR_PROGRAMS = {"signatories_json", "signatories_xlsx", "api", "audit_json", "letter_pdf"}
MORE = [
    "/letters/{slug}/versions/1-2/",
    "/ar/letters/{slug}/versions/1-2/",
    "/letters/{slug}/versions/2/",
    "/ar/letters/{slug}/versions/2/",
    "/letters/{slug}/snapshots/2/",
    "/letters/{slug}/signatories/37/",
    "/ar/letters/{slug}/signatories/37/",
    "/letters/{slug}/press/?claim=37",
    "/ar/letters/{slug}/press/?claim=37",
]


@pytest.fixture
def letter() -> Letter:
    """37 signed, one of them named first; a snapshot was taken."""
    letter = open_letter()
    vetter = make_organizer(team=letter.team, email="vetter@team.example")
    first, *_rest = listed(letter, *(someone(number) for number in range(SIGNED)))
    attestation.vet(
        signature=first, organizer=vetter, expected_revision=first.revision, evidence="met them"
    )
    pinning.pin(signature=load(first.pk), organizer=vetter, expected_revision=1)
    sequence(letter)
    snapshots.take(letter=letter)
    audited(letter)
    sent_publicly(letter)
    return letter


def audited(letter: Letter) -> None:
    """Drawn by the last line of all: nothing happened since for a day."""
    owner = make_organizer(team=letter.team)
    announcing.announce(letter=letter, organizer=owner, sample_size=10, now=timezone.now())
    site_log.extend()
    assert drawing.draw_due(now=timezone.now() + timedelta(days=2)) == 1


@pytest.fixture
def exchanged(letter: Letter) -> Letter:
    """And then the text says the opposite, in both languages."""
    from campaign.letters import drafting

    text = drafting.start_revision(letter=letter)
    drafting.save_translation(text=text, language="ar", **OPPOSITE_ARABIC)
    publish_version(letter, **OPPOSITE)
    sequence(letter)
    snapshots.take(letter=letter)
    site_log.extend()
    return letter


@pytest.fixture
def corrected(letter: Letter) -> Letter:
    """And then a slip is corrected."""
    publish_version(letter, title="For work that’s ours", correcting="We write as we speak.")
    sequence(letter)
    snapshots.take(letter=letter)
    site_log.extend()
    return letter


def pages(letter: Letter) -> list[str]:
    size = Client().get(f"/letters/{letter.slug}/count").json()["size"]
    several = [each for name in PUBLIC if name in WITH_TITLE for each in PUBLIC[name]]
    return [each.format(slug=letter.slug, size=size) for each in (*several, *MORE)]


def test_every_public_address_is_sorted() -> None:
    sorted_once = [*WITHOUT_TITLE, *WITH_TITLE, *FOR_PROGRAMS]
    assert sorted(sorted_once) == sorted(PUBLIC)


def is_old(text: str) -> bool:
    return bool(NAMES.search(text) or COUNT.search(text))


def test_no_page_shows_the_new_text_with_old_signatures(client: Client, exchanged: Letter) -> None:
    seen = 0
    for url in pages(exchanged):
        answer = client.get(url)
        text = told(answer)
        assert (url, answer.status_code) == (url, 200)
        titles = (OPPOSITE["title"], OPPOSITE_ARABIC["title"])
        if any(title in text for title in titles) and is_old(text):
            seen += 1
            assert (url, bool(FIRST.search(text))) == (url, True)
            assert (url, "people have signed" in text) == (url, False)
    assert seen > 5


@pytest.mark.parametrize("language", ["", "/ar"])
def test_a_signatory_is_cited_under_what_they_signed(
    client: Client, exchanged: Letter, language: str
) -> None:
    url = f"{language}/letters/{exchanged.slug}/signatories/5/"
    page = client.get(url)
    new = OPPOSITE_ARABIC["title"] if language else OPPOSITE["title"]
    old = "من أجل عملٍ هو لنا" if language else "For work that is ours"
    assert (old in page.text, new in page.text) == (True, False)
    assert old in page.context["citation"].title


def test_names_stand_under_what_they_signed(client: Client, exchanged: Letter) -> None:
    listed(exchanged, someone(90))
    page = client.get(f"/letters/{exchanged.slug}/").text
    under, other = page.split("Signed by")[1].split("Signed version 1, another text", 1)
    # Of those named first, all signed version 1.
    assert "Signer Number 0" in other
    assert NAMES.findall(under) == []
    recently = other.split("newest first.")[1]
    assert NAMES.findall(recently)[0] == "Signer Number 90"
    assert "Signed version 1, another text" in recently.split("Signer Number 90")[1]
    rows = client.get(f"/letters/{exchanged.slug}/signatories/").text.split("<tr")
    marked = {
        (found[0], "Signed version 1" in row) for row in rows if (found := NAMES.findall(row))
    }
    assert ("Signer Number 90", False) in marked
    assert ("Signer Number 36", True) in marked


def test_the_count_says_which_text_it_is_of(client: Client, exchanged: Letter) -> None:
    for path in ("", "press/", "embed/"):
        page = client.get(f"/letters/{exchanged.slug}/{path}").text
        assert "37 signed version 1, another text." in page
        assert re.search(r"signatures? under version 2", page)
    assert "37 signed version 1, another text." in client.get("/").text
    listed(exchanged, someone(90))
    page = client.get(f"/letters/{exchanged.slug}/").text
    assert '<p class="figure">1</p>' in page


def test_search_engines_and_cards_get_the_count_of_the_text(
    client: Client, exchanged: Letter
) -> None:
    page = client.get(f"/letters/{exchanged.slug}/").text
    assert '"userInteractionCount": 0' in page
    page = client.get(f"/letters/{exchanged.slug}/signatories/").text
    assert '"numberOfItems": 0' in page
    shown = translation_of(exchanged)
    drawn = card.of(standing=standings.now(letter=exchanged, text=shown.text), shown=shown)
    assert (drawn.title, drawn.figure) == (OPPOSITE["title"], "")


def test_a_citation_tells_both_counts(
    client: Client, exchanged: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from signatures.press.claims import checker

    monkeypatch.setattr(checker, "_WRITTEN_BY_THEN", timedelta(minutes=-2))
    cited = client.get(f"/letters/{exchanged.slug}/press/").context["citation"]
    assert cited.title.startswith(
        "“Take whatever you like”, version 2 of an open letter: "
        "0 signatures under it, 37 under other versions, on "
    )


def test_a_snapshot_goes_by_the_text_of_its_time(client: Client, exchanged: Letter) -> None:
    first, second = (
        client.get(f"/letters/{exchanged.slug}/snapshots/{number}/") for number in (1, 2)
    )
    assert (OPPOSITE["title"] in first.text, bool(COUNT.search(first.text))) == (False, True)
    assert "37 signatures under “For work that is ours”" in first.context["citation"].title
    assert "0 signatures under “Take whatever you like”" in second.context["citation"].title
    assert "37 signed version 1, another text." in second.text
    listing = client.get(f"/letters/{exchanged.slug}/snapshots/").text
    assert re.findall(r'class="soft">(version[^<]*)', listing) == ["version 2", "version 1"]


@pytest.mark.parametrize("language", ["", "/ar"])
def test_after_a_correction_signatures_stand_and_it_is_said(
    client: Client, corrected: Letter, language: str
) -> None:
    page = client.get(f"/letters/{corrected.slug}/").text
    assert "37 of these signed version 1; version 2 corrects a slip of it." in page
    assert "another text" not in page
    assert re.search(r'class="figure">37</p>\s*<p class="what">people have signed', page)
    listed_page = client.get(f"/letters/{corrected.slug}/signatories/").text
    assert "Signed version 1" not in listed_page
    changes = client.get(f"{language}/letters/{corrected.slug}/versions/1-2/").text
    assert "We write as we speak." in changes
    assert f"<del>{escape('that is')}</del>" in changes or "<del>" in changes


def test_after_a_correction_few_words_say_so_beside_each_count(
    client: Client, corrected: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import timedelta

    from signatures.press.claims import checker

    monkeypatch.setattr(checker, "_WRITTEN_BY_THEN", timedelta(minutes=-2))
    note, home = "version 1, slip corrected", f"/letters/{corrected.slug}/"
    page = client.get(home)
    assert f"<span>37 signatures</span> · {note} · " in page.text
    shown = translation_of(corrected)
    drawn = card.of(standing=standings.now(letter=corrected, text=shown.text), shown=shown)
    assert drawn.words.endswith(f" · {note}")
    press = client.get(f"{home}press/")
    assert f"({note}) <a href=" in press.text
    for asked in ("", "?claim=37"):
        cited = client.get(f"{home}press/{asked}").context["citation"]
        for form in (cited.text, cited.bibtex, cited.ris):
            assert f"({note})" in form
    listing = client.get(f"{home}snapshots/").text
    assert re.findall(r'class="soft">(version[^<]*)', listing) == [note, "version 1"]
    for number, words in ((1, "version 1"), (2, note)):
        cited = client.get(f"{home}snapshots/{number}/").context["citation"]
        assert cited.title.endswith(f" ({words})")
    arabic = client.get(f"/ar{home}").text
    assert "النسخة ١، بعد تصحيح هفوة" in arabic or "النسخة 1، بعد تصحيح هفوة" in arabic


def test_a_letter_with_one_text_has_no_note(client: Client, letter: Letter) -> None:
    shown = translation_of(letter)
    standing = standings.now(letter=letter, text=shown.text)
    assert (standing.note, card.of(standing=standing, shown=shown).figure) == ("", "37")
    page = client.get(f"/letters/{letter.slug}/").text
    assert "<span>37 signatures</span> · <a href=" in page


def test_what_changed_is_public_and_cacheable(client: Client, exchanged: Letter) -> None:
    for language, removed in (("", "For work that is ours"), ("/ar", "من أجل")):
        answer = client.get(f"{language}/letters/{exchanged.slug}/versions/1-2/")
        assert "public" in answer["Cache-Control"]
        assert not answer.cookies
        assert f"<del>{removed.split()[0]}" in answer.text
        again = client.get(
            f"{language}/letters/{exchanged.slug}/versions/1-2/",
            headers={"If-None-Match": answer["ETag"]},
        )
        assert again.status_code == 304


@pytest.mark.parametrize(
    "path", ["versions/3/", "versions/0/", "versions/2-1/", "versions/1-1/", "versions/1-9/"]
)
def test_versions_that_are_none_are_not_found(client: Client, exchanged: Letter, path: str) -> None:
    assert client.get(f"/letters/{exchanged.slug}/{path}").status_code == 404
    assert client.get(f"/letters/{exchanged.slug}/versions/{'9' * 30}/").status_code == 404


def test_a_draft_is_no_version(client: Client, letter: Letter) -> None:
    from campaign.letters import drafting

    text = drafting.start_revision(letter=letter)
    drafting.save_translation(text=text, language="en", **OPPOSITE)
    for path in ("versions/2/", "versions/1-2/"):
        assert client.get(f"/letters/{letter.slug}/{path}").status_code == 404
    assert OPPOSITE["title"] not in client.get(f"/letters/{letter.slug}/versions/").text


def test_a_preview_counts_nobody_under_what_nobody_signed(letter: Letter) -> None:
    from campaign.letters import drafting
    from campaign.letters.texts import draft_text

    drafting.start_revision(letter=letter)
    text = draft_text(letter=letter)
    assert text is not None
    standing = standings.now(letter=letter, text=text)
    assert (standing.tally.total, [each.number for each in standing.others]) == (0, [1])


def test_a_count_without_its_text_is_not_shown(letter: Letter) -> None:
    from signatures.record import tally
    from signatures.templatetags.signed_text import others_of, tally_of

    for tag in (tally_of, others_of):
        with pytest.raises(TypeError):
            tag(tally.latest(letter_id=letter.pk))  # type: ignore[arg-type]


@pytest.mark.parametrize("path", ["", "signatories/", "press/", "snapshots/", "versions/"])
def test_versions_cost_no_more_questions(
    client: Client,
    exchanged: Letter,
    path: str,
    django_assert_max_num_queries: Callable[..., object],
) -> None:
    with django_assert_max_num_queries(40):  # type: ignore[attr-defined]
        client.get(f"/letters/{exchanged.slug}/{path}")
