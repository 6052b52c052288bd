from collections.abc import Callable
from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from campaign.organizers import invitations
from campaign.organizers.models import Invitation, Membership, Organizer, Role
from tests.organizers.people import PASSWORD, person

pytestmark = pytest.mark.django_db
NADIA = "nadia@elsewhere.example"
NEWCOMER = {"name": "Nadia Ferreira", "password": "sparrows over the harbour"}
Make = Callable[..., Invitation]
Browser = Callable[[Organizer], Client]


@pytest.fixture
def invitation(invited: Make) -> Invitation:
    return invited(at=datetime.now(UTC))


@pytest.fixture
def path(invitation: Invitation) -> str:
    return reverse("invitation", args=[invitations.token_for(invitation=invitation)])


def state(invitation: Invitation) -> tuple[bool, bool]:
    invitation.refresh_from_db()
    joined = Membership.objects.filter(organizer__email=NADIA).exists()
    return invitation.accepted_at is not None, joined


def test_looking_does_nothing(client: Client, invitation: Invitation, path: str) -> None:
    for method in ("get", "head"):
        assert getattr(client, method)(path).status_code == 200
    page = client.get(path)
    for words in ("Guild of Letter Writers", "Oriane Bakker", "Vetter", NADIA):
        assert words in page.text
    assert "no-store" in page["Cache-Control"]
    assert state(invitation) == (False, False)


def test_a_newcomer_accepts_and_is_logged_in(
    client: Client, invitation: Invitation, path: str
) -> None:
    page = client.post(path, NEWCOMER, follow=True)
    assert page.redirect_chain[-1][0] == reverse("desk")
    assert "You are in the team" in page.text
    assert page.context["user"].email == NADIA
    assert state(invitation) == (True, True)
    again = Client().get(path)
    assert again.status_code == 410
    assert "accepted already" in again.text


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"name": "", "password": "sparrows over the harbour"}, "Type your name"),
        ({"name": "N\u202eadia", "password": "sparrows over the harbour"}, "cannot be seen"),
        ({"name": "N" * 121, "password": "sparrows over the harbour"}, "Shorten the name"),
        ({"name": "Nadia", "password": ""}, "Choose a password"),
        ({"name": "Nadia", "password": "short"}, "too short"),
        ({"name": "Nadia", "password": "professional"}, "too common"),
        ({"name": "Nadia", "password": NADIA}, "too similar"),
        ({"name": "Nadia", "password": "x" * 1001}, "Shorten the password"),
    ],
)
def test_a_newcomer_is_told_what_is_wrong(
    client: Client, invitation: Invitation, path: str, fields: dict[str, str], words: str
) -> None:
    page = client.post(path, fields)
    assert words in page.text
    assert f'value="{fields["password"]}"' not in page.text
    assert state(invitation) == (False, False)
    assert not Organizer.objects.filter(email=NADIA).exists()


def test_whoever_has_an_account_logs_in_and_comes_back(
    client: Client, invitation: Invitation, path: str
) -> None:
    person(NADIA, "Nadia")
    page = client.get(path)
    assert "Log in first" in page.text
    assert 'type="password"' not in page.text
    response = client.post(path, NEWCOMER)
    assert response["Location"] == f"{reverse('account_login')}?next={path}"
    login = {"login": NADIA, "password": PASSWORD, "next": path}
    page = client.post(reverse("account_login"), login, follow=True)
    assert page.redirect_chain[-1][0] == path
    assert state(invitation) == (False, False)
    assert "You are in the team" in client.post(path, follow=True).text
    assert state(invitation) == (True, True)


def test_somebody_else_cannot_take_it(
    invitation: Invitation, path: str, stranger: Organizer, browser: Browser
) -> None:
    client = browser(stranger)
    for answer in (client.get(path), client.post(path)):
        assert answer.status_code == 403
        assert "for somebody else" in answer.text
        assert NADIA not in answer.text
    assert state(invitation) == (False, False)
    person(NADIA, "Nadia")
    assert client.post(path).status_code == 403
    assert not Membership.objects.filter(organizer=stranger, team=invitation.team).exists()


def test_an_account_that_appears_meanwhile_is_logged_in_to(
    client: Client, invitation: Invitation, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    accept = invitations.accept_as_newcomer

    def too_late(**asked: object) -> Organizer:
        person(NADIA, "Nadia")
        return accept(**asked)  # type: ignore[arg-type]

    monkeypatch.setattr(invitations, "accept_as_newcomer", too_late)
    assert reverse("account_login") in client.post(path, NEWCOMER)["Location"]
    assert state(invitation) == (False, False)


def test_links_that_do_not_work_say_why(
    client: Client, invitation: Invitation, path: str, browser: Browser, owner: Organizer
) -> None:
    unknown = client.get(reverse("invitation", args=["A" * 32]))
    assert (unknown.status_code, "We do not know" in unknown.text) == (404, True)
    Invitation.objects.update(revoked_at=invitation.created_at)
    for someone in (client, browser(owner)):
        for answer in (someone.get(path), someone.post(path, NEWCOMER)):
            assert (answer.status_code, "no longer works" in answer.text) == (410, True)
    assert not Organizer.objects.filter(email=NADIA).exists()


def test_the_role_is_the_one_that_was_offered(
    client: Client, invitation: Invitation, path: str
) -> None:
    client.post(path, NEWCOMER | {"role": "owner"})
    assert Membership.objects.get(organizer__email=NADIA).role == Role.VETTER
