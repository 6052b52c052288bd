"""A letter that the site's operators took down: hidden, closed, whole, and able to come back."""

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse

from campaign.letters import errors, takedown
from campaign.letters.models import Event, EventKind, Letter, LetterState
from campaign.organizers import account_mail
from campaign.organizers.models import AuditEntry, Organizer, Role, Team
from tests.letters.conftest import member

BECAUSE = "A court ordered it."


@pytest.fixture
def operator(db: None) -> Organizer:
    return Organizer.objects.create_superuser("root@letters.example", "a long enough password")


def take_down(letter: Letter, operator: Organizer, now: datetime) -> None:
    takedown.take_down(letter=letter, operator=operator, because=BECAUSE, now=now)
    letter.refresh_from_db()


def test_it_is_closed_and_nobody_can_read_it(
    published: Letter, operator: Organizer, now: datetime
) -> None:
    assert Letter.objects.public().get() == published
    take_down(published, operator, now)
    assert (published.state, published.taken_down_at) == (LetterState.CLOSED, now)
    assert not Letter.objects.public().exists()
    assert Event.objects.filter(letter=published, kind=EventKind.CLOSE).count() == 1


def test_one_that_was_closed_stays_closed_at_its_time(
    published: Letter, operator: Organizer, now: datetime
) -> None:
    take_down(published, operator, now)
    takedown.put_back(letter=published, operator=operator, expected_since=now)
    take_down(published, operator, now + timedelta(days=1))
    assert published.closed_at == now
    assert Event.objects.filter(letter=published, kind=EventKind.CLOSE).count() == 1


def test_put_back_it_can_be_read_and_stays_closed(
    published: Letter, operator: Organizer, now: datetime
) -> None:
    take_down(published, operator, now)
    takedown.put_back(letter=published, operator=operator, expected_since=now)
    published.refresh_from_db()
    assert Letter.objects.public().get() == published
    assert (published.state, published.taken_down_because) == (LetterState.CLOSED, "")
    with pytest.raises(errors.TakenDownMeanwhile):
        takedown.put_back(letter=published, operator=operator, expected_since=now)


def test_a_draft_is_not_taken_down(draft: Letter, operator: Organizer, now: datetime) -> None:
    with pytest.raises(errors.NotPublished):
        take_down(draft, operator, now)
    draft.refresh_from_db()
    assert (draft.state, draft.taken_down_at) == (LetterState.DRAFT, None)


@pytest.mark.django_db(transaction=True)
def test_taken_down_by_many_at_once_it_is_so_once(
    published: Letter, operator: Organizer, now: datetime, at_once: Callable[..., list[str]]
) -> None:
    outcome = at_once(lambda: take_down(published, operator, now))
    assert outcome == ["TakenDownMeanwhile"] * 5 + ["done"]
    assert AuditEntry.objects.filter(action="take_down").count() == 1


def test_the_team_reads_in_its_trail_who_did_it_and_why(
    published: Letter, operator: Organizer, now: datetime
) -> None:
    take_down(published, operator, now)
    takedown.put_back(letter=published, operator=operator, expected_since=now)
    told = AuditEntry.objects.filter(team=published.team, organizer=operator).order_by("pk")
    assert list(told.values_list("action", "subject", "detail")) == [
        ("take_down", f"letter {published.slug}", BECAUSE),
        ("put_back", f"letter {published.slug}", ""),
    ]


def test_the_owners_hear_of_it(
    published: Letter, team: Team, operator: Organizer, now: datetime
) -> None:
    member(team, "dara@letters.example", "dara", Role.OWNER)
    member(team, "eve@letters.example", "eve", Role.EDITOR)
    take_down(published, operator, now)
    account_mail.send_owed()
    assert [(each.to, each.subject) for each in mail.outbox] == [
        (["dara@letters.example"], "Your letter was taken down: Ask before you train")
    ]
    assert BECAUSE in str(mail.outbox[0].body)


def test_no_letter_is_taken_down_without_a_reason_or_while_it_is_open(
    published: Letter, now: datetime
) -> None:
    mine = Letter.objects.filter(pk=published.pk)
    for values in (
        {"taken_down_at": now, "taken_down_because": BECAUSE},
        {"state": LetterState.CLOSED, "taken_down_at": now},
        {"state": LetterState.CLOSED, "taken_down_because": BECAUSE},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            mine.update(**values)


class TestByTheOperators:
    @pytest.fixture
    def admin(self, operator: Organizer) -> Client:
        client = Client()
        client.force_login(operator)
        return client

    def saved(self, admin: Client, letter: Letter, because: str, seen: str = "") -> str:
        letter.refresh_from_db()
        url = reverse("admin:letters_letter_change", args=[letter.pk])
        forms = {"texts-TOTAL_FORMS": "0", "texts-INITIAL_FORMS": "0"}
        typed = {"team": letter.team_id, "because": because, "seen": seen}
        return admin.post(url, typed | forms, follow=True).text

    def test_they_write_why_and_take_it_back(self, admin: Client, published: Letter) -> None:
        self.saved(admin, published, BECAUSE)
        published.refresh_from_db()
        assert published.taken_down_because == BECAUSE
        since = published.taken_down_at
        assert since is not None
        self.saved(admin, published, "", since.isoformat())
        published.refresh_from_db()
        assert published.taken_down_at is None

    def test_what_another_operator_did_meanwhile_stays(
        self, admin: Client, published: Letter, operator: Organizer, now: datetime
    ) -> None:
        take_down(published, operator, now)
        html = self.saved(admin, published, "Another reason.")
        assert "Another operator took this letter down or put it back. Look again." in html
        published.refresh_from_db()
        assert published.taken_down_because == BECAUSE

    def test_a_draft_has_nothing_to_take_down(self, admin: Client, draft: Letter) -> None:
        html = self.saved(admin, draft, BECAUSE)
        assert "A draft can be read by nobody: there is nothing to take down." in html
