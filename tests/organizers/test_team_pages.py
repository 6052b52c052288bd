"""Each role sees exactly its pages; whatever else is asked for is not there."""

from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters import drafting
from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Invitation, Membership, Organizer, Role, Team
from tests.organizers.people import person

pytestmark = pytest.mark.django_db
Browser = Callable[[Organizer], Client]
RoleOf = Callable[[Organizer], str | None]


@pytest.fixture
def letter(guild: Team) -> Letter:
    return drafting.create_letter(
        team=guild,
        slug="ask",
        language="en",
        title="Ask first",
        addressee="To them",
        body="We write.",
        opens_at=None,
        closes_at=None,
    )


@pytest.fixture
def oriane(owner: Organizer, browser: Browser) -> Client:
    return browser(owner)


def pages(member: Organizer) -> Iterator[tuple[str, tuple[Role, ...]]]:
    """Each page that can be looked at, and who may."""
    everybody = tuple(Role)
    yield reverse("desk"), everybody
    yield reverse("desk_mail_doctor"), everybody
    yield reverse("desk_letter", args=["ask"]), everybody
    yield reverse("desk_team", args=["guild"]), everybody
    yield reverse("desk_team_leave", args=["guild"]), everybody
    yield reverse("desk_letter_new"), Role.writing()
    for name in ("desk_details", "desk_publish"):
        yield reverse(name, args=["ask"]), Role.writing()
    yield reverse("desk_translation", args=["ask", "en"]), Role.writing()
    yield reverse("desk_team_audit", args=["guild"]), Role.inviting()
    yield reverse("desk_team_remove", args=["guild", member.pk]), Role.inviting()


def acts(member: Organizer, invitation: Invitation) -> Iterator[tuple[str, dict[str, str]]]:
    """What only owners do to a team."""
    yield reverse("desk_team_invite", args=["guild"]), {"email": "a@b.example", "role": "owner"}
    yield reverse("desk_team_revoke", args=["guild", invitation.pk]), {}
    yield reverse("desk_team_role", args=["guild", member.pk]), {"role": "owner"}
    yield reverse("desk_team_remove", args=["guild", member.pk]), {}
    yield reverse("desk_team_audit_export", args=["guild"]), {}


def test_each_role_sees_exactly_its_pages(
    cast: dict[Role, Organizer], letter: Letter, browser: Browser, stranger: Organizer
) -> None:
    member = person("member@guild.example", "Mette", letter.team, Role.VIEWER)
    for role, organizer in cast.items():
        client = browser(organizer)
        for path, allowed in pages(member):
            expected = 200 if role in allowed else 404
            assert client.get(path).status_code == expected, (role, path)
    outside = browser(stranger)
    for path, _allowed in pages(member):
        if path not in (reverse("desk"), reverse("desk_mail_doctor"), reverse("desk_letter_new")):
            assert outside.get(path).status_code == 404, path
        assert Client().get(path).status_code == 302, path


def test_nobody_but_owners_acts_on_a_team(
    guild: Team,
    cast: dict[Role, Organizer],
    browser: Browser,
    stranger: Organizer,
    invited: Callable[..., Invitation],
) -> None:
    invitation = invited()
    before = list(Membership.objects.order_by("pk").values())
    for organizer in (*(cast[role] for role in Role if role != Role.OWNER), stranger):
        client = browser(organizer)
        for path, fields in acts(cast[Role.PRESS], invitation):
            assert client.post(path, fields).status_code == 404, (organizer, path)
    for path, fields in acts(cast[Role.PRESS], invitation):
        assert Client().post(path, fields).status_code == 302, path
    assert list(Membership.objects.order_by("pk").values()) == before
    assert list(Invitation.objects.values_list("pk", "revoked_at")) == [(invitation.pk, None)]
    assert not AuditEntry.objects.exists()


def test_nothing_happens_on_get(
    cast: dict[Role, Organizer], oriane: Client, invited: Callable[..., Invitation]
) -> None:
    for path, _fields in acts(cast[Role.PRESS], invited()):
        assert oriane.get(path).status_code in (200, 303)
    oriane.get(reverse("desk_team_leave", args=["guild"]))
    assert Membership.objects.filter(team__slug="guild").count() == len(Role)


def test_addresses_are_for_owners(
    guild: Team, cast: dict[Role, Organizer], browser: Browser, invited: Callable[..., Invitation]
) -> None:
    invited()
    nameless = person("nameless@guild.example", "", guild, Role.VIEWER)
    path = reverse("desk_team", args=["guild"])
    seen = browser(cast[Role.OWNER]).get(path).text
    for words in ("nadia@elsewhere.example", "vetter@guild.example", nameless.email):
        assert words in seen
    for role in (role for role in Role if role != Role.OWNER):
        page = browser(cast[role]).get(path)
        assert "Vesna Duarte" in page.text
        assert "no name yet" in page.text
        assert "@" not in page.text.split("<main", 1)[1].split("</main>", 1)[0], role


