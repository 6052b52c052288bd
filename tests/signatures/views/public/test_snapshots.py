"""Snapshots and corrections as readers and organizers see them."""

import xml.etree.ElementTree as ET
from datetime import datetime, timedelta

import pytest
import time_machine
from django.conf import settings
from django.test import Client
from django.utils import timezone, translation

from campaign.letters import closing
from campaign.letters.drafting import save_translation, start_revision
from campaign.letters.models import Event, EventKind, Letter
from campaign.letters.publishing import publish
from campaign.organizers.models import AuditEntry, Role
from campaign.templatetags.locale_format import day, second
from signatures import withdrawal
from signatures.models import Because, Cause, Correction, Signature, Snapshot
from signatures.press import corrections, snapshot_list
from signatures.record import snapshots
from signatures.views.public import corrections as views
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    listed,
    load,
    make_organizer,
    open_letter,
    publish_version,
    sequence,
    someone,
)
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url

pytestmark = pytest.mark.django_db
ATOM = "{http://www.w3.org/2005/Atom}"


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def desk(client: Client, letter: Letter, role: Role = Role.PRESS) -> str:
    client.force_login(make_organizer(team=letter.team, email=f"{role}@team.example", role=role))
    return f"/desk/letters/{letter.slug}/snapshots/"


def entries(client: Client, url: str) -> list[tuple[str, str]]:
    response = client.get(url)
    assert response["Content-Type"] == "application/xml; charset=utf-8"
    return [
        (each.findtext(f"{ATOM}title", ""), each.find(f"{ATOM}link").attrib["href"])  # type: ignore[union-attr]
        for each in ET.fromstring(response.content).findall(f"{ATOM}entry")
    ]


# --- snapshots ----------------------------------------------------------------------------------


def test_a_snapshot_tells_its_counts_its_text_and_its_proof(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID, SALMA, QUIET, GUILD)
    taken = snapshots.take(letter=letter)
    gone = taken.checkpoint
    listed(letter, someone(1))

    response = client.get(letter_url(letter, "snapshots/1/"))

    page = Page(response)
    text = " ".join(page.text.split())
    assert page.headings[0] == "Snapshot 1"
    # A list that was cut within a minute is told to the second.
    assert f"signatures, {second(gone.as_of)}" in text
    assert gone.note in page.text
    assert response.context["citation"].title.startswith("4 signatures under")
    assert response.context["professions"] == [("author", 1), ("poet", 1)]
    assert sum(count for _land, count in response.context["countries"]) == 3
    assert all(sha256 in text for sha256 in taken.texts.values())
    assert text.count("counted without being shown") == 1
    assert QUIET.details.name not in text


def test_who_left_since_is_not_named(client: Client, letter: Letter) -> None:
    brigid = listed(letter, BRIGID, SALMA)[0]
    snapshots.take(letter=letter)
    withdrawal.withdraw(signature=brigid)
    sequence(letter)

    page = Page(client.get(letter_url(letter, "snapshots/1/")))

    assert BRIGID.details.name not in page.text
    assert "left the list on" in page.text
    assert SALMA.details.name in page.text


