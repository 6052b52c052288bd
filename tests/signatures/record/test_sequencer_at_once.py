import os
import random
import signal
import subprocess
import sys
import time
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from campaign import database
from campaign.letters.models import Event
from signatures import confirmation, withdrawal
from signatures.editing import edit
from signatures.models import Signature, SignatureState
from signatures.record import sequencer
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    SALMA,
    confirmed,
    load,
    open_letter,
    pending,
    sequence,
    sign,
    someone,
)
from tests.signatures.record.record_invariants import check_that_it_adds_up

pytestmark = pytest.mark.django_db

ROOT_FOLDER = Path(__file__).parents[3]


ACTIONS = st.tuples(
    st.sampled_from(["sign", "confirm", "confirm", "edit", "withdraw", "sequence"]),
    st.integers(0, 3),
    st.booleans(),
)


@examples(
    max_examples=25,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(st.lists(ACTIONS, min_size=1, max_size=25))
def test_whatever_people_do_the_record_adds_up(
    actions: list[tuple[str, int, bool]],
) -> None:
    people = (BRIGID, QUIET, GUILD, SALMA)
    with transaction.atomic():
        letter = open_letter()
        ids: dict[int, int] = {}
        for action, number, shown in actions:
            who = people[number]
            if who is not GUILD:
                who = who.but(consent_publish=shown)
            if action == "sign" or number not in ids:
                ids[number] = sign(letter, who).signature_id
            elif action == "sequence":
                sequence(letter)
                check_that_it_adds_up(letter)
            else:
                _act(action, load(ids[number]), who.details)
        sequence(letter)
        check_that_it_adds_up(letter)
        transaction.set_rollback(True)


def _act(action: str, signature: Signature, details: Any) -> None:
    state = signature.state
    if action == "confirm" and state != SignatureState.WITHDRAWN:
        assert confirmation.confirm(signature=signature, expected_revision=signature.revision) == (
            state == SignatureState.PENDING
        )
    elif action == "edit" and state == SignatureState.CONFIRMED:
        edit(signature=signature, expected_revision=signature.revision, details=details)
    elif action == "withdraw":
        assert withdrawal.withdraw(signature=signature) == (state == SignatureState.CONFIRMED)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_write_each_event_once() -> None:
    letter = open_letter()
    for number in range(20):
        confirmed(letter, someone(number))

    answers = at_once([partial(sequencer.sequence, letter_id=letter.pk)] * 8)

    assert sum(answers) == 22
    check_that_it_adds_up(letter)


@pytest.mark.django_db(transaction=True)
def test_while_another_is_at_it_there_is_nothing_to_do() -> None:
    letter = open_letter()
    other = open_letter(slug="another-letter")

    answers = while_uncommitted(
        partial(database.try_lock_letter, letter_id=letter.pk),
        lambda: [sequencer.sequence(letter_id=each.pk) for each in (letter, other)],
    )

    assert answers == [True, [0, 2]]
    assert sequencer.sequence(letter_id=letter.pk) == 2


@pytest.mark.django_db(transaction=True)
def test_a_late_commit_with_a_lower_id_is_not_lost() -> None:
    letter = open_letter()
    late, early = pending(letter, BRIGID), pending(letter, SALMA)

    def overtake() -> int:
        confirmation.confirm(signature=early, expected_revision=1)
        return sequence(letter)

    answers = while_uncommitted(
        partial(confirmation.confirm, signature=late, expected_revision=1), overtake
    )

    assert answers == [True, 3]
    assert sequence(letter) == 1
    assert [load(each.pk).number for each in (early, late)] == [1, 2]
    check_that_it_adds_up(letter)


@pytest.mark.django_db(transaction=True)
def test_people_and_sequencers_at_once_add_up() -> None:
    letter = open_letter()
    waiting = [pending(letter, someone(number)) for number in range(24)]

    def live(signature: Signature) -> None:
        confirmation.confirm(signature=signature, expected_revision=1)
        current = load(signature.pk)
        if signature.pk % 3:
            details = someone(signature.pk, consent_publish=signature.pk % 2 == 0).details
            edit(signature=current, expected_revision=1, details=details)
        if signature.pk % 4 == 0:
            withdrawal.withdraw(signature=current)

    answers = at_once(
        [partial(live, signature) for signature in waiting] + [partial(sequence, letter)] * 6
    )

    assert not [answer for answer in answers if isinstance(answer, Exception)]
    sequence(letter)
    check_that_it_adds_up(letter)


# Confirms and sequences until it is killed.
BUSY = """
import sys
import django
django.setup()
from signatures.confirmation import confirm
from signatures.models import Signature
from signatures.record.sequencer import sequence

letter_id = int(sys.argv[1])
waiting = Signature.objects.select_related("letter", "translation").order_by("?")
print("ready", flush=True)
while signature := waiting.filter(letter_id=letter_id, state="pending").first():
    confirm(signature=signature, expected_revision=signature.revision)
    sequence(letter_id=letter_id)
"""


@pytest.mark.django_db(transaction=True)
def test_killed_at_any_moment_nothing_is_lost_and_nothing_counts_twice() -> None:
    letter = open_letter()
    for number in range(100):
        sign(letter, someone(number))
    database = connection.settings_dict
    url = f"postgresql://{database['USER']}@{quote(database['HOST'], safe='')}/{database['NAME']}"
    workers = [
        subprocess.Popen(
            [sys.executable, "-c", BUSY, str(letter.pk)],
            cwd=ROOT_FOLDER,
            env=os.environ | {"DATABASE_URL": url},
            stdout=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    confirmed = Signature.objects.filter(state=SignatureState.CONFIRMED)
    for worker in workers:
        with worker:
            assert worker.stdout is not None
            assert worker.stdout.readline() == b"ready\n"
            # A busy machine may give them no time before the first has confirmed.
            while not confirmed.exists():
                time.sleep(0.005)
            time.sleep(random.uniform(0.02, 0.15))
            worker.send_signal(signal.SIGKILL)
            worker.wait(timeout=10)

    deadline = timezone.now() + timedelta(seconds=10)
    while Event.objects.exists() and timezone.now() < deadline:
        # A backend whose client was killed may hold the letter for a moment longer.
        sequence(letter)
    assert confirmed.count() > 0
    check_that_it_adds_up(letter)
    # And it goes on from there.
    for signature in Signature.objects.filter(state=SignatureState.PENDING)[:3]:
        confirmation.confirm(signature=load(signature.pk), expected_revision=1)
    sequence(letter)
    check_that_it_adds_up(letter)
