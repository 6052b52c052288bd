"""The numbers of a letter, for its team: the same in chart, table and file."""

import csv
import io
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaign import process_cache
from campaign.letters.models import Letter
from campaign.organizers.models import Role
from signatures.errors import TooSlow
from signatures.models import Delivery, DeliveryState, Signature, Vetting, VettingState
from signatures.overview import numbers
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    WIKTOR,
    draft_letter,
    listed,
    make_organizer,
    make_team,
    open_letter,
    pending,
    someone,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    letter = open_letter()
    Letter.objects.update(published_at=timezone.now() - timedelta(days=40))
    letter.refresh_from_db()
    listed(letter, BRIGID, SALMA, QUIET, GUILD)
    pending(letter, WIKTOR)
    return letter


@pytest.fixture
def desk(letter: Letter) -> Client:
    client = Client()
    client.force_login(make_organizer(team=letter.team, role=Role.VIEWER))
    return client


def url(letter: Letter, rest: str = "") -> str:
    return f"/desk/letters/{letter.slug}/numbers/{rest}"


def rows(desk: Client, letter: Letter, name: str) -> list[list[str]]:
    response = desk.get(url(letter, f"{name}.csv"))
    assert response["Content-Type"] == "text/csv; charset=utf-8"
    text = response.content.decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline="")))


def test_everybody_in_the_team_sees_them_and_nobody_else(letter: Letter) -> None:
    for role in Role:
        client = Client()
        who = make_organizer(team=letter.team, email=f"{role}@team.example", role=role)
        client.force_login(who)
        answers = [client.get(url(letter, rest)).status_code for rest in ("", "hours.csv")]
        assert (role, answers) == (role, [200, 200])
    stranger = make_organizer(team=make_team(slug="strangers"), email="owner@other.example")
    client = Client()
    client.force_login(stranger)
    assert [client.get(url(letter, rest)).status_code for rest in ("", "hours.csv")] == [404, 404]


def test_a_draft_has_none_nor_is_there_another_table(desk: Client, letter: Letter) -> None:
    draft = draft_letter(slug="unheard-of", team=letter.team)
    paths = (url(draft), url(draft, "hours.csv"), url(letter, "addresses.csv"))
    assert [desk.get(each).status_code for each in paths] == [404, 404, 404]


def test_hours_and_days_tell_who_asked_and_who_confirmed(desk: Client, letter: Letter) -> None:
    now = timezone.now()
    Signature.objects.filter(email=BRIGID.email).update(created_at=now - timedelta(hours=5))
    Signature.objects.filter(email=SALMA.email).update(created_at=now - timedelta(days=3))
    Signature.objects.filter(email=QUIET.email).update(created_at=now - timedelta(days=31))
    # Taken back by somebody who mistyped their address.
    mistyped = pending(letter, someone(1))
    Signature.objects.filter(pk=mistyped.pk).update(revision=0)
    hours, days = (rows(desk, letter, name)[1:] for name in ("hours", "days"))
    assert (len(hours), len(days)) == (48, 30)
    assert hours[-1][0] == f"{now:%Y-%m-%dT%H:00}"
    assert [hours[-1][2:], hours[-6][2:]] == [["2", "1", "1"], ["1", "1", "0"]]
    assert sum(int(each[2]) for each in hours) == 3
    assert days[-4][2:] == ["1", "1", "0"]
    assert sum(int(each[2]) for each in days) == 4


def test_a_young_letter_begins_with_its_first_hour(desk: Client, letter: Letter) -> None:
    Letter.objects.update(published_at=timezone.now() - timedelta(hours=3))
    assert len(rows(desk, letter, "hours")[1:]) == 4
    assert len(rows(desk, letter, "days")[1:]) in (1, 2)


def test_who_is_not_named_is_in_no_profession_and_no_country(desk: Client, letter: Letter) -> None:
    told = {name: rows(desk, letter, name)[1:] for name in ("professions", "countries")}
    assert [each[:3] for each in told["professions"]] == [
        ["author", "Author", "1"],
        ["poet", "Poet", "1"],
        ["", "Not shown, at their own wish", "1"],
    ]
    assert "AT" not in {each[0] for each in told["countries"]}
    assert sum(int(each[2]) for each in told["countries"]) == 4


