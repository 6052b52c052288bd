"""The signer's own data, as a file; and the page that erases it."""

import json
from collections.abc import Callable
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from campaign.organizers.models import Organizer
from signatures import erasure, links, withdrawal
from signatures.models import (
    Because,
    Delivery,
    DeliveryState,
    Level,
    Message,
    Proof,
    Signature,
    SignatureState,
    TurnedAway,
    Vouch,
)
from signatures.moderation import removal
from signatures.verification.vouching import codes
from tests.signatures.factories import (
    BRIGID,
    QUIET,
    SALMA,
    close,
    confirmed,
    listed,
    load,
    make_organizer,
    open_letter,
    pending,
    sequence,
    someone,
)
from tests.signatures.verification.vouching.people import vetted
from tests.signatures.views.signer.test_own_page import everything
from tests.signatures.views.visitors import (
    AGREED,
    NAUGHTY,
    UNTICKED,
    Page,
    erase_url,
    letter_url,
    link_url,
    send,
)

pytestmark = pytest.mark.django_db

VOID = "We do not know this link"
PRIVATE = {"no-store", "private"}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


@pytest.fixture
def ottilie(letter: Letter) -> Organizer:
    return make_organizer(team=letter.team)


def is_void(response: Any) -> bool:
    return (response.status_code, Page(response).headings) == (404, [VOID])


def removed(letter: Letter, organizer: Organizer) -> Signature:
    [signature] = listed(letter, BRIGID)
    removal.remove(
        signature=signature, organizer=organizer, expected_revision=1, because=Because.NOT_THEM
    )
    return load(signature.pk)


# --- the file -----------------------------------------------------------------------------------


