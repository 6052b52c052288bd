"""Who agrees to a draft, by name; and whose agreement counts."""

from collections.abc import Callable
from datetime import datetime, timedelta
from functools import partial

import pytest

from campaign.letters import drafting, errors
from campaign.letters.models import Draft, DraftApproval, Letter, Translation
from campaign.letters.texts import draft_text, seal_of
from campaign.letters.together import approvals, keeping
from campaign.letters.together.approvals import Agreement
from campaign.organizers import teams
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role, Team
from tests.concurrency import at_once as both


@pytest.fixture
def owners(team: Team) -> list[Organizer]:
    return [owner(team, name) for name in ("Dana Whitlock", "Emeka Sørensen")]


def owner(team: Team, name: str) -> Organizer:
    email = f"{name.split()[0].lower()}@letters.example"
    organizer = Organizer.objects.create_user(email, "a long enough password", name=name)
    Membership.objects.create(team=team, organizer=organizer, role=Role.OWNER)
    Membership.objects.update(role_since=datetime(2026, 1, 1).astimezone())
    return organizer


def seal() -> str:
    return seal_of(Translation.objects.all())


def approve(letter: Letter, who: Organizer, now: datetime) -> Agreement:
    return approvals.approve(letter=letter, organizer=who, expected_seal=seal(), now=now)[1]


def agreement(letter: Letter) -> Agreement:
    text = draft_text(letter=letter)
    assert text is not None
    draft = keeping.latest_draft(text=text)
    assert draft is not None
    return approvals.agreement_on(draft)


def names(agreed: Agreement) -> list[str]:
    return [str(each.by.organizer) for each in agreed.approved]


def told() -> list[tuple[str, str]]:
    entries = AuditEntry.objects.order_by("pk").values_list("action", "detail")
    return [(action, detail.split(",")[0]) for action, detail in entries]


def save(letter: Letter, body: str) -> None:
    text = draft_text(letter=letter)
    assert text is not None
    drafting.save_translation(text=text, language="en", title="A", addressee="To B", body=body)


def test_all_owners_approve_one_draft(
    draft: Letter, owners: list[Organizer], amira: Organizer, now: datetime
) -> None:
    dana, emeka = owners
    assert not approve(draft, amira, now).is_by_all_owners
    first = approve(draft, dana, now)
    assert (first.is_by_all_owners, first.missing) == (False, [emeka])
    assert approve(draft, emeka, now).is_by_all_owners
    assert names(agreement(draft)) == ["Amira Lindqvist", "Dana Whitlock", "Emeka Sørensen"]
    assert told() == [
        *[("approve_draft", "draft 1")] * 3,
        ("owners_approved_draft", "draft 1"),
    ]


def test_nobody_is_agreement_of_all_owners(draft: Letter, amira: Organizer, now: datetime) -> None:
    """Of a team whose owners are all closed accounts."""
    assert not approve(draft, amira, now).is_by_all_owners


def test_twice_is_once(draft: Letter, owners: list[Organizer], now: datetime) -> None:
    approve(draft, owners[0], now)
    approve(draft, owners[0], now + timedelta(hours=1))
    assert DraftApproval.objects.get().approved_at == now
    assert len(told()) == 1


def test_an_edit_makes_approvals_fall_and_the_same_words_again_do_not_bring_them_back(
    draft: Letter, owners: list[Organizer], now: datetime
) -> None:
    save(draft, "First.")
    for each in owners:
        approve(draft, each, now)
    save(draft, "First!")
    assert names(agreement(draft)) == []
    save(draft, "First.")
    assert names(agreement(draft)) == []
    assert [each.number for each in Draft.objects.order_by("number")] == [1, 2, 3, 4]


def test_another_language_makes_them_fall_too(
    draft: Letter, owners: list[Organizer], now: datetime
) -> None:
    approve(draft, owners[0], now)
    text = draft_text(letter=draft)
    assert text is not None
    drafting.save_translation(text=text, language="fr", title="A", addressee="À B", body="Non.")
    assert names(agreement(draft)) == []


