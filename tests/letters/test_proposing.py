"""Once somebody has signed, a new version is proposed by one organizer and approved by another."""

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from campaign.letters import closing, drafting, errors, publishing, slips
from campaign.letters.models import Event, Letter, Proposal, Text, Translation
from campaign.letters.publishing import Correction
from campaign.letters.texts import current_text, draft_text, seal_of
from campaign.organizers import teams
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Membership, Organizer, Role, Team
from tests.letters.conftest import member
from tests.signatures.factories import BRIGID, confirmed, pending

LONG = "We write to you because nobody asked us. " * 20


@pytest.fixture
def dara(team: Team) -> Organizer:
    return member(team, "dara@letters.example", "Dara Okonedo", Role.OWNER)


@pytest.fixture
def signed(published: Letter) -> Letter:
    confirmed(published)
    return published


@pytest.fixture
def revised(signed: Letter) -> Letter:
    """Signed, and its next version says something else."""
    rewrite(signed, title="Train on all of it", body="We ask for nothing.")
    return signed


def rewrite(letter: Letter, **changes: str) -> None:
    text = drafting.start_revision(letter=letter)
    was = text.translations.get(language="en")
    kept = {part: getattr(was, part) for part in ("title", "addressee", "body")}
    drafting.save_translation(text=text, language="en", **kept | changes)


def seal(letter: Letter) -> str:
    text = draft_text(letter=letter)
    assert text is not None
    return seal_of(list(text.translations.all()))


def propose(letter: Letter, organizer: Organizer, reason: str = "") -> Proposal:
    return publishing.propose(
        letter=letter,
        organizer=organizer,
        now=timezone.now(),
        expected_seal=seal(letter),
        correction=Correction(reason) if reason else None,
    )


def approve(letter: Letter, organizer: Organizer, expected_seal: str | None = None) -> Text:
    found = Proposal.objects.filter(text__letter=letter).first()
    return publishing.approve(
        letter=letter,
        organizer=organizer,
        now=timezone.now(),
        expected_seal=expected_seal if expected_seal is not None else found.seal if found else "",
    )


def number_that_stands(letter: Letter) -> int:
    text = current_text(letter=letter)
    assert text is not None
    return text.number


def test_one_organizer_alone_publishes_no_version_of_a_signed_letter(revised: Letter) -> None:
    with pytest.raises(errors.SecondNeeded):
        publishing.publish(letter=revised, now=timezone.now(), expected_seal=seal(revised))
    assert number_that_stands(revised) == 1


def test_a_version_nobody_signed_before_needs_no_second(
    published: Letter, amira: Organizer
) -> None:
    pending(published)
    rewrite(published, body="Another one.")
    with pytest.raises(errors.NoSecondNeeded):
        propose(published, amira)
    publishing.publish(letter=published, now=timezone.now())
    assert number_that_stands(published) == 2


def test_two_organizers_publish(revised: Letter, amira: Organizer, dara: Organizer) -> None:
    propose(revised, amira)
    assert number_that_stands(revised) == 1
    text = approve(revised, dara)
    assert (number_that_stands(revised), text.number) == (2, 2)
    stored = Text.objects.get(pk=text.pk)
    assert (stored.corrects, stored.reason) == (None, "")
    assert not Proposal.objects.exists()
    assert Translation.objects.get(text=text).sha256 != ""