def test_the_own_page_leads_to_both(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    page = Page(client.get(link_url(signature)))
    assert {link_url(signature, "my-data.json"), link_url(signature, "erase/")} <= set(page.links)


def test_the_file_is_downloaded_and_kept_nowhere(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    before = everything()
    response = client.get(link_url(signature, "my-data.json"))
    assert response.status_code == 200
    assert response["Content-Type"] == "application/json"
    assert response["Content-Disposition"] == (
        'attachment; filename="undersigned-work-that-is-ours.json"'
    )
    assert {part.strip() for part in response["Cache-Control"].split(",")} >= PRIVATE
    assert response["X-Robots-Tag"] == "noindex"
    assert json.loads(response.content)["signature"]["name"] == BRIGID.details.name
    assert "Brigid O’Malloran" in response.content.decode()
    assert everything() == before


def test_the_file_is_for_reading_only(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    assert client.post(link_url(signature, "my-data.json")).status_code == 405
    head = client.head(link_url(signature, "my-data.json"))
    assert (head.status_code, head.content) == (200, b"")


def test_the_file_explains_itself_in_the_language_of_the_page(
    client: Client, letter: Letter
) -> None:
    [signature] = listed(letter, SALMA)
    told = client.get(f"/ar{link_url(signature, 'my-data.json')}").json()
    assert set(told) == set(client.get(link_url(signature, "my-data.json")).json())
    assert told["consents"]["version"].endswith("/ar")


# --- the page -----------------------------------------------------------------------------------


def test_it_says_what_goes_and_what_stays_and_does_nothing(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    before = everything()
    for method in (client.get, client.head):
        response = method(link_url(signature, "erase/"))
        assert response.status_code == 200
        assert {part.strip() for part in response["Cache-Control"].split(",")} >= PRIVATE
    page = Page(client.get(link_url(signature, "erase/")))
    assert page.headings == ["Erase everything about you?", "What goes", "What stays"]
    for said in (
        "the signature of Brigid O’Malloran under “For work that is ours” will be deleted for good",
        "the count goes down by one",
        "number 1 signed, and that it was erased",
        "None of this can be undone",
        "You can sign again later, as if for the first time.",
        "To come off the list only",
    ):
        assert said in page.text, said
    assert "The organizers doubted" not in page.text
    assert "Your word for those" not in page.text
    buttons = [named for tag, named in page.attributes if tag == "button"]
    assert [each["type"] for each in buttons][-1:] == ["submit"]
    assert everything() == before


def test_one_button_erases_and_the_link_is_void(client: Client, letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    url = erase_url(signature)
    response = client.post(url, AGREED)
    assert response.status_code == 200
    page = Page(response)
    assert page.headings == ["Everything about you is erased"]
    assert "they tell that one signature was erased, and not whose" in page.text
    assert "Brigid" not in page.text
    assert letter_url(letter) in page.links
    assert {part.strip() for part in response["Cache-Control"].split(",")} >= PRIVATE
    assert not Signature.objects.filter(pk=signature.pk).exists()
    assert Event.objects.filter(kind=EventKind.ERASE).count() == 1

    assert is_void(client.post(url, AGREED))
    assert is_void(client.get(url))
    assert is_void(client.post(link_url(signature, "erase/"), AGREED))
    for rest in ("", "erase/", "my-data.json", "withdraw/", "proofs/", "thanks/", "number/"):
        assert is_void(client.get(link_url(signature, rest))), rest
    assert Event.objects.filter(kind=EventKind.ERASE).count() == 1
    sequence(letter)
    assert client.get(letter_url(letter, "count")).json()["total"] == 0


def test_a_pending_one_is_erased_before_it_was_ever_shown(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    assert link_url(signature, "erase/") in Page(client.get(link_url(signature))).links
    asked = Page(client.get(link_url(signature, "erase/")))
    assert asked.headings == ["Erase everything about you?", "What goes"]
    assert "the count goes down" not in asked.text
    assert "To come off the list only" not in asked.text
    done = Page(client.post(erase_url(signature), AGREED))
    assert done.headings == ["Everything about you is erased"]
    assert "tell that one signature was erased" not in done.text
    assert not Signature.objects.exists()


def test_before_it_has_a_number_none_is_named(client: Client, letter: Letter) -> None:
    page = Page(client.get(link_url(confirmed(letter), "erase/")))
    assert "that somebody signed, and that it was erased" in page.text


def test_who_was_turned_away_is_told_what_is_kept(
    client: Client, letter: Letter, ottilie: Organizer
) -> None:
    signature = removed(letter, ottilie)
    assert link_url(signature, "erase/") in Page(client.get(link_url(signature))).links
    page = Page(client.get(link_url(signature, "erase/")))
    assert "until the letter closes" in page.text
    assert "as if for the first time" not in page.text
    client.post(erase_url(signature), AGREED)
    assert TurnedAway.objects.count() == 2


def test_who_vouches_is_told_that_their_word_goes(client: Client, letter: Letter) -> None:
    voucher, other = vetted(letter, number=1), confirmed(letter, BRIGID)
    assert voucher.level == Level.VETTED
    data = {"code": codes.code_for(signature=other), "seen": 1, "relation": "neighbours"}
    client.post(link_url(voucher, f"vouch/{data['code']}/"), data)
    assert Vouch.objects.count() == 1
    page = Page(client.get(link_url(voucher, "erase/")))
    assert "Your word for the people you vouch for." in page.text


def _expired(signature: Signature) -> None:
    Signature.objects.filter(pk=signature.pk).update(asked_at="2020-01-01T00:00:00Z")


def _closed(signature: Signature) -> None:
    close(signature.letter)


def _withdrawn(signature: Signature) -> None:
    Signature.objects.filter(pk=signature.pk).update(state=SignatureState.WITHDRAWN)


def _rejected(signature: Signature) -> None:
    Signature.objects.filter(pk=signature.pk).update(state=SignatureState.REJECTED)


@pytest.mark.parametrize("become", [_expired, _closed, _withdrawn, _rejected])
def test_whatever_the_link_says_it_leads_to_ones_data(
    client: Client, letter: Letter, become: Callable[[Signature], None]
) -> None:
    signature = pending(letter, QUIET)
    become(signature)
    page = Page(client.get(link_url(signature)))
    assert {link_url(signature, "my-data.json"), link_url(signature, "erase/")} <= set(page.links)
    assert client.get(link_url(signature, "my-data.json")).status_code == 200
    assert client.get(link_url(signature, "erase/")).status_code == 200
    assert client.post(erase_url(signature), AGREED).status_code == 200
    assert not Signature.objects.exists()


@pytest.mark.parametrize("naughty", NAUGHTY.values(), ids=NAUGHTY)
def test_nonsense_erases_what_the_link_says_or_nothing(
    client: Client, letter: Letter, naughty: str
) -> None:
    signature = pending(letter)
    for rest in ("erase/", "my-data.json"):
        token = links.token_for(signature=signature)[:-1]
        answer = client.get(f"/s/{token}{naughty[:40].replace('/', '')}/{rest}".replace("?", ""))
        assert answer.status_code in (404, 400)
        token = links.erasing_token_for(delivery=Delivery(pk=1, signature=signature))
        answer = client.get(
            f"/s/{naughty[:40].replace('/', '')}{token}/erase/now/".replace("?", "")
        )
        assert answer.status_code in (404, 400)
    assert client.post(erase_url(signature), {"anything": naughty} | AGREED).status_code == 200
    assert not Signature.objects.exists()


def test_other_sites_cannot_send_the_form(letter: Letter) -> None:
    signature = confirmed(letter)
    strict = Client(enforce_csrf_checks=True, headers={"Sec-Fetch-Site": "cross-site"})
    assert strict.post(erase_url(signature), AGREED).status_code == 403
    assert load(signature.pk).state == SignatureState.CONFIRMED


# --- whoever has the link alone -----------------------------------------------------------------


def test_link_of_the_signer_alone_erases_nothing_and_writes_to_the_address(
    client: Client, letter: Letter
) -> None:
    signature = confirmed(letter)
    for _time in range(5):
        response = client.post(link_url(signature, "erase/"), AGREED)
        assert response.status_code == 200
        assert Page(response).headings == ["We have sent you an e-mail"]
    assert load(signature.pk).state == SignatureState.CONFIRMED
    assert Delivery.objects.filter(message=Message.ERASING).count() == 1


def test_mails_that_erase_are_three_a_day_at_most(client: Client, letter: Letter) -> None:
    signature = confirmed(letter)
    for _time in range(6):
        client.post(link_url(signature, "erase/"), AGREED)
        Delivery.objects.filter(message=Message.ERASING).update(state=DeliveryState.SENT)
    assert Delivery.objects.filter(message=Message.ERASING).count() == 3


def test_link_that_erases_shows_what_goes_and_acts_on_its_button_only(
    client: Client, letter: Letter
) -> None:
    [signature] = listed(letter, BRIGID)
    url = erase_url(signature)
    before = everything()
    page = Page(client.get(url))
    assert page.headings == ["Erase everything about you?", "What goes", "What stays"]
    refused = client.post(url)
    assert (refused.status_code, UNTICKED in Page(refused).text) == (422, True)
    assert everything() == before


def test_no_mail_that_erases_is_sent_before_the_box_is_ticked(
    client: Client, letter: Letter
) -> None:
    signature = confirmed(letter)
    refused = client.post(link_url(signature, "erase/"))
    assert (refused.status_code, UNTICKED in Page(refused).text) == (422, True)
    assert not Delivery.objects.filter(message=Message.ERASING).exists()


def test_link_that_erases_is_void_after_a_day(client: Client, letter: Letter) -> None:
    signature = confirmed(letter)
    url = erase_url(signature)
    with time_machine.travel(timezone.now() + links.TIME_TO_ERASE):
        assert is_void(client.get(url))
        assert is_void(client.post(url, AGREED))
    assert load(signature.pk).state == SignatureState.CONFIRMED


def test_link_that_undoes_does_not_erase(client: Client, letter: Letter) -> None:
    signature = confirmed(letter)
    withdrawal.withdraw(signature=signature)
    notice = Delivery.objects.get(message=Message.WITHDRAWN)
    token = links.undo_token_for(delivery=notice)
    assert is_void(client.post(f"/s/{token}/erase/now/", AGREED))


# --- in another tab -----------------------------------------------------------------------------


def test_who_is_erased_while_another_tab_is_at_it_has_a_void_link_there(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = confirmed(letter)
    found = links.signature_behind

    def erased_meanwhile(token: str) -> Signature:
        signature = found(token)
        erasure.erase(signature=signature)
        return signature

    monkeypatch.setattr(links, "signature_behind", erased_meanwhile)
    assert is_void(client.post(link_url(signature, "withdraw/"), AGREED))
    assert is_void(client.post(link_url(someone_else := confirmed(letter), "erase/"), AGREED))
    signature = confirmed(letter, someone(2))
    answer = client.post(link_url(signature, "evidence/"), {"link": "Q42"})
    assert is_void(answer)
    assert not Signature.objects.filter(pk=someone_else.pk).exists()
    assert not Proof.objects.exists()


def test_a_row_that_comes_too_late_is_no_error_only_if_the_signature_is_gone(
    client: Client, letter: Letter, monkeypatch: pytest.MonkeyPatch
) -> None:
    signature = confirmed(letter)

    def refused(**_about: Any) -> None:
        raise IntegrityError

    monkeypatch.setattr(withdrawal, "withdraw", refused)
    with pytest.raises(IntegrityError):
        client.post(link_url(signature, "withdraw/"), AGREED)

    def refused_and_erased(**_about: Any) -> None:
        erasure.erase(signature=signature)
        raise IntegrityError

    monkeypatch.setattr(withdrawal, "withdraw", refused_and_erased)
    assert is_void(client.post(link_url(signature, "withdraw/"), AGREED))


def test_the_page_that_waits_for_the_code_takes_it_no_more(client: Client, letter: Letter) -> None:
    inbox = send(client, letter, BRIGID)["Location"]
    signature = Signature.objects.get()
    code = links.code_for(signature=signature)
    erasure.erase(signature=signature)
    answer = client.post(inbox, {"code": code})
    assert answer.status_code == 422
    assert client.post(f"{inbox}resend/").status_code == 303
    assert not Signature.objects.exists()