def test_words_that_nobody_has_seen_are_not_approved(
    draft: Letter, owners: list[Organizer], now: datetime
) -> None:
    seen = seal()
    save(draft, "The opposite.")
    with pytest.raises(errors.ChangedMeanwhile):
        approvals.approve(letter=draft, organizer=owners[0], expected_seal=seen, now=now)
    assert DraftApproval.objects.count() == AuditEntry.objects.count() == 0


def test_a_removed_member_does_not_count_nor_after_coming_back(
    draft: Letter, owners: list[Organizer], team: Team, now: datetime
) -> None:
    dana, emeka = owners
    for each in owners:
        approve(draft, each, now)
    teams.remove_member(team=team, by=dana, member=emeka, now=now)
    assert names(agreement(draft)) == ["Dana Whitlock"]
    assert agreement(draft).is_by_all_owners
    later = now + timedelta(days=1)
    Membership.objects.create(team=team, organizer=emeka, role=Role.OWNER, role_since=later)
    assert agreement(draft).missing == [emeka]
    assert approve(draft, emeka, later).is_by_all_owners


def test_who_became_an_owner_since_is_asked_as_one(
    draft: Letter, owners: list[Organizer], team: Team, bjorn: Organizer, now: datetime
) -> None:
    for each in (bjorn, *owners):
        approve(draft, each, now)
    later = now + timedelta(hours=1)
    teams.change_role(team=team, by=owners[0], member=bjorn, role=Role.OWNER, now=later)
    assert agreement(draft).missing == [bjorn]
    assert approve(draft, bjorn, later).is_by_all_owners


def test_a_closed_account_does_not_count(
    draft: Letter, owners: list[Organizer], now: datetime
) -> None:
    for each in owners:
        approve(draft, each, now)
    Organizer.objects.filter(pk=owners[1].pk).update(is_active=False)
    assert names(agreement(draft)) == ["Dana Whitlock"]


def test_a_stranger_does_not_count(
    draft: Letter, owners: list[Organizer], chidi: Organizer, now: datetime
) -> None:
    assert names(approve(draft, chidi, now)) == []


def test_an_approval_is_taken_back_once(
    draft: Letter, owners: list[Organizer], now: datetime
) -> None:
    approve(draft, owners[0], now)
    for _ in range(2):
        approvals.take_back(draft=Draft.objects.get(), organizer=owners[0])
    assert names(agreement(draft)) == []
    assert told() == [("approve_draft", "draft 1"), ("take_back_approval", "draft 1")]


def test_nothing_is_approved_of_a_published_text(
    published: Letter, owners: list[Organizer], now: datetime
) -> None:
    with pytest.raises(errors.NothingToPublish):
        approve(published, owners[0], now)


def test_words_from_before_drafts_were_kept_can_be_approved(
    draft: Letter, owners: list[Organizer], now: datetime
) -> None:
    Draft.objects.all().delete()
    approve(draft, owners[0], now)
    assert names(agreement(draft)) == ["Dana Whitlock"]


@pytest.mark.django_db(transaction=True)
def test_of_the_last_two_owners_at_once_one_completes_it(
    begin: Callable[..., Letter], owners: list[Organizer], now: datetime
) -> None:
    letter = begin()
    answers = both([partial(approve, letter, each, now) for each in owners])
    assert sorted(each.is_by_all_owners for each in answers) == [False, True]
    assert [action for action, _detail in told()].count("owners_approved_draft") == 1


@pytest.mark.django_db(transaction=True)
def test_an_approval_at_once_with_an_edit_is_of_words_that_were_seen(
    begin: Callable[..., Letter], owners: list[Organizer], now: datetime
) -> None:
    letter, seen = begin(), seal()
    both(
        [
            lambda: approvals.approve(
                letter=letter, organizer=owners[0], expected_seal=seen, now=now
            ),
            lambda: save(letter, "The opposite."),
        ]
    )
    approved = Draft.objects.filter(approvals__isnull=False)
    assert [each.seal for each in approved] in ([], [seen])
    assert names(agreement(letter)) == []
