"""A letter gets another text: nobody signs what they did not read, and who signed is asked once."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from campaign.letters.models import Event, EventKind, Letter
from signatures import confirmation, new_text, withdrawal
from signatures.confirmation import confirm, confirm_by_code
from signatures.errors import DetailsChanged, LetterNotOpen, NotSigned, TextReplaced
from signatures.forms.signer.signing import SIGN
from signatures.links import code_for
from signatures.models import Delivery, Message, Signature, SignatureState
from signatures.notifications.deliveries import send_owed
from signatures.record import tally
from tests.signatures.factories import (
    BRIGID,
    ENGLISH,
    MEI,
    SALMA,
    WIKTOR,
    close,
    confirmed,
    listed,
    load,
    open_letter,
    pending,
    publish_version,
    sequence,
    translation_of,
)
from tests.signatures.record.record_invariants import check_that_it_adds_up
from tests.signatures.views.visitors import AGREED, Page, link_url

pytestmark = pytest.mark.django_db

OPPOSITE = {
    "title": "Take what you like",
    "addressee": "To those who build with what we made",
    "body": "We ask for nothing, neither name nor pay.",
}
LATER = timedelta(minutes=2)


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def standing(letter: Letter, language: str = "en") -> int:
    return translation_of(letter, language).pk


def ask() -> int:
    count = new_text.ask_signers(now=timezone.now() + LATER)
    Delivery.objects.filter(message=Message.NEW_TEXT).update(due_at=timezone.now())
    return count


def asked() -> list[tuple[int, int | None]]:
    found = Delivery.objects.filter(message=Message.NEW_TEXT).order_by("signature_id")
    return list(found.values_list("signature_id", "version"))


# Confirming after the text was replaced.


def test_what_was_replaced_is_not_signed(letter: Letter) -> None:
    confirmed(letter, WIKTOR)
    signature = pending(letter)
    publish_version(letter, **OPPOSITE)
    for given in (None, signature.translation_id):
        with pytest.raises(TextReplaced):
            confirm(signature=signature, expected_revision=1, translation_id=given)
    with pytest.raises(TextReplaced):
        confirm_by_code(
            signature=signature, expected_revision=1, code=code_for(signature=signature)
        )
    assert load(signature.pk).state == SignatureState.PENDING


def test_the_new_text_is_signed_by_who_read_it(letter: Letter) -> None:
    signature = pending(letter)
    publish_version(letter, **OPPOSITE)
    assert (
        confirm(signature=signature, expected_revision=1, translation_id=standing(letter)) is True
    )
    signed = load(signature.pk)
    assert (signed.state, signed.version, signed.translation_id) == (
        "confirmed",
        2,
        standing(letter),
    )
    event = Event.objects.get(kind=EventKind.SIGN)
    assert event.text_sha256 == translation_of(letter).sha256
    assert event.after.startswith("v2:")
    sequence(letter)
    check_that_it_adds_up(letter)


def test_a_held_name_signs_what_it_read_too(letter: Letter) -> None:
    Letter.objects.update(vets_everyone=True)
    signature = pending(load_letter(letter))
    publish_version(letter, **OPPOSITE)
    with pytest.raises(TextReplaced):
        confirm(signature=load(signature.pk), expected_revision=1)
    confirm(signature=load(signature.pk), expected_revision=1, translation_id=standing(letter))
    signed = load(signature.pk)
    assert (signed.state, signed.version, signed.translation_id) == ("held", 2, standing(letter))


def load_letter(letter: Letter) -> Letter:
    return Letter.objects.get(pk=letter.pk)


def test_a_text_of_another_letter_is_not_signed(letter: Letter) -> None:
    other = open_letter(slug="another-one")
    signature = pending(letter)
    for wrong in (standing(other), 0, 2**62):
        with pytest.raises(TextReplaced):
            confirm(signature=signature, expected_revision=1, translation_id=wrong)
    assert not Event.objects.filter(kind=EventKind.SIGN).exists()


def test_the_page_shows_the_text_that_will_be_signed(client: Client, letter: Letter) -> None:
    signature = pending(letter, SALMA)
    page = client.get(link_url(signature)).text
    assert translation_of(letter, "ar").title in page
    assert "نطلب أن تُذكر" in page
    assert f"/letters/{letter.slug}/versions/1/" in page


def test_the_page_asks_where_it_was_replaced(client: Client, letter: Letter) -> None:
    signature = pending(letter)
    was = Page(client.get(link_url(signature))).values
    publish_version(letter, **OPPOSITE)
    page = client.get(link_url(signature))
    assert "you read version 1, and version 2 stands now" in page.text
    assert OPPOSITE["body"] in page.text
    assert f"/letters/{letter.slug}/versions/1-2/" in page.text
    # The button on a page that was opened before signs nothing.
    answer = client.post(link_url(signature), was | {"answer": SIGN})
    assert (answer.status_code, OPPOSITE["body"] in answer.text) == (409, True)
    assert load(signature.pk).state == SignatureState.PENDING
    assert client.post(link_url(signature), Page(page).values | {"answer": SIGN}).status_code == 303
    assert (load(signature.pk).state, load(signature.pk).version) == ("confirmed", 2)


def test_a_correction_is_read_before_it_is_signed_too(client: Client, letter: Letter) -> None:
    confirmed(letter, WIKTOR)
    signature = pending(letter)
    publish_version(letter, title="For work that is our", correcting="A letter too many.")
    page = client.get(link_url(signature))
    assert "It corrects a slip." in page.text
    assert client.post(link_url(signature), Page(page).values | {"answer": SIGN}).status_code == 303
    assert load(signature.pk).version == 2


# Asking those who signed.


def test_each_who_signed_is_asked_once(letter: Letter) -> None:
    signatures = listed(letter, BRIGID, MEI)
    withdrawn = confirmed(letter, WIKTOR)
    withdrawal.withdraw(signature=withdrawn)
    waiting = pending(letter, SALMA)
    publish_version(letter, **OPPOSITE)
    assert new_text.ask_signers(now=timezone.now()) == 0
    assert ask() == 2
    assert ask() == 0
    assert asked() == [(each.pk, 2) for each in signatures]
    assert waiting.pk not in dict(asked())
    # Not even when retention has forgotten the mails.
    Delivery.objects.all().delete()
    assert ask() == 0


SLIP = {"title": "For work that is our", "correcting": "A letter too many."}


def told() -> list[tuple[int, int | None]]:
    new_text.ask_signers(now=timezone.now() + LATER)
    Delivery.objects.update(due_at=timezone.now())
    found = Delivery.objects.filter(message=Message.SLIP).order_by("signature_id", "version")
    return list(found.values_list("signature_id", "version"))


def test_each_who_signed_is_told_of_a_slip_once(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    withdrawal.withdraw(signature=confirmed(letter, WIKTOR))
    pending(letter, SALMA)
    Delivery.objects.all().delete()
    publish_version(letter, **SLIP)
    assert (told(), told()) == ([(signature.pk, 2)], [(signature.pk, 2)])
    assert asked() == []
    send_owed()
    (sent,) = mail.outbox
    assert sent.subject == "A slip was corrected in the letter: For work that is ours"
    text = str(sent.body)
    assert "Your signature counts for the corrected text" in text
    assert f"/letters/{letter.slug}/versions/1-2/" in text
    assert link_url(signature) in text
    Delivery.objects.all().delete()
    assert told() == []


def test_of_two_slips_at_once_one_mail_tells_what_stands(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    Delivery.objects.all().delete()
    publish_version(letter, **SLIP)
    publish_version(letter, body=f"{ENGLISH['body']}.", correcting="A full stop.")
    assert told() == [(signature.pk, 2)]
    send_owed()
    (sent,) = mail.outbox
    assert f"/letters/{letter.slug}/versions/1-3/" in str(sent.body)


def test_of_a_slip_in_what_they_did_not_sign_nobody_is_told(letter: Letter) -> None:
    listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    second = confirmed(letter, MEI)
    publish_version(letter, title="Take what you likee", correcting="A letter was missing.")
    assert told() == [(second.pk, 3)]


def test_who_withdrew_or_signs_another_text_is_told_of_no_slip(letter: Letter) -> None:
    gone, _stays = listed(letter, BRIGID, MEI)
    Delivery.objects.all().delete()
    publish_version(letter, **SLIP)
    told()
    withdrawal.withdraw(signature=gone)
    Delivery.objects.exclude(message=Message.SLIP).delete()
    publish_version(letter, **OPPOSITE)
    send_owed()
    assert mail.outbox == []


def test_a_confirmation_does_not_wait_behind_slips(letter: Letter) -> None:
    listed(letter, BRIGID, MEI)
    Delivery.objects.all().delete()
    publish_version(letter, **SLIP)
    told()
    pending(letter, SALMA)
    Delivery.objects.filter(message=Message.SLIP).update(due_at=timezone.now() - timedelta(hours=1))
    send_owed(batch=1)
    (sent,) = mail.outbox
    assert sent.to == [SALMA.email]


def test_each_version_is_asked_about(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    ask()
    send_owed()
    publish_version(letter, title="And again another")
    ask()
    assert sorted(asked()) == [(signature.pk, 2), (signature.pk, 3)]


def test_who_is_owed_one_question_gets_no_second(letter: Letter) -> None:
    """Two versions within a minute: one mail, about what stands."""
    (signature,) = listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    publish_version(letter, title="And again another")
    assert ask() == 1
    assert asked() == [(signature.pk, 3)]


def test_a_closed_letter_asks_nobody(letter: Letter) -> None:
    listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    close(letter)
    assert ask() == 0


def html_of(sent: Any) -> str:
    return str(sent.alternatives[0][0])


def test_the_mail_says_what_was_signed_and_what_stands(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    Delivery.objects.all().delete()
    publish_version(letter, **OPPOSITE)
    ask()
    send_owed()
    (sent,) = mail.outbox
    assert sent.subject == "“For work that is ours” has a new text: “Take what you like”"
    text = str(sent.body)
    assert "You signed version 1 of this open letter." in text
    assert f"/letters/{letter.slug}/versions/1/" in text
    assert f"/letters/{letter.slug}/versions/1-2/" in text
    assert link_url(signature) in text
    assert "The title of version 2:\n\n  Take what you like\n" in text
    html = html_of(sent)
    assert "<h1>“For work that is ours” has a new text: “Take what you like”</h1>" in html


def test_the_mail_names_a_title_that_stays_once(letter: Letter) -> None:
    listed(letter, BRIGID)
    Delivery.objects.all().delete()
    publish_version(letter, body=OPPOSITE["body"])
    ask()
    send_owed()
    (sent,) = mail.outbox
    assert sent.subject == "The letter has a new text: For work that is ours"
    assert "The title of version" not in str(sent.body)


def test_the_mail_names_both_titles_in_the_language_of_what_was_signed(letter: Letter) -> None:
    listed(letter, SALMA)
    Delivery.objects.all().delete()
    publish_version(letter, language="ar", title="خذوا <ما> تشاؤون")
    ask()
    send_owed()
    (sent,) = mail.outbox
    signed = Signature.objects.get(letter=letter).translation
    assert (signed.title in sent.subject) is True
    assert ("خذوا <ما> تشاؤون" in sent.subject) is (signed.language == "ar")
    assert "<ما>" not in html_of(sent)


def test_who_signed_the_new_text_meanwhile_gets_no_mail(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    Delivery.objects.all().delete()
    publish_version(letter, **OPPOSITE)
    ask()
    new_text.sign_new_text(
        signature=signature, expected_revision=signature.revision, translation_id=standing(letter)
    )
    send_owed()
    assert mail.outbox == []


def test_a_confirmation_does_not_wait_behind_questions(letter: Letter) -> None:
    listed(letter, BRIGID, MEI, WIKTOR)
    Delivery.objects.all().delete()
    publish_version(letter, **OPPOSITE)
    ask()
    pending(letter, SALMA)
    Delivery.objects.filter(message=Message.NEW_TEXT).update(
        due_at=timezone.now() - timedelta(hours=1)
    )
    send_owed(batch=1)
    (sent,) = mail.outbox
    assert sent.to == [SALMA.email]


# Signing the new text as well.


def test_a_signature_moves_to_the_new_text(letter: Letter) -> None:
    (signature, _other) = listed(letter, BRIGID, MEI)
    publish_version(letter, **OPPOSITE)
    revision, number = signature.revision, signature.number
    assert new_text.sign_new_text(
        signature=signature, expected_revision=revision, translation_id=standing(letter)
    )
    moved = load(signature.pk)
    assert (moved.version, moved.translation_id, moved.revision, moved.number) == (
        2,
        standing(letter),
        revision + 1,
        number,
    )
    event = Event.objects.get(kind=EventKind.EDIT)
    assert event.text_sha256 == translation_of(letter).sha256
    assert (event.before[:3], event.after[:3]) == ("v1:", "v2:")
    sequence(letter)
    checkpoint = tally.latest(letter_id=letter.pk)
    assert checkpoint is not None
    assert (checkpoint.of_version(1).total, checkpoint.of_version(2).total) == (1, 1)
    check_that_it_adds_up(letter)


def test_a_second_time_moves_nothing(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    revision = signature.revision
    new_text.sign_new_text(
        signature=signature, expected_revision=revision, translation_id=standing(letter)
    )
    assert not new_text.sign_new_text(
        signature=load(signature.pk), expected_revision=revision, translation_id=standing(letter)
    )
    with pytest.raises(DetailsChanged):
        new_text.sign_new_text(
            signature=signature, expected_revision=revision, translation_id=standing(letter)
        )
    assert Event.objects.filter(kind=EventKind.EDIT).count() == 1


def test_only_what_stands_is_signed(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    second = standing(letter)
    publish_version(letter, title="And again another")
    for wrong in (second, 0, 2**62):
        with pytest.raises(TextReplaced):
            new_text.sign_new_text(
                signature=signature, expected_revision=signature.revision, translation_id=wrong
            )


def test_who_did_not_confirm_moves_nothing(letter: Letter) -> None:
    confirmed(letter, WIKTOR)
    signature = pending(letter)
    publish_version(letter, **OPPOSITE)
    with pytest.raises(NotSigned):
        new_text.sign_new_text(
            signature=signature, expected_revision=1, translation_id=standing(letter)
        )


def test_of_a_closed_letter_nothing_is_signed(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    close(letter)
    with pytest.raises(LetterNotOpen):
        new_text.sign_new_text(
            signature=signature,
            expected_revision=signature.revision,
            translation_id=standing(letter),
        )


def test_one_that_is_held_moves_without_a_line(letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    Signature.objects.update(state=SignatureState.HELD, level=0)
    publish_version(letter, **OPPOSITE)
    new_text.sign_new_text(
        signature=load(signature.pk),
        expected_revision=signature.revision,
        translation_id=standing(letter),
    )
    assert load(signature.pk).version == 2
    assert not Event.objects.filter(kind=EventKind.EDIT).exists()


@pytest.mark.django_db(transaction=True)
def test_two_at_once_move_it_once() -> None:
    letter = open_letter()
    (signature,) = listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    translation_id = standing(letter)
    start = Barrier(4)

    def one(_number: int) -> str:
        try:
            mine = load(signature.pk)
            start.wait()
            return str(
                new_text.sign_new_text(
                    signature=mine,
                    expected_revision=signature.revision,
                    translation_id=translation_id,
                )
            )
        except DetailsChanged:
            return "changed"
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        assert sorted(threads.map(one, range(4))) == ["True"] + ["changed"] * 3
    assert Event.objects.filter(kind=EventKind.EDIT).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_ask_once() -> None:
    letter = open_letter()
    listed(letter, BRIGID, MEI)
    publish_version(letter, **OPPOSITE)
    start = Barrier(3)

    def one(_number: int) -> int:
        try:
            start.wait()
            return ask()
        finally:
            connection.close()

    with ThreadPoolExecutor(3) as threads:
        assert sorted(threads.map(one, range(3))) == [0, 0, 2]
    assert len(asked()) == 2


def test_the_own_page_offers_all_three(client: Client, letter: Letter) -> None:
    (signature,) = listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    page = client.get(link_url(signature)).text
    assert "You signed version 1. Version 2 stands now, and is another text" in page
    assert link_url(signature, "text/") in page
    assert link_url(signature, "withdraw/") in page
    reading = client.get(link_url(signature, "text/"))
    assert OPPOSITE["body"] in reading.text
    assert load(signature.pk).version == 1
    as_it_stands = client.post(link_url(signature, "text/"), Page(reading).values)
    assert (as_it_stands.status_code, load(signature.pk).version) == (422, 1)
    assert "Please tick this first. Nothing has been done yet." in as_it_stands.text
    answer = client.post(link_url(signature, "text/"), Page(reading).values | AGREED)
    assert (answer.status_code, load(signature.pk).version) == (303, 2)
    assert "Version 2 stands now" not in client.get(link_url(signature)).text
    assert client.get(link_url(signature, "text/")).status_code == 303


@pytest.mark.parametrize("given", [{}, {"seen": "x", "text": "\u0000"}, {"text": "9" * 40}])
def test_nonsense_signs_nothing(client: Client, letter: Letter, given: dict[str, str]) -> None:
    (signature,) = listed(letter, BRIGID)
    publish_version(letter, **OPPOSITE)
    answer = client.post(link_url(signature, "text/"), given | AGREED)
    assert (answer.status_code, load(signature.pk).version) == (409, 1)
    answer = client.post(link_url(signature, "text/"), given)
    assert (answer.status_code, load(signature.pk).version) == (422, 1)


def test_in_arabic_and_from_every_state(client: Client, letter: Letter) -> None:
    (signature,) = listed(letter, SALMA)
    publish_version(letter, **OPPOSITE)
    for path in ("", "text/", "thanks/", "withdraw/"):
        assert client.get(f"/ar{link_url(signature, path)}").status_code == 200
    waiting = pending(letter, MEI)
    assert client.get(link_url(waiting, "text/")).status_code == 303


def test_the_confirming_statement_asks_for_nothing_more(
    letter: Letter, django_assert_num_queries: Callable[..., object]
) -> None:
    signature = pending(letter)
    assert confirmation._text_read(signature, signature.translation_id).version == 1
    with django_assert_num_queries(0):  # type: ignore[attr-defined]
        confirmation._text_read(signature, None)
