from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from campaign.letters.models import Letter
from campaign.organizers import audit
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role, Team

pytestmark = pytest.mark.django_db


def entries(team: Team) -> list[tuple[str, str, str]]:
    found = AuditEntry.objects.filter(team=team).order_by("pk")
    return list(found.values_list("organizer__email", "action", "subject"))


def test_an_entry_names_who_what_and_when(guild: Team, owner: Organizer, now: datetime) -> None:
    with time_machine.travel(now, tick=False):
        audit.record(
            team=guild, organizer=owner, action="look", subject="s" * 130, detail="d" * 310
        )
    entry = AuditEntry.objects.get()
    assert (entry.team, entry.organizer, entry.action, entry.at) == (guild, owner, "look", now)
    assert (entry.subject, entry.detail) == ("s" * 120, "d" * 300)


def test_a_deed_that_fails_leaves_no_entry_and_an_entry_that_fails_no_deed(
    guild: Team, owner: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (
        pytest.raises(ZeroDivisionError),
        audit.recorded(team=guild, organizer=owner, action="close", subject="letter a"),
    ):
        raise ZeroDivisionError
    assert not AuditEntry.objects.exists()

    def broken(**_: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(audit, "record", broken)
    with (
        pytest.raises(ZeroDivisionError),
        audit.recorded(team=guild, organizer=owner, action="close", subject="letter a"),
    ):
        Team.objects.update(name="Changed")
    assert Team.objects.get(pk=guild.pk).name == "Guild of Letter Writers"


def test_pages_go_by_key_newest_first(
    guild: Team, owner: Organizer, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(audit, "PAGE_ROWS", 3)
    # Two share a moment, as two deeds in one second may.
    for number, seconds in enumerate((0, 1, 1, 2, 3, 4)):
        with time_machine.travel(now + timedelta(seconds=seconds), tick=False):
            audit.record(team=guild, organizer=owner, action="look", subject=str(number))
    first = audit.page(team=guild, after=None)
    assert [each.subject for each in first.rows] == ["5", "4", "3"]
    second = audit.page(team=guild, after=first.next)
    assert [each.subject for each in second.rows] == ["2", "1", "0"]
    assert second.next is None
    other = Team.objects.create(name="Another", slug="another")
    assert list(audit.page(team=other, after=first.next).rows) == []


def test_owners_read_it_and_nobody_else(
    guild: Team,
    cast: dict[Role, Organizer],
    stranger: Organizer,
    browser: Callable[[Organizer], Client],
) -> None:
    audit.record(team=guild, organizer=cast[Role.EDITOR], action="close", subject="letter a-b")
    audit.record(team=guild, organizer=cast[Role.VETTER], action="inspect", subject="signature x")
    path = reverse("desk_team_audit", args=[guild.slug])
    page = browser(cast[Role.OWNER]).get(path).text
    for words in ("Emeka Lund", "Closed a letter", "letter a-b", "Vesna Duarte", "inspect"):
        assert words in page
    for role, organizer in cast.items():
        if role != Role.OWNER:
            assert browser(organizer).get(path).status_code == 404, role
    assert browser(stranger).get(path).status_code == 404
    assert Client().get(path).status_code == 302
    assert browser(cast[Role.OWNER]).post(path).status_code == 405


def test_older_entries_are_a_link_away_and_nonsense_is_the_first_page(
    guild: Team,
    owner: Organizer,
    browser: Callable[[Organizer], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    desk, path = browser(owner), reverse("desk_team_audit", args=[guild.slug])
    assert "Nothing yet" in desk.get(path).text
    monkeypatch.setattr(audit, "PAGE_ROWS", 1)
    audit.record(team=guild, organizer=owner, action="look", subject="the first")
    audit.record(team=guild, organizer=owner, action="look", subject="the second")
    page = desk.get(path)
    assert "the second" in page.text
    assert "the first" not in page.text
    older = desk.get(f"{path}?after={page.context['next']}").text
    assert "the first" in older
    assert "Newest" in older
    for nonsense in ("x", "-1", "٣", "9" * 30, "", "%00"):
        assert "the second" in desk.get(f"{path}?after={nonsense}").text


def test_what_is_done_to_a_letter_is_told(
    guild: Team, owner: Organizer, browser: Callable[[Organizer], Client]
) -> None:
    desk = browser(owner)
    words = {"title": "Ask first", "addressee": "To them", "body": "We write."}
    new = words | {"team": guild.pk, "language": "en", "slug": "ask", "save": "1"}
    desk.post(reverse("desk_letter_new"), new)
    letter = Letter.objects.get()
    times = {"slug": "ask-first", "opens_at": "", "closes_at": ""}
    desk.post(reverse("desk_details", args=["ask"]), times)
    arabic = reverse("desk_translation", args=["ask-first", "ar"])
    desk.post(arabic, words | {"seen": "", "save": "1"})
    desk.post(reverse("desk_authoritative", args=["ask-first", "ar"]))
    desk.post(reverse("desk_translation_remove", args=["ask-first", "en"]))
    publish = reverse("desk_publish", args=["ask-first"])
    desk.post(publish, {"seen": "not what was seen"})
    desk.post(publish, {"seen": desk.get(publish).context["seen"]})
    desk.post(reverse("desk_revision", args=["ask-first"]))
    seen = desk.get(reverse("desk_texts", args=["ask-first"])).context["seen"]
    desk.post(reverse("desk_revision_discard", args=["ask-first"]), {"seen": seen})
    desk.post(reverse("desk_close", args=["ask-first"]))
    desk.post(reverse("desk_close", args=["ask-first"]))
    told = [(action, subject) for _who, action, subject in entries(guild)]
    assert told == [
        ("create", "letter ask"),
        ("details", "letter ask"),
        ("write", "letter ask-first"),
        ("authoritative", "letter ask-first"),
        ("remove_text", "letter ask-first"),
        ("publish", "letter ask-first"),
        ("revise", "letter ask-first"),
        ("discard", "letter ask-first"),
        ("close", "letter ask-first"),
    ]
    letter.refresh_from_db()
    assert letter.state == "closed"
    assert Membership.objects.filter(team=guild).count() == len(Role)


def _told(guild: Team, cast: dict[Role, Organizer], now: datetime) -> None:
    for day, role, action, subject, detail in (
        (0, Role.EDITOR, "publish", "letter ask-first", ""),
        (1, Role.VETTER, "hold", "signature 9Jx", "watched"),
        (2, Role.VETTER, "approve", "signature 9Jx", ""),
        (3, Role.VETTER, "approve", "signature 8Kq", ""),
    ):
        with time_machine.travel(now + timedelta(days=day), tick=False):
            audit.record(
                team=guild,
                organizer=cast[role],
                action=action,
                subject=subject,
                detail=detail,
            )


def test_entries_are_found_by_who_what_of_and_day(
    guild: Team, cast: dict[Role, Organizer], now: datetime, browser: Callable[[Organizer], Client]
) -> None:
    _told(guild, cast, now)
    desk, path = browser(cast[Role.OWNER]), reverse("desk_team_audit", args=[guild.slug])
    days = [f"{now + timedelta(days=day):%Y-%m-%d}" for day in range(4)]
    vetter = str(cast[Role.VETTER].pk)
    for asked, places in (
        ({}, [3, 2, 1, 0]),
        ({"who": vetter}, [3, 2, 1]),
        ({"what": "approve"}, [3, 2]),
        ({"of": "signature 9Jx"}, [2, 1]),
        ({"of": "signature 9J"}, []),
        ({"since": days[1], "until": days[2]}, [2, 1]),
        ({"since": days[3]}, [3]),
        ({"until": days[0]}, [0]),
        ({"who": vetter, "what": "approve", "of": "signature 9Jx"}, [2]),
        # Nothing of it is offered.
        ({"who": "x", "what": "nothing", "since": "yesterday", "of": "9" * 200}, [3, 2, 1, 0]),
        ({"who": "9" * 40, "until": "0000-00-00", "of": "\0"}, [3, 2, 1, 0]),
    ):
        page = desk.get(path, asked)
        shown = [(each.at - now).days for each in page.context["entries"]]
        assert (asked, shown) == (asked, places)
    assert "Nothing fits" in desk.get(path, {"of": "letter other"}).text


def test_the_next_page_asks_for_the_same(
    guild: Team,
    cast: dict[Role, Organizer],
    now: datetime,
    browser: Callable[[Organizer], Client],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _told(guild, cast, now)
    monkeypatch.setattr(audit, "PAGE_ROWS", 1)
    desk, path = browser(cast[Role.OWNER]), reverse("desk_team_audit", args=[guild.slug])
    page = desk.get(path, {"what": "approve", "of": ""})
    assert f"{path}?what=approve&amp;after={page.context['next']}" in page.text
    older = desk.get(path, {"what": "approve", "after": page.context["next"]})
    assert [each.subject for each in older.context["entries"]] == ["signature 9Jx"]
    assert f'"{path}?what=approve"' in older.text


def test_what_was_found_is_a_file_and_taking_it_is_an_entry(
    guild: Team, cast: dict[Role, Organizer], now: datetime, browser: Callable[[Organizer], Client]
) -> None:
    Organizer.objects.filter(pk=cast[Role.VETTER].pk).update(name='=HYPERLINK("x")')
    _told(guild, cast, now)
    desk = browser(cast[Role.OWNER])
    path = reverse("desk_team_audit_export", args=[guild.slug])
    response = desk.post(f"{path}?what=hold")
    held = now + timedelta(days=1)
    assert response.content.decode("utf-8-sig").splitlines() == [
        '"When (UTC)","Who","What","Code","Of","More"',
        f'"{held:%Y-%m-%d %H:%M:%S}","\'=HYPERLINK(""x"")","Held","hold","signature 9Jx","watched"',
    ]
    assert response["Content-Disposition"] == f'attachment; filename="{guild.slug}-audit.csv"'
    assert "no-store" in response["Cache-Control"]
    assert entries(guild)[-1] == (cast[Role.OWNER].email, "export_audit", f"team {guild.slug}")
