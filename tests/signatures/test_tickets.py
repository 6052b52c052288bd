from datetime import timedelta

import pytest
import time_machine
from django.utils import timezone

from signatures.models import Kind
from signatures.signing import Signed
from signatures.tickets import (
    MAX_TICKET_LETTERS,
    VALID_SECONDS,
    Ticket,
    TicketVoid,
    open_ticket,
    seal,
)
from tests.signatures.factories import BRIGID, GUILD, MEI, QUIET, SALMA, Person

SIGNED = Signed(signature_id=17, revision=2, fresh=False)


def _ticket(who: Person) -> Ticket:
    return Ticket(signed=SIGNED, letter_id=3, email=who.email, details=who.details)


@pytest.mark.parametrize("who", [BRIGID, SALMA, MEI, QUIET, GUILD])
def test_a_ticket_is_opened_as_it_was_sealed(who: Person) -> None:
    opened = open_ticket(seal(_ticket(who)))

    assert opened == _ticket(who)
    assert opened.details.kind == Kind(who.details.kind)


def test_a_ticket_tells_nothing_and_is_never_the_same() -> None:
    first, second = seal(_ticket(BRIGID)), seal(_ticket(BRIGID))

    assert first != second
    assert "quayside" not in first + second


def test_who_is_new_has_no_longer_ticket_than_who_is_known() -> None:
    new = Ticket(Signed(1234, 1, fresh=True), 3, BRIGID.email, BRIGID.details)
    known = Ticket(Signed(1233, 0, fresh=False), 3, BRIGID.email, BRIGID.details)

    # Within the sixteen bytes that the cipher rounds up to.
    assert abs(len(seal(new)) - len(seal(known))) <= 24


def test_every_altered_character_voids_it() -> None:
    sealed = seal(_ticket(BRIGID))

    for place in range(0, len(sealed), 7):
        other = "A" if sealed[place] != "A" else "B"
        with pytest.raises(TicketVoid):
            open_ticket(sealed[:place] + other + sealed[place + 1 :])


@pytest.mark.parametrize(
    "sealed", ["", "A", "ü", "\ud800", "gAAAAA==", "A" * MAX_TICKET_LETTERS, "A" * 99_999]
)
def test_nonsense_is_void(sealed: str) -> None:
    with pytest.raises(TicketVoid):
        open_ticket(sealed)


def test_a_ticket_cut_short_is_void() -> None:
    sealed = seal(_ticket(BRIGID))

    for length in (1, 20, len(sealed) // 2, len(sealed) - 4, len(sealed) - 1):
        with pytest.raises(TicketVoid):
            open_ticket(sealed[:length])


def test_a_ticket_lasts_a_week() -> None:
    sealed = seal(_ticket(BRIGID))

    with time_machine.travel(timezone.now() + timedelta(seconds=VALID_SECONDS - 5), tick=False):
        assert open_ticket(sealed) == _ticket(BRIGID)
    with (
        time_machine.travel(timezone.now() + timedelta(seconds=VALID_SECONDS + 5), tick=False),
        pytest.raises(TicketVoid),
    ):
        open_ticket(sealed)


@pytest.mark.parametrize("first", ["\U0001e900", "\U00020000", "a", "ا", "\u4e00"])
def test_the_longest_details_fit(first: str) -> None:
    def line(seed: int) -> str:
        # Without repetition, so that packing gains as little as it can.
        return "".join(chr(ord(first) + (seed + place * 7) % 60) for place in range(120))

    who = BRIGID.but(name=line(1), credit=line(2), affiliation=line(3), kind=Kind.ORGANISATION)
    ticket = Ticket(
        Signed(2**62, 2**31, fresh=False), 2**62, f"{'q9x' * 21}@{'z7k.' * 45}example", who.details
    )

    sealed = seal(ticket)

    assert len(sealed) <= MAX_TICKET_LETTERS
    assert open_ticket(sealed) == ticket
