from collections.abc import Callable, Sequence

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import editing, withdrawal
from signatures.listing import notables
from signatures.models import Because, Notable, Signature
from signatures.moderation import attestation, pinning, recheck, removal
from signatures.press.standing import Group
from tests.signatures.factories import (
    BRIGID,
    MEI,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    make_organizer,
    make_team,
    open_letter,
    sequence,
)
from tests.signatures.views.visitors import letter_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=make_team())


@pytest.fixture
def first(letter: Letter, ottilie: Organizer) -> list[Signature]:
    """Wiktor, then Brigid, are named first; Mei is not."""
    brigid, wiktor, _mei = listed(letter, BRIGID, WIKTOR, MEI)
    for each in (wiktor, brigid):
        attestation.vet(
            signature=each, organizer=ottilie, expected_revision=each.revision, evidence="known"
        )
        pinning.pin(signature=each, organizer=ottilie, expected_revision=each.revision)
    sequence(letter)
    return [load(wiktor.pk), load(brigid.pk)]


def _names(letter: Letter) -> list[str]:
    return [each.row.name for each in notables.shown(letter=letter)]


def test_they_come_in_the_organizers_order_with_their_proofs(
    letter: Letter, first: list[Signature]
) -> None:
    found = notables.shown(letter=letter)
    assert [each.row for each in found] == first
    for each in found:
        assert [proof.method for proof in each.proofs] == ["vetting"]
        assert {"email", "email_key", "salt", "nonce"} <= each.row.get_deferred_fields()
    assert notables.shown(letter=open_letter(slug="elsewhere")) == []


def test_two_queries_whoever_they_are(
    letter: Letter, first: list[Signature], django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    Notable.objects.filter(signature=first[0]).delete()
    with django_assert_num_queries(2):
        assert len(notables.shown(letter=letter)) == 1
    pinning.pin(
        signature=first[0], organizer=Organizer.objects.get(), expected_revision=first[0].revision
    )
    with django_assert_num_queries(2):
        assert len(notables.shown(letter=letter)) == 2


def _withdraw(signature: Signature, organizer: Organizer) -> None:
    withdrawal.withdraw(signature=signature)


def _under_one_text(groups: Sequence[Group]) -> list[str]:
    [group] = groups
    assert group.version is None
    return [each.row.name for each in group.rows]


def _remove(signature: Signature, organizer: Organizer) -> None:
    removal.remove(
        signature=signature, organizer=organizer, expected_revision=1, because=Because.RULES
    )


def _hold(signature: Signature, organizer: Organizer) -> None:
    recheck.doubt(signature=signature, organizer=organizer, expected_revision=1)


def _hide(signature: Signature, organizer: Organizer) -> None:
    editing.edit(
        signature=signature, expected_revision=1, details=WIKTOR.but(consent_publish=False).details
    )


def _fall(signature: Signature, organizer: Organizer) -> None:
    attestation.take_back(signature=signature)


@pytest.mark.parametrize("go", [_withdraw, _remove, _hold, _hide, _fall])
def test_whoever_leaves_the_list_or_falls_is_gone_at_once(
    client: Client,
    letter: Letter,
    first: list[Signature],
    ottilie: Organizer,
    go: Callable[[Signature, Organizer], None],
) -> None:
    go(first[0], ottilie)
    assert _names(letter) == [BRIGID.details.name]
    for rest in ("", "signatories/"):
        page = client.get(letter_url(letter, rest))
        assert _under_one_text(page.context["notables"]) == [BRIGID.details.name]
        assert (WIKTOR.details.name in page.text) is (go is _fall)


def test_who_comes_back_from_a_removal_is_named_again(
    letter: Letter, first: list[Signature], ottilie: Organizer
) -> None:
    _remove(first[0], ottilie)
    removal.restore(
        signature=first[0],
        organizer=ottilie,
        expected_revision=first[0].revision,
        because=Because.MISTAKE,
    )
    assert _names(letter) == [WIKTOR.details.name, BRIGID.details.name]


def test_who_signs_anew_after_withdrawing_is_one_among_all(
    letter: Letter, first: list[Signature], ottilie: Organizer
) -> None:
    withdrawal.withdraw(signature=first[0])
    anew = confirmed(letter, WIKTOR)
    sequence(letter)
    attestation.vet(
        signature=anew, organizer=ottilie, expected_revision=anew.revision, evidence="known"
    )
    assert _names(letter) == [BRIGID.details.name]


def test_the_letter_names_them_before_the_latest_and_nobody_twice(
    client: Client, letter: Letter, first: list[Signature]
) -> None:
    page = client.get(letter_url(letter))
    assert _under_one_text(page.context["signed_by"]) == [MEI.details.name]
    places = [page.text.index(who.details.name) for who in (WIKTOR, BRIGID, MEI)]
    assert places == sorted(places)
    assert "Named first by the organizers, in their order; each was vetted." in page.text
    assert page.text.count(WIKTOR.details.name) == 1


def test_the_list_names_them_at_its_head_only(
    client: Client, letter: Letter, first: list[Signature]
) -> None:
    url = letter_url(letter, "signatories/")
    sentence = "Named first by the organizers, in their order; each was vetted."
    page = client.get(url).text
    assert sentence in page
    # There, and in their place among all, where also a link to report the name says it.
    assert page.count(f'<bdi translate="no">{WIKTOR.details.name}</bdi>') == 2
    for query in ({"q": "w"}, {"after": "2"}, {"order": "name"}):
        assert sentence not in client.get(url, query).text


def test_without_any_nothing_is_said_of_them(client: Client, letter: Letter) -> None:
    listed(letter, SALMA)
    for rest in ("", "signatories/"):
        assert "Named first" not in client.get(letter_url(letter, rest)).text
