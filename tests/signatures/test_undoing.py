"""The address is told of what a link can do, and can undo it once."""

import pytest
from django.test import Client

from campaign.letters.models import Letter
from signatures import confirmation, editing, links, undoing, withdrawal
from signatures.errors import LetterNotOpen, LinkUnknown
from signatures.models import Delivery, DeliveryState, Message, SignatureState
from signatures.notifications.messages import build
from tests.signatures.factories import (
    BRIGID,
    close,
    confirmed,
    listed,
    load,
    open_letter,
    publish_version,
    sequence,
    translation_of,
)
from tests.signatures.views.visitors import AGREED, UNTICKED, Page

pytestmark = pytest.mark.django_db


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def notice_of(message: Message) -> Delivery:
    return Delivery.objects.select_related("signature__letter", "signature__translation").get(
        message=message, state=DeliveryState.OWED
    )


def test_a_withdrawal_is_told_and_undone_once(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    withdrawal.withdraw(signature=signature)
    sequence(letter)
    notice = notice_of(Message.WITHDRAWN)
    token = links.undo_token_for(delivery=notice)
    assert links.notice_behind(token) == notice

    back = undoing.undo(notice=notice)

    sequence(letter)
    stands = load(signature.pk)
    assert (stands.state, stands.number, stands.name) == (
        SignatureState.CONFIRMED,
        2,
        BRIGID.details.name,
    )
    with pytest.raises(LinkUnknown):
        links.notice_behind(token)
    # The link that was forwarded leads nowhere any more.
    with pytest.raises(LinkUnknown):
        links.signature_behind(links.token_for(signature=signature))
    assert links.signature_behind(links.token_for(signature=back)) == stands


def test_a_change_of_name_is_told_and_undone(letter: Letter) -> None:
    [signature] = listed(letter, BRIGID)
    for name in ("Somebody Else", "Another Again"):
        changed = load(signature.pk)
        details = BRIGID.but(name=name).details
        editing.edit(signature=changed, expected_revision=changed.revision, details=details)
    notice = notice_of(Message.RENAMED)
    assert notice.earlier_name == BRIGID.details.name

    undoing.undo(notice=notice)

    assert load(signature.pk).name == BRIGID.details.name
    assert Delivery.objects.filter(message=Message.RENAMED).count() == 1
    with pytest.raises(LinkUnknown):
        links.signature_behind(links.token_for(signature=signature))


def test_a_change_of_something_else_is_not_told(letter: Letter) -> None:
    signature = confirmed(letter)
    editing.edit(signature=signature, expected_revision=1, details=BRIGID.but(country="FR").details)
    assert not Delivery.objects.filter(message=Message.RENAMED).exists()


def test_a_withdrawal_from_a_closed_letter_stays(letter: Letter) -> None:
    signature = confirmed(letter)
    withdrawal.withdraw(signature=signature)
    close(letter)
    with pytest.raises(LetterNotOpen):
        undoing.undo(notice=notice_of(Message.WITHDRAWN))
    assert load(signature.pk).state == SignatureState.WITHDRAWN


def test_the_notice_holds_the_link_to_undo_and_no_other(letter: Letter) -> None:
    signature = confirmed(letter)
    withdrawal.withdraw(signature=signature)
    body = str(build(notice_of(Message.WITHDRAWN)).body)
    assert links.undo_token_for(delivery=notice_of(Message.WITHDRAWN)) in body
    assert links.token_for(signature=signature) not in body


def test_the_page_shows_and_the_button_undoes(client: Client, letter: Letter) -> None:
    signature = confirmed(letter)
    withdrawal.withdraw(signature=signature)
    url = f"/s/{links.undo_token_for(delivery=notice_of(Message.WITHDRAWN))}/undo/"
    response = client.get(url)
    assert "was withdrawn with a link" in Page(response).text
    assert "no-store" in response["Cache-Control"]
    assert load(signature.pk).state == SignatureState.WITHDRAWN
    refused = client.post(url)
    assert (refused.status_code, UNTICKED in Page(refused).text) == (422, True)
    assert load(signature.pk).state == SignatureState.WITHDRAWN
    response = client.post(url, AGREED)
    assert response.status_code == 303
    assert Page(client.get(response["Location"])).headings[0] == "Your signature"
    assert client.post(url).status_code == 404


def test_a_withdrawal_under_an_earlier_text_waits_for_the_new_one_to_be_read(
    client: Client, letter: Letter
) -> None:
    [signature] = listed(letter, BRIGID)
    withdrawal.withdraw(signature=signature)
    publish_version(letter, body="We ask to be asked **first**.")
    token = links.undo_token_for(delivery=notice_of(Message.WITHDRAWN))

    response = client.post(f"/s/{token}/undo/", AGREED)

    assert response.status_code == 303
    waits = load(signature.pk)
    assert (waits.state, waits.version, waits.number) == (SignatureState.PENDING, 1, None)
    page = client.get(response["Location"])
    assert page.status_code == 200
    assert "asked <strong>first</strong>" in page.content.decode()
    confirmation.confirm(
        signature=waits, expected_revision=waits.revision, translation_id=translation_of(letter).pk
    )
    sequence(letter)
    stands = load(signature.pk)
    assert (stands.state, stands.version, stands.number) == (SignatureState.CONFIRMED, 2, 2)


@pytest.mark.parametrize("token", ["x", "A" * 32, "é" * 32, "A" * 31])
def test_no_other_token_undoes(client: Client, token: str) -> None:
    assert client.get(f"/s/{token}/undo/").status_code == 404
    assert client.post(f"/s/{token}/undo/", AGREED).status_code == 404


def test_the_token_of_a_page_undoes_nothing(client: Client, letter: Letter) -> None:
    signature = confirmed(letter)
    withdrawal.withdraw(signature=signature)
    token = links.token_for(signature=signature)
    assert client.post(f"/s/{token}/undo/", AGREED).status_code == 404
    assert load(signature.pk).state == SignatureState.WITHDRAWN
