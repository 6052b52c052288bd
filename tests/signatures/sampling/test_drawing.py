"""Who is drawn hangs on what nobody could know, and is the same for everyone who computes it."""

import json
from base64 import b64decode
from datetime import timedelta
from functools import partial
from hashlib import sha256
from operator import add
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from time_machine import TimeMachineFixture

from campaign.letters.models import Event, Letter
from campaign.organizers.models import AuditEntry, Organizer
from signatures import erasure, withdrawal
from signatures.errors import AuditRunning, LetterNotOpen, RecordBusy
from signatures.models import (
    MAX_SAMPLE,
    Because,
    Delivery,
    SampleAudit,
    SampleQuestion,
    SiteEntry,
    Suppression,
)
from signatures.moderation import removal
from signatures.notifications.deliveries import send_owed
from signatures.record import halting, sequencer, site_log, tally
from signatures.record.format.merkle import leaf_hash
from signatures.sampling import announcing, drawing, ending
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    close,
    confirmed,
    draft_letter,
    listed,
    load,
    open_letter,
    sequence,
    someone,
)
from tests.signatures.sampling.samples import LATER, announced, drawn

pytestmark = pytest.mark.django_db


def announce(letter: Letter, organizer: Organizer, size: int = 10) -> SampleAudit:
    return announcing.announce(
        letter=letter, organizer=organizer, sample_size=size, now=timezone.now()
    )


def by_hand(audit: SampleAudit, numbers: range | list[int]) -> list[int]:
    """As docs/record.md says it."""
    assert audit.checkpoint is not None
    begun = b"undersigned-audit-v1\0" + bytes(audit.checkpoint.root) + bytes(audit.secret)
    ranked = sorted(numbers, key=lambda number: sha256(begun + b"%d" % number).digest())
    return sorted(ranked[: audit.sample_size])


def test_an_announcement_is_public_and_in_the_log_before_the_draw(
    letter: Letter, ottilie: Organizer
) -> None:
    listed(letter, BRIGID, SALMA)
    audit = announced(letter, ottilie)
    checkpoint = tally.latest(letter_id=letter.pk)
    assert checkpoint is not None
    told = json.loads(audit.announcement)
    assert told == {
        "format": "undersigned-audit-v1",
        "origin": letter.origin,
        "audit": 1,
        "sample": 10,
        "size": checkpoint.size,
        "secret_sha256": sha256(bytes(audit.secret)).hexdigest(),
        "days": 14,
        "t": f"{audit.announced_at:%Y-%m-%dT%H:%M:%SZ}",
    }
    assert audit.site_index is not None
    leaf = json.loads(bytes(SiteEntry.objects.get(index=audit.site_index).leaf))
    assert (leaf["o"], leaf["size"]) == (f"{letter.origin}/audits/1", 1)
    assert audit.origin == leaf["o"]
    entry = AuditEntry.objects.get(action="announce_audit")
    assert (entry.subject, entry.detail) == (f"letter {letter.slug}", "1")
    # The letter's own line of the log stands behind it.
    last = SiteEntry.objects.get(letter=letter)
    assert audit.site_index < last.index
    assert b64decode(leaf["root"]) == leaf_hash(audit.announcement.encode())
    assert site_log.extend() == 0