def test_beyond_the_first_page_there_is_a_way_back(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(snapshot_list, "PAGE_ROWS", 2)
    listed(letter, *[someone(number) for number in range(3)])
    snapshots.take(letter=letter)
    url = letter_url(letter, "snapshots/1/")

    first = client.get(url).context
    second = client.get(first["next_url"]).context

    assert [line.number for line in first["lines"]] == [1, 2]
    assert [line.number for line in second["lines"]] == [3]
    assert (second["next_url"], second["first_url"]) == (None, url)


def test_a_long_tail_of_countries_is_one_row(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("signatures.views.public.snapshots.MAX_ROWS_TOLD", 1)
    listed(letter, BRIGID, someone(1, country="IE"), SALMA, GUILD)
    snapshots.take(letter=letter)

    context = client.get(letter_url(letter, "snapshots/1/")).context

    assert context["countries"] == [("IE", 2), ("", 2)]


def test_all_of_them_are_listed_newest_first(client: Client, letter: Letter) -> None:
    url = letter_url(letter, "snapshots/")
    assert "None has been taken yet." in Page(client.get(url)).text
    for who in (BRIGID, SALMA):
        listed(letter, who)
        snapshots.take(letter=letter)
    assert [each.number for each, _standing in client.get(url).context["snapshots"]] == [2, 1]


@pytest.mark.parametrize("number", ["0", "9", "2147483648", "9" * 30])
def test_what_was_never_taken_is_not_there(client: Client, letter: Letter, number: str) -> None:
    assert client.get(letter_url(letter, f"snapshots/{number}/")).status_code == 404


@pytest.mark.parametrize("value", NAUGHTY.values(), ids=NAUGHTY)
def test_no_place_breaks_them(client: Client, letter: Letter, value: str) -> None:
    listed(letter, BRIGID)
    snapshots.take(letter=letter)
    assert client.get(letter_url(letter, "snapshots/1/"), {"after": value}).status_code == 200
    assert client.get(letter_url(letter, "corrections/"), {"before": value}).status_code == 200


# --- corrections --------------------------------------------------------------------------------


def test_a_withdrawal_and_a_removal_are_told_by_number(client: Client, letter: Letter) -> None:
    first, second, third = listed(letter, BRIGID, SALMA, GUILD)
    withdrawal.withdraw(signature=first)
    for signature, kind, reason, name in (
        (second, EventKind.REMOVE, Because.NOT_THEM, SALMA.details.name),
        (third, EventKind.REMOVE, Because.TWICE, ""),
        (third, EventKind.RESTORE, Because.MISTAKE, ""),
        (third, EventKind.ERASE, "", ""),
    ):
        Event.objects.create(
            letter=letter,
            kind=kind,
            signature_id=signature.pk,
            public_id=signature.public_id,
            reason=reason,
            told_name=name,
        )
    sequence(letter)

    response = client.get(letter_url(letter, "corrections/"))

    assert [str(line) for line in response.context["lines"]] == [
        "Signature 3 was erased at the signer’s wish.",
        "Signature 3 was put back by the organizers: taken out by mistake.",
        "Signature 3 was taken out by the organizers: the same person signed twice.",
        f"Signature 2 ({SALMA.details.name}) was taken out by the organizers: "
        "not signed by the person named.",
        "Signature 1 was withdrawn by the signer.",
    ]
    assert response.context["sums"] == "1 withdrawn, 1 erased, 1 removed"
    assert "happened to them last: 1 withdrawn, 1 erased, 1 removed." in Page(response).text
    assert BRIGID.details.name not in response.content.decode()
    feed = entries(client, letter_url(letter, "corrections.xml"))
    assert [title for title, _link in feed] == [str(line) for line in response.context["lines"]]
    index = response.context["lines"][0].correction.index
    assert feed[0][1].endswith(f"/letters/{letter.slug}/corrections/?before={index + 1}#c{index}")
    # There it stands first, and so can be seen.
    shown = client.get(feed[2][1].removeprefix(settings.SITE_URL)).context["lines"]
    assert [str(line) for line in shown] == [title for title, _link in feed][2:]


def test_moved_often_it_counts_once_as_it_stands_now(letter: Letter) -> None:
    once, twice, again = listed(letter, BRIGID, SALMA, GUILD)
    assert corrections.sums(letter=letter) == ""

    def move(signature: Signature, kind: EventKind, reason: Because) -> None:
        Event.objects.create(
            letter=letter,
            kind=kind,
            signature_id=signature.pk,
            public_id=signature.public_id,
            reason=reason,
        )

    for signature in (once, twice, again, again):
        move(signature, EventKind.REMOVE, Because.CHECKING)
        move(signature, EventKind.RESTORE, Because.CHECKED)
    move(twice, EventKind.REMOVE, Because.CHECKING)
    sequence(letter)
    assert corrections.sums(letter=letter) == "1 being checked, 2 taken out and put back"

    with translation.override("ar"):
        told = "توقيع واحد قيد المراجعة، وتوقيعان أُزيلا ثم أُعيدا"
        assert corrections.sums(letter=letter) == told

    move(twice, EventKind.REMOVE, Because.UNCONFIRMED)
    sequence(letter)
    assert corrections.sums(letter=letter) == "1 removed, 2 taken out and put back"
    assert corrections.sums(letter=open_letter(slug="another")) == ""


def test_a_signature_that_had_no_number(letter: Letter) -> None:
    line = Correction(letter=letter, kind=EventKind.WITHDRAW)
    said = "A signature without a number yet was withdrawn by the signer."
    assert str(corrections.Line(line, None)) == said


def test_a_later_text_is_told_with_its_words(client: Client, letter: Letter) -> None:
    text = start_revision(letter=letter)
    # The Arabic stays as it was, which is no news.
    english = text.translations.get(language="en")
    save_translation(
        text=text,
        language="en",
        title=english.title,
        addressee=english.addressee,
        body=f"{english.body}\n\nAnd we mean it.",
    )
    publish(letter=letter, now=timezone.now())
    sequence(letter)
    response = client.get(letter_url(letter, "corrections/"))
    [line] = response.context["lines"]
    assert str(line) == (
        "Version 2 of the text was published, in English. "
        "It is a new text, so its count starts at zero."
    )
    page = Page(response)
    assert "The text that stands is version 2" in page.text
    words = letter_url(letter, "text/2.en.md")
    assert words in page.links
    assert "And we mean it." in client.get(words).content.decode()


def test_a_corrected_slip_is_told_with_its_reason_and_what_changed(
    client: Client, letter: Letter
) -> None:
    listed(letter, BRIGID)
    with time_machine.travel(timezone.now() + timedelta(minutes=1)):
        publish_version(letter, title="For work that’s ours", correcting="We write as we speak.")
        sequence(letter)
    slip = (
        "Version 2 of the text was published, in English. It corrects a slip of version 1, "
        "whose signatures stand under it as well. What was wrong: \u2068We write as we speak.\u2069"
    )
    response = client.get(letter_url(letter, "corrections/"))
    assert [str(line) for line in response.context["lines"]] == [slip]
    assert letter_url(letter, "versions/1-2/") in Page(response).links
    assert slip in Page(response).text
    feed = client.get(letter_url(letter, "corrections.xml")).text
    assert f"What changed: {settings.SITE_URL}{letter_url(letter, 'versions/1-2/')}" in feed
    # The same words again, after another text, are told of the version of each time.
    for minutes, title in ((2, "Take what you like"), (3, "For work that’s ours")):
        with time_machine.travel(timezone.now() + timedelta(minutes=minutes)):
            publish_version(letter, title=title)
            sequence(letter)
    told = [str(line) for line in client.get(letter_url(letter, "corrections/")).context["lines"]]
    assert (told[-1], told[0].split(" of")[0]) == (slip, "Version 4")
    assert "It corrects a slip of version 1" in Page(client.get(letter_url(letter, "record/"))).text


def test_corrections_page_backwards(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = letter_url(letter, "corrections/")
    today = day(timezone.now())
    unchanged = f"has not been changed since it was published on {today}, version 1."
    page = Page(client.get(url))
    assert "Nobody has left the list so far" in page.text
    assert unchanged in page.text
    assert f"{settings.SITE_URL}{letter_url(letter, 'corrections.xml')}" in page.links
    assert entries(client, letter_url(letter, "corrections.xml")) == []
    monkeypatch.setattr(corrections, "PAGE_ROWS", 2)
    for signature in listed(letter, BRIGID, SALMA, GUILD):
        withdrawal.withdraw(signature=load(signature.pk))
    sequence(letter)
    first = client.get(url).context
    second = client.get(first["next_url"]).context
    assert [line.correction.number for line in first["lines"]] == [3, 2]
    assert [line.correction.number for line in second["lines"]] == [1]
    assert (second["next_url"], second["first_url"]) == (None, url)
    assert "There are no earlier ones." in Page(client.get(f"{url}?before=0")).text


def test_the_feeds_do_not_change_by_themselves(client: Client, letter: Letter) -> None:
    assert letter.published_at is not None
    for name in ("corrections.xml", "milestones.xml"):
        url = letter_url(letter, name)
        assert client.get(url).content == client.get(url).content
        # Of an empty one, the date is that of the letter.
        updated = ET.fromstring(client.get(url).content).findtext(f"{ATOM}updated", "")
        assert datetime.fromisoformat(updated) == letter.published_at


def test_a_feed_is_a_page_in_a_browser(client: Client, letter: Letter) -> None:
    """Its style is a sheet of ours, and what stands there for people leads to the page."""
    for name, page in (("corrections.xml", "corrections/"), ("milestones.xml", "snapshots/")):
        response = client.get(letter_url(letter, name))
        assert '<?xml-stylesheet href="/static/css/feed.css" type="text/css"?>' in response.text
        (link,) = ET.fromstring(response.content).findall(".//{http://www.w3.org/1999/xhtml}a")
        assert link.attrib == {"href": settings.SITE_URL + letter_url(letter, page)}


def links_of(client: Client, url: str) -> dict[str, str]:
    found = ET.fromstring(client.get(url).content).findall(f"{ATOM}link")
    return {each.attrib["rel"]: each.attrib["href"] for each in found}


def walked(client: Client, url: str) -> list[list[str]]:
    """The titles on each page of a feed, by its links to the next."""
    told = []
    address: str | None = f"{settings.SITE_URL}{url}"
    while address:
        path = address.removeprefix(settings.SITE_URL)
        told.append([title for title, _link in entries(client, path)])
        links = links_of(client, path)
        assert links["self"] == address
        address = links.get("next")
    return told


def test_whatever_was_told_can_be_reached_from_the_feed(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "PAGE_ROWS", 2)
    monkeypatch.setattr(views, "_FEED_ROWS", 2)
    Letter.objects.filter(pk=letter.pk).update(milestones=[1, 2, 3])
    for who in (BRIGID, SALMA, GUILD):
        listed(letter, who)
    for signature in Signature.objects.all():
        withdrawal.withdraw(signature=load(signature.pk))
    sequence(letter)
    told = walked(client, letter_url(letter, "corrections.xml"))
    assert [len(page) for page in told] == [2, 1]
    assert len({*told[0], *told[1]}) == 3
    assert walked(client, letter_url(letter, "milestones.xml")) == [
        ["3 signatures", "2 signatures"],
        ["1 signatures"],
    ]


@pytest.mark.parametrize("value", [*NAUGHTY.values(), "0", "9" * 18])
def test_a_feed_before_nonsense_is_a_feed(client: Client, letter: Letter, value: str) -> None:
    for name in ("corrections.xml", "milestones.xml"):
        response = client.get(letter_url(letter, name), {"before": value})
        assert response.status_code == 200
        ET.fromstring(response.content)


def test_in_another_language_it_is_the_same_page(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(corrections, "PAGE_ROWS", 1)
    corrected, frozen = letter_url(letter, "corrections/"), letter_url(letter, "snapshots/1/")
    listed(letter, BRIGID)
    snapshots.take(letter=letter)
    for address in (f"{corrected}?before=7", f"{frozen}?after=3"):
        told = client.get(f"{address}&x=1").context["languages"]
        assert [each["url"] for each in told] == [address, f"/ar{address}"]


def test_milestones_and_the_end_are_in_their_feed_and_snapshots_by_hand_are_not(
    client: Client, letter: Letter
) -> None:
    Letter.objects.filter(pk=letter.pk).update(milestones=[2])
    listed(letter, BRIGID, SALMA, GUILD)
    snapshots.take(letter=letter)
    closing.close_letter(letter=letter, now=timezone.now())
    sequence(letter)
    causes = list(Snapshot.objects.order_by("number").values_list("cause", flat=True))
    assert causes == [Cause.MILESTONE, Cause.BY_HAND, Cause.CLOSED]
    feed = entries(client, letter_url(letter, "milestones.xml"))
    assert [title for title, _link in feed] == ["Closed with 3 signatures", "2 signatures"]
    assert feed[1][1].endswith(letter_url(letter, "snapshots/1/"))


# --- the desk -----------------------------------------------------------------------------------


def test_organizers_take_one_and_choose_numbers(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    url = desk(client, letter)
    assert client.post(f"{url}take/").status_code == 303
    assert client.post(f"{url}take/").status_code == 303
    assert Snapshot.objects.count() == 1
    saved = client.post(url, {"milestones": "2,500; ٢٥٠; 250"}, follow=True)
    assert "Saved: 250; 2,500." in Page(saved).text
    letter.refresh_from_db()
    assert letter.milestones == [250, 2500]
    assert Page(client.get(url)).values["milestones"] == "250; 2,500"
    actions = list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
    assert actions[-3:] == ["snapshot", "snapshot", "milestones"]


def test_an_empty_record_is_told_of(client: Client, letter: Letter) -> None:
    url = desk(client, letter)
    answer = client.post(f"{url}take/", follow=True)
    assert "Please try again in a moment." in Page(answer).text
    assert Snapshot.objects.count() == 0


@pytest.mark.parametrize(
    "milestones",
    [
        *("10.5", "10,500,2500", "many", "-5", "0", "²", "9999999999", "1" * 401),
        ", ".join(map(str, range(1, 23))),
    ],
)
def test_what_is_no_list_of_numbers_is_answered_beside_the_field(
    client: Client, letter: Letter, milestones: str
) -> None:
    url = desk(client, letter)
    answer = client.post(url, {"milestones": milestones})
    assert answer.status_code == 422
    assert Page(answer).values["milestones"] == milestones
    letter.refresh_from_db()
    assert letter.milestones == []


@pytest.mark.parametrize("role", [Role.VIEWER, Role.VETTER])
def test_others_find_no_such_page(client: Client, letter: Letter, role: Role) -> None:
    url = desk(client, letter, role)
    for answer in (client.get(url), client.post(url, {}), client.post(f"{url}take/")):
        assert answer.status_code == 404


def test_opening_the_address_takes_nothing(client: Client, letter: Letter) -> None:
    listed(letter, BRIGID)
    assert client.get(f"{desk(client, letter)}take/").status_code == 303
    assert Snapshot.objects.count() == 0
