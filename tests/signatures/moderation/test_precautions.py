"""Bursts are seen, and what comes from now on can be held: by one press, until one other."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
import time_machine
from django.test import Client, RequestFactory
from django.utils import timezone

from campaign import limits
from campaign.letters.models import Event, Letter
from campaign.organizers.models import Organizer
from signatures import confirmation, editing, signing
from signatures.details import Details
from signatures.errors import NobodysDomain, NothingInCommon, PrecautionOver
from signatures.models import Precaution, Reason, Signature, Trait, Vetting
from signatures.moderation import bursts, decisions, precautions, queue
from signatures.screening import watchlist
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    MEI,
    WIKTOR,
    Person,
    confirmed,
    load,
    open_letter,
    person,
    sequence,
    someone,
    translation_of,
)
from tests.signatures.views.visitors import letter_url, typed

pytestmark = pytest.mark.django_db
HALL, ELSEWHERE = b"\1" * 16, b"\2" * 16
HOUR = timedelta(hours=1)


def _confirmed(letter: Letter, who: Person, network: bytes | None = None) -> Signature:
    signed = signing.sign(
        letter=letter,
        translation=translation_of(letter),
        email=who.email,
        details=who.details,
        language="en",
        network_key=network,
    )
    signature = load(signed.signature_id)
    confirmation.confirm(signature=signature, expected_revision=signature.revision)
    return load(signature.pk)


def _begin(
    letter: Letter, organizer: Organizer, trait: Trait, like: Signature | None = None
) -> Precaution:
    return precautions.begin(
        letter=letter,
        trait=trait,
        like=like.public_id if like else "",
        expected_revision=like.revision if like else 0,
        organizer=organizer,
        now=timezone.now(),
    )


def _found(letter: Letter, within: timedelta = HOUR) -> list[tuple[str, str, int, int]]:
    told = bursts.lately(letter=letter, within=within, now=timezone.now())
    return [(each.trait.value, each.written, each.count, each.before) for each in told.findings]


@pytest.mark.parametrize(
    ("trait", "first", "fits", "does_not"),
    [
        (Trait.NETWORK, (MEI, HALL), (WIKTOR, HALL), (BRIGID, ELSEWHERE)),
        (Trait.NETWORK, (MEI, HALL), (WIKTOR, HALL), (BRIGID, None)),
        (
            Trait.DOMAIN,
            (person("a@rubble.example", "Ada Quarn"), None),
            (person("b@mail.rubble.example", "Bo Quarn"), None),
            (person("rubble.example@crowd.example", "Cy Quarn"), None),
        ),
        (
            Trait.CREDIT,
            (MEI.but(credit="The Salt Ledger"), None),
            (WIKTOR.but(credit="the  SALT ledger"), None),
            (BRIGID.but(credit="", affiliation="The Salt Ledger"), None),
        ),
        (
            Trait.AFFILIATION,
            (MEI.but(affiliation="Guild"), None),
            (WIKTOR.but(affiliation="guild"), None),
            (BRIGID.but(credit="Guild"), None),
        ),
        (Trait.COUNTRY, (MEI, None), (WIKTOR.but(country="TW"), None), (BRIGID, None)),
        (
            Trait.THROWAWAY,
            (person("a@mailinator.com", "Ada Quarn"), None),
            (person("b@yopmail.com", "Bo Quarn"), None),
            (BRIGID, None),
        ),
    ],
)
def test_whoever_confirms_from_now_on_and_fits_is_held(
    letter: Letter,
    ottilie: Organizer,
    trait: Trait,
    first: tuple[Person, bytes | None],
    fits: tuple[Person, bytes | None],
    does_not: tuple[Person, bytes | None],
) -> None:
    before = _confirmed(letter, *first)
    precaution = _begin(letter, ottilie, trait, before)
    events = Event.objects.count()
    held, free = _confirmed(letter, *fits), _confirmed(letter, *does_not)
    states = [load(before.pk).state, held.state, free.state]
    assert states == ["confirmed", "held", "confirmed"]
    assert Event.objects.count() == events + 1
    vetting = Vetting.objects.get(signature=held)
    assert (vetting.reason, vetting.precaution_id) == ("precaution", precaution.pk)
    assert precautions.held_by(letter=letter) == {precaution.pk: precautions.Held(1, 1)}
    found = queue.page(letter=letter, filters=queue.Filters(precaution=precaution.pk)).rows
    assert [each.signature_id for each in found] == [held.pk]


def test_everyone_is_held_on_this_letter_alone(letter: Letter, ottilie: Organizer) -> None:
    _begin(letter, ottilie, Trait.EVERYONE)
    other = open_letter(slug="another")
    assert [confirmed(each, BRIGID).state for each in (letter, other)] == ["held", "confirmed"]


def test_a_precaution_of_the_site_holds_on_every_letter(letter: Letter) -> None:
    Precaution.objects.create(trait=Trait.COUNTRY, value="IE", begun_at=timezone.now())
    assert [confirmed(letter, each).state for each in (BRIGID, MEI)] == ["held", "confirmed"]


def test_what_else_holds_a_signature_comes_first(
    letter: Letter, ottilie: Organizer, watch: Callable[..., None]
) -> None:
    watch("Brigid O’Malloran")
    _begin(letter, ottilie, Trait.EVERYONE)
    watched, mixed = confirmed(letter, BRIGID), confirmed(letter, person("m@x.example", "Mаria K"))
    reasons = [Vetting.objects.get(signature=each).reason for each in (watched, mixed)]
    assert reasons == ["watched", "mixed"]
    assert precautions.held_by(letter=letter) == {}


def test_on_a_letter_that_vets_everyone_a_precaution_is_named(
    everyone: Letter, ottilie: Organizer
) -> None:
    first = confirmed(everyone, MEI)
    _begin(everyone, ottilie, Trait.COUNTRY, first)
    reasons = [
        Vetting.objects.get(signature=confirmed(everyone, each)).reason
        for each in (WIKTOR, WIKTOR.but(country="TW"), person("t@x.example", "Tan Q", country="TW"))
    ]
    assert reasons == ["everyone", "everyone", "precaution"]


def test_stopping_publishes_nothing_and_holds_nobody_more(
    letter: Letter, ottilie: Organizer, ruth: Organizer
) -> None:
    precaution = _begin(letter, ottilie, Trait.EVERYONE)
    held = confirmed(letter, BRIGID)
    stop = partial(
        precautions.stop,
        letter=letter,
        precaution_id=precaution.pk,
        organizer=ruth,
        now=timezone.now(),
    )
    other = open_letter(slug="another")
    with pytest.raises(PrecautionOver):
        stop(letter=other)
    stop()
    with pytest.raises(PrecautionOver):
        stop()
    assert (load(held.pk).state, confirmed(letter, MEI).state) == ("held", "confirmed")
    vetting = Vetting.objects.get(signature=held)
    decisions.approve(vetting=vetting, organizer=ruth, expected_revision=held.revision)
    assert load(held.pk).state == "confirmed"
    assert precautions.held_by(letter=letter) == {precaution.pk: precautions.Held(1, 0)}


def test_a_precaution_ends_by_itself_and_can_begin_again(
    letter: Letter, ottilie: Organizer
) -> None:
    first = _begin(letter, ottilie, Trait.EVERYONE)
    assert _begin(letter, ottilie, Trait.EVERYONE) == first
    with time_machine.travel(timezone.now() + precautions.LASTS, tick=False):
        precautions.forget()
        assert confirmed(letter, MEI).state == "confirmed"
        with pytest.raises(PrecautionOver):
            precautions.stop(
                letter=letter, precaution_id=first.pk, organizer=ottilie, now=timezone.now()
            )
        second = _begin(letter, ottilie, Trait.EVERYONE)
        assert second != first
        assert confirmed(letter, WIKTOR).state == "held"


def test_what_is_over_is_forgotten_and_whom_it_held_wait_on(
    letter: Letter, ottilie: Organizer
) -> None:
    _begin(letter, ottilie, Trait.EVERYONE)
    held = confirmed(letter, BRIGID)
    over = timezone.now() + precautions.LASTS + precautions.KEPT_AFTERWARDS
    with time_machine.travel(over - timedelta(minutes=1), tick=False):
        assert precautions.forget_old() == 0
    with time_machine.travel(over + timedelta(minutes=1), tick=False):
        assert precautions.forget_old() == 1
    vetting = Vetting.objects.get(signature=held)
    assert (vetting.reason, vetting.state, vetting.precaution) == ("precaution", "waiting", None)


@pytest.mark.parametrize("trait", [Trait.NETWORK, Trait.CREDIT, Trait.THROWAWAY])
def test_nothing_begins_where_nothing_is_in_common(
    letter: Letter, ottilie: Organizer, trait: Trait
) -> None:
    like = confirmed(letter, MEI)
    stranger = confirmed(open_letter(slug="another"), BRIGID.but(credit="The Salt Ledger"))
    for each in (like, stranger, None):
        with pytest.raises(NothingInCommon):
            _begin(letter, ottilie, trait, each)
    assert not Precaution.objects.exists()


def test_one_that_is_held_stays_held_whatever_its_signer_edits(
    letter: Letter, ottilie: Organizer
) -> None:
    like = confirmed(letter, MEI.but(credit="The Salt Ledger"))
    _begin(letter, ottilie, Trait.CREDIT, like)
    held = confirmed(letter, BRIGID)
    details = Details.of(held)
    other = BRIGID.but(credit="Another").details
    assert details != other
    editing.edit(signature=held, expected_revision=held.revision, details=other)
    assert load(held.pk).state == "held"
    assert Vetting.objects.get(signature=held).reason == Reason.PRECAUTION


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("rubble.example", "rubble.example"),
        (" Ada@Mail.RUBBLE.example. ", "rubble.example"),
        ("https://www.rubble.example/", "rubble.example"),
        ("gmail.com", None),
        ("yahoo.co.jp", None),
        ("example", None),
        ("co.uk", None),
        ("192.0.2.1", None),
        ("", None),
        ("@", None),
        ("x" * 300, None),
    ],
)
def test_a_domain_is_held_by_what_its_owner_has(typed: str, value: str | None) -> None:
    if value is None:
        with pytest.raises(NobodysDomain):
            precautions.held_domain(typed)
    else:
        assert precautions.held_domain(typed) == value


def test_a_domain_is_held_until_somebody_stops_it(letter: Letter, ottilie: Organizer) -> None:
    first = _confirmed(letter, person("a@rubble.example", "Ada Quarn"))
    # Held for a day already: the same row, which ends no more.
    precaution = _begin(letter, ottilie, Trait.DOMAIN, first)
    for _time in range(2):
        precautions.hold_domain(
            letter=letter, domain="rubble.example", organizer=ottilie, now=timezone.now()
        )
    with time_machine.travel(timezone.now() + timedelta(days=200), tick=False):
        precautions.forget()
        assert precautions.forget_old() == 0
        assert confirmed(letter, person("b@x.rubble.example", "Bo Quarn")).state == "held"
        precautions.stop(
            letter=letter, precaution_id=precaution.pk, organizer=ottilie, now=timezone.now()
        )
        assert confirmed(letter, person("c@rubble.example", "Cy Quarn")).state == "confirmed"


@pytest.mark.parametrize(
    ("range_", "peer", "state"),
    [
        ("203.0.113.0/24", "203.0.113.9", "held"),
        ("203.0.113.0/24", "203.0.114.9", "confirmed"),
        ("2001:db8:1::/48", "2001:db8:1:7::1", "held"),
        # Less than a household: its household.
        ("2001:db8:1:7::1/128", "2001:db8:1:7::2", "held"),
        ("2001:db8:1::/48", "203.0.113.9", "confirmed"),
        ("203.0.113.0/24", "", "confirmed"),
    ],
)
def test_a_range_of_networks_is_held_wherever_they_confirm(
    client: Client, letter: Letter, range_: str, peer: str, state: str
) -> None:
    Precaution.objects.create(trait=Trait.RANGE, value=range_, begun_at=timezone.now())
    client.post(f"{letter_url(letter)}sign/", typed(), REMOTE_ADDR=peer)
    signature = load(Signature.objects.get().pk)
    confirmation.confirm(signature=signature, expected_revision=signature.revision)
    assert load(signature.pk).state == state


def test_all_of_a_range_is_one_network(letter: Letter) -> None:
    Precaution.objects.create(trait=Trait.RANGE, value="203.0.113.0/24", begun_at=timezone.now())
    requests = [
        RequestFactory().get("/", REMOTE_ADDR=f"203.0.{part}")
        for part in ("113.1", "113.2", "112.1")
    ]
    keys = [precautions.network_key(request=each, letter_id=letter.pk) for each in requests]
    assert [keys[0] == keys[1], keys[1] == keys[2]] == [True, False]
    assert keys[2] == limits.network_key(requests[2])


def test_what_stands_out_is_told_with_what_was_before(letter: Letter, ottilie: Organizer) -> None:
    with time_machine.travel(timezone.now() - 3 * HOUR, tick=False):
        for place in range(4):
            _confirmed(letter, someone(place), ELSEWHERE)
        sequence(letter)
    gang = [
        person(f"g{place}@rubble.example", f"Gang {'abcdefghijkl'[place]}", affiliation="The Gang")
        for place in range(12)
    ]
    for each in gang[:9]:
        _confirmed(letter, each, HALL)
    sequence(letter)
    # The country is everybody's.
    assert _found(letter) == []
    for each in gang[9:11]:
        _confirmed(letter, each, HALL)
    sequence(letter)
    found = [
        ("network", "", 11, 0),
        ("domain", "rubble.example", 11, 0),
        ("affiliation", "The Gang", 11, 0),
    ]
    assert _found(letter) == found
    newest = Signature.objects.latest("pk")
    _begin(letter, ottilie, Trait.NETWORK, newest)
    # Held ones are of the burst, too.
    _confirmed(letter, gang[11], HALL)
    told = bursts.lately(letter=letter, within=HOUR, now=timezone.now())
    assert [(each.count, each.is_held) for each in told.findings] == [
        (12, True),
        (12, False),
        (12, False),
    ]
    assert told.findings[0].examples[0].name == "Gang l"
    assert (told.count, told.is_everyone_held) == (12, False)
    assert _found(letter, 4 * HOUR)[0] == ("network", "", 12, 0)


def test_addresses_that_nobody_confirmed_are_no_burst(letter: Letter) -> None:
    for place in range(12):
        who = person(f"m{place}@theatre.example", f"Member {'abcdefghijkl'[place]}")
        signing.sign(
            letter=letter,
            translation=translation_of(letter),
            email=who.email,
            details=who.details,
            language="en",
            network_key=HALL,
        )
    told = bursts.lately(letter=letter, within=HOUR, now=timezone.now())
    assert (told.count, list(told.findings)) == (0, [])


@pytest.mark.django_db(transaction=True)
def test_two_who_begin_at_once_begin_one(letter: Letter, ottilie: Organizer) -> None:
    begun = at_once(
        [partial(_begin, letter, ottilie, Trait.EVERYONE) for _time in range(2)],
    )
    assert len(set(begun)) == 1
    assert Precaution.objects.count() == 1
    watchlist.forget()


def _edit(signature: Signature, network: bytes = b"", **changes: Any) -> Signature:
    details = replace(Details.of(signature), **changes)
    editing.edit(
        signature=signature,
        expected_revision=signature.revision,
        details=details,
        network=network,
    )
    return load(signature.pk)


@pytest.mark.parametrize(
    ("trait", "like", "network", "changes"),
    [
        (Trait.CREDIT, MEI.but(credit="The Salt Ledger"), b"", {"credit": "the SALT ledger"}),
        (Trait.AFFILIATION, MEI.but(affiliation="Guild"), b"", {"affiliation": "Guild"}),
        (Trait.NAME, MEI, b"", {"name": MEI.details.name.upper()}),
        (Trait.COUNTRY, MEI, b"", {"country": "TW"}),
        (Trait.NETWORK, MEI, HALL, {"credit": "Anything"}),
        (Trait.EVERYONE, MEI, b"", {"credit": "Anything"}),
    ],
)
def test_who_stands_and_changes_to_what_fits_is_held(
    letter: Letter,
    ottilie: Organizer,
    trait: Trait,
    like: Person,
    network: bytes,
    changes: dict[str, object],
) -> None:
    standing = _confirmed(letter, BRIGID, ELSEWHERE)
    bystander = _confirmed(letter, WIKTOR, ELSEWHERE)
    precaution = _begin(letter, ottilie, trait, _confirmed(letter, like, HALL))
    sequence(letter)
    # What readers do not see is no matter.
    same = _edit(load(standing.pk), network, consent_updates=not standing.consent_updates)
    unnamed = _edit(load(bystander.pk), network, **changes, consent_publish=False)
    assert (same.state, unnamed.state) == ("confirmed", "confirmed")
    held = _edit(same, network, **changes)
    back = _edit(unnamed, network, consent_publish=True)
    assert (held.state, back.state) == ("held", "held")
    vetting = Vetting.objects.get(signature=held)
    assert (vetting.reason, vetting.precaution_id) == ("precaution", precaution.pk)
    assert precautions.held_by(letter=letter) == {precaution.pk: precautions.Held(2, 2)}
    decisions.approve(vetting=vetting, organizer=ottilie, expected_revision=held.revision)
    assert (load(held.pk).state, load(held.pk).number) == ("confirmed", same.number)


def test_who_is_let_in_without_proof_of_work_may_edit_afterwards(
    letter: Letter, ottilie: Organizer
) -> None:
    Signature.objects.filter(pk=confirmed(letter, BRIGID).pk).update(without_work=True)
    _begin(letter, ottilie, Trait.WORK)
    assert _edit(load(Signature.objects.get().pk), credit="Anything").state == "confirmed"


def test_many_who_change_to_the_same_stand_out(letter: Letter, ottilie: Organizer) -> None:
    with time_machine.travel(timezone.now() - 3 * HOUR, tick=False):
        crowd = [_confirmed(letter, someone(place)) for place in range(15)]
        sequence(letter)
    assert _found(letter) == []
    for each in crowd[:11]:
        _edit(load(each.pk), credit="The Salt Ledger", name="Salt Ledger")
    # By the record alone: nobody else is told before it has them.
    assert _found(letter) == []
    sequence(letter)
    named = [("name", "Salt Ledger", 11, 0), ("credit", "The Salt Ledger", 11, 0)]
    assert _found(letter) == named
    _begin(letter, ottilie, Trait.CREDIT, load(crowd[0].pk))
    _edit(load(crowd[11].pk), credit="The Salt Ledger")
    told = bursts.lately(letter=letter, within=HOUR, now=timezone.now())
    assert (told.count, told.edited, told.compared) == (0, 12, 12)
    found = {each.trait.value: (each.count, each.of_before) for each in told.findings}
    assert found == {"name": (11, 3), "credit": (12, 3)}
