"""Site operators look after accounts and teams; letters they only look at."""

import pytest
from allauth.account.models import EmailAddress
from django.test import Client
from django.urls import reverse

from campaign.letters import drafting, publishing
from campaign.letters.models import Letter, Text
from campaign.organizers.models import Membership, Organizer, Role, Team

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Organizer:
    return Organizer.objects.create_superuser("root@letters.example", "a long enough password")


@pytest.fixture
def admin(operator: Organizer) -> Client:
    client = Client()
    client.force_login(operator)
    return client


@pytest.fixture
def letter() -> Letter:
    team = Team.objects.create(name="Guild", slug="guild")
    letter = drafting.create_letter(
        team=team,
        slug=None,
        language="en",
        title="Ask first",
        addressee="To them",
        body="We write.",
        opens_at=None,
        closes_at=None,
    )
    publishing.publish(letter=letter, now=letter.created_at)
    return letter


def test_the_login_is_the_same_as_for_the_desk(client: Client) -> None:
    response = client.get("/admin/login/?next=/admin/")
    assert response.status_code == 302
    assert response["Location"].startswith(reverse("account_login"))


def test_organizers_stay_out(client: Client) -> None:
    client.force_login(Organizer.objects.create_user("hana@letters.example"))
    assert client.get("/admin/", follow=True).status_code == 403


def test_every_page_opens(admin: Client, letter: Letter, operator: Organizer) -> None:
    Membership.objects.create(team=letter.team, organizer=operator, role=Role.OWNER)
    text = Text.objects.get()
    for path in (
        "/admin/",
        "/admin/organizers/organizer/",
        "/admin/organizers/organizer/add/",
        f"/admin/organizers/organizer/{operator.pk}/change/",
        "/admin/organizers/team/",
        f"/admin/organizers/team/{letter.team.pk}/change/",
        "/admin/organizers/membership/?q=guild",
        "/admin/letters/letter/?q=ask",
        f"/admin/letters/letter/{letter.pk}/change/",
        "/admin/letters/text/?q=ask",
        f"/admin/letters/text/{text.pk}/change/",
    ):
        assert admin.get(path).status_code == 200, path


MEMBERSHIPS = {"memberships-TOTAL_FORMS": "0", "memberships-INITIAL_FORMS": "0"}


def test_a_new_account_has_a_verified_address_and_no_password(admin: Client) -> None:
    entry = {"email": "Ivo@Letters.example", "name": "Ivo Tanaka", "is_active": "on"}
    admin.post("/admin/organizers/organizer/add/", entry | MEMBERSHIPS)
    organizer = Organizer.objects.get(name="Ivo Tanaka")
    assert organizer.email == "ivo@letters.example"
    assert not organizer.has_usable_password()
    assert EmailAddress.objects.get(user=organizer).verified


def test_a_changed_account_keeps_its_address_and_password(admin: Client) -> None:
    organizer = Organizer.objects.create_user("ivo@letters.example", "a long enough password")
    entry = {"email": "other@letters.example", "name": "Ivo", "password": "x"}
    admin.post(f"/admin/organizers/organizer/{organizer.pk}/change/", entry | MEMBERSHIPS)
    organizer.refresh_from_db()
    assert (organizer.email, organizer.name, organizer.is_active) == (
        "ivo@letters.example",
        "Ivo",
        False,
    )
    assert organizer.check_password("a long enough password")


def test_letters_are_not_written_there(admin: Client, operator: Organizer, letter: Letter) -> None:
    text = Text.objects.get()
    assert admin.get("/admin/letters/letter/add/").status_code == 403
    assert admin.get("/admin/letters/text/add/").status_code == 403
    assert admin.get(f"/admin/letters/letter/{letter.pk}/delete/").status_code == 403
    assert admin.get(f"/admin/letters/text/{text.pk}/delete/").status_code == 403
    assert admin.get(f"/admin/organizers/organizer/{operator.pk}/delete/").status_code == 403
    other = Team.objects.create(name="Another", slug="another")
    forms = {"texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0"}
    admin.post(
        f"/admin/letters/letter/{letter.pk}/change/",
        {"team": other.pk, "slug": "changed", "state": "draft", "origin": "x"} | forms,
    )
    letter.refresh_from_db()
    assert (letter.team, letter.slug, letter.state) == (other, "ask-first", "published")
