from collections.abc import Callable
from datetime import timedelta

import pytest
from django.core import mail
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters import errors, updates
from campaign.letters.models import Letter, Update, UpdateState, UpdateWords
from campaign.organizers import account_mail
from campaign.organizers.errors import CountsLater
from campaign.organizers.models import Membership, Organizer, Role
from signatures.errors import NobodyToTell, OwnUpdate, UpdateInWrongState, UpdateOfStranger
from signatures.models import UpdateDelivery
from signatures.notifications import audience, fan_out, leaving, releasing, update_holds
from signatures.notifications.audience import Audience
from signatures.notifications.update_progress import progress
from tests.concurrency import at_once
from tests.signatures.factories import make_organizer, open_letter
from tests.signatures.notifications.updates import draft, editor, hearing, owed, released

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    """Two recipients take a second organizer."""
    monkeypatch.setattr(releasing, "MAX_RECIPIENTS_ALONE", 1)


def _release(update: Update, who: Organizer) -> UpdateState:
    return releasing.release(
        update=update,
        organizer=who,
        expected_revision=update.revision,
        now=timezone.now(),
    )


def _approve(update: Update, who: Organizer, seal: str | None = None) -> None:
    update.refresh_from_db()
    releasing.approve(
        update=update,
        organizer=who,
        expected_seal=update.seal if seal is None else seal,
        now=timezone.now(),
    )


def test_few_need_one_organizer(letter: Letter) -> None:
    hearing(letter, 2)
    update = draft(letter)

    assert _release(update, editor(letter)) == UpdateState.SCHEDULED
    update.refresh_from_db()
    assert (update.total, update.approved_by) == (2, None)
    assert progress(update=update)["total"] == 0


@pytest.mark.usefixtures("few")
def test_many_need_a_second_organizer(letter: Letter) -> None:
    hearing(letter, 2)
    update = draft(letter)

    assert _release(update, editor(letter)) == UpdateState.PROPOSED
    with pytest.raises(OwnUpdate):
        _approve(update, editor(letter))
    assert fan_out.fan_out_due(now=timezone.now()) == 0

    second = editor(letter, "second")
    _approve(update, second)
    with pytest.raises(UpdateInWrongState):
        _approve(update, second)
    assert fan_out.fan_out_due(now=timezone.now()) == 1
    update.refresh_from_db()
    assert (update.state, update.approved_by, update.total) == (UpdateState.SENDING, second, 2)


@pytest.mark.usefixtures("few")
def test_an_edit_takes_the_release_back(letter: Letter) -> None:
    hearing(letter, 2)
    update = draft(letter)
    _release(update, editor(letter))
    update.refresh_from_db()
    seal = update.seal

    updates.save(
        update=update,
        expected_revision=update.revision,
        content=updates.Content(words={"en": updates.Words("Other", "Words.")}, audience={}),
    )

    with pytest.raises(UpdateInWrongState):
        _approve(update, editor(letter, "second"), seal)
    _release(update, editor(letter))
    with pytest.raises(errors.UpdateChanged):
        _approve(update, editor(letter, "second"), seal)
    assert fan_out.fan_out_due(now=timezone.now()) == 0


@pytest.mark.usefixtures("few")
def test_who_came_today_does_not_count(letter: Letter) -> None:
    hearing(letter, 2)
    update = draft(letter)
    _release(update, editor(letter))
    friend = editor(letter, "friend")
    Membership.objects.filter(organizer=friend).update(role_since=timezone.now())

    with pytest.raises(CountsLater):
        _approve(update, friend)


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("role", [Role.VETTER, Role.PRESS, Role.VIEWER])
def test_who_may_not_write_does_not_approve(letter: Letter, role: Role) -> None:
    hearing(letter, 2)
    update = draft(letter)
    _release(update, editor(letter))
    other = make_organizer(team=letter.team, email="other@open-stage.example", role=role)

    with pytest.raises(UpdateOfStranger):
        _approve(update, other)


@pytest.mark.usefixtures("few")
def test_what_somebody_released_who_left_since_is_not_approved(letter: Letter) -> None:
    hearing(letter, 2)
    update = draft(letter)
    first = editor(letter, "first")
    _release(update, first)
    Membership.objects.filter(organizer=first).delete()

    with pytest.raises(UpdateOfStranger):
        _approve(update, editor(letter, "second"))