def test_the_page_says_what_each_role_may_do(oriane: Client) -> None:
    duties = oriane.get(reverse("desk_team", args=["guild"])).context["duties"]
    assert [row["roles"] for row in duties] == [
        [True, True, True, True, True],
        [True, True, False, False, False],
        [True, True, False, True, False],
        [True, True, True, False, False],
        [True, False, True, False, False],
        [True, False, False, False, False],
    ]


def test_one_team_is_gone_to_and_several_are_listed(
    guild: Team, owner: Organizer, stranger: Organizer, oriane: Client, browser: Browser
) -> None:
    response = oriane.get(reverse("desk_teams"))
    assert response["Location"] == reverse("desk_team", args=["guild"])
    Membership.objects.create(team=Team.objects.get(slug="another"), organizer=owner)
    page = oriane.get(reverse("desk_teams")).text
    assert "Guild of Letter Writers" in page
    assert "Another House" in page
    nobody = person("nobody@elsewhere.example", "Nobody")
    assert "You are in no team" in browser(nobody).get(reverse("desk_teams")).text


def test_an_owner_invites_and_takes_back(guild: Team, oriane: Client) -> None:
    fields = {"email": "Nadia@Elsewhere.example", "role": "press"}
    page = oriane.post(reverse("desk_team_invite", args=["guild"]), fields, follow=True)
    assert "Invited. The link" in page.text
    assert "The e-mail is on its way" in page.text
    invitation = Invitation.objects.get()
    assert (invitation.email, invitation.role) == ("nadia@elsewhere.example", "press")
    path = reverse("desk_team_revoke", args=["guild", invitation.pk])
    assert "no longer works" in oriane.post(path, follow=True).text
    Invitation.objects.update(revoked_at=None, accepted_at=invitation.created_at)
    assert "accepted meanwhile" in oriane.post(path, follow=True).text


def test_the_states_of_invitations_are_told(
    oriane: Client, invited: Callable[..., Invitation], now: datetime
) -> None:
    path = reverse("desk_team", args=["guild"])
    invitation = invited(at=datetime.now(now.tzinfo))
    Invitation.objects.update(sent_at=now)
    assert "Sent; works until" in oriane.get(path).text
    Invitation.objects.update(refused_at=now)
    assert "The mail server refuses" in oriane.get(path).text
    Invitation.objects.update(refused_at=None, created_at=now.replace(year=2020))
    assert "Expired" in oriane.get(path).text
    assert invitation.pk


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"email": "", "role": "press"}, 422, "Type the address of the person"),
        ({"email": "nadia", "role": "press"}, 422, "Type a whole address"),
        ({"email": "nadia@\u202eelsewhere.example", "role": "press"}, 422, "Type a whole address"),
        ({"email": "n\u0430dia@elsewhere.example", "role": "press"}, 422, "Type a whole address"),
        ({"email": f"{'n' * 300}@b.example", "role": "press"}, 422, "too long"),
        ({"email": "n@b.example", "role": "queen"}, 422, "Choose one of the roles"),
        ({"email": "n@b.example", "role": ""}, 422, "Choose a role"),
        ({"email": "EDITOR@guild.example", "role": "press"}, 409, "in the team already"),
        ({"email": "Open@elsewhere.example", "role": "press"}, 409, "open already"),
    ],
)
def test_nonsense_is_refused_beside_the_field(
    oriane: Client,
    invited: Callable[..., Invitation],
    now: datetime,
    fields: dict[str, str],
    status: int,
    words: str,
) -> None:
    invited(email="open@elsewhere.example", at=datetime.now(now.tzinfo))
    answer = oriane.post(reverse("desk_team_invite", args=["guild"]), fields)
    assert answer.status_code == status
    assert words in answer.text
    assert Invitation.objects.count() == 1


def test_whether_an_address_has_an_account_is_not_told(stranger: Organizer, oriane: Client) -> None:
    path, pages = reverse("desk_team_invite", args=["guild"]), []
    for email in (stranger.email, "nobody-at-all@another.example"):
        page = oriane.post(path, {"email": email, "role": "viewer"}, follow=True)
        Invitation.objects.all().delete()
        pages.append((page.status_code, page.text.replace(email, "").replace("/1/", "/")))
    assert pages[0][0] == pages[1][0]
    assert [page.count("The e-mail is on its way") for _status, page in pages] == [1, 1]


