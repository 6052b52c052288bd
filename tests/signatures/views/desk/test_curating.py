"""Who stands on the list, as its organizers decide it at the desk."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from campaign.letters.models import Letter
from campaign.organizers.models import AuditEntry, Organizer, Role
from signatures.models import Delivery, Message, Notable, Removal, Signature
from signatures.moderation import attestation, pinning, search
from signatures.screening import watchlist
from tests.signatures.factories import (
    BRIGID,
    MEI,
    QUIET,
    WIKTOR,
    Person,
    confirmed,
    listed,
    load,
    make_organizer,
    make_team,
    open_letter,
    pending,
    person,
)
from tests.signatures.views.visitors import AGREED, NAUGHTY, letter_url, link_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


@pytest.fixture
def edda(letter: Letter) -> Organizer:
    """May not see private data."""
    return make_organizer(team=letter.team, email="edda@open-stage.example", role=Role.EDITOR)


def _browser(organizer: Organizer) -> Client:
    client = Client()
    client.force_login(organizer)
    return client


@pytest.fixture
def desk(ottilie: Organizer) -> Client:
    return _browser(ottilie)


def _all(letter: Letter) -> str:
    return reverse("desk_signatures", args=[letter.slug])


def _page(letter: Letter, signature: Signature) -> str:
    return reverse("desk_signature", args=[letter.slug, signature.public_id])


def _do(client: Client, letter: Letter, signature: Signature, action: str, **typed: str) -> str:
    sent = {"action": action, "seen": str(signature.revision)} | typed
    return client.post(_page(letter, signature), sent, follow=True).text


@pytest.mark.parametrize("role", [Role.PRESS, Role.VIEWER, None])
def test_others_find_no_page(letter: Letter, role: Role | None) -> None:
    [signature] = listed(letter, BRIGID)
    team = letter.team if role else make_team(slug="others")
    other = _browser(make_organizer(team=team, email="ed@house.example", role=role or Role.OWNER))
    for page in (_all(letter), _page(letter, signature)):
        assert other.get(page).status_code == 404
    for action in ("remove", "pin", "doubt", "see", "vet"):
        answer = other.post(_page(letter, signature), {"action": action, "seen": "1"})
        assert answer.status_code == 404
    if role:
        assert _all(letter) not in other.get(reverse("desk_letter", args=[letter.slug])).text
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("role", [Role.OWNER, Role.EDITOR, Role.VETTER])
def test_those_who_may_take_off_and_put_back(letter: Letter, role: Role) -> None:
    [signature] = listed(letter, BRIGID)
    client = _browser(make_organizer(team=letter.team, role=role))
    assert _all(letter) in client.get(reverse("desk_letter", args=[letter.slug])).text
    assert _page(letter, signature) in client.get(_all(letter)).text
    page = _do(client, letter, signature, "remove", because="rules", note="an advertisement")
    assert "Taken off the list." in page
    assert "another reason of the organizers" in page
    assert "an advertisement" in page
    assert load(signature.pk).state == "removed"
    assert _page(letter, signature) in client.get(_all(letter), {"which": "removed"}).text
    page = _do(client, letter, signature, "restore", because="mistake")
    assert "Back on the list" in page
    assert load(signature.pk).state == "confirmed"


def test_strangers_are_sent_to_log_in(client: Client, letter: Letter) -> None:
    assert client.get(_all(letter)).status_code == 302


def test_an_editor_sees_no_private_data(letter: Letter, edda: Organizer) -> None:
    brigid, quiet, wiktor = listed(letter, BRIGID, QUIET, WIKTOR)
    Signature.objects.filter(pk=wiktor.pk).update(state="rejected", level=0)
    twin = confirmed(letter, person("twin@quayside.example", BRIGID.details.name))
    Signature.objects.filter(pk=twin.pk).update(state="held", level=0)
    client = _browser(edda)
    page = client.get(_page(letter, brigid)).text
    assert BRIGID.details.name in page
    for private in ("@quayside.example", "Beside it", "same name", "Attest who this is"):
        assert private not in page
    for hidden in (quiet, wiktor, twin):
        assert client.get(_page(letter, hidden)).status_code == 404
    for which in ("anonymous", "rejected"):
        page = client.get(_all(letter), {"which": which}).text
        assert QUIET.details.name not in page
        assert WIKTOR.details.name not in page
        assert f'value="{which}"' not in page
    for action in ("see", "vet", "call_back"):
        answer = client.post(
            _page(letter, brigid), {"action": action, "seen": "1", "evidence": "known"}
        )
        assert answer.status_code == 422
        assert BRIGID.email not in answer.text
    assert not AuditEntry.objects.exists()


def test_what_an_editor_holds_is_the_vetters_from_then_on(
    letter: Letter, edda: Organizer, desk: Client
) -> None:
    [brigid] = listed(letter, BRIGID)
    client = _browser(edda)
    page = _do(client, letter, brigid, "doubt", note="a caller asked")
    assert "waiting to be checked" in page
    assert "All signatures" in page
    assert client.get(_page(letter, brigid)).status_code == 404
    waits = reverse("desk_vet", args=[letter.slug, brigid.public_id])
    assert desk.get(_page(letter, brigid))["Location"] == waits
    assert "a caller asked" in desk.get(waits).text


def test_a_vetter_holds_and_approves(desk: Client, letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    page = _do(desk, letter, brigid, "doubt")
    assert "held by an organizer" in page
    assert BRIGID.details.name not in desk.get(letter_url(letter, "signatories/")).text
    waits = reverse("desk_vet", args=[letter.slug, brigid.public_id])
    desk.post(waits, {"action": "approve", "seen": "1"})
    assert BRIGID.details.name in desk.get(letter_url(letter, "signatories/")).text


def test_a_rejected_one_can_be_looked_at_once_more(desk: Client, letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    Signature.objects.filter(pk=brigid.pk).update(state="rejected", level=0)
    assert "Check it once more" in desk.get(_page(letter, brigid)).text
    _do(desk, letter, brigid, "doubt")
    assert load(brigid.pk).state == "held"


def test_looking_at_the_address_is_written_into_the_audit_trail(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    [brigid] = listed(letter, BRIGID)
    assert "b…@quayside.example" in desk.get(_page(letter, brigid)).text
    assert BRIGID.email in _do(desk, letter, brigid, "see")
    [entry] = AuditEntry.objects.all()
    assert (entry.organizer, entry.action, entry.subject) == (
        ottilie,
        "see_email",
        f"signature {brigid.public_id}",
    )


def test_a_confirmed_signature_is_found_vetted_and_called_back(
    desk: Client, letter: Letter
) -> None:
    [signature] = listed(letter, BRIGID)
    assert _page(letter, signature) in desk.get(_all(letter), {"q": "malloran"}).text
    assert "required" in _do(desk, letter, signature, "vet")
    assert "the level follows" in _do(desk, letter, signature, "vet", evidence="met her")
    assert load(signature.pk).level == 3
    assert "met her" not in desk.get(letter_url(letter, "signatories/")).text
    called = {"who": "Her agent", "when": "2026-11-20", "how": "by the number in the book"}
    assert "the level follows" in _do(desk, letter, signature, "call_back", **called)
    assert load(signature.pk).level == 4
    proof = load(signature.pk).proofs.get(method="call_back")
    assert proof.private == "Her agent, 2026-11-20: by the number in the book"


def test_what_is_held_cannot_be_attested(desk: Client, letter: Letter) -> None:
    Letter.objects.update(vets_everyone=True)
    watchlist.forget()
    signature = confirmed(letter, BRIGID)
    assert "It is not on the list any more" in _do(
        desk, letter, signature, "vet", evidence="met her"
    )


def test_a_reason_must_be_chosen(desk: Client, letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    for typed in ({}, {"because": "checked"}, {"because": "rules", "note": "x" * 301}):
        answer = desk.post(_page(letter, brigid), {"action": "remove", "seen": "1"} | typed)
        assert answer.status_code == 422
        assert "data-error-summary" in answer.text
    assert "Say why it is taken off the list." in _do(desk, letter, brigid, "remove")
    assert not Removal.objects.exists()
    _do(desk, letter, brigid, "remove", because="rules")
    assert "Say why it comes back." in _do(desk, letter, brigid, "restore")
    assert load(brigid.pk).state == "removed"


def test_what_was_decided_elsewhere_meanwhile_is_told(desk: Client, letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    stale = load(brigid.pk)
    assert "is not taken off the list any more" in _do(
        desk, letter, stale, "restore", because="mistake"
    )
    Signature.objects.update(revision=2)
    assert "changed their details meanwhile" in _do(desk, letter, stale, "remove", because="rules")
    _do(desk, letter, load(brigid.pk), "remove", because="rules")
    assert "It is not on the list any more" in _do(
        desk, letter, load(brigid.pk), "remove", because="rules"
    )


def test_somebody_is_named_first_and_no_longer(desk: Client, letter: Letter) -> None:
    [brigid] = listed(letter, BRIGID)
    assert "Name it first" not in desk.get(_page(letter, brigid)).text
    assert "were vetted can be named first" in _do(desk, letter, brigid, "pin")
    _do(desk, letter, brigid, "vet", evidence="met her")
    assert "Named first from now on" in _do(desk, letter, brigid, "pin")
    assert "Name it first no longer" in desk.get(_page(letter, brigid)).text
    assert "No longer named first" in _do(desk, letter, brigid, "unpin")
    assert not Notable.objects.exists()


def test_there_is_room_for_so_many(
    desk: Client, letter: Letter, ottilie: Organizer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pinning, "MAX_NOTABLES", 0)
    [brigid] = listed(letter, BRIGID)
    attestation.vet(
        signature=brigid, organizer=ottilie, expected_revision=brigid.revision, evidence="known"
    )
    assert "A hundred are named first already." in _do(desk, letter, brigid, "pin")


def test_what_is_pending_or_others_is_not_there(desk: Client, letter: Letter) -> None:
    assert desk.get(_page(letter, pending(letter, BRIGID))).status_code == 404
    elsewhere = confirmed(open_letter(slug="elsewhere", team=make_team(slug="others")), MEI)
    assert desk.get(_page(letter, elsewhere)).status_code == 404


def test_the_list_pages_and_keeps_what_was_asked(
    desk: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(search, "PAGE_ROWS", 1)
    assert "Nobody is on the list yet." in desk.get(_all(letter)).text
    listed(letter, BRIGID, person("twin@quayside.example", BRIGID.details.name))
    first = desk.get(_all(letter), {"q": "brigid"})
    assert first.context["next_url"] == f"{_all(letter)}?q=brigid&after=2"
    second = desk.get(first.context["next_url"])
    assert [row.number for row in second.context["rows"]] == [1]
    assert second.context["next_url"] is None
    assert second.context["first_url"] == f"{_all(letter)}?q=brigid"
    assert "Nothing fits." in desk.get(_all(letter), {"q": "nobody"}).text


@pytest.mark.parametrize("text", NAUGHTY.values(), ids=NAUGHTY)
def test_whatever_is_asked_or_sent_is_answered(desk: Client, letter: Letter, text: str) -> None:
    [signature] = listed(letter, BRIGID)
    asked = dict.fromkeys(("q", "which", "after"), text)
    assert desk.get(_all(letter), asked).status_code == 200
    sent = dict.fromkeys(("action", "seen", "because", "note"), text)
    assert desk.post(_page(letter, signature), sent).status_code == 422
    for action in ("remove", "doubt", "restore"):
        typed = sent | {"action": action, "because": "rules", "seen": "1"}
        assert desk.post(_page(letter, signature), typed).status_code in (303, 422)


def test_a_removed_signer_reads_why_and_can_withdraw(
    client: Client, desk: Client, letter: Letter
) -> None:
    [brigid] = listed(letter, BRIGID)
    _do(desk, letter, brigid, "remove", because="twice", note="seen at the desk")
    page = client.get(link_url(brigid)).text
    assert "Your signature was taken off the list" in page
    assert "the same person signed twice" in page
    assert "seen at the desk" not in page
    for rest in ("thanks/", "edit/"):
        assert client.get(link_url(brigid, rest)).status_code == 303
    assert client.post(link_url(brigid), {"seen": "1"}).status_code == 303
    assert client.get(link_url(brigid, "number/")).json() == {"number": None, "shown": ""}
    asked = client.get(link_url(brigid, "withdraw/")).text
    assert "it cannot be put back" in asked
    assert 'name="named"' not in asked
    client.post(link_url(brigid, "withdraw/"), {"named": "on"} | AGREED)
    assert load(brigid.pk).state == "withdrawn"
    assert "Your signature is withdrawn" in client.get(link_url(brigid)).text


def test_no_public_page_tells_of_a_removed_name(
    client: Client, desk: Client, letter: Letter
) -> None:
    brigid, _wiktor = listed(letter, BRIGID, WIKTOR)
    _do(desk, letter, brigid, "remove", because="not_them")
    for rest in ("", "signatories/", "signatories/?q=brigid", "signatories/1/", "record/"):
        assert BRIGID.details.name not in client.get(letter_url(letter, rest)).text
    assert Delivery.objects.filter(message=Message.REMOVED).count() == 1


def test_as_many_queries_for_three_as_for_one(
    desk: Client, letter: Letter, ottilie: Organizer
) -> None:
    def queries(path: str) -> int:
        with CaptureQueriesContext(connection) as captured:
            assert desk.get(path).status_code == 200
        return len(captured)

    def named_first(*people: Person) -> list[int]:
        for each in listed(letter, *people):
            attestation.vet(
                signature=each, organizer=ottilie, expected_revision=each.revision, evidence="known"
            )
            pinning.pin(signature=each, organizer=ottilie, expected_revision=each.revision)
        pages = (_all(letter), reverse("desk_notables", args=[letter.slug]))
        return [queries(page) for page in pages]

    assert named_first(BRIGID) == named_first(WIKTOR, MEI)


@pytest.mark.parametrize(
    ("action", "typed"),
    [
        ("vet", {"evidence": "we met at the hall"}),
        ("call_back", {"who": "Her agent", "when": "2026-11-20", "how": "by the number we had"}),
        ("remove", {"because": "rules", "note": "as the rules say"}),
        ("doubt", {"note": "a caller asked"}),
        ("pin", {}),
        ("unpin", {}),
    ],
)
def test_no_deed_is_done_to_what_was_changed_since_and_nothing_typed_is_lost(
    desk: Client, letter: Letter, ottilie: Organizer, action: str, typed: dict[str, str]
) -> None:
    [brigid] = listed(letter, BRIGID)
    attestation.vet(signature=brigid, organizer=ottilie, expected_revision=1, evidence="known")
    if action == "unpin":
        pinning.pin(signature=brigid, organizer=ottilie, expected_revision=1)
    before = (load(brigid.pk).level, Notable.objects.count(), AuditEntry.objects.count())
    Signature.objects.update(revision=2, credit="Another credit")
    answer = desk.post(_page(letter, brigid), {"action": action, "seen": "1"} | typed)
    assert answer.status_code == 422
    assert "changed their details meanwhile" in answer.text
    assert "Another credit" in answer.text
    for words in typed.values():
        assert words in answer.text
    now = load(brigid.pk)
    assert (now.state, now.level, Notable.objects.count(), AuditEntry.objects.count()) == (
        "confirmed",
        *before,
    )


@pytest.mark.parametrize("action", ["vet", "call_back", "pin", "unpin", "restore", "remove"])
def test_no_deed_goes_without_what_was_read(desk: Client, letter: Letter, action: str) -> None:
    [brigid] = listed(letter, BRIGID)
    typed = {"evidence": "x", "who": "x", "when": "2026-11-20", "how": "x", "because": "rules"}
    answer = desk.post(_page(letter, brigid), {"action": action} | typed)
    assert answer.status_code == 422
    assert not AuditEntry.objects.exists()


def test_all_signatures_show_and_find_what_is_told_beside_the_name(
    desk: Client, letter: Letter
) -> None:
    listed(letter, BRIGID, WIKTOR.but(affiliation="Society of Lamp Lighters"))
    page = desk.get(_all(letter)).text
    assert "The Salt Ledger" in page
    assert "Society of Lamp Lighters" in page
    found = desk.get(_all(letter), {"q": "lighters society"}).text
    assert WIKTOR.details.name in found
    assert BRIGID.details.name not in found
