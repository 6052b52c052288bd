"""Coming to publish letters here: what an application needs, and what it opens."""

from datetime import datetime, timedelta

import pytest
from django.core import mail
from pytest_django import Settings

from campaign.organizers import account_mail, applications, errors, invitations
from campaign.organizers.models import (
    AccountMail,
    Application,
    AuditEntry,
    Invitation,
    Membership,
    Organizer,
    Role,
    Team,
)
from tests.concurrency import at_once
from tests.organizers.people import AINO, WORDS, applied, person

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator(db: None) -> Organizer:
    return Organizer.objects.create_superuser("root@letters.example", "a long enough password")


def waiting(now: datetime, **words: str) -> Application:
    application = applied(now, **words)
    applications.confirm(application=application, now=now)
    application.refresh_from_db()
    return application


def sent() -> list[tuple[str, str]]:
    """Whom, and about what."""
    account_mail.send_owed()
    found = [(each.to[0], str(each.subject)) for each in mail.outbox]
    mail.outbox.clear()
    return found


def test_applying_owes_one_mail_and_tells_nobody_else(now: datetime, operator: Organizer) -> None:
    applied(now)
    account_mail.send_owed()
    [message] = mail.outbox
    assert message.to == [AINO]
    # It goes to an address that somebody typed.
    for typed in (WORDS.name, WORDS.team_name, WORDS.asks, WORDS.website, WORDS.contact):
        assert typed not in str(message.message())
    assert list(applications.waiting()) == []


def test_confirming_tells_the_operators_once(
    now: datetime, operator: Organizer, settings: Settings
) -> None:
    application = applied(now)
    sent()
    settings.OPERATOR_CONTACT = "office@letters.example"
    applications.confirm(application=application, now=now)
    applications.confirm(application=application, now=now)
    told = "An application to publish: Riverside Readers"
    assert sent() == [("office@letters.example", told)]
    settings.OPERATOR_CONTACT = "https://letters.example/contact"
    waiting(now, email="other@riverside.example")
    assert ("root@letters.example", told) in sent()
    assert Team.objects.count() == 0


def test_approval_makes_one_team_and_lets_its_first_owner_in(
    now: datetime, operator: Organizer
) -> None:
    application = waiting(now)
    AccountMail.objects.all().delete()
    team = applications.approve(application=application, by=operator, now=now)
    with pytest.raises(errors.AlreadyDecided):
        applications.approve(application=application, by=operator, now=now)
    with pytest.raises(errors.AlreadyDecided):
        applications.decline(application=application, by=operator, reason="No.", now=now)
    assert [each.name for each in Team.objects.all()] == ["Riverside Readers"]
    assert len(sent()) == 1
    assert [each.action for each in AuditEntry.objects.all()] == ["approve_application"]

    application.refresh_from_db()
    offer = applications.invitation_of(application=application, now=now)
    invitations.accept_as_newcomer(
        invitation=offer, name="Aino", password="nine lanterns on the quay", now=now
    )
    member = Membership.objects.get(team=team)
    assert (member.organizer.email, member.role) == (AINO, Role.OWNER)
    with pytest.raises(errors.AlreadyBegun):
        applications.invitation_of(application=application, now=now)


def test_a_later_offer_takes_the_place_of_an_earlier(now: datetime, operator: Organizer) -> None:
    application = waiting(now)
    applications.approve(application=application, by=operator, now=now)
    application.refresh_from_db()
    first = applications.invitation_of(application=application, now=now)
    later = now + timedelta(days=20)
    second = applications.invitation_of(application=application, now=later)
    with pytest.raises(errors.InvitationExpired):
        invitations.invitation_behind(invitations.token_for(invitation=first), now=now)
    invitations.invitation_behind(invitations.token_for(invitation=second), now=later)
    # No mail of its own is owed for either.
    assert not Invitation.objects.filter(sent_at=None).exists()


def test_nobody_comes_into_a_team_by_naming_theirs_alike(
    now: datetime, operator: Organizer
) -> None:
    known = Team.objects.create(name="Riverside Readers", slug="riverside-readers")
    owner = person("owner@riverside.example", "Ottilie", known)
    application = waiting(now, team_name="riverside READERS")
    team = applications.approve(application=application, by=operator, now=now)
    assert (team.name, team.slug) == ("riverside READERS 2", "riverside-readers-2")
    assert [each.organizer for each in known.memberships.all()] == [owner]


def test_a_refusal_is_told_with_its_reason(now: datetime, operator: Organizer) -> None:
    application = waiting(now)
    AccountMail.objects.all().delete()
    applications.decline(
        application=application, by=operator, reason="This names a private person.", now=now
    )
    account_mail.send_owed()
    [message] = mail.outbox
    assert message.to == [AINO]
    assert "This names a private person." in str(message.body)
    assert Team.objects.count() == 0
    application.refresh_from_db()
    assert application.reason == "This names a private person."