def test_many_invitations_in_an_hour_are_too_many(
    oriane: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("campaign.limits.hit", lambda *_: False)
    fields = {"email": "nadia@elsewhere.example", "role": "press"}
    answer = oriane.post(reverse("desk_team_invite", args=["guild"]), fields)
    assert answer.status_code == 429
    assert "many invitations" in answer.text
    assert not Invitation.objects.exists()


def test_an_owner_who_is_none_any_more_invites_nobody(
    owner: Organizer, oriane: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the role and the deed."""
    from campaign.organizers import invitations

    invite = invitations.invite

    def demoted_first(**asked: object) -> Invitation:
        Membership.objects.filter(organizer=owner).update(role=Role.VIEWER)
        return invite(**asked)  # type: ignore[arg-type]

    monkeypatch.setattr(invitations, "invite", demoted_first)
    fields = {"email": "nadia@elsewhere.example", "role": "press"}
    answer = oriane.post(reverse("desk_team_invite", args=["guild"]), fields)
    assert answer.status_code == 404


def test_an_owner_changes_roles_and_removes(
    cast: dict[Role, Organizer], oriane: Client, role_of: RoleOf
) -> None:
    member = cast[Role.VIEWER]
    role = reverse("desk_team_role", args=["guild", member.pk])
    assert "Vikram Holt: Editor." in oriane.post(role, {"role": "editor"}, follow=True).text
    assert "Choose one of the roles" in oriane.post(role, {"role": "x"}, follow=True).text
    assert role_of(member) == "editor"
    remove = reverse("desk_team_remove", args=["guild", member.pk])
    assert "Vikram Holt" in oriane.get(remove).text
    assert "no longer in the team" in oriane.post(remove, follow=True).text
    assert role_of(member) is None
    assert oriane.post(remove).status_code == 404
    assert oriane.post(role, {"role": "editor"}).status_code == 404
    assert oriane.get(reverse("desk_team_remove", args=["guild", 2**70])).status_code == 404


def test_the_last_owner_is_told_to_find_another(
    guild: Team, owner: Organizer, oriane: Client, role_of: RoleOf
) -> None:
    leave = reverse("desk_team_leave", args=["guild"])
    mine = reverse("desk_team_remove", args=["guild", owner.pk])
    assert oriane.get(mine)["Location"] == leave
    assert "A team needs an owner" in oriane.post(leave, follow=True).text
    role = reverse("desk_team_role", args=["guild", owner.pk])
    assert "A team needs an owner" in oriane.post(role, {"role": "press"}, follow=True).text
    assert role_of(owner) == Role.OWNER
    person("second@guild.example", "Sefa Brandt", guild)
    assert "You are no longer in the team" in oriane.post(leave, follow=True).text
    assert oriane.get(reverse("desk_team", args=["guild"])).status_code == 404


def test_a_team_that_changed_meanwhile_is_left_as_it_is(
    cast: dict[Role, Organizer], oriane: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    from campaign.organizers import errors, teams

    def too_late(**_: object) -> None:
        Membership.objects.filter(organizer=cast[Role.OWNER]).delete()
        raise errors.NotAllowed

    monkeypatch.setattr(teams, "remove_member", too_late)
    path = reverse("desk_team_remove", args=["guild", cast[Role.PRESS].pk])
    page = oriane.post(path, follow=True)
    assert "The team changed meanwhile" in page.text
    assert page.redirect_chain[-1][0] == reverse("desk")


# --- beginning a team ---------------------------------------------------------------------------


def test_a_site_operator_begins_a_team_and_owns_it(
    owner: Organizer, guild: Team, browser: Browser
) -> None:
    Organizer.objects.filter(pk=owner.pk).update(is_staff=True)
    desk, path = browser(owner), reverse("desk_team_new")
    assert 'name="name"' in desk.get(reverse("desk_teams")).text
    assert (desk.get(path).status_code, desk.get(path)["Location"]) == (303, "/desk/")
    response = desk.post(path, {"name": "  House of   Readers "}, follow=True)
    team = Team.objects.get(name="House of Readers")
    assert response.redirect_chain == [(reverse("desk_team", args=[team.slug]), 302)]
    assert Membership.objects.get(team=team).organizer == owner
    assert AuditEntry.objects.get(team=team).action == "begin_team"
    assert desk.post(path, {"name": "house of readers"}).status_code == 409
    for name in ("", "  ", "...", "x" * 300, "a\u202eb", "\x00"):
        response = desk.post(path, {"name": name})
        assert response.status_code == 422
        assert list(response.context["form"].errors) == ["name"]
    assert Team.objects.count() == 2


def test_others_are_told_whom_to_ask(stranger: Organizer, browser: Browser) -> None:
    desk = browser(stranger)
    assert desk.post(reverse("desk_team_new"), {"name": "Mine"}).status_code == 404
    Membership.objects.all().delete()
    page = desk.get(reverse("desk_teams")).text
    assert "Teams are begun by the operator of this site." in page
    assert "mailto:" in page
    assert Team.objects.filter(name="Mine").count() == 0


@pytest.mark.django_db
def test_signing_up_says_whom_to_ask_in_both_languages() -> None:
    page = Client().get("/accounts/signup/").text
    assert "Accounts are by invitation" in page
    assert "mailto:" in page
    assert 'href="/ar/accounts/signup/"' in page
    login = Client().get("/ar/accounts/login/").text
    assert 'href="/accounts/login/"' in login
    assert 'href="/ar/accounts/signup/"' in login


def test_the_table_of_roles_says_all_that_a_role_may(oriane: Client) -> None:
    page = oriane.get(reverse("desk_team", args=["guild"])).text
    assert "Write the press page: facts, quotes, pictures, contact" in page
    assert "Take signatures off the list and put them back" in page