def test_what_was_announced_cannot_be_changed(letter: Letter, ottilie: Organizer) -> None:
    listed(letter, BRIGID)
    audit = announced(letter, ottilie)
    for change in ({"sample_size": 20}, {"secret": b"x" * 32}, {"announcement": "{}"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            SampleAudit.objects.filter(pk=audit.pk).update(**change)


def test_only_a_public_letter_with_signatures_is_audited(ottilie: Organizer) -> None:
    with pytest.raises(LetterNotOpen):
        announce(draft_letter(slug="draft"), ottilie)
    empty = open_letter(slug="empty")
    with pytest.raises(RecordBusy):
        announce(empty, ottilie)
    sequence(empty)
    with pytest.raises(RecordBusy):
        announce(empty, ottilie)
    assert not SampleAudit.objects.exists()


def test_a_second_audit_waits_for_the_end_of_the_first(letter: Letter, ottilie: Organizer) -> None:
    listed(letter, BRIGID)
    audit = drawn(letter, ottilie)
    with pytest.raises(AuditRunning):
        announce(letter, ottilie)
    assert audit.ends_at is not None
    assert ending.end_due(now=audit.ends_at - timedelta(seconds=1)) == 0
    assert ending.end_due(now=audit.ends_at) == 1
    assert ending.end_due(now=audit.ends_at) == 0
    assert announce(letter, ottilie).number == 2


def test_the_first_checkpoint_after_ten_minutes_draws(letter: Letter, ottilie: Organizer) -> None:
    """Out of all that count in it, anonymous ones and organisations too, and no others."""
    crowd = listed(letter, BRIGID, QUIET, GUILD, *(someone(each) for each in range(12)))
    withdrawal.withdraw(signature=crowd[3])
    taken_off = load(crowd[4].pk)
    removal.remove(
        signature=taken_off,
        organizer=ottilie,
        expected_revision=taken_off.revision,
        because=Because.RULES,
        note="",
    )
    sequence(letter)
    audit = announced(letter, ottilie)
    assert audit.logged_at is not None
    # A line before the time does not draw, whenever it is looked at.
    confirmed(letter, someone(100))
    sequence(letter)
    at = audit.logged_at + drawing.DRAW_AFTER
    assert drawing.draw_due(now=at - timedelta(seconds=1)) == 0
    assert drawing.draw_due(now=at) == 0
    for number in (101, 102):
        confirmed(letter, someone(number))
        sequencer.sequence(letter_id=letter.pk, now=partial(add, at, timedelta(seconds=number)))
    assert drawing.draw_due(now=at + LATER) == 1
    assert drawing.draw_due(now=at + LATER) == 0

    audit.refresh_from_db()
    assert audit.checkpoint is not None
    assert audit.checkpoint.as_of == at + timedelta(seconds=101)
    # 17 signed by then, two of whom had left.
    expected = [each for each in range(1, 18) if each not in (4, 5)]
    found = sorted(number for number, _id in drawing.counting(checkpoint=audit.checkpoint))
    assert found == expected
    assert audit.population == audit.checkpoint.total == 15
    assert audit.drawn == by_hand(audit, expected)
    assert audit.ends_at == at + LATER + timedelta(days=14)
    assert audit.questions.count() == 10


def test_who_came_back_is_counted_again(letter: Letter, ottilie: Organizer) -> None:
    [brigid, _salma] = listed(letter, BRIGID, SALMA)
    deed: dict[str, Any] = {"organizer": ottilie, "expected_revision": brigid.revision, "note": ""}
    removal.remove(signature=load(brigid.pk), because=Because.RULES, **deed)
    sequence(letter)
    removal.restore(signature=load(brigid.pk), because=Because.MISTAKE, **deed)
    withdrawal.withdraw(signature=load(_salma.pk))
    sequence(letter)
    confirmed(letter, SALMA)
    sequence(letter)
    checkpoint = tally.latest(letter_id=letter.pk)
    assert checkpoint is not None
    assert [number for number, _id in drawing.counting(checkpoint=checkpoint)] == [1, 3]


def test_a_quiet_letter_is_drawn_by_its_last_checkpoint_a_day_later(
    letter: Letter, ottilie: Organizer
) -> None:
    listed(letter, BRIGID, SALMA)
    close(letter)
    sequence(letter)
    last = tally.latest(letter_id=letter.pk)
    audit = announced(letter, ottilie)
    assert audit.logged_at is not None
    due = audit.logged_at + drawing.DRAW_AFTER + drawing.QUIET_FOR + sequencer.CLOCK_TOLERANCE
    assert drawing.draw_due(now=due - timedelta(seconds=1)) == 0
    assert drawing.draw_due(now=due) == 1
    audit.refresh_from_db()
    assert (audit.checkpoint, audit.drawn) == (last, [1, 2])
    assert drawing.was_quiet(audit=audit)


def test_the_draw_waits_while_the_record_stands_still(letter: Letter, ottilie: Organizer) -> None:
    """Also for longer than a day: what waits to be written draws, once it is written."""
    listed(letter, BRIGID, SALMA)
    audit = announced(letter, ottilie)
    confirmed(letter, GUILD)
    assert Event.objects.filter(letter=letter).exists()
    late = timezone.now() + timedelta(days=5)
    assert drawing.draw_due(now=late) == 0
    assert drawing.is_late(audit=audit, now=late)
    assert not drawing.is_late(audit=audit, now=timezone.now())
    halting.halt(letter_id=letter.pk, reason="a test", now=timezone.now())
    Event.objects.all().delete()
    assert drawing.draw_due(now=late) == 0
    Letter.objects.filter(pk=letter.pk).update(halted_at=None)
    confirmed(letter, someone(1))
    sequencer.sequence(letter_id=letter.pk, now=lambda: late)
    assert drawing.draw_due(now=late) == 1


def test_nothing_is_drawn_before_the_log_has_told(letter: Letter, ottilie: Organizer) -> None:
    """A log that stands still cannot be outrun: the time begins with its line."""
    listed(letter, BRIGID)
    announce(letter, ottilie)
    late = timezone.now() + timedelta(days=5)
    confirmed(letter, SALMA)
    sequencer.sequence(letter_id=letter.pk, now=lambda: late)
    assert drawing.draw_due(now=late) == 0
    site_log.extend(now=lambda: late)
    assert drawing.draw_due(now=late + drawing.DRAW_AFTER) == 0
    confirmed(letter, GUILD)
    at = late + drawing.DRAW_AFTER
    sequencer.sequence(letter_id=letter.pk, now=lambda: at)
    assert drawing.draw_due(now=at) == 1


def test_each_is_asked_once_by_mail_in_their_language(
    letter: Letter, ottilie: Organizer, time_machine: TimeMachineFixture
) -> None:
    listed(letter, BRIGID, SALMA, QUIET)
    audit = drawn(letter, ottilie)
    time_machine.move_to(timezone.now() + LATER)
    send_owed()
    asked = {each.to[0]: each for each in mail.outbox if "/audit/" in str(each.body)}
    assert {BRIGID.email, SALMA.email, QUIET.email} <= set(asked)
    assert len(asked) == audit.questions.count() == 4
    assert BRIGID.details.name in str(asked[BRIGID.email].body)
    assert "Did you sign this?" in asked[BRIGID.email].subject
    assert "Did you sign" not in asked[SALMA.email].subject
    mail.outbox.clear()
    assert drawing.draw_due(now=timezone.now() + timedelta(days=3)) == 0
    send_owed()
    assert mail.outbox == []


def test_who_cannot_be_asked_is_told_apart(letter: Letter, ottilie: Organizer) -> None:
    """Left all mails here, came back, was erased or withdrew before the draw was made."""
    left, returned, erased, withdrawn, left_news = listed(
        letter, *(someone(number) for number in range(5))
    )
    soon = timezone.now() + timedelta(seconds=1)
    key = {"address_key": bytes(left.email_key), "since": soon}
    Suppression.objects.create(reason="left", letter=None, **key)
    key["address_key"] = bytes(returned.email_key)
    Suppression.objects.create(reason="bounced", letter=None, **key)
    key["address_key"] = bytes(left_news.email_key)
    Suppression.objects.create(reason="left", letter=letter, **key)
    audit = announced(letter, ottilie)
    at = timezone.now() + LATER
    confirmed(letter, BRIGID)
    sequencer.sequence(letter_id=letter.pk, now=lambda: at)
    erasure.erase(signature=load(erased.pk))
    withdrawal.withdraw(signature=load(withdrawn.pk))
    assert drawing.draw_due(now=at) == 1
    answers: dict[int | None, str] = dict(audit.questions.values_list("signature", "answer"))
    assert answers.pop(None) == "unreached"
    assert {each: answers.pop(each) for each in (left.pk, returned.pk, withdrawn.pk)} == {
        left.pk: "unreached",
        returned.pk: "unreached",
        withdrawn.pk: "unreached",
    }
    assert answers.pop(left_news.pk) == "waiting"
    assert list(answers.values()) == ["waiting"]
    assert Delivery.objects.filter(message="sample").count() == 2


def test_where_fewer_count_all_are_drawn(letter: Letter, ottilie: Organizer) -> None:
    listed(letter, *(someone(number) for number in range(20)))
    audit = drawn(letter, ottilie, size=MAX_SAMPLE)
    assert audit.drawn == list(range(1, 22))


@pytest.mark.django_db(transaction=True)
def test_two_who_announce_at_once_are_one(ottilie: Organizer, letter: Letter) -> None:
    listed(letter, BRIGID)

    def try_it() -> str:
        try:
            announce(letter, ottilie)
        except AuditRunning:
            return "refused"
        return "announced"

    assert sorted(at_once([try_it, try_it])) == ["announced", "refused"]
    assert SampleAudit.objects.count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_draw_at_once_ask_once(ottilie: Organizer, letter: Letter) -> None:
    listed(letter, BRIGID, SALMA)
    announced(letter, ottilie)
    at = timezone.now() + LATER
    confirmed(letter, GUILD)
    sequencer.sequence(letter_id=letter.pk, now=lambda: at)

    def draw() -> int:
        return drawing.draw_due(now=at)

    assert sorted(at_once([draw, draw])) == [0, 1]
    assert SampleQuestion.objects.count() == 3
    assert Delivery.objects.filter(message="sample").count() == 3