def test_levels_are_those_of_the_public_count(desk: Client, letter: Letter) -> None:
    found = [(each[0], each[2]) for each in rows(desk, letter, "levels")[1:]]
    assert found == [("4", "0"), ("3", "0"), ("2", "0"), ("1", "4")]


def test_languages_are_those_of_the_texts_that_were_signed(desk: Client, letter: Letter) -> None:
    found = [each[:3] for each in rows(desk, letter, "languages")[1:]]
    assert [(code, count) for code, _name, count in found] == [("en", "3"), ("ar", "1")]


def test_mail_that_came_back_is_told_by_day(desk: Client, letter: Letter) -> None:
    waiting = Delivery.objects.filter(signature__email=WIKTOR.email)
    waiting.update(state=DeliveryState.FAILED)
    assert rows(desk, letter, "mail")[-1][2:] == ["5", "4", "1", "0"]


def test_decisions_are_told_with_how_long_they_took(desk: Client, letter: Letter) -> None:
    now = timezone.now()
    decided = now.replace(hour=0, minute=0, second=30)
    for who, state, minutes in (
        (BRIGID, VettingState.APPROVED, 10),
        (SALMA, VettingState.APPROVED, 20),
        (GUILD, VettingState.REJECTED, 90),
        (QUIET, VettingState.WAITING, 0),
    ):
        is_open = state == VettingState.WAITING
        Vetting.objects.create(
            signature=Signature.objects.get(email=who.email),
            letter=letter,
            reason="by_hand",
            state=state,
            opened_at=now if is_open else decided - timedelta(minutes=minutes),
            decided_at=None if is_open else decided,
        )
    assert rows(desk, letter, "vetting")[1:] == [
        [f"{now:%Y-%m-%d}T00:00", rows(desk, letter, "days")[-1][1], "2", "1", "20", "90"]
    ]
    assert "has waited since" in desk.get(url(letter)).text


def test_the_page_draws_what_the_tables_tell(desk: Client, letter: Letter) -> None:
    page = desk.get(url(letter)).text
    names = re.findall(r'<h2 id="(\w+)">', page)
    assert names == ["hours", "days", "levels", "professions", "countries", "languages", "mail"]
    assert len(re.findall(r'<svg class="chart[^"]*"', page)) == len(names)
    for name in names:
        assert f'aria-labelledby="{name}-title {name}-desc"' in page
        assert f'href="{url(letter, f"{name}.csv")}"' in page
    assert "@" not in page.replace("ottilie@open-stage.example", "")
    assert QUIET.details.name not in page


def test_they_are_counted_once_a_minute(desk: Client, letter: Letter) -> None:
    now = timezone.now()
    first = numbers.read(letter=letter, now=now)
    listed(letter, someone(7))
    assert numbers.read(letter=letter, now=now + timedelta(seconds=59)) is first
    again = numbers.read(letter=letter, now=now + timedelta(seconds=60))
    assert again.languages != first.languages
    process_cache.forget_all()
    assert numbers.read(letter=letter, now=now) is not first


def test_it_costs_the_same_however_many_signed(letter: Letter) -> None:
    def queries() -> int:
        process_cache.forget_all()
        with CaptureQueriesContext(connection) as found:
            numbers.read(letter=letter, now=timezone.now())
        return len(found)

    before = queries()
    listed(letter, *(someone(number, country="FR") for number in range(3)))
    assert queries() == before


def test_what_takes_too_long_is_left_out_and_said(
    desk: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(_letter: Letter) -> None:
        raise TooSlow

    monkeypatch.setattr(numbers, "_languages", slow)
    page = desk.get(url(letter)).text
    assert ("took too long to count" in page, '<h2 id="languages">' in page) == (True, False)
    assert '<h2 id="hours">' in page
