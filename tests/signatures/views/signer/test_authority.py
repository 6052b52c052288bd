"""Who signs for an organisation, on its own page, in the list and at the desk."""

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from campaign.letters.models import Letter
from signatures.models import Authority, Proof, ProofState, Signature
from signatures.screening import watchlist
from signatures.verification.levels import recompute_level
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    confirmed,
    listed,
    make_organizer,
    open_letter,
)
from tests.signatures.views.visitors import AGREED, NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)
CHAIR = {"name": "Wilhelmina Achterberg", "role": "chair"}
SIGNED_FOR = (
    'signed for it by <bdi translate="no">Wilhelmina Achterberg</bdi>, '
    '<bdi translate="no">chair</bdi>'
)


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def guild(letter: Letter) -> Signature:
    [signature] = listed(letter, GUILD)
    return signature


def state(client: Client, signature: Signature, **typed: str) -> object:
    return client.post(link_url(signature, "authority/"), CHAIR | typed)


def proven(signature: Signature) -> Proof:
    proof = Proof.objects.create(
        signature=signature,
        method="domain",
        subject="lampwrights.example",
        state=ProofState.STANDING,
        proved_at=OCTOBER,
        started_at=OCTOBER,
    )
    recompute_level(signature=signature)
    return proof


def test_an_organisation_is_told_that_its_domain_counts_and_asked_who_signs(
    client: Client, guild: Signature
) -> None:
    page = Page(client.get(link_url(guild, "proofs/")))
    assert "For an organisation, a proof of its domain is what counts" in page.text
    assert "Who signs for it" in page.headings
    assert page.text.index("is what counts") < page.text.index("Address of your site")


def test_a_person_is_neither(client: Client, letter: Letter) -> None:
    brigid = confirmed(letter, BRIGID)
    page = Page(client.get(link_url(brigid, "proofs/")))
    assert "For an organisation" not in page.text
    assert "Who signs for it" not in page.headings
    for answer in (client.get(link_url(brigid, "authority/")), state(client, brigid)):
        assert answer.status_code == 404  # type: ignore[attr-defined]
    assert not Authority.objects.exists()


def test_it_is_stated_changed_and_taken_off(client: Client, guild: Signature) -> None:
    here = f"{link_url(guild, 'proofs/')}#authority"
    answer = client.post(link_url(guild, "authority/"), CHAIR)
    assert (answer.status_code, answer["Location"]) == (303, here)
    page = Page(client.get(link_url(guild, "proofs/")))
    assert "Not shown yet: show its website, domain or an address there first." in page.text
    assert (page.values["name"], page.values["role"]) == ("Wilhelmina Achterberg", "chair")
    state(client, guild, role="director")
    assert Authority.objects.get().role == "director"
    client.get(link_url(guild, "authority/"), {"remove": "1"})
    assert Authority.objects.exists()
    state(client, guild, remove="1")
    assert not Authority.objects.exists()


def test_readers_see_it_while_the_domain_is_shown(
    client: Client, letter: Letter, guild: Signature
) -> None:
    state(client, guild)
    places = (
        letter_url(letter, "signatories/"),
        letter_url(letter, "signatories/1/"),
        link_url(guild),
    )
    for place in places:
        assert "Achterberg" not in client.get(place).text
    proof = proven(guild)
    for place in places:
        assert SIGNED_FOR in client.get(place).text
    assert "Readers see it." in Page(client.get(link_url(guild, "proofs/"))).text
    client.post(link_url(guild, f"proofs/{proof.pk}/revoke/"))
    for place in places:
        assert "Achterberg" not in client.get(place).text


def test_withdrawing_takes_it_along(client: Client, letter: Letter, guild: Signature) -> None:
    state(client, guild)
    proven(guild)
    client.post(link_url(guild, "withdraw/"), AGREED)
    assert not Authority.objects.exists()
    assert "Achterberg" not in client.get(letter_url(letter, "signatories/")).text
    answer = client.post(link_url(guild, "authority/"), CHAIR)
    assert (answer.status_code, answer["Location"]) == (303, link_url(guild))


@pytest.mark.parametrize(
    ("typed", "field", "told"),
    [
        ({"name": ""}, "name", "Enter the name of the person who signs for it."),
        ({"name": "12 34"}, "name", "A name needs at least one letter."),
        ({"name": "Buy ★ now"}, "name", "leave out emoji"),
        ({"role": " - "}, "role", "Enter their role, such as “director”."),
        ({"role": "see https://shop.example"}, "role", "leave out web and e-mail addresses"),
    ],
)
def test_mistakes_are_answered_beside_the_field(
    client: Client, guild: Signature, typed: dict[str, str], field: str, told: str
) -> None:
    answer = client.post(link_url(guild, "authority/"), CHAIR | typed)
    page = Page(answer)
    assert answer.status_code == 422
    assert told in page.by_id[f"authority_{field}_error"]
    assert told in page.alerts[0]
    assert not Authority.objects.exists()


def test_a_watched_name_is_for_the_organizers(
    client: Client, letter: Letter, guild: Signature
) -> None:
    ottilie = make_organizer(team=letter.team)
    watchlist.add(letter=letter, names=["Wilhelmina Achterberg"], organizer=ottilie)
    answer = client.post(link_url(guild, "authority/"), CHAIR)
    assert answer.status_code == 422
    assert "The organizers look at this name themselves." in Page(answer).text


@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_typed_is_answered(client: Client, guild: Signature, text: str) -> None:
    answer = client.post(link_url(guild, "authority/"), {"name": text, "role": text})
    assert answer.status_code in (303, 422)


def test_vetters_see_it_either_way(client: Client, letter: Letter, guild: Signature) -> None:
    state(client, guild)
    desk = Client()
    desk.force_login(make_organizer(team=letter.team))
    url = reverse("desk_signature", args=[letter.slug, guild.public_id])
    page = desk.get(url).text
    assert SIGNED_FOR.removeprefix("signed for it by ") in page
    assert "not shown: no proof of its domain counts now" in page
    proven(guild)
    assert "readers see it" in desk.get(url).text
