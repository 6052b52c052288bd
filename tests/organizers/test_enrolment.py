from io import StringIO

import pytest
from allauth.account.models import EmailAddress
from django.core import mail
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from campaign.organizers import account_mail
from campaign.organizers.models import Membership, Organizer, Role, Team

pytestmark = pytest.mark.django_db


def create(*words: str) -> str:
    out = StringIO()
    call_command("create_organizer", *words, stdout=out)
    return out.getvalue()


def test_an_organizer_owns_the_team_and_has_no_password_yet() -> None:
    told = create(
        "Farida@Letters.example", "--team", "Guild of Writers", "--name", "Farida Sørensen"
    )
    organizer = Organizer.objects.get()
    assert (organizer.email, organizer.name) == ("farida@letters.example", "Farida Sørensen")
    assert not organizer.has_usable_password()
    assert not organizer.is_staff
    address = EmailAddress.objects.get()
    assert (address.user, address.email, address.verified, address.primary) == (
        organizer,
        "farida@letters.example",
        True,
        True,
    )
    membership = Membership.objects.get()
    assert (membership.team.name, membership.team.slug, membership.role) == (
        "Guild of Writers",
        "guild-of-writers",
        Role.OWNER,
    )
    assert told == (
        "farida@letters.example is an organizer of Guild of Writers.\n"
        "They choose a password with “Forgot your password?” at "
        "http://127.0.0.1:8000/accounts/login/\n"
    )


def test_run_again_it_keeps_what_is_there_and_adds_what_is_missing() -> None:
    create("farida@letters.example", "--team", "Guild")
    organizer = Organizer.objects.get()
    organizer.set_password("a password of her own")
    organizer.save()
    Membership.objects.update(role=Role.VIEWER)
    EmailAddress.objects.update(verified=False)
    told = create("FARIDA@letters.example", "--team", "Guild", "--name", "Farida Sørensen")
    create("farida@letters.example", "--team", "Another", "--name", "Someone Else")
    organizer.refresh_from_db()
    assert organizer.name == "Farida Sørensen"
    assert organizer.check_password("a password of her own")
    assert "password" not in told
    assert list(Membership.objects.order_by("pk").values_list("team__name", "role")) == [
        ("Guild", Role.VIEWER),
        ("Another", Role.OWNER),
    ]
    assert EmailAddress.objects.get().verified
    assert Organizer.objects.count() == 1


def test_teams_whose_names_look_alike_are_told_apart() -> None:
    for name in ("Guild!", "Guild", "نقابة", "اتحاد"):
        create("farida@letters.example", "--team", name)
    assert list(Team.objects.order_by("pk").values_list("slug", flat=True)) == [
        "guild",
        "guild-2",
        "team",
        "team-2",
    ]


@pytest.mark.parametrize("words", [("farida", "--team", "Guild"), ("a@b.example", "--team", " ")])
def test_nonsense_is_refused(words: tuple[str, ...]) -> None:
    with pytest.raises(CommandError):
        create(*words)
    assert Organizer.objects.count() == 0


def test_the_first_password_comes_by_mail(client: Client) -> None:
    """From the account without a password to the desk, as the command says."""
    create("farida@letters.example", "--team", "Guild")
    client.post(reverse("account_reset_password"), {"email": "farida@letters.example"})
    account_mail.send_owed()
    (message,) = mail.outbox
    assert message.to == ["farida@letters.example"]
    link = next(
        word for word in str(message.body).split() if "/accounts/password/reset/key/" in word
    )
    page = client.get(link, follow=True)
    client.post(
        page.redirect_chain[-1][0],
        {
            "password1": "sparrows over the harbour",
            "password2": "sparrows over the harbour",
        },
    )
    entry = {"login": "farida@letters.example", "password": "sparrows over the harbour"}
    response = client.post(reverse("account_login"), entry)
    assert (response.status_code, response["Location"]) == (302, reverse("desk"))
    assert client.get(reverse("desk")).status_code == 200


def test_nobody_signs_up(client: Client) -> None:
    entry = {"email": "gita@letters.example", "password1": "sparrows over the harbour"}
    client.post("/accounts/signup/", entry)
    assert Organizer.objects.count() == 0


def test_an_unknown_address_gets_no_mail(client: Client) -> None:
    client.post(reverse("account_reset_password"), {"email": "nobody@letters.example"})
    account_mail.send_owed()
    assert mail.outbox == []
