"""Who signs for an organisation: stated by it, shown only while a proof of its domain stands."""

from datetime import UTC, datetime, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import withdrawal
from signatures.errors import NameWatched, NotAnOrganisation, NotSigned
from signatures.listing import queries
from signatures.models import Authority, Kind, Proof, ProofState, Signature
from signatures.screening import watchlist
from signatures.verification import authority, proofs
from signatures.verification.levels import recompute_level
from tests.concurrency import at_once
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    confirmed,
    listed,
    load,
    make_organizer,
    pending,
    person,
)

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def guild(letter: Letter) -> Signature:
    [signature] = listed(letter, GUILD)
    return signature


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


def state(signature: Signature, name: str = "Wilhelmina Achterberg", role: str = "chair") -> None:
    authority.state(signature=signature, name=name, role=role)


def proven(signature: Signature, method: str, **fields: object) -> Proof:
    values = {"state": ProofState.STANDING, "proved_at": OCTOBER, "started_at": OCTOBER}
    proof = Proof.objects.create(
        signature=signature, method=method, subject="lampwrights.example", **values | fields
    )
    recompute_level(signature=signature)
    return proof


def rows_of(letter: Letter) -> list[queries.ListedSignatory]:
    return queries.with_proofs(list(queries.listed(letter=letter)))


def shown(letter: Letter) -> list[tuple[str, str] | None]:
    """What readers are told of who signs, for each row of the list."""
    told = [each.authority for each in rows_of(letter)]
    return [(each.name, each.role) if each else None for each in told]


def test_it_is_stated_and_changed(guild: Signature) -> None:
    state(guild)
    state(guild, "Anselm Roux", "director")
    row = Authority.objects.get()
    assert (row.signature, row.name, row.role) == (guild, "Anselm Roux", "director")
    assert authority.stated(signature=guild) == row


@pytest.mark.django_db(transaction=True)
def test_stated_in_many_tabs_it_stands_once(guild: Signature) -> None:
    answers = at_once([lambda: state(guild)] * 4)
    assert answers == [None] * 4
    assert Authority.objects.count() == 1


@pytest.mark.parametrize("method", ["domain", "website", "work_email"])
def test_it_is_shown_while_a_proof_of_the_domain_counts(
    letter: Letter, guild: Signature, method: str
) -> None:
    state(guild)
    assert shown(letter) == [None]
    assert not authority.is_verified(signature=guild)
    proof = proven(guild, method)
    assert authority.is_verified(signature=guild)
    assert shown(letter) == [("Wilhelmina Achterberg", "chair")]
    lapsing = {"state": ProofState.LAPSING, "lapses_at": OCTOBER + timedelta(days=14)}
    Proof.objects.filter(pk=proof.pk).update(**lapsing)
    assert shown(letter) == [("Wilhelmina Achterberg", "chair")]
    proofs.revoke(proof=proof)
    assert not authority.is_verified(signature=guild)
    assert shown(letter) == [None]


@pytest.mark.parametrize("state_of_proof", [ProofState.STARTED, ProofState.LAPSED])
def test_what_is_not_shown_does_not_bear_it_out(
    letter: Letter, guild: Signature, state_of_proof: ProofState
) -> None:
    state(guild)
    proven(guild, "domain", state=state_of_proof)
    assert shown(letter) == [None]


def test_vetting_alone_says_nothing_of_who_signs(
    letter: Letter, guild: Signature, ottilie: Organizer
) -> None:
    state(guild)
    proven(guild, "vetting", organizer=ottilie)
    assert shown(letter) == [None]


def test_a_person_signs_for_themselves(letter: Letter) -> None:
    brigid = confirmed(letter, BRIGID)
    with pytest.raises(NotAnOrganisation):
        state(brigid)
    assert not Authority.objects.exists()


def test_only_who_has_confirmed_may_state_it(letter: Letter) -> None:
    signature = pending(letter, GUILD)
    with pytest.raises(NotSigned):
        state(signature)
    signature = confirmed(letter, GUILD)
    state(signature)
    withdrawal.withdraw(signature=signature)
    with pytest.raises(NotSigned):
        state(load(signature.pk))


def test_withdrawing_forgets_it(letter: Letter, guild: Signature) -> None:
    state(guild)
    withdrawal.withdraw(signature=load(guild.pk))
    assert not Authority.objects.exists()


def test_it_can_be_taken_off(guild: Signature) -> None:
    state(guild)
    assert authority.end(signature=guild)
    assert not authority.end(signature=guild)
    assert authority.stated(signature=guild) is None


@pytest.mark.parametrize(
    "name", ["Celestine Marchbanks", "MARCHBANKS, Celestine", "Cеlestine Marchbanks"]
)
def test_a_watched_name_gets_to_no_page_by_this_side_door(
    letter: Letter, guild: Signature, ottilie: Organizer, name: str
) -> None:
    watchlist.add(letter=letter, names=["Celestine Marchbanks"], organizer=ottilie)
    with pytest.raises(NameWatched):
        state(guild, name)
    assert not Authority.objects.exists()


def test_the_list_asks_once_for_all_and_not_at_all_for_none(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    guilds = [
        person(f"office{number}@guilds.example", f"Guild {number} of Lamps", kind=Kind.ORGANISATION)
        for number in range(3)
    ]
    rows = listed(letter, BRIGID, *guilds)
    for signature in rows[1:]:
        state(signature)
    proven(rows[0], "domain")
    with django_assert_num_queries(2):
        rows_of(letter)
    for count, signature in enumerate(rows[1:], start=1):
        proven(signature, "website")
        with django_assert_num_queries(3):
            found = rows_of(letter)
        assert sum(each.authority is not None for each in found) == count
