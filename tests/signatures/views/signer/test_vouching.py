"""Vouching in the browser: the code, whose it is, the word, and who gets to see what of it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaign.letters.models import Letter
from signatures.models import Level, Proof, Signature, SignatureState, Vouch
from signatures.verification.vouching import codes, giving
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    QUIET,
    SALMA,
    WIKTOR,
    confirmed,
    listed,
    load,
    open_letter,
    someone,
)
from tests.signatures.verification.vouching.people import RELATION, vetted, vetter, vouch
from tests.signatures.views.visitors import NAUGHTY, Page, letter_url, link_url

pytestmark = pytest.mark.django_db

OCTOBER = datetime(2026, 10, 12, 9, 0, tzinfo=UTC)


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def brigid(letter: Letter) -> Signature:
    [signature] = listed(letter, BRIGID)
    return signature


@pytest.fixture
def wiktor(letter: Letter) -> Signature:
    """May vouch."""
    return vetted(letter, WIKTOR)


def code_of(signature: Signature) -> str:
    return codes.code_for(signature=signature)


def page_for(voucher: Signature, signature: Signature) -> str:
    return link_url(voucher, f"vouch/{code_of(signature)}/")


def says(client: Client, voucher: Signature, signature: Signature, **typed: Any) -> Any:
    fields = {"seen": signature.revision, "relation": RELATION} | typed
    return client.post(page_for(voucher, signature), fields)


def words(response: Any) -> str:
    return " ".join(Page(response).text.split())


# --- the way there ------------------------------------------------------------------------------


def test_the_code_stands_on_the_page_of_proofs(client: Client, brigid: Signature) -> None:
    page = Page(client.get(link_url(brigid, "proofs/")))
    assert "Vouched for" in page.headings
    assert codes.shown(code_of(brigid)) in page.text
    assert "Who vouched, only the person and the organizers see." in page.text


def test_organisations_find_no_code(client: Client, letter: Letter) -> None:
    page = Page(client.get(link_url(confirmed(letter, GUILD), "proofs/")))
    assert "Vouched for" not in page.headings


def test_the_own_page_leads_whoever_is_vetted_there(
    client: Client, brigid: Signature, wiktor: Signature
) -> None:
    assert link_url(wiktor, "vouch/") in Page(client.get(link_url(wiktor))).links
    assert link_url(brigid, "vouch/") not in Page(client.get(link_url(brigid))).links


def test_from_the_code_to_the_vouch(client: Client, brigid: Signature, wiktor: Signature) -> None:
    here = link_url(wiktor, "vouch/")
    assert client.get(here).status_code == 200
    typed = codes.shown(code_of(brigid)).lower()
    response = client.post(here, {"code": typed})
    assert (response.status_code, response["Location"]) == (303, page_for(wiktor, brigid))
    page = Page(client.get(response["Location"]))
    assert BRIGID.details.name in page.text
    assert BRIGID.email not in page.text
    assert page.values["seen"] == str(brigid.revision)
    response = says(client, wiktor, brigid)
    assert (response.status_code, response["Location"]) == (303, here)
    made = Vouch.objects.get()
    assert (made.voucher, made.signature, made.relation) == (wiktor, brigid, RELATION)
    told = words(client.get(here))
    assert BRIGID.details.name in told
    assert RELATION in told
    assert "You vouch for them already." in Page(client.get(page_for(wiktor, brigid))).text
    # Once more is no other vouch.
    assert says(client, wiktor, brigid).status_code == 303
    assert Vouch.objects.get() == made


def test_opening_addresses_does_nothing(
    client: Client, brigid: Signature, wiktor: Signature
) -> None:
    for url in (link_url(wiktor, "vouch/"), page_for(wiktor, brigid), link_url(brigid, "proofs/")):
        assert client.get(url).status_code == 200
    assert not Vouch.objects.exists()
    made = vouch(wiktor, brigid)
    assert client.get(link_url(wiktor, f"vouches/{made.pk}/end/")).status_code == 303
    assert Vouch.objects.get() == made


def test_a_name_that_is_shown_to_nobody_is_shown_to_whom_its_bearer_trusts(
    client: Client, letter: Letter, wiktor: Signature
) -> None:
    page = Page(client.get(page_for(wiktor, confirmed(letter, QUIET))))
    assert "They trust you with their name" in page.text
    assert QUIET.details.name in page.text


# --- what is refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("typed", NAUGHTY.values(), ids=NAUGHTY.keys())
def test_what_is_no_code_is_told_beside_the_field(
    client: Client, wiktor: Signature, typed: str
) -> None:
    response = client.post(link_url(wiktor, "vouch/"), {"code": typed})
    page = Page(response)
    assert response.status_code == 422
    assert page.error("code") == ("The code has twelve letters and digits, such as 7KQF-2M9X-4TRD.")


def test_a_code_that_nobody_has_is_told_so(
    client: Client, letter: Letter, wiktor: Signature
) -> None:
    other = confirmed(open_letter(slug="another"), MEI)
    for code in ("0000-0000-0000", code_of(wiktor), code_of(other)):
        response = client.post(link_url(wiktor, "vouch/"), {"code": code})
        assert response.status_code == 422
        assert "Nobody else who signed this letter has this code now." in Page(response).error(
            "code"
        )
        assert MEI.details.name not in response.content.decode()


@pytest.mark.parametrize("code", ["x", "0" * 12, "\u202e" * 9, "a" * 3000, "%00", "..", "١" * 12])
def test_any_address_is_answered(client: Client, wiktor: Signature, code: str) -> None:
    for method in (client.get, client.post):
        response = method(link_url(wiktor, f"vouch/{code}/"))
        assert response.status_code in (404, 422)


def test_guessing_ends_for_the_day(client: Client, wiktor: Signature, brigid: Signature) -> None:
    for number in range(60):
        client.post(link_url(wiktor, "vouch/"), {"code": f"{number:012d}"})
    response = client.post(link_url(wiktor, "vouch/"), {"code": code_of(brigid)})
    assert response.status_code == 429
    assert "This was tried very often today." in Page(response).error("code")
    response = client.get(page_for(wiktor, brigid))
    assert response.status_code == 429
    assert BRIGID.details.name not in response.content.decode()


@pytest.mark.parametrize(
    ("relation", "told"),
    [
        ("", "Say in a few words how you know this person."),
        (" - ", "Say in a few words how you know this person."),
        ("x" * 161, "This is too long. Please use at most 160 characters."),
        ("see www.shop.example", "Please leave out web and e-mail addresses"),
        ("a\x00b", "control character"),
        ("\u202ereversed", "changes the direction of text"),
    ],
)
def test_how_they_know_each_other_must_be_said(
    client: Client, brigid: Signature, wiktor: Signature, relation: str, told: str
) -> None:
    response = says(client, wiktor, brigid, relation=relation)
    assert response.status_code == 422
    page = Page(response)
    assert told in page.error("relation")
    assert page.alerts
    assert not Vouch.objects.exists()


def test_what_was_not_seen_is_not_vouched_for(
    client: Client, brigid: Signature, wiktor: Signature
) -> None:
    response = says(client, wiktor, brigid, seen=brigid.revision + 1)
    page = Page(response)
    assert response.status_code == 409
    assert "They have changed how they appear." in page.text
    assert (page.values["seen"], page.values["relation"]) == (str(brigid.revision), RELATION)
    assert says(client, wiktor, brigid, seen="x").status_code == 422
    assert not Vouch.objects.exists()


def test_the_sixth_is_refused_and_says_how_to_make_room(
    client: Client, letter: Letter, brigid: Signature, wiktor: Signature
) -> None:
    for number in range(5):
        vouch(wiktor, confirmed(letter, someone(number)))
    response = says(client, wiktor, brigid)
    assert response.status_code == 409
    assert "You vouch for five people already." in Page(response).text
    page = Page(client.get(link_url(wiktor, "vouch/")))
    assert "which is the most" in page.text
    assert "code" not in page.values


def test_who_is_not_vetted_reads_why(client: Client, brigid: Signature, wiktor: Signature) -> None:
    here = link_url(brigid, "vouch/")
    for response in (client.get(here), client.post(here, {"code": code_of(wiktor)})):
        assert "Only people whom the organizers have vetted" in Page(response).text
    for method in (client.get, client.post):
        response = method(page_for(brigid, wiktor))
        assert (response.status_code, response["Location"]) == (303, here)
    assert WIKTOR.details.name not in Page(client.get(here)).text


def test_who_has_not_signed_is_led_to_their_own_page(client: Client, wiktor: Signature) -> None:
    Signature.objects.filter(pk=wiktor.pk).update(state=SignatureState.WITHDRAWN)
    response = client.get(link_url(wiktor, "vouch/"))
    assert (response.status_code, response["Location"]) == (303, link_url(wiktor))


# --- taking back, refusing ----------------------------------------------------------------------


def test_either_side_ends_it_and_is_led_back(
    client: Client, brigid: Signature, wiktor: Signature
) -> None:
    for side, page in ((wiktor, "vouch/"), (brigid, "proofs/")):
        made = vouch(wiktor, brigid)
        name = BRIGID.details.name if side == wiktor else WIKTOR.details.name
        assert name in Page(client.get(link_url(side, page))).text
        response = client.post(link_url(side, f"vouches/{made.pk}/end/"))
        assert (response.status_code, response["Location"]) == (303, link_url(side, page))
        made.refresh_from_db()
        assert made.revoked_at is not None
        assert RELATION not in Page(client.get(link_url(side, page))).text


def test_nobody_else_ends_it(
    client: Client, letter: Letter, brigid: Signature, wiktor: Signature
) -> None:
    made = vouch(wiktor, brigid)
    salma = confirmed(letter, SALMA)
    for vouch_id in (made.pk, 0, 2**70):
        url = link_url(salma, f"vouches/{vouch_id}/end/")
        assert client.post(url).status_code == 404
    assert Vouch.objects.filter(revoked_at=None).count() == 1


# --- who sees what ------------------------------------------------------------------------------


@pytest.fixture
def vouched(letter: Letter, brigid: Signature, wiktor: Signature) -> Signature:
    vouch(wiktor, brigid)
    vouch(vetted(letter, MEI), brigid, relation="our children go to school together")
    Proof.objects.filter(method="vouched").update(proved_at=OCTOBER)
    found = load(brigid.pk)
    assert found.level == Level.CONTROLS
    return found


def test_readers_see_that_it_was_done_and_when(
    client: Client, letter: Letter, vouched: Signature
) -> None:
    response = client.get(letter_url(letter, "signatories/"))
    assert "vouched for by two signatories, 12 Oct 2026" in words(response)
    for hidden in (RELATION, "our children", code_of(vouched), "vouches"):
        assert hidden not in response.content.decode()


def test_whoever_is_vouched_for_sees_who_and_how(client: Client, vouched: Signature) -> None:
    told = words(client.get(link_url(vouched, "proofs/")))
    for shown in (WIKTOR.details.name, RELATION, MEI.details.name, "Shown on 12 October 2026."):
        assert shown in told
    assert "vouched for by two signatories, 12 Oct 2026" in words(client.get(link_url(vouched)))


def test_vetters_see_who_and_how_and_others_do_not(letter: Letter, vouched: Signature) -> None:
    organizer = Client()
    organizer.force_login(vetter(letter))
    url = f"/desk/letters/{letter.slug}/signatures/{vouched.public_id}/"
    told = words(organizer.get(url))
    assert "Vouches" in told
    for shown in (WIKTOR.details.name, RELATION, "our children go to school together"):
        assert shown in told
    giving.end(vouch=Vouch.objects.get(relation=RELATION))
    assert "ended" in words(organizer.get(url))


def test_who_vouches_sees_no_other_vouch(
    client: Client, vouched: Signature, wiktor: Signature
) -> None:
    for url in (link_url(wiktor, "vouch/"), page_for(wiktor, vouched)):
        assert "our children" not in client.get(url).content.decode()
        assert MEI.details.name not in client.get(url).content.decode()


@pytest.mark.parametrize("rest", ["vouch/", "proofs/"])
def test_the_pages_ask_the_same_of_one_vouch_as_of_three(
    client: Client, letter: Letter, wiktor: Signature, brigid: Signature, rest: str
) -> None:
    def queries() -> int:
        side = load(wiktor.pk if rest == "vouch/" else brigid.pk)
        with CaptureQueriesContext(connection) as found:
            assert client.get(link_url(side, rest)).status_code == 200
        return len(found)

    vouch(wiktor, brigid)
    # The proof is there before we count: it stands from the second vouch on.
    vouch(vetted(letter, number=50), brigid)
    one = queries()
    for number in (1, 2):
        vouch(wiktor, confirmed(letter, someone(number)))
        vouch(vetted(letter, number=10 + number), brigid)
    assert queries() == one


def test_in_arabic(client: Client, brigid: Signature, wiktor: Signature) -> None:
    vouch(wiktor, brigid)
    for signature, rest in (
        (wiktor, "vouch/"),
        (wiktor, f"vouch/{code_of(brigid)}/"),
        (brigid, "proofs/"),
    ):
        page = Page(client.get("/ar" + link_url(signature, rest)))
        assert page.root["dir"] == "rtl"
        assert link_url(signature, rest) in page.links
