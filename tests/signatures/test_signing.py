from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries, Settings
from time_machine import TimeMachineFixture

from campaign.letters.models import Event, EventKind, Letter, Translation
from signatures import confirmation, consent, links, retention, signing, withdrawal
from signatures.addresses import email_key
from signatures.details import Details
from signatures.errors import LetterNotOpen, LinkUnknown, WrongCode
from signatures.models import (
    Delivery,
    DeliveryState,
    Kind,
    Level,
    Message,
    Profession,
    Signature,
    SignatureState,
)
from signatures.outbox import MAX_MAILS_PER_DAY
from signatures.signing import Signed, discard, send_again
from tests.concurrency import at_once, while_uncommitted
from tests.signatures.factories import (
    BRIGID,
    GUILD,
    MEI,
    SALMA,
    WIKTOR,
    Person,
    close,
    confirmed,
    draft_letter,
    listed,
    load,
    open_letter,
    pending,
    person,
    sign,
    translation_of,
)

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
LATER = datetime(2032, 5, 4, 12, tzinfo=UTC)


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def _mails(signature_id: int) -> list[tuple[str, str]]:
    owed = Delivery.objects.filter(signature_id=signature_id).order_by("pk")
    return [(delivery.message, delivery.state) for delivery in owed]


def _everything_sent() -> None:
    Delivery.objects.update(state=DeliveryState.SENT, sent_at=timezone.now())


def test_signing_stores_a_pending_signature_and_owes_its_confirmation(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(LATER, tick=False)

    signed = sign(letter, SALMA)

    signature = load(signed.signature_id)
    assert signed == Signed(signature_id=signature.pk, revision=1, fresh=True)
    assert Details.of(signature) == SALMA.details
    assert signature.letter == letter
    assert signature.translation == translation_of(letter, "ar")
    assert signature.email == "salma@zaytuna.example"
    assert signature.state == SignatureState.PENDING
    assert signature.level == Level.PENDING
    assert signature.number is None
    assert signature.language == "ar"
    assert signature.consent_version == f"{consent.VERSION}/ar"
    assert signature.consented_at == signature.created_at == signature.asked_at == LATER
    assert (len(signature.public_id), len(signature.salt), len(signature.nonce)) == (22, 32, 8)
    assert signature.public_id.isalnum()
    assert signature.public_id.isascii()
    delivery = Delivery.objects.get()
    assert (delivery.message, delivery.state) == (Message.CONFIRMATION, DeliveryState.OWED)
    assert delivery.signature_id == signature.pk
    assert delivery.due_at == delivery.created_at == LATER
    assert not Event.objects.exclude(kind__in=[EventKind.PUBLISH, EventKind.TEXT]).exists()


def test_a_language_that_the_interface_lacks_consents_in_english(letter: Letter) -> None:
    who = person("ines@viela.example", "Inês Quintal", language="pt")

    assert pending(letter, who).consent_version == f"{consent.VERSION}/en"


def test_signing_twice_replaces_what_is_pending(letter: Letter) -> None:
    first = pending(letter, BRIGID)

    again = sign(letter, BRIGID.but(name="Brigid Quay", country="GB"))

    assert again == Signed(signature_id=first.pk, revision=2, fresh=False)
    signature = Signature.objects.get()
    assert (signature.name, signature.name_key, signature.country) == (
        "Brigid Quay",
        "brigid quay",
        "GB",
    )
    # What is in the first e-mail goes on working.
    assert bytes(signature.nonce) == bytes(first.nonce)
    assert signature.created_at == first.created_at
    assert _mails(first.pk) == [(Message.CONFIRMATION, DeliveryState.OWED)]


def test_signing_again_after_the_mail_went_out_owes_another(letter: Letter) -> None:
    signature = pending(letter)
    _everything_sent()

    sign(letter)

    assert _mails(signature.pk) == [
        (Message.CONFIRMATION, DeliveryState.SENT),
        (Message.CONFIRMATION, DeliveryState.OWED),
    ]


def test_who_has_signed_is_left_as_they_are_and_gets_another_mail(letter: Letter) -> None:
    signature = confirmed(letter, BRIGID)
    before = Signature.objects.values().get()
    _everything_sent()

    signed = [sign(letter, BRIGID.but(name="Somebody Else")) for _ in range(2)]

    assert signed == [Signed(signature_id=signature.pk, revision=0, fresh=False)] * 2
    assert Signature.objects.values().get() == before
    assert _mails(signature.pk) == [
        (Message.CONFIRMATION, DeliveryState.SENT),
        (Message.ALREADY_SIGNED, DeliveryState.OWED),
    ]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("brigid.omalloran@gmail.com", "B.r.i.g.i.d.OMalloran@googlemail.com"),
        ("brigid@gmail.com", "brigid+letters@gmail.com"),
        ("brigid@quayside.example", "Brigid@QUAYSIDE.example"),
    ],
)
def test_one_mailbox_spelled_two_ways_signs_once(letter: Letter, first: str, second: str) -> None:
    signature = confirmed(letter, person(first, "Brigid O’Malloran"))

    signed = sign(letter, person(second, "Brigid O’Malloran"))

    assert signed.signature_id == signature.pk
    # The mail goes to the address that confirmed, not to the one that was typed.
    assert Signature.objects.get().email == first


