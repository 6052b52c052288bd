"""The embargo of a letter at the desk: its hour, and who of the press is let in before it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.test import Client

from campaign.letters import closing, embargo, errors, publishing, reporters
from campaign.letters.models import Letter, LetterState, Reporter
from campaign.organizers import account_mail
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures.errors import LetterNotOpen
from signatures.sampling import announcing
from tests.signatures.factories import draft_letter, make_organizer, make_team

pytestmark = pytest.mark.django_db

NOW = datetime(2032, 5, 4, 12, tzinfo=UTC)
HOUR = NOW + timedelta(hours=18)
LATER = HOUR + timedelta(hours=1)
TYPED = "2032-05-05T06:00"
ADDED = {"name": "N. N.", "outlet": "The Paper", "email": "", "expires_at": ""}


@pytest.fixture(autouse=True)
def _now() -> Any:
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def owner() -> Organizer:
    return make_organizer(team=make_team())


def under_embargo(owner: Organizer) -> Letter:
    letter = draft_letter()
    embargo.set_hour(letter=letter, organizer=owner, until=HOUR, expected_until=None, now=NOW)
    publishing.publish(letter=letter, now=NOW)
    return fresh(letter)


def fresh(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


def move(letter: Letter, owner: Organizer, until: datetime | None, **further: Any) -> None:
    given = {"expected_until": HOUR, "now": NOW} | further
    embargo.set_hour(letter=letter, organizer=owner, until=until, **given)


def test_a_draft_is_published_under_the_embargo_that_it_has(owner: Organizer) -> None:
    letter = under_embargo(owner)
    assert (letter.state, letter.is_under_embargo) == (LetterState.PUBLISHED, True)
    assert (letter.public_since, list(Letter.objects.public())) == (HOUR, [])
    assert letter.is_open(now=NOW)


def test_an_hour_that_has_passed_is_no_embargo_to_publish_under(owner: Organizer) -> None:
    letter = draft_letter()
    embargo.set_hour(letter=letter, organizer=owner, until=HOUR, expected_until=None, now=NOW)
    with pytest.raises(errors.EmbargoHourPassed):
        publishing.publish(letter=letter, now=HOUR)
    move(letter, owner, None, now=HOUR)
    publishing.publish(letter=letter, now=HOUR)
    assert list(Letter.objects.public()) == [letter]


def test_nobody_publishes_openly_what_they_saw_under_embargo(owner: Organizer) -> None:
    """Nor the other way round: the seal holds the hour."""
    letter = draft_letter()
    text = letter.texts.get()
    translations = list(text.translations.all())
    open_seal = publishing.seal_to_publish(letter, translations)
    embargo.set_hour(letter=letter, organizer=owner, until=HOUR, expected_until=None, now=NOW)
    hidden_seal = publishing.seal_to_publish(fresh(letter), translations)
    with pytest.raises(errors.ChangedMeanwhile):
        publishing.publish(letter=letter, now=NOW, expected_seal=open_seal)
    move(letter, owner, None)
    with pytest.raises(errors.ChangedMeanwhile):
        publishing.publish(letter=letter, now=NOW, expected_seal=hidden_seal)
    publishing.publish(letter=letter, now=NOW, expected_seal=open_seal)


def test_the_hour_moves_while_it_is_ahead_and_never_after(owner: Organizer) -> None:
    letter = under_embargo(owner)
    move(letter, owner, LATER)
    assert fresh(letter).embargo_until == LATER
    with pytest.raises(errors.EmbargoChanged):
        move(letter, owner, HOUR)
    move(letter, owner, HOUR, expected_until=LATER)
    for now in (HOUR - timedelta(seconds=30), HOUR, LATER):
        with pytest.raises(errors.EmbargoOver):
            move(letter, owner, LATER + timedelta(days=1), now=now)
    for until in (None, LATER):
        with time_machine.travel(HOUR), pytest.raises(errors.EmbargoOver):
            move(letter, owner, until, now=HOUR)
    with pytest.raises(errors.EmbargoHourPassed):
        move(letter, owner, NOW)
    assert fresh(letter).embargo_until == HOUR
    assert trail() == ["embargo", "embargo", "embargo"]


def test_a_published_letter_is_not_hidden(owner: Organizer) -> None:
    letter = draft_letter()
    publishing.publish(letter=letter, now=NOW)
    with pytest.raises(errors.EmbargoOver):
        move(letter, owner, HOUR, expected_until=None)
    assert list(Letter.objects.public()) == [letter]


def test_ending_it_makes_the_letter_public_once(owner: Organizer) -> None:
    letter = under_embargo(owner)
    with pytest.raises(errors.EmbargoChanged):
        embargo.open_now(letter=letter, organizer=owner, expected_until=LATER, now=NOW)
    closing.close_letter(letter=letter, now=NOW)
    embargo.open_now(letter=letter, organizer=owner, expected_until=HOUR, now=NOW)
    assert list(Letter.objects.public()) == [letter]
    with pytest.raises(errors.EmbargoOver):
        embargo.open_now(letter=letter, organizer=owner, expected_until=NOW, now=NOW)
    assert trail() == ["embargo", "end_embargo"]


def test_no_audit_is_announced_before_the_hour(owner: Organizer) -> None:
    with pytest.raises(LetterNotOpen):
        announcing.announce(letter=under_embargo(owner), organizer=owner, sample_size=10, now=NOW)


def test_owners_set_move_and_end_it_at_the_desk(client: Client, owner: Organizer) -> None:
    letter = draft_letter()
    client.force_login(owner)
    url = f"/desk/letters/{letter.slug}/embargo/"
    assert client.post(url, {"seen": "", "embargo_until": "2032-05-04T11:59"}).status_code == 422
    assert client.post(url, {"seen": "", "embargo_until": TYPED}).status_code == 303
    assert fresh(letter).embargo_until == HOUR
    publishing.publish(letter=letter, now=NOW)
    for seen in ("", "nonsense", "2032-05-05", LATER.isoformat()):
        client.post(url, {"seen": seen, "embargo_until": "2032-05-06T06:00"})
        client.post(f"{url}end/", {"seen": seen})
        assert (seen, fresh(letter).embargo_until) == (seen, HOUR)
    assert client.post(url, {"seen": HOUR.isoformat(), "embargo_until": ""}).status_code == 422
    page = client.get(url).text
    assert f'name="seen" value="{HOUR.isoformat()}"' in page
    assert client.post(f"{url}end/", {"seen": HOUR.isoformat()}).status_code == 303
    assert client.get(f"/letters/{letter.slug}/").status_code == 200
    assert "The embargo ended" in client.get(url).text


def test_logged_in_they_preview_it_and_the_public_address_answers_404(
    client: Client, owner: Organizer
) -> None:
    letter = under_embargo(owner)
    client.force_login(owner)
    for path, status in (
        (f"/letters/{letter.slug}/", 404),
        (f"/desk/letters/{letter.slug}/preview/", 200),
    ):
        assert (path, client.get(path).status_code) == (path, status)
    page = client.get(f"/desk/letters/{letter.slug}/").text
    assert ("for you too" in page, f'href="/letters/{letter.slug}/"' in page) == (True, False)


@pytest.mark.parametrize(
    ("role", "sees", "sets"),
    [
        (Role.OWNER, True, True),
        (Role.EDITOR, True, False),
        (Role.PRESS, True, False),
        (Role.VETTER, False, False),
        (Role.VIEWER, False, False),
    ],
)
def test_who_may_do_what(
    client: Client, owner: Organizer, role: Role, *, sees: bool, sets: bool
) -> None:
    letter = under_embargo(owner)
    client.force_login(make_organizer(team=letter.team, email="o@team.example", role=role))
    url = f"/desk/letters/{letter.slug}/embargo/"
    answers = [
        client.get(url),
        client.post(f"{url}reporters/", ADDED),
        client.post(url, {"seen": "", "embargo_until": TYPED}),
        client.post(f"{url}end/", {"seen": ""}),
    ]
    expected = [sees, sees, sets, sets]
    assert [each.status_code != 404 for each in answers] == expected
    assert ('name="embargo_until"' in answers[0].text) == sets


def test_a_reporter_gets_a_link_by_mail_that_names_no_title(
    client: Client, owner: Organizer
) -> None:
    letter = under_embargo(owner)
    client.force_login(owner)
    url = f"/desk/letters/{letter.slug}/embargo/"
    bad = ADDED | {"name": " ", "email": "nobody", "expires_at": "2032-05-04T11:00"}
    assert len(client.post(f"{url}reporters/", bad).context["form"].errors) == 0
    assert client.post(f"{url}reporters/", bad).status_code == 422
    client.post(f"{url}reporters/", ADDED | {"email": "desk@paper.example"})
    reporter = Reporter.objects.get()
    account_mail.send_owed()
    [sent] = mail.outbox
    assert sent.to == ["desk@paper.example"]
    assert reporters.link_for(reporter) in sent.body
    assert "work that is ours" not in (sent.subject + str(sent.message())).lower()
    page = client.get(url).text
    assert (reporters.link_for(reporter) in page, "never" in page) == (True, True)
    client.post(f"{url}reporters/{reporter.pk}/cut-off/")
    client.post(f"{url}reporters/{reporter.pk}/cut-off/")
    page = client.get(url).text
    assert (reporters.link_for(reporter) in page, "cut off 4 May" in page) == (False, True)
    assert trail() == ["embargo", "add_reporter", "cut_off_reporter"]
    # Neither name nor address outlives the row.
    told = " ".join(AuditEntry.objects.values_list("detail", flat=True))
    assert ("N. N." in told, "desk@" in told, "The Paper" in told) == (False, False, True)


def test_reporters_of_another_letter_are_not_found(client: Client, owner: Organizer) -> None:
    letter = under_embargo(owner)
    reporter = added(letter, owner)
    stranger = make_organizer(team=make_team(slug="others"), email="x@others.example")
    theirs = draft_letter(slug="theirs", team=make_team(slug="others"))
    client.force_login(stranger)
    for slug in (letter.slug, theirs.slug):
        url = f"/desk/letters/{slug}/embargo/reporters/{reporter.pk}/cut-off/"
        assert client.post(url).status_code == 404


def test_reporters_are_for_letters_under_embargo(
    owner: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(errors.NotPublished):
        added(draft_letter(slug="draft"), owner)
    letter = under_embargo(owner)
    monkeypatch.setattr(reporters, "MAX_REPORTERS", 1)
    added(letter, owner)
    with pytest.raises(errors.TooManyReporters):
        added(letter, owner)
    with time_machine.travel(HOUR), pytest.raises(errors.EmbargoOver):
        added(letter, owner)


def test_reporters_are_forgotten_a_month_after_the_hour(owner: Organizer) -> None:
    added(under_embargo(owner), owner)
    assert reporters.forget_old(now=HOUR + reporters.KEPT_FOR) == 0
    assert reporters.forget_old(now=HOUR + reporters.KEPT_FOR + timedelta(seconds=1)) == 1


def added(letter: Letter, owner: Organizer) -> Reporter:
    return reporters.add(
        letter=letter,
        organizer=owner,
        name="N. N.",
        outlet="The Paper",
        email="",
        expires_at=None,
        language="en",
        now=NOW,
    )


def trail() -> list[str]:
    return list(AuditEntry.objects.order_by("pk").values_list("action", flat=True))
