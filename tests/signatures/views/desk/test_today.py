"""A letter's first page at the desk: what waits, its figures, its hours, what happened."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter, Update, UpdateState, UpdateWords
from campaign.organizers import audit
from campaign.organizers.models import Organizer, Role
from signatures import withdrawal
from signatures.models import ReportCase
from signatures.record import snapshots
from tests.signatures.factories import (
    BRIGID,
    WIKTOR,
    draft_letter,
    listed,
    make_organizer,
    make_team,
    open_letter,
    pending,
    sequence,
    someone,
)

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)


def organizer(letter: Letter, role: Role = Role.OWNER) -> Organizer:
    email = f"{role.value}@open-stage.example"
    return make_organizer(team=letter.team, email=email, role=role)


def browser(letter: Letter, role: Role = Role.OWNER) -> Client:
    client = Client()
    client.force_login(organizer(letter, role))
    return client


def today(letter: Letter) -> str:
    return reverse("desk_letter", args=[letter.slug])


def test_the_figures_add_up(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW - timedelta(hours=3), tick=False)
    letter = open_letter()
    first, _second = listed(letter, BRIGID, WIKTOR)
    time_machine.move_to(NOW - timedelta(minutes=30), tick=False)
    listed(letter, someone(1))
    pending(letter, someone(2))
    withdrawal.withdraw(signature=first)
    sequence(letter)
    time_machine.move_to(NOW, tick=False)
    figures = browser(letter).get(today(letter)).context["figures"]
    assert figures.signed.tally.total == 2
    assert (figures.last_hour, figures.last_day) == (1, 3)
    assert (figures.gone, figures.showed, figures.progress.pending) == (1, 0, 1)


def test_the_hours_are_those_of_today_beside_yesterdays(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOW - timedelta(days=1), tick=False)
    letter = open_letter()
    listed(letter, BRIGID, WIKTOR)
    time_machine.move_to(NOW - timedelta(hours=1), tick=False)
    listed(letter, someone(1))
    time_machine.move_to(NOW, tick=False)
    hours = browser(letter).get(today(letter)).context["hours"].hours
    assert [(each.start.hour, each.today, each.yesterday) for each in hours[8:12]] == [
        (8, 0, 0),
        (9, 1, 0),
        (10, 0, 2),
        (11, None, 0),
    ]


def test_what_happened_comes_newest_first_and_deeds_are_for_owners(
    time_machine: TimeMachineFixture,
) -> None:
    time_machine.move_to(NOW - timedelta(hours=3), tick=False)
    letter, other = open_letter(), open_letter(slug="another")
    owner, viewer = organizer(letter), organizer(letter, Role.VIEWER)
    [signature] = listed(letter, BRIGID)
    for subject in (
        f"letter {letter.slug}",
        f"letter {other.slug}",
        f"signature {signature.public_id}",
        f"team {letter.slug}",
    ):
        audit.record(team=letter.team, organizer=owner, action="details", subject=subject)
    time_machine.move_to(NOW - timedelta(hours=2), tick=False)
    snapshots.take(letter=letter)
    withdrawal.withdraw(signature=signature)
    time_machine.move_to(NOW - timedelta(hours=1), tick=False)
    sequence(letter)
    time_machine.move_to(NOW, tick=False)

    def told(who: Organizer) -> list[str]:
        client = Client()
        client.force_login(who)
        happened = [each.happening for each in client.get(today(letter)).context["told"]]
        return [
            each.entry.subject if each.entry else ("snapshot" if each.snapshot else "correction")
            for each in happened
        ]

    public = ["correction", "snapshot"]
    deeds = {f"letter {letter.slug}", f"signature {signature.public_id}"}
    assert (told(viewer), told(owner)[0], set(told(owner))) == (
        public,
        "correction",
        deeds | set(public),
    )


def test_what_waits_is_a_sentence_with_its_age_and_a_link(
    time_machine: TimeMachineFixture,
) -> None:
    time_machine.move_to(NOW, tick=False)
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    ReportCase.objects.create(
        letter=letter, signature=signature, opened_at=NOW - timedelta(minutes=11)
    )
    page = browser(letter).get(today(letter))
    [waits] = page.context["for_me"]
    assert (waits.sentence, waits.url) == (
        "1 name on the list is reported, and waits for an answer.",
        reverse("desk_reports", args=[letter.slug]),
    )
    assert "Longest wait: 11 minutes" in page.text


def test_a_burst_waits_for_vetters_while_nothing_holds_it() -> None:
    letter = open_letter()
    listed(letter, *(someone(number, credit="The same play") for number in range(12)))
    told = {
        role: [
            each.trait.value for each in browser(letter, role).get(today(letter)).context["bursts"]
        ]
        for role in (Role.VETTER, Role.EDITOR)
    }
    assert "credit" in told[Role.VETTER]
    assert told[Role.EDITOR] == []


def test_an_update_on_its_way_is_shown() -> None:
    letter = open_letter()
    client = browser(letter)
    owner = Organizer.objects.get()
    update = Update.objects.create(
        letter=letter,
        number=1,
        state=UpdateState.SENDING,
        seal="0" * 64,
        created_by=owner,
        released_by=owner,
        created_at=timezone.now(),
        started_at=timezone.now(),
        total=0,
    )
    UpdateWords.objects.create(update=update, language="en", subject="What comes next", body="…")
    page = client.get(today(letter))
    [titled] = page.context["under_way"]
    assert titled.words.subject == "What comes next"
    assert reverse("desk_update_pause", args=[letter.slug, 1]) in page.text
    viewers = browser(letter, Role.VIEWER).get(today(letter)).text
    assert reverse("desk_update_pause", args=[letter.slug, 1]) not in viewers


def test_a_draft_leads_to_its_text_and_has_no_figures() -> None:
    letter = draft_letter()
    page = browser(letter).get(today(letter))
    assert page.context["figures"] is None
    assert reverse("desk_texts", args=[letter.slug]) in page.text


def test_a_stranger_finds_nothing() -> None:
    letter = open_letter()
    client = Client()
    client.force_login(make_organizer(team=make_team(slug="another"), email="x@another.example"))
    assert client.get(today(letter)).status_code == 404


def _queries(client: Client, url: str) -> int:
    with CaptureQueriesContext(connection) as queries:
        assert client.get(url).status_code == 200
    return len(queries)


def test_it_asks_as_often_for_three_signatures_as_for_one() -> None:
    letter = open_letter()
    client = browser(letter)
    listed(letter, BRIGID)
    pending(letter, someone(1))
    once = _queries(client, today(letter))
    listed(letter, WIKTOR, someone(2))
    pending(letter, someone(3))
    assert _queries(client, today(letter)) == once


@pytest.mark.parametrize("make", [draft_letter, open_letter])
def test_the_list_asks_as_often_for_three_letters_as_for_one(make: Callable[..., Letter]) -> None:
    letter = make()
    client = browser(letter)
    url = reverse("desk")
    once = _queries(client, url)
    for slug in ("a-second", "a-third"):
        make(slug=slug)
    assert _queries(client, url) == once


def test_the_list_tells_of_each_letter_what_waits_and_what_comes(
    time_machine: TimeMachineFixture,
) -> None:
    time_machine.move_to(NOW, tick=False)
    closes = NOW + timedelta(days=3)
    letter = open_letter(closes_at=closes)
    letter.embargo_until = NOW + timedelta(hours=2)
    letter.milestones = [7]
    letter.save()
    [signature] = listed(letter, BRIGID)
    ReportCase.objects.create(letter=letter, signature=signature, opened_at=NOW)
    seen = {
        role: browser(letter, role).get(reverse("desk")).context["rows"][0]
        for role in (Role.VETTER, Role.VIEWER)
    }
    row = seen[Role.VETTER]
    assert [(each.what, each.at or each.number) for each in row.milestones] == [
        ("embargo_ends", letter.embargo_until),
        ("closes", closes),
        ("snapshot", 7),
    ]
    assert (row.last_hour, row.last_day) == (1, 1)
    assert [each.words for each in row.for_me] == ["1 report to answer"]
    assert seen[Role.VIEWER].for_me == []
