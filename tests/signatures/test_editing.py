from dataclasses import replace
from functools import partial

import pytest
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from signatures import consent, withdrawal
from signatures.details import Details
from signatures.editing import edit
from signatures.errors import DetailsChanged, NotSigned
from signatures.models import Kind, Profession, Signature, SignatureState
from signatures.record import tally
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    QUIET,
    close,
    confirmed,
    listed,
    load,
    open_letter,
    pending,
    sequence,
)

pytestmark = pytest.mark.django_db

RENAMED = BRIGID.but(name="Bríd Ní Mháille", profession=Profession.POET, credit="").details


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _edits() -> list[Event]:
    return list(Event.objects.filter(kind=EventKind.EDIT).order_by("pk"))


def test_editing_changes_what_is_shown_and_leaves_one_event(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    before = timezone.now()

    assert edit(signature=signature, expected_revision=1, details=RENAMED)

    stored = load(signature.pk)
    assert Details.of(stored) == RENAMED
    assert (stored.name_key, stored.revision, stored.number) == ("brid ni mhaille", 2, 1)
    assert stored.state == SignatureState.CONFIRMED
    assert stored.consented_at < before
    assert bytes(stored.salt) != bytes(signature.salt)
    [event] = _edits()
    assert (event.signature_id, event.public_id) == (signature.pk, signature.public_id)
    assert (event.level, event.text_sha256) == (1, "")
    assert event.commitment == RENAMED.commitment(salt=bytes(stored.salt))
    assert (event.before, event.after) == ("v1:person:1:author:IE", "v1:person:1:poet:IE")


def test_nothing_different_is_no_edit(letter: Letter) -> None:
    signature = confirmed(letter)

    assert not edit(signature=signature, expected_revision=1, details=BRIGID.details)

    assert load(signature.pk).revision == 1
    assert _edits() == []


def test_the_second_of_two_clicks_is_told(letter: Letter) -> None:
    signature = confirmed(letter)
    other_tab = load(signature.pk)
    assert edit(signature=signature, expected_revision=1, details=RENAMED)

    with pytest.raises(DetailsChanged):
        edit(signature=other_tab, expected_revision=1, details=BRIGID.but(name="Other").details)
    with pytest.raises(DetailsChanged):
        edit(signature=load(signature.pk), expected_revision=1, details=BRIGID.details)

    assert Details.of(load(signature.pk)) == RENAMED
    assert len(_edits()) == 1


def test_hiding_and_showing_the_name_moves_the_count(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)

    edit(
        signature=signature, expected_revision=1, details=BRIGID.but(consent_publish=False).details
    )
    sequence(letter)
    hidden = tally.latest(letter_id=letter.pk)
    edit(signature=load(signature.pk), expected_revision=2, details=BRIGID.details)
    sequence(letter)
    shown = tally.latest(letter_id=letter.pk)

    assert hidden is not None
    assert shown is not None
    assert (hidden.total, hidden.anonymous) == (1, 1)
    assert (shown.total, shown.anonymous) == (1, 0)
    assert load(signature.pk).number == 1


def test_a_person_stays_a_person_and_an_organisation_one(letter: Letter) -> None:
    person, guild = confirmed(letter, QUIET), confirmed(letter, GUILD)

    edit(
        signature=person,
        expected_revision=1,
        details=QUIET.but(kind=Kind.ORGANISATION, country="DE").details,
    )
    edit(
        signature=guild,
        expected_revision=1,
        details=GUILD.but(kind=Kind.PERSON, country="DE").details,
    )

    assert [load(each.pk).kind for each in (person, guild)] == [Kind.PERSON, Kind.ORGANISATION]
    assert [(event.before, event.after) for event in _edits()] == [
        ("v1:person:1:actor:AT:anonymous", "v1:person:1:actor:DE:anonymous"),
        ("v1:organisation:1::NZ", "v1:organisation:1::DE"),
    ]


def test_what_is_not_confirmed_cannot_be_edited(letter: Letter) -> None:
    waiting = pending(letter, QUIET)
    gone = confirmed(letter, BRIGID)
    withdrawal.withdraw(signature=gone)

    for signature in (waiting, load(gone.pk)):
        with pytest.raises(NotSigned):
            edit(signature=signature, expected_revision=1, details=RENAMED)

    assert _edits() == []
    assert load(gone.pk).name == BRIGID.details.name


def test_a_closed_letter_can_still_be_edited(letter: Letter) -> None:
    signature = confirmed(letter)
    close(letter)

    assert edit(signature=load(signature.pk), expected_revision=1, details=RENAMED)


def test_a_very_long_name_keeps_its_key_within_bounds(letter: Letter) -> None:
    signature = confirmed(letter)

    edit(signature=signature, expected_revision=1, details=BRIGID.but(name="ﷺ" * 120).details)

    assert len(load(signature.pk).name_key) <= 360


@pytest.mark.django_db(transaction=True)
def test_of_two_edits_at_once_one_wins() -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    wanted = [BRIGID.but(credit=f"Volume {number}").details for number in range(10)]

    answers = at_once(
        [
            partial(edit, signature=load(signature.pk), expected_revision=1, details=details)
            for details in wanted
        ]
    )

    assert answers.count(True) == 1
    assert sum(type(answer) is DetailsChanged for answer in answers) == 9
    assert Details.of(load(signature.pk)) == wanted[answers.index(True)]
    assert len(_edits()) == 1


@pytest.mark.django_db(transaction=True)
def test_withdrawn_while_it_is_edited() -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)
    hidden = BRIGID.but(consent_publish=False).details

    answers = while_uncommitted(
        partial(edit, signature=load(signature.pk), expected_revision=1, details=hidden),
        partial(withdrawal.withdraw, signature=load(signature.pk)),
    )

    assert answers == [True, True]
    waiting = list(Event.objects.order_by("pk").values_list("kind", "before", "after"))
    assert waiting == [
        (EventKind.EDIT, "v1:person:1:author:IE", "v1:person:1:author:IE:anonymous"),
        (EventKind.WITHDRAW, "v1:person:1:author:IE:anonymous", ""),
    ]
    sequence(letter)
    counted = tally.latest(letter_id=letter.pk)
    assert counted is not None
    assert (counted.total, counted.anonymous, counted.signings) == (0, 0, 1)


@pytest.mark.django_db(transaction=True)
def test_edited_while_it_is_withdrawn() -> None:
    letter = open_letter()
    [signature] = listed(letter, BRIGID)

    answers = while_uncommitted(
        partial(withdrawal.withdraw, signature=load(signature.pk)),
        partial(edit, signature=load(signature.pk), expected_revision=1, details=RENAMED),
    )

    assert answers[0] is True
    assert type(answers[1]) is DetailsChanged
    assert Signature.objects.get().name == BRIGID.details.name
    assert _edits() == []


def test_another_consent_is_kept_with_the_words_that_were_shown(letter: Letter) -> None:
    signature = confirmed(letter, BRIGID)
    Signature.objects.filter(pk=signature.pk).update(consent_version="2026-11/en")
    given_at = signature.consented_at
    edited = load(signature.pk)

    assert edit(signature=edited, expected_revision=edited.revision, details=RENAMED, language="ar")

    stands = load(signature.pk)
    assert (stands.consent_version, stands.consented_at) == ("2026-11/en", given_at)

    hidden = replace(RENAMED, consent_publish=False)
    assert edit(signature=stands, expected_revision=stands.revision, details=hidden, language="ar")

    stands = load(signature.pk)
    assert stands.consent_version == consent.version_in("ar")
    assert stands.consented_at > given_at
