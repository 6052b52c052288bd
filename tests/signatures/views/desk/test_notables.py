"""The order of those named first, as organizers drag or type it."""

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer, Role
from signatures.models import Because, Notable, Signature
from signatures.moderation import attestation, pinning, removal
from tests.signatures.factories import (
    BRIGID,
    MEI,
    WIKTOR,
    listed,
    load,
    make_organizer,
    make_team,
    open_letter,
)
from tests.signatures.views.visitors import NAUGHTY

pytestmark = pytest.mark.django_db

SAVED = '<li class="said">The order is saved.</li>'


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    client = Client()
    client.force_login(ottilie)
    return client


@pytest.fixture
def first(letter: Letter, ottilie: Organizer) -> list[Notable]:
    for each in listed(letter, BRIGID, WIKTOR, MEI):
        attestation.vet(
            signature=each, organizer=ottilie, expected_revision=each.revision, evidence="known"
        )
        pinning.pin(signature=each, organizer=ottilie, expected_revision=each.revision)
    return list(pinning.pinned(letter=letter))


def _path(letter: Letter) -> str:
    return reverse("desk_notables", args=[letter.slug])


def _send(client: Client, letter: Letter, **typed: str) -> str:
    """With the order that the page shows."""
    sent = {"order": client.get(_path(letter)).context["order"]} | typed
    return client.post(_path(letter), sent, follow=True).text


def _order(letter: Letter) -> list[str]:
    return [row.signature.name.split()[0] for row in pinning.pinned(letter=letter)]


def test_before_anybody_is_named_first_it_says_so(desk: Client, letter: Letter) -> None:
    page = desk.get(_path(letter)).text
    assert "Nobody is named first yet" in page
    assert f"{reverse('desk_signatures', args=[letter.slug])}?which=vetted" in page


def test_arrows_step_and_stop_at_the_ends(
    desk: Client, letter: Letter, first: list[Notable]
) -> None:
    brigid, _wiktor, mei = first
    assert SAVED in _send(desk, letter, down=str(brigid.pk))
    assert _order(letter) == ["Wiktor", "Brigid", "梅若溪"]
    _send(desk, letter, up=str(mei.pk))
    _send(desk, letter, up=str(mei.pk))
    assert SAVED not in _send(desk, letter, up=str(mei.pk))
    assert _order(letter) == ["梅若溪", "Wiktor", "Brigid"]
    assert SAVED not in _send(desk, letter, down=str(brigid.pk))


@pytest.mark.parametrize("place", ["1", " ١ ", "0"])
def test_a_place_is_typed_in_any_digits(
    desk: Client, letter: Letter, first: list[Notable], place: str
) -> None:
    _send(desk, letter, **{f"place-{first[2].pk}": place})
    assert _order(letter) == ["梅若溪", "Brigid", "Wiktor"]


def test_what_was_typed_counts_beside_an_arrow(
    desk: Client, letter: Letter, first: list[Notable]
) -> None:
    brigid, wiktor, mei = first
    _send(desk, letter, **{f"place-{mei.pk}": "1"}, down=str(brigid.pk))
    assert _order(letter) == ["梅若溪", "Wiktor", "Brigid"]
    assert wiktor.signature.name == WIKTOR.details.name


def test_one_is_taken_out(desk: Client, letter: Letter, first: list[Notable]) -> None:
    taken = f"{first[0].pk}:1"
    assert "No longer named first." in _send(desk, letter, remove=taken)
    assert "No longer named first." not in _send(desk, letter, remove=taken)
    assert _order(letter) == ["Wiktor", "梅若溪"]
    assert load(first[0].signature_id).state == "confirmed"


def test_the_desk_says_who_is_not_shown_and_why(
    desk: Client, letter: Letter, first: list[Notable], ottilie: Organizer
) -> None:
    brigid, wiktor, mei = (load(each.signature_id) for each in first)
    assert "not shown" not in desk.get(_path(letter)).text
    removal.remove(signature=brigid, organizer=ottilie, expected_revision=1, because=Because.RULES)
    attestation.take_back(signature=wiktor)
    Signature.objects.filter(pk=mei.pk).update(consent_publish=False)
    page = desk.get(_path(letter)).text
    for reason in ("Removed", "not vetted, only confirmed by e-mail", "counted without a name"):
        assert reason in page
    # Who hides their name hides it from editors, too.
    assert MEI.details.name not in page
    assert "Somebody who no longer wants to be shown" in page
    assert page.count("not shown") == 3
    Signature.objects.filter(pk=wiktor.pk).update(number=None, level=3)
    assert "waits for its number" in desk.get(_path(letter)).text


@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_sent_changes_nothing(
    desk: Client, letter: Letter, first: list[Notable], text: str
) -> None:
    sent = dict.fromkeys(("order", "up", "down", f"place-{first[0].pk}"), text)
    assert desk.post(_path(letter), sent).status_code == 303
    unread = desk.post(_path(letter), {"order": f"{first[0].pk},{text}"})
    assert unread.status_code == 422
    assert desk.post(_path(letter), {"remove": text}).status_code == 303
    assert desk.post(_path(letter)).status_code == 303
    assert _order(letter) == ["Brigid", "Wiktor", "梅若溪"]


@pytest.mark.parametrize("role", [Role.PRESS, Role.VIEWER, None])
def test_others_find_no_page(letter: Letter, first: list[Notable], role: Role | None) -> None:
    team = letter.team if role else make_team(slug="others")
    client = Client()
    client.force_login(make_organizer(team=team, email="ed@house.example", role=role or Role.OWNER))
    assert client.get(_path(letter)).status_code == 404
    assert client.post(_path(letter), {"remove": str(first[0].pk)}).status_code == 404
    assert Notable.objects.count() == 3
