"""More signatures from one network, while an assembly signs."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Role
from tests.signatures.factories import close, make_organizer, make_team, open_letter
from tests.signatures.views.visitors import Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def logged_in(letter: Letter, role: Role) -> Client:
    client = Client()
    client.force_login(make_organizer(team=letter.team, email=f"{role}@team.example", role=role))
    return client


def url(letter: Letter, rest: str = "") -> str:
    return f"/desk/letters/{letter.slug}/assembly/{rest}"


def begin(client: Client, letter: Letter, ceiling: str = "900", hours: str = "2") -> Any:
    response = client.post(url(letter), {"ceiling": ceiling, "hours": hours})
    letter.refresh_from_db()
    return response


def trail() -> list[tuple[str, str]]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", "detail"))


def test_an_owner_lets_more_sign_and_it_ends_by_itself(letter: Letter) -> None:
    owner = logged_in(letter, Role.OWNER)
    assert begin(owner, letter).status_code == 303
    assert (letter.network_factor, letter.is_assembly_signing) == (900 / 400, True)
    until = letter.assembly_until
    assert until is not None
    assert trail() == [("assembly", f"900 until {until:%Y-%m-%dT%H:%MZ}")]
    with time_machine.travel(timezone.now() + timedelta(hours=2, seconds=1)):
        assert (letter.network_factor, letter.is_assembly_signing) == (1, False)
        assert begin(owner, letter, "500").status_code == 303
        assert letter.network_factor == 500 / 400


@pytest.mark.parametrize("role", [role for role in Role if role != Role.OWNER])
def test_all_organizers_see_it_and_only_owners_begin_or_end_it(letter: Letter, role: Role) -> None:
    begin(logged_in(letter, Role.OWNER), letter)
    member = logged_in(letter, role)
    for page in (url(letter), f"/desk/letters/{letter.slug}/"):
        assert "900 may sign in an hour from one network." in Page(member.get(page)).text
    assert member.post(url(letter, "end/")).status_code == 404
    Letter.objects.update(assembly_until=None)
    assert begin(member, letter).status_code == 404
    assert not letter.is_assembly_signing


def test_who_comes_second_changes_nothing(letter: Letter) -> None:
    owner = logged_in(letter, Role.OWNER)
    begin(owner, letter)
    late = owner.post(url(letter), {"ceiling": "20000", "hours": "12"}, follow=True)
    assert "Somebody began it meanwhile." in Page(late).text
    letter.refresh_from_db()
    assert (letter.hourly_ceiling, len(trail())) == (900, 1)


def test_it_is_ended_once(letter: Letter) -> None:
    owner = logged_in(letter, Role.OWNER)
    begin(owner, letter)
    for _press in range(2):
        assert owner.post(url(letter, "end/")).status_code == 303
    letter.refresh_from_db()
    assert (letter.network_factor, [action for action, _detail in trail()]) == (
        1,
        ["assembly", "end_assembly"],
    )


@pytest.mark.parametrize(
    ("ceiling", "hours"),
    [("400", "2"), ("20001", "2"), ("x", "2"), ("", "2"), ("900", "0"), ("900", "13"), ("900", "")],
)
def test_nonsense_is_refused_beside_its_field(letter: Letter, ceiling: str, hours: str) -> None:
    refused = begin(logged_in(letter, Role.OWNER), letter, ceiling, hours)
    assert (refused.status_code, letter.assembly_until) == (422, None)


def test_no_assembly_signs_what_nobody_can_sign(letter: Letter) -> None:
    close(letter)
    begin(logged_in(letter, Role.OWNER), letter)
    assert (letter.assembly_until, trail()) == (None, [])


def test_other_teams_see_nothing_of_it(letter: Letter) -> None:
    stranger = Client()
    strangers = make_team(slug="strangers")
    stranger.force_login(make_organizer(team=strangers, email="owner@strangers.example"))
    assert stranger.get(url(letter)).status_code == 404
    assert begin(stranger, letter).status_code == 404
    assert stranger.post(url(letter, "end/")).status_code == 404