def test_nobody_approves_what_they_proposed(
    revised: Letter, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    with pytest.raises(errors.OwnProposal):
        approve(revised, amira)
    assert number_that_stands(revised) == 1


def test_proposing_twice_is_no_approval(revised: Letter, amira: Organizer) -> None:
    propose(revised, amira)
    propose(revised, amira)
    assert Proposal.objects.count() == 1
    assert number_that_stands(revised) == 1


def test_another_does_not_propose_over_it(
    revised: Letter, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    with pytest.raises(errors.AlreadyProposed):
        propose(revised, dara)
    assert Proposal.objects.get().proposed_by == amira


@pytest.mark.parametrize("change", ["edit", "authority", "another language"])
def test_a_change_afterwards_voids_the_proposal(
    revised: Letter, amira: Organizer, dara: Organizer, change: str
) -> None:
    text = draft_text(letter=revised)
    assert text is not None
    arabic: dict[str, Any] = {"title": "اسألوا", "addressee": "إلى من يصنع", "body": "نكتب."}
    if change == "authority":
        drafting.save_translation(text=text, language="ar", **arabic)
    old_seal = propose(revised, amira).seal
    if change == "edit":
        rewrite(revised, body="We ask for less than nothing.")
    elif change == "authority":
        drafting.mark_authoritative(translation=text.translations.get(language="ar"))
    else:
        drafting.save_translation(text=text, language="ar", **arabic)
    with pytest.raises(errors.NoProposal):
        approve(revised, dara, old_seal)
    assert number_that_stands(revised) == 1


def test_what_changed_by_another_door_is_not_approved(
    revised: Letter, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    Translation.objects.filter(text__published_at=None).update(body="Slipped in.")
    with pytest.raises(errors.ChangedMeanwhile):
        approve(revised, dara)
    assert number_that_stands(revised) == 1


def test_who_looked_at_something_else_approves_nothing(
    revised: Letter, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    with pytest.raises(errors.ChangedMeanwhile):
        approve(revised, dara, "0" * 64)
    assert number_that_stands(revised) == 1


def test_a_proposal_is_taken_back_once(revised: Letter, amira: Organizer, dara: Organizer) -> None:
    propose(revised, amira)
    publishing.take_back(letter=revised)
    with pytest.raises(errors.NoProposal):
        publishing.take_back(letter=revised)
    with pytest.raises(errors.NoProposal):
        approve(revised, dara)
    # And then another may.
    propose(revised, dara)
    assert approve(revised, amira).number == 2


def test_who_left_the_team_counts_no_longer(
    revised: Letter, team: Team, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    teams.remove_member(team=team, by=dara, member=amira, now=timezone.now())
    with pytest.raises(errors.NoProposal):
        approve(revised, dara)
    # What they proposed stands in nobody's way.
    eve = member(team, "eve@letters.example", "Eve Marchetti", Role.EDITOR)
    propose(revised, dara)
    assert approve(revised, eve).number == 2


def test_who_may_not_publish_any_more_counts_no_longer(
    revised: Letter, team: Team, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    teams.change_role(team=team, by=dara, member=amira, role=Role.VETTER, now=timezone.now())
    with pytest.raises(errors.NoProposal):
        approve(revised, dara)


def test_whose_account_is_closed_counts_no_longer(
    revised: Letter, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    Organizer.objects.filter(pk=amira.pk).update(is_active=False)
    with pytest.raises(errors.NoProposal):
        approve(revised, dara)


def test_only_who_may_publish_approves(
    revised: Letter, amira: Organizer, bjorn: Organizer, chidi: Organizer
) -> None:
    propose(revised, amira)
    for other in (bjorn, chidi):
        with pytest.raises(errors.NoProposal):
            approve(revised, other)
        with pytest.raises(errors.NoProposal):
            propose(revised, other)
    assert number_that_stands(revised) == 1


def test_a_closed_letter_is_neither_proposed_nor_approved(
    revised: Letter, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    closing.close_letter(letter=revised, now=timezone.now())
    with pytest.raises(errors.AlreadyClosed):
        approve(revised, dara)
    with pytest.raises(errors.AlreadyClosed):
        propose(revised, dara)


def test_a_discarded_version_is_proposed_no_longer(revised: Letter, amira: Organizer) -> None:
    propose(revised, amira)
    text = draft_text(letter=revised)
    assert text is not None
    drafting.discard_revision(text=text)
    assert not Proposal.objects.exists()


def test_taking_all_signatures_away_opens_the_text_to_nobody(
    signed: Letter, amira: Organizer
) -> None:
    """Removed, to be put back under another text."""
    from signatures.models import Signature

    Signature.objects.update(state="removed")
    rewrite(signed, body="Another one.")
    with pytest.raises(errors.SecondNeeded):
        publishing.publish(letter=signed, now=timezone.now())


@pytest.mark.django_db(transaction=True)
def test_of_two_who_approve_at_once_one_publishes(
    revised: Letter, amira: Organizer, dara: Organizer, at_once: Callable[..., list[str]]
) -> None:
    old_seal = propose(revised, amira).seal
    before = Event.objects.count()
    done = at_once(lambda: approve(revised, dara, old_seal))
    assert done == ["NothingToPublish"] * 5 + ["done"]
    assert Event.objects.count() == before + 1


@pytest.mark.django_db(transaction=True)
def test_of_two_who_propose_at_once_one_does(
    revised: Letter, amira: Organizer, dara: Organizer, at_once: Callable[..., list[str]]
) -> None:
    who, lock = [amira, dara], Lock()

    def one() -> None:
        with lock:
            mine = who.pop()
        propose(revised, mine)

    assert at_once(one, 2) == ["AlreadyProposed", "done"]
    assert Proposal.objects.count() == 1


# A correction of a slip.


@pytest.fixture
def lengthy(begin: Callable[..., Letter], now: datetime) -> Letter:
    letter = begin(body=LONG)
    publishing.publish(letter=letter, now=now)
    letter.refresh_from_db()
    confirmed(letter, BRIGID)
    return letter


def test_a_slip_is_corrected(lengthy: Letter, amira: Organizer, dara: Organizer) -> None:
    rewrite(lengthy, body=LONG.replace("because", "becuase", 1))
    propose(lengthy, amira, "A  word\nwas misspelt.")
    approve(lengthy, dara)
    text = current_text(letter=lengthy)
    assert text is not None
    assert (text.number, text.corrects, text.reason) == (2, 1, "A word was misspelt.")


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Train before you ask"},
        {"addressee": "To those who break machines"},
        {"body": LONG.replace("nobody asked us", "everybody has asked us")},
        {"body": LONG.replace("We write", "We do not write", 1)},
        {"body": LONG + "Not."},
        {"body": LONG + "We take it back. We take it all back."},
        {"body": ""},
    ],
)
def test_what_says_something_else_is_no_slip(
    lengthy: Letter, amira: Organizer, changes: dict[str, str]
) -> None:
    rewrite(lengthy, **changes)
    with pytest.raises((errors.NotASlip, errors.TextIncomplete)):
        propose(lengthy, amira, "A slip.")
    assert not Proposal.objects.exists()


def test_a_further_language_is_no_slip(lengthy: Letter, amira: Organizer) -> None:
    text = drafting.start_revision(letter=lengthy)
    drafting.save_translation(text=text, language="ar", title="ا", addressee="ب", body="ج")
    with pytest.raises(errors.NotASlip):
        propose(lengthy, amira, "Arabic was missing.")


def test_many_small_steps_lead_no_further_than_one(
    lengthy: Letter, amira: Organizer, dara: Organizer
) -> None:
    """The distance is taken to what was signed first."""
    rewrite(lengthy, body=LONG.replace("because", "becuase", 3))
    propose(lengthy, amira, "A slip.")
    approve(lengthy, dara)
    rewrite(lengthy, body=LONG.replace("because", "becuase", 4))
    with pytest.raises(errors.NotASlip) as refused:
        propose(lengthy, amira, "Another slip.")
    assert refused.value.differs == errors.Differs.WORDS


def test_a_short_text_allows_little() -> None:
    short = Translation(title="Ask", addressee="To all", body="We write.")
    longer = Translation(title="Ask", addressee="To all", body=LONG)
    assert (slips.allowed(short), slips.allowed(longer)) == (3, 20)


def test_a_character_that_is_a_syllable_counts_as_five_letters() -> None:
    translation = Translation(title="信", addressee="致所有人", body="我们请求停止这项工作。" * 4)
    assert slips.allowed(translation) == 5


def test_no_door_makes_a_version_a_correction_afterwards(
    revised: Letter, amira: Organizer, dara: Organizer
) -> None:
    propose(revised, amira)
    text = approve(revised, dara)
    with pytest.raises(IntegrityError, match="frozen"), transaction.atomic():
        Text.objects.filter(pk=text.pk).update(corrects=1, reason="A slip.")


def test_a_correction_without_a_reason_cannot_be_stored(published: Letter) -> None:
    text = drafting.start_revision(letter=published)
    for wrong in ({"corrects": 1}, {"reason": "A slip."}, {"corrects": 2, "reason": "A slip."}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Text.objects.filter(pk=text.pk).update(**wrong)
    assert connection.vendor in ("postgresql", "sqlite")


def test_a_second_account_that_one_owner_invites_is_no_second_organizer(
    revised: Letter, amira: Organizer, dara: Organizer, team: Team
) -> None:
    puppet = member(team, "puppet@letters.example", "Dara Again", Role.OWNER)
    now = timezone.now()
    Membership.objects.filter(organizer=puppet).update(role_since=now)
    propose(revised, dara)
    with pytest.raises(CountsLater):
        approve(revised, puppet)
    publishing.take_back(letter=revised)
    with pytest.raises(CountsLater):
        propose(revised, puppet)
    # Nor does going and coming back make one of who had proposed before.
    propose(revised, amira)
    Membership.objects.filter(organizer=amira).update(role_since=now)
    with pytest.raises(CountsLater):
        approve(revised, dara)
    assert number_that_stands(revised) == 1
    assert publishing.may_second(letter=revised)[-1] == (puppet, now + timedelta(hours=24))
    Membership.objects.filter(organizer=amira).update(role_since=now - timedelta(hours=24))
    approve(revised, dara)
    assert number_that_stands(revised) == 2