def test_one_address_signs_each_letter(letter: Letter) -> None:
    other = open_letter(slug="another-letter")

    assert confirmed(letter).pk != confirmed(other).pk
    assert Signature.objects.filter(state=SignatureState.CONFIRMED).count() == 2


def test_the_key_of_an_address_is_keyed(settings: Settings) -> None:
    key = email_key("brigid@quayside.example")
    settings.SECRET_KEY = "another secret, as long as it should be"

    assert len(key) == 32
    assert email_key("brigid@quayside.example") != key


@pytest.mark.parametrize(
    "changes",
    [
        {"state": "draft"},
        {"state": "closed"},
        {"opens_at": LATER},
        {"closes_at": LATER - 20 * 365 * DAY},
    ],
)
def test_a_letter_that_is_not_open_takes_no_signature(
    letter: Letter, changes: dict[str, Any]
) -> None:
    for name, value in changes.items():
        setattr(letter, name, value)

    with pytest.raises(LetterNotOpen):
        sign(letter)

    assert not Signature.objects.exists()
    assert not Delivery.objects.exists()


def test_a_letter_opens_and_closes_at_its_times(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(LATER, tick=False)
    letter = open_letter(opens_at=LATER + DAY, closes_at=LATER + 2 * DAY)
    with pytest.raises(LetterNotOpen):
        sign(letter)
    time_machine.move_to(LATER + DAY, tick=False)
    assert sign(letter).fresh
    time_machine.move_to(LATER + 2 * DAY, tick=False)
    with pytest.raises(LetterNotOpen):
        sign(letter, WIKTOR)


def test_a_draft_takes_no_signature() -> None:
    letter = draft_letter()

    with pytest.raises(LetterNotOpen):
        signing.sign(
            letter=letter,
            translation=Translation.objects.get(text__letter=letter, language="en"),
            email=BRIGID.email,
            details=BRIGID.details,
            language="en",
        )


def test_withdrawn_and_signed_anew_starts_over(letter: Letter) -> None:
    [before] = listed(letter, BRIGID)
    withdrawal.withdraw(signature=load(before.pk))
    assert load(before.pk).number == 1

    signed = sign(letter, BRIGID.but(profession=Profession.POET))

    signature = load(before.pk)
    assert signed == Signed(signature_id=before.pk, revision=2, fresh=False)
    assert signature.state == SignatureState.PENDING
    assert signature.level == Level.PENDING
    assert signature.number is None
    assert signature.withdrawn_at is None
    assert signature.profession == Profession.POET
    assert signature.public_id != before.public_id


def test_signing_again_gives_no_new_tries(letter: Letter) -> None:
    signature = pending(letter)
    Signature.objects.update(code_tries=5)

    sign(letter)

    assert load(signature.pk).code_tries == 5


def test_a_mailbox_gets_only_so_much_in_a_day(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    time_machine.move_to(LATER, tick=False)
    signature = pending(letter)
    for _ in range(MAX_MAILS_PER_DAY + 3):
        _everything_sent()
        sign(letter)
        send_again(signature_id=signature.pk)

    assert len(_mails(signature.pk)) == MAX_MAILS_PER_DAY
    time_machine.move_to(LATER + DAY + timedelta(seconds=1), tick=False)
    send_again(signature_id=signature.pk)
    assert len(_mails(signature.pk)) == MAX_MAILS_PER_DAY + 1


def test_reminders_are_measured_too(letter: Letter) -> None:
    signature = confirmed(letter)
    for _ in range(MAX_MAILS_PER_DAY + 3):
        _everything_sent()
        sign(letter)

    assert len(_mails(signature.pk)) == MAX_MAILS_PER_DAY


def test_sending_again_gives_the_link_new_life(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    signature = pending(letter)
    _everything_sent()
    time_machine.move_to(LATER, tick=False)

    send_again(signature_id=signature.pk)
    send_again(signature_id=signature.pk)

    assert _mails(signature.pk) == [
        (Message.CONFIRMATION, DeliveryState.SENT),
        (Message.CONFIRMATION, DeliveryState.OWED),
    ]
    again = load(signature.pk)
    assert (again.asked_at, again.revision) == (LATER, 1)


def test_sending_again_to_who_has_signed_says_so_by_mail(letter: Letter) -> None:
    signature = confirmed(letter)
    _everything_sent()

    send_again(signature_id=signature.pk)

    assert _mails(signature.pk)[1:] == [(Message.ALREADY_SIGNED, DeliveryState.OWED)]


def test_sending_again_what_is_gone_does_nothing() -> None:
    send_again(signature_id=4_000_000)

    assert not Delivery.objects.exists()


def test_a_mistyped_address_is_forgotten(letter: Letter) -> None:
    signed = sign(letter, person("brigid@quaysied.example", "Brigid O’Malloran"))
    other = pending(letter, WIKTOR)
    mailed = load(signed.signature_id)

    assert discard(signed=signed)

    empty = load(signed.signature_id)
    assert (empty.email, empty.name, empty.name_key, empty.network_key) == ("", "", "", None)
    assert Details.of(empty) == Details(name="", profession=Profession.OTHER, country="")
    assert list(Delivery.objects.values_list("signature_id", flat=True)) == [other.pk]
    assert not discard(signed=signed)
    with pytest.raises(LinkUnknown):
        links.signature_behind(links.token_for(signature=mailed))
    with pytest.raises(WrongCode):
        confirmation.confirm_by_code(
            signature=empty,
            expected_revision=signed.revision,
            code=links.code_for(signature=mailed),
        )
    send_again(signature_id=empty.pk)
    assert _mails(empty.pk) == []


def test_a_discarded_address_can_sign_and_be_discarded_again(letter: Letter) -> None:
    first = sign(letter)
    discard(signed=first)

    again = sign(letter)

    assert again == Signed(signature_id=first.signature_id, revision=1, fresh=True)
    assert Details.of(load(again.signature_id)) == BRIGID.details
    assert _mails(again.signature_id) == [(Message.CONFIRMATION, DeliveryState.OWED)]
    assert discard(signed=again)


def test_discarding_gives_a_mailbox_no_more_mails_and_no_more_tries(letter: Letter) -> None:
    for _ in range(MAX_MAILS_PER_DAY + 3):
        signed = sign(letter)
        _everything_sent()
        Signature.objects.update(code_tries=F("code_tries") + 1)
        discard(signed=signed)

    assert Delivery.objects.count() == MAX_MAILS_PER_DAY
    assert Signature.objects.get().code_tries == MAX_MAILS_PER_DAY + 3


def test_what_was_discarded_is_forgotten_with_what_nobody_confirmed(
    letter: Letter, time_machine: TimeMachineFixture
) -> None:
    discard(signed=sign(letter))

    time_machine.move_to(timezone.now() + retention.UNCONFIRMED_FOR + DAY)

    assert retention.forget_unconfirmed() == 1
    assert not Signature.objects.exists()


def test_the_very_same_again_leaves_the_revision(letter: Letter) -> None:
    first = pending(letter)
    _everything_sent()

    again = sign(letter)

    assert again == Signed(signature_id=first.pk, revision=1, fresh=True)
    assert _mails(first.pk)[1:] == [(Message.CONFIRMATION, DeliveryState.OWED)]
    # The page and the mail of the first time go on working.
    assert confirmation.confirm_by_code(
        signature=load(first.pk), expected_revision=1, code=links.code_for(signature=first)
    )


@pytest.mark.parametrize(
    "change",
    [
        {"name": "Brigid O’Mallorán"},
        {"profession": Profession.POET},
        {"country": "GB"},
        {"credit": ""},
        {"affiliation": "Quayside Writers"},
        {"consent_publish": False},
        {"consent_updates": False},
    ],
)
def test_whatever_is_different_raises_the_revision(letter: Letter, change: dict[str, Any]) -> None:
    pending(letter)

    assert sign(letter, BRIGID.but(**change)).revision == 2


def test_the_text_in_another_language_raises_the_revision(letter: Letter) -> None:
    pending(letter)

    assert sign(letter, replace(BRIGID, language="ar")).revision == 2


def test_who_withdrew_and_signs_the_same_starts_over(letter: Letter) -> None:
    signature = confirmed(letter)
    withdrawal.withdraw(signature=signature)

    assert sign(letter).revision == 2
    assert load(signature.pk).public_id != signature.public_id


def test_signing_takes_as_many_statements_whether_or_not_an_address_has_signed(
    letter: Letter, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    confirmed(letter, BRIGID)
    translation = translation_of(letter)
    for who in (BRIGID, WIKTOR, WIKTOR):
        with django_assert_num_queries(1):
            signing.sign(
                letter=letter,
                translation=translation,
                email=who.email,
                details=who.details,
                language="en",
            )
    for signature in Signature.objects.all():
        with django_assert_num_queries(1):
            send_again(signature_id=signature.pk)


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("known", [False, True])
def test_many_at_once_from_one_address_owe_one_mail(known: bool) -> None:
    letter = open_letter()
    if known:
        confirmed(letter)
        _everything_sent()

    signed = at_once([lambda: sign(letter)] * 24)

    assert {each.signature_id for each in signed} == {Signature.objects.get().pk}
    assert Delivery.objects.filter(state=DeliveryState.OWED).count() == 1


def test_who_only_signed_over_somebody_discards_nothing(letter: Letter) -> None:
    owner = pending(letter, BRIGID)
    stranger = sign(letter, BRIGID.but(name="Mistyped Stranger"))

    assert not discard(signed=stranger)

    assert load(owner.pk).revision == 2
    assert _mails(owner.pk) == [(Message.CONFIRMATION, DeliveryState.OWED)]


def test_who_signed_since_keeps_row_and_mail(letter: Letter) -> None:
    stranger = sign(letter, BRIGID.but(name="Mistyped Stranger"))
    owner = sign(letter, BRIGID)

    assert not discard(signed=stranger)

    assert load(owner.signature_id).name == BRIGID.details.name
    assert _mails(owner.signature_id) == [(Message.CONFIRMATION, DeliveryState.OWED)]


def test_what_is_confirmed_cannot_be_discarded(letter: Letter) -> None:
    signed = sign(letter)
    confirmation.confirm(signature=load(signed.signature_id), expected_revision=1)

    assert not discard(signed=signed)

    assert load(signed.signature_id).state == SignatureState.CONFIRMED
    assert len(_mails(signed.signature_id)) == 1


def test_a_closed_letter_still_forgets_a_mistyped_address(letter: Letter) -> None:
    signed = sign(letter)
    close(letter)

    assert discard(signed=signed)


def test_an_organisation_signs_under_its_name(letter: Letter) -> None:
    assert pending(letter, GUILD).tally_key == "v1:organisation:0::NZ"


def test_who_signs_anew_as_an_organisation_leaves_the_profession_behind(letter: Letter) -> None:
    for details, shape in (
        (BRIGID.details, "v1:person:0:author:IE"),
        (GUILD.details, "v1:organisation:0::NZ"),
        (BRIGID.details, "v1:person:0:author:IE"),
    ):
        assert pending(letter, Person(BRIGID.email, details)).tally_key == shape


@pytest.mark.parametrize(
    ("who", "changes"),
    [
        (BRIGID, {"profession": ""}),
        (BRIGID, {"kind": Kind.ORGANISATION}),
        (GUILD, {"profession": Profession.OTHER}),
        (GUILD, {"kind": Kind.PERSON}),
    ],
)
def test_the_database_lets_people_have_a_profession_and_organisations_none(
    letter: Letter, who: Person, changes: dict[str, str]
) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        sign(letter, who.but(**changes))
    signature = pending(letter, who)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=signature.pk).update(**changes)


@pytest.mark.django_db(transaction=True)
def test_of_a_person_and_an_organisation_at_once_one_is_whole() -> None:
    letter = open_letter()
    guild = Person(MEI.email, GUILD.details)

    at_once([lambda: sign(letter, MEI), lambda: sign(letter, guild)] * 5)

    assert Signature.objects.get().tally_key in ("v1:person:0:painter:TW", "v1:organisation:0::NZ")


@pytest.mark.django_db(transaction=True)
def test_twenty_at_once_with_one_address_are_one_signature() -> None:
    letter = open_letter()

    each = [MEI.but(credit=f"Painting {number}") for number in range(20)]
    answers = at_once([partial(sign, letter, who) for who in each])

    signature = Signature.objects.get()
    assert {answer.signature_id for answer in answers} == {signature.pk}
    assert sorted(answer.revision for answer in answers) == list(range(1, 21))
    assert [answer.fresh for answer in answers].count(True) == 1
    assert signature.revision == 20


@pytest.mark.django_db(transaction=True)
def test_discarding_while_it_is_confirmed_loses_to_the_confirmation() -> None:
    letter = open_letter()
    signed = sign(letter)
    signature = load(signed.signature_id)

    answers = while_uncommitted(
        lambda: confirmation.confirm(signature=signature, expected_revision=1),
        lambda: discard(signed=signed),
    )

    assert answers == [True, False]
    assert load(signature.pk).state == SignatureState.CONFIRMED
    assert Delivery.objects.count() == 1