def test_from_each_address_one_application_waits(now: datetime) -> None:
    waiting(now)
    another = applied(now, email=AINO.upper(), team_name="Another")
    with pytest.raises(errors.AlreadyApplied):
        applications.confirm(application=another, now=now)
    assert [each.team_name for each in applications.waiting()] == ["Riverside Readers"]


def test_where_the_site_is_open_confirming_is_enough(now: datetime, settings: Settings) -> None:
    settings.OPEN_TO_ORGANIZERS = "on"
    application = waiting(now)
    assert application.approved_at == now
    assert application.team is not None
    assert application.team.name == "Riverside Readers"
    # The link to confirm, and nothing else.
    assert [to for to, _subject in sent()] == [AINO]


@pytest.mark.parametrize(
    "name",
    [
        "riverside READERS",
        "Riverside Reader's",
        "Rivérsidе  Readers",
        "Riverside-Readers 2",
        "Riversides Readers",
        "The Riverside Readers’ Guild",
        "ℝiverside Readers",
    ],
)
def test_who_would_be_taken_for_another_team_waits_though_the_site_is_open(
    name: str, now: datetime, settings: Settings
) -> None:
    settings.OPEN_TO_ORGANIZERS = "on"
    settings.OPERATOR_CONTACT = "office@letters.example"
    Team.objects.create(name="Riverside Readers", slug="riverside-readers")
    application = waiting(now, team_name=name)
    assert (application.approved_at, application.team) == (None, None)
    assert [to for to, _subject in sent()] == [AINO, "office@letters.example"]


@pytest.mark.parametrize(
    ("name", "known"),
    [
        ("Hillside Writers", "Riverside Readers"),
        ("River", "Riverside Readers"),
        ("کتاب‌خوانان", "Riverside Readers"),
        ("Театр на реке", "Хор на горе"),
    ],
)
def test_other_teams_names_hold_up_nobody(
    name: str, known: str, now: datetime, settings: Settings
) -> None:
    settings.OPEN_TO_ORGANIZERS = "on"
    Team.objects.create(name=known, slug="known")
    assert waiting(now, team_name=name).approved_at == now


@pytest.mark.django_db(transaction=True)
def test_approved_at_once_makes_one_team(now: datetime, operator: Organizer) -> None:
    application = waiting(now)

    def approve() -> str:
        try:
            applications.approve(application=application, by=operator, now=now)
        except errors.AlreadyDecided:
            return "decided"
        return "approved"

    assert sorted(at_once([approve] * 3)) == ["approved", "decided", "decided"]
    assert Team.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_confirmed_at_once_makes_one_team(now: datetime, settings: Settings) -> None:
    settings.OPEN_TO_ORGANIZERS = "on"
    application = applied(now)

    def confirm() -> None:
        applications.confirm(application=application, now=now)

    assert at_once([confirm] * 3) == [None] * 3
    assert Team.objects.count() == 1


def test_a_link_opens_its_own_application_for_as_long_as_it_is_there(now: datetime) -> None:
    application = applied(now)
    token = applications.token_for(application=application)
    late = now + applications.TIME_TO_CONFIRM
    assert applications.application_behind(token, now=late - timedelta(seconds=1)) == application
    for wrong, when in (
        (token, late),
        (f"{token[:-2]}AA", now),
        (applications.token_for(application=applied(now))[:11] + token[11:], now),
        ("nonsense", now),
    ):
        with pytest.raises(errors.ApplicationUnknown):
            applications.application_behind(wrong, now=when)
    applications.confirm(application=application, now=now)
    assert applications.application_behind(token, now=late + timedelta(days=99)) == application


def test_what_nobody_needs_any_more_is_forgotten(now: datetime, operator: Organizer) -> None:
    applied(now, team_name="never confirmed")
    approved = waiting(now, email="1@riverside.example", team_name="approved")
    applications.approve(application=approved, by=operator, now=now)
    declined = waiting(now, email="2@riverside.example", team_name="declined")
    applications.decline(application=declined, by=operator, reason="No.", now=now)
    waiting(now, email="3@riverside.example", team_name="never answered")

    def left(after: timedelta) -> set[str]:
        applications.forget_old(now=now + after)
        return set(Application.objects.values_list("team_name", flat=True))

    day, second = timedelta(days=1), timedelta(seconds=1)
    assert left(3 * day) == {"never confirmed", "approved", "declined", "never answered"}
    assert left(3 * day + second) == {"approved", "declined", "never answered"}
    assert left(30 * day) == {"approved", "declined", "never answered"}
    assert left(30 * day + second) == {"never answered"}
    assert left(180 * day + second) == set()
    # The team stays.
    assert [each.name for each in Team.objects.all()] == ["approved"]