def test_nobody_is_no_audience(letter: Letter) -> None:
    hearing(letter, 1, country="IE")
    update = draft(letter, audience=Audience(countries=("FR",)).stored())

    with pytest.raises(NobodyToTell):
        _release(update, editor(letter))


def test_slices_of_one_organizer_add_up(letter: Letter, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(releasing, "MAX_RECIPIENTS_ALONE", 3)
    hearing(letter, 2)
    owed(letter)
    update = draft(letter)

    assert _release(update, editor(letter)) == UpdateState.PROPOSED


def test_an_audience_that_grew_needs_a_second_organizer(
    letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(releasing, "MAX_RECIPIENTS_ALONE", 2)
    hearing(letter, 2)
    update = released(letter)
    assert update.state == UpdateState.SCHEDULED
    hearing(letter, 4)

    assert not fan_out.fan_out(update=update, now=timezone.now())

    update.refresh_from_db()
    assert (update.state, update.total) == (UpdateState.PROPOSED, 4)
    assert UpdateDelivery.objects.count() == 0
    _approve(update, editor(letter, "second"))
    assert fan_out.fan_out(update=update, now=timezone.now())
    assert progress(update=update)["waiting"] == 4


def test_two_tabs_release_once(letter: Letter) -> None:
    hearing(letter, 1)
    update = draft(letter)
    _release(update, editor(letter))

    with pytest.raises(UpdateInWrongState):
        _release(update, editor(letter))


def test_releasing_what_was_edited_meanwhile_is_refused(letter: Letter) -> None:
    hearing(letter, 1)
    update = draft(letter)
    Update.objects.update(revision=2)

    with pytest.raises(errors.UpdateChanged):
        _release(update, editor(letter))


def test_a_scheduled_one_waits_and_can_be_taken_back(letter: Letter) -> None:
    hearing(letter, 1)
    now = timezone.now()
    update = released(letter, send_at=now + timedelta(hours=2))

    assert fan_out.fan_out_due(now=now) == 0
    releasing.take_back(update=update)
    assert fan_out.fan_out_due(now=now + timedelta(hours=3)) == 0
    update.refresh_from_db()
    assert (update.state, update.seal, update.total) == (UpdateState.DRAFT, "", 0)


def test_fanning_out_twice_owes_once(letter: Letter) -> None:
    hearing(letter, 2)
    update = released(letter)

    assert fan_out.fan_out(update=update, now=timezone.now())
    assert not fan_out.fan_out(update=update, now=timezone.now())

    assert UpdateDelivery.objects.count() == 2


def test_two_fan_outs_at_once_owe_once(transactional_db: None) -> None:
    letter = open_letter()
    hearing(letter, 3)
    released(letter)

    at_once([lambda: fan_out.fan_out_due(now=timezone.now())] * 2)

    assert UpdateDelivery.objects.count() == 3


def test_who_does_not_hear_news_is_not_owed(letter: Letter) -> None:
    people = hearing(letter, 3)
    hearing_now = leaving.hearing(letter_id=letter.pk)
    leaving.leave(leaving.subscriber(signature=hearing_now.get(email=people[0].email)))
    hearing_now.filter(email=people[1].email).update(consent_updates=False)

    update = owed(letter)

    rows = UpdateDelivery.objects.filter(update=update)
    assert list(rows.values_list("signature__email", "route")) == [
        (people[2].email, "crowd.example")
    ]


@pytest.mark.parametrize(
    ("chosen", "count"),
    [
        (Audience(), 2),
        (Audience(languages=("en",)), 2),
        (Audience(languages=("ar",)), 0),
        (Audience(countries=("IE", "FR"), levels=(1,)), 2),
        (Audience(levels=(2, 3)), 0),
        (Audience(professions=("author",), kinds=("person",), versions=(1,)), 2),
        (Audience(kinds=("organisation",)), 0),
        (Audience(versions=(2,)), 0),
    ],
)
def test_an_audience_is_chosen_by_what_was_signed(
    letter: Letter, chosen: Audience, count: int
) -> None:
    hearing(letter, 2)

    assert audience.count(letter_id=letter.pk, audience=chosen) == count
    update = draft(letter, audience=chosen.stored())
    update.refresh_from_db()
    assert audience.audience_of(update).stored() == chosen.stored()


@pytest.mark.parametrize("stop", [releasing.pause, None], ids=["paused", "being sent"])
def test_what_is_still_on_its_way_counts_however_old(
    letter: Letter,
    monkeypatch: pytest.MonkeyPatch,
    time_machine: TimeMachineFixture,
    stop: Callable[..., None] | None,
) -> None:
    """Or slices would be piled up, paused, and let go together."""
    monkeypatch.setattr(releasing, "MAX_RECIPIENTS_ALONE", 3)
    hearing(letter, 2)
    first = owed(letter)
    if stop:
        stop(update=first)
    time_machine.move_to(timezone.now() + timedelta(days=3), tick=False)

    assert _release(draft(letter), editor(letter)) == UpdateState.PROPOSED


def test_what_ended_lately_counts_and_then_no_more(
    letter: Letter, monkeypatch: pytest.MonkeyPatch, time_machine: TimeMachineFixture
) -> None:
    monkeypatch.setattr(releasing, "MAX_RECIPIENTS_ALONE", 3)
    hearing(letter, 2)
    first = owed(letter)
    time_machine.move_to(timezone.now() + timedelta(days=3), tick=False)
    releasing.cancel(update=first, now=timezone.now())
    assert _release(draft(letter), editor(letter)) == UpdateState.PROPOSED

    time_machine.move_to(timezone.now() + timedelta(days=2), tick=False)

    assert _release(draft(letter), editor(letter)) == UpdateState.SCHEDULED


@pytest.mark.usefixtures("few")
def test_each_other_writer_is_asked_to_approve(letter: Letter) -> None:
    second = editor(letter, "second")
    make_organizer(team=letter.team, email="vetter@open-stage.example", role=Role.VETTER)
    hearing(letter, 2)

    _release(draft(letter), editor(letter))
    account_mail.outbox.send()

    [told] = mail.outbox
    assert told.to == [second.email]
    assert "2 people who signed" in str(told.body)
    assert f"/desk/letters/{letter.slug}/updates/1/" in str(told.body)
    assert "We were heard" not in str(told.body)


def test_news_on_their_way_are_taken_off_the_page_and_put_back(letter: Letter) -> None:
    hearing(letter, 1)
    update = draft(letter, is_public=True)
    with pytest.raises(UpdateInWrongState):
        releasing.show(update=update, is_public=False)
    _release(update, editor(letter))
    fan_out.fan_out_due(now=timezone.now())

    for is_public in (False, False, True):
        releasing.show(update=update, is_public=is_public)
        update.refresh_from_db()
        assert update.is_public is is_public


def _let_go(update: Update, who: Organizer) -> UpdateState:
    update.refresh_from_db()
    now = timezone.now()
    return releasing.let_go(update=update, organizer=who, expected_seal=update.seal, now=now)


def _told() -> list[tuple[str, bool]]:
    """Who got which mail about what is held: whether it says that it is late."""
    account_mail.outbox.send()
    told = [(each.to[0], "more than an hour late" in str(each.body)) for each in mail.outbox]
    mail.outbox.clear()
    return sorted(told)


@pytest.mark.parametrize("hours", [None, 2], ids=["at once", "at its time"])
def test_what_an_outage_made_late_waits_for_an_organizer(
    letter: Letter, time_machine: TimeMachineFixture, hours: int | None
) -> None:
    hearing(letter, 1)
    make_organizer(team=letter.team, email="vetter@open-stage.example", role=Role.VETTER)
    second = editor(letter, "second")
    due = timezone.now() + timedelta(hours=hours or 0)
    update = released(letter, send_at=due if hours else None)
    time_machine.move_to(due + update_holds.MAX_LATENESS + timedelta(minutes=1), tick=False)

    for _again in range(2):
        assert fan_out.fan_out_due(now=timezone.now()) == 0

    assert _told() == [(editor(letter).email, True), (second.email, True)]
    update.refresh_from_db()
    assert (update.state, UpdateDelivery.objects.count()) == (UpdateState.HELD, 0)
    assert _let_go(update, second) == UpdateState.SCHEDULED
    with pytest.raises(UpdateInWrongState):
        _let_go(update, second)
    # A second outage is no other matter.
    time_machine.move_to(timezone.now() + timedelta(minutes=50), tick=False)
    assert fan_out.fan_out_due(now=timezone.now()) == 1
    update.refresh_from_db()
    assert (update.state, update.released_by) == (UpdateState.SENDING, editor(letter))


def test_what_is_a_little_late_goes_out(letter: Letter) -> None:
    hearing(letter, 1)
    update = released(letter, send_at=timezone.now() + timedelta(hours=2))
    assert update.due_at
    late = update.due_at + update_holds.MAX_LATENESS - timedelta(seconds=1)
    assert fan_out.fan_out_due(now=late) == 1


@pytest.mark.usefixtures("few")
def test_what_is_approved_after_its_time_is_not_late(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    hearing(letter, 2)
    update = released(letter, send_at=timezone.now() + timedelta(hours=1))
    time_machine.move_to(timezone.now() + timedelta(days=2), tick=False)
    _approve(update, editor(letter, "second"))
    assert fan_out.fan_out_due(now=timezone.now()) == 1


@pytest.mark.parametrize("how", ["left", "demoted", "closed"])
def test_what_somebody_scheduled_who_left_since_waits_for_another(letter: Letter, how: str) -> None:
    hearing(letter, 1)
    due = timezone.now() + timedelta(hours=2)
    update = released(letter, send_at=due)
    second = editor(letter, "second")
    mine = Membership.objects.filter(organizer=editor(letter))
    match how:
        case "left":
            mine.delete()
        case "demoted":
            mine.update(role=Role.VETTER)
        case "closed":
            Organizer.objects.filter(pk=editor(letter).pk).update(is_active=False)

    assert fan_out.fan_out_due(now=timezone.now()) == 0

    update.refresh_from_db()
    assert (update.state, _told()) == (UpdateState.HELD, [(second.email, False)])
    with pytest.raises(UpdateOfStranger):
        _let_go(update, editor(letter))
    assert _let_go(update, second) == UpdateState.SCHEDULED
    update.refresh_from_db()
    assert (update.released_by, update.due_at) == (second, due)
    assert fan_out.fan_out_due(now=timezone.now()) == 0
    assert fan_out.fan_out_due(now=due) == 1


@pytest.mark.usefixtures("few")
@pytest.mark.parametrize("who", ["editor", "second"])
def test_of_two_one_who_left_is_replaced_by_another_who_approves(letter: Letter, who: str) -> None:
    hearing(letter, 2)
    update = released(letter, send_at=timezone.now() + timedelta(hours=2))
    _approve(update, editor(letter, "second"))
    Membership.objects.filter(organizer=editor(letter, who)).delete()
    fan_out.fan_out_due(now=timezone.now())
    stays = editor(letter, "second" if who == "editor" else "editor")

    assert _let_go(update, stays) == UpdateState.PROPOSED
    with pytest.raises(OwnUpdate):
        _approve(update, stays)
    _approve(update, editor(letter, "third"))
    update.refresh_from_db()
    assert (update.state, update.released_by) == (UpdateState.SCHEDULED, stays)


@pytest.mark.usefixtures("few")
def test_what_two_released_in_time_goes_on_with_one_press(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    hearing(letter, 2)
    update = released(letter)
    _approve(update, editor(letter, "second"))
    time_machine.move_to(timezone.now() + timedelta(days=1), tick=False)
    fan_out.fan_out_due(now=timezone.now())
    assert _let_go(update, editor(letter, "third")) == UpdateState.SCHEDULED
    assert fan_out.fan_out_due(now=timezone.now()) == 1


def test_what_is_held_and_was_tampered_with_does_not_go(letter: Letter) -> None:
    hearing(letter, 1)
    update = released(letter)
    fan_out.fan_out_due(now=timezone.now() + timedelta(hours=2))
    UpdateWords.objects.update(subject="Other")
    with pytest.raises(errors.UpdateChanged):
        _let_go(update, editor(letter))
    with pytest.raises(UpdateInWrongState):
        _release(update, editor(letter))
    with pytest.raises(UpdateInWrongState):
        releasing.take_back(update=update)
