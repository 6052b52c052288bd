"""What mail services tell: once or often, late, forged, or nonsense."""

import hashlib
import hmac
import json
from base64 import b64encode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoCaptureOnCommitCallbacks, Settings
from structlog.testing import capture_logs
from time_machine import TimeMachineFixture

from campaign.letters.models import Letter
from campaign.mail.return_tokens import MailRow, token_for
from signatures.models import (
    Delivery,
    DeliveryState,
    ReturnedMail,
    Suppression,
    SuppressionReason,
)
from signatures.notifications import bounces, leaving
from signatures.notifications.deliveries import send_owed
from tests.signatures.factories import BRIGID, confirmed, load, open_letter, pending

pytestmark = pytest.mark.django_db

SECRET = "hooks:a long password for tests"
SIGNING_KEY = "a signing key for tests only"
ADDRESS = BRIGID.email
NO_SUCH_USER = f"smtp;550 5.1.1 <{ADDRESS}>: user unknown"


@pytest.fixture(autouse=True)
def _secrets(settings: Settings) -> None:
    names = ("brevo", "mailjet", "postmark", "sparkpost")
    settings.MAIL_WEBHOOKS = {**dict.fromkeys(names, SECRET), "mailgun": SIGNING_KEY}


@pytest.fixture
def letter() -> Letter:
    return open_letter()


def sent(letter: Letter) -> Delivery:
    """The confirmation of someone who waits for it."""
    signature = pending(letter)
    send_owed()
    return Delivery.objects.select_related("signature").get(signature=signature)


def token_of(delivery: Delivery) -> str:
    return token_for(MailRow("delivery", delivery.pk))


def basic(secret: str = SECRET) -> dict[str, str]:
    return {"Authorization": f"Basic {b64encode(secret.encode()).decode()}"}


def tell(client: Client, provider: str, told: object, secret: str = SECRET) -> int:
    body = told if isinstance(told, str) else json.dumps(told)
    response = client.post(
        f"/hooks/mail/{provider}/", body, "application/json", headers=basic(secret)
    )
    assert ADDRESS not in response.content.decode()
    return response.status_code


def postmark(token: str, **changes: Any) -> dict[str, Any]:
    return {
        "RecordType": "Bounce",
        "ID": 4323372036854775807,
        "Type": "HardBounce",
        "MessageID": "883953f4-6105-42a2-a16a-77a8eac79483",
        "Metadata": {"token": token},
        "Details": NO_SUCH_USER,
        "Email": ADDRESS,
        "BouncedAt": timezone.now().isoformat(),
    } | changes


def mailgun(
    token: str, *, key: str = SIGNING_KEY, nonce: str = "n1", **data: Any
) -> dict[str, Any]:
    stamp = str(int(timezone.now().timestamp()))
    signature = hmac.new(key.encode(), f"{stamp}{nonce}".encode(), hashlib.sha256).hexdigest()
    return {
        "signature": {"token": nonce, "timestamp": stamp, "signature": signature},
        "event-data": {
            "event": "failed",
            "severity": "permanent",
            "timestamp": float(stamp),
            "recipient": ADDRESS,
            "user-variables": {"token": token},
            "delivery-status": {"code": 550, "message": "5.1.1 The account does not exist"},
            **data,
        },
    }


def states(delivery: Delivery) -> tuple[str, str]:
    delivery.refresh_from_db()
    return delivery.state, delivery.reply


def suppressed() -> list[tuple[bytes, str]]:
    found = Suppression.objects.order_by("pk").values_list("address_key", "reason")
    return [(bytes(key), reason) for key, reason in found]


@pytest.mark.parametrize("times", [1, 3])
def test_a_bounce_is_stored_once_answered_and_then_acted_upon(
    client: Client, letter: Letter, times: int
) -> None:
    delivery = sent(letter)
    told = postmark(token_of(delivery))
    assert [tell(client, "postmark", told) for _time in range(times)] == [200] * times
    [row] = ReturnedMail.objects.all()
    assert (row.source, row.outcome, row.kind, row.row_id, row.reply) == (
        *("postmark", "hard", "delivery"),
        *(delivery.pk, "550 5.1.1"),
    )
    assert states(delivery) == (DeliveryState.SENT, "")
    assert (bounces.process() > 0, bounces.process()) == (True, 0)
    assert states(delivery) == (DeliveryState.FAILED, "550 5.1.1")
    # Nobody confirmed from there, so there is nothing to keep from going there.
    assert suppressed() == []


def test_the_task_is_asked_for_after_storing(
    client: Client,
    letter: Letter,
    django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks,
) -> None:
    delivery = sent(letter)
    with django_capture_on_commit_callbacks() as asked:
        assert tell(client, "postmark", postmark(token_of(delivery))) == 200
    assert len(asked) == 1


def of_each_provider(token: str) -> dict[str, Any]:
    """A hard bounce, as each tells it."""
    now = int(timezone.now().timestamp())
    return {
        "brevo": {
            "event": "hard_bounce",
            "email": ADDRESS,
            "ts_epoch": now * 1000,
            "message-id": "<201798300811.5787683@relay.domain.example>",
            "X-Mailin-custom": json.dumps({"token": token}),
            "reason": "550 5.1.1 no such user",
        },
        "mailgun": mailgun(token),
        "mailjet": [
            {
                "event": "bounce",
                "time": now,
                "MessageID": 13792286917004336,
                "email": ADDRESS,
                "hard_bounce": True,
                "error_related_to": "recipient",
                "error": "user unknown",
                "Payload": json.dumps({"token": token}),
            }
        ],
        "postmark": postmark(token),
        "sparkpost": [
            {
                "msys": {
                    "message_event": {
                        "type": "bounce",
                        "bounce_class": "10",
                        "event_id": "92356927693813856",
                        "timestamp": str(now),
                        "raw_rcpt_to": ADDRESS,
                        "rcpt_meta": {"token": token},
                        "raw_reason": "550 5.1.1 no such user",
                    }
                }
            }
        ],
    }


def softened(provider: str, told: Any) -> Any:
    """The same event, but not for good."""
    event = told[0] if isinstance(told, list) else told
    match provider:
        case "brevo":
            event["event"] = "soft_bounce"
        case "mailgun":
            event["event-data"]["severity"] = "temporary"
        case "mailjet":
            event["hard_bounce"] = False
        case "postmark":
            event["Type"] = "SoftBounce"
        case _:
            event["msys"]["message_event"]["bounce_class"] = "22"
    return told


def test_each_service_is_understood(client: Client, letter: Letter) -> None:
    delivery = sent(letter)
    assert set(of_each_provider("x")) == set(django_settings.MAIL_WEBHOOKS)
    for provider in of_each_provider("x"):
        for outcome in ("hard", "soft"):
            told = of_each_provider(token_of(delivery))[provider]
            told = softened(provider, told) if outcome == "soft" else told
            ReturnedMail.objects.all().delete()
            assert (provider, tell(client, provider, told)) == (provider, 200)
            found = list(ReturnedMail.objects.values_list("source", "outcome", "row_id"))
            assert found == [(provider, outcome, delivery.pk)]


@pytest.mark.parametrize(
    ("details", "outcome"),
    [
        ("smtp;550 5.7.1 Message rejected due to content restrictions", "soft"),
        ("smtp;552 5.2.2 The mailbox is full", "soft"),
        ("smtp;550 5.4.7 delivery expired", "soft"),
        ("smtp;554 client host blocked by a blocklist", "soft"),
        ("", "hard"),
        ("The account does not exist", "hard"),
    ],
)
def test_what_is_final_for_the_service_may_not_be_the_mailboxs(
    client: Client, letter: Letter, details: str, outcome: str
) -> None:
    delivery = sent(letter)
    assert tell(client, "postmark", postmark(token_of(delivery), Details=details)) == 200
    assert list(ReturnedMail.objects.values_list("outcome", flat=True)) == [outcome]


def test_a_soft_bounce_changes_nothing(client: Client, letter: Letter) -> None:
    delivery = sent(letter)
    tell(client, "postmark", postmark(token_of(delivery), Type="Transient"))
    assert bounces.process() > 0
    assert states(delivery) == (DeliveryState.SENT, "")
    assert suppressed() == []


def test_news_of_an_address_that_bounces_end_until_it_confirms_anew(
    client: Client, letter: Letter, time_machine: TimeMachineFixture
) -> None:
    signature = confirmed(letter)
    send_owed()
    delivery = Delivery.objects.get(signature=signature)
    assert [each.pk for each in leaving.hearing(letter_id=letter.pk)] == [signature.pk]
    before = (signature.state, signature.level, signature.number, signature.revision)
    tell(client, "postmark", postmark(token_of(delivery)))
    bounces.process()
    assert suppressed() == [(bytes(signature.email_key), SuppressionReason.BOUNCED)]
    assert list(leaving.hearing(letter_id=letter.pk)) == []
    after = load(signature.pk)
    assert (after.state, after.level, after.number, after.revision) == before
    time_machine.move_to(timezone.now() + timedelta(hours=1))
    other = open_letter(slug="another-letter")
    confirmed(other, BRIGID)
    assert [each.email for each in leaving.hearing(letter_id=other.pk)] == [ADDRESS]
    assert (bounces.lift(), bounces.lift(), suppressed()) == (1, 0, [])
    assert [each.pk for each in leaving.hearing(letter_id=letter.pk)] == [signature.pk]


def test_a_bounce_from_before_the_confirmation_does_not_count(
    client: Client, letter: Letter, time_machine: TimeMachineFixture
) -> None:
    """It is told late: the mailbox has worked since."""
    delivery = sent(letter)
    bounced_at = timezone.now()
    time_machine.move_to(bounced_at + timedelta(hours=1))
    signature = confirmed(letter)
    told = postmark(token_of(delivery), BouncedAt=bounced_at.isoformat())
    tell(client, "postmark", told)
    bounces.process()
    assert suppressed() == []
    assert [each.pk for each in leaving.hearing(letter_id=letter.pk)] == [signature.pk]


def test_a_complaint_ends_the_news_of_all_letters_until_they_ask_for_them(
    client: Client, letter: Letter
) -> None:
    other = open_letter(slug="another-letter")
    signature, second = confirmed(letter), confirmed(other)
    send_owed()
    delivery = Delivery.objects.get(signature=signature)
    told = postmark(token_of(delivery), RecordType="SpamComplaint", Type="SpamComplaint")
    tell(client, "postmark", told)
    bounces.process()
    assert suppressed() == [(bytes(signature.email_key), SuppressionReason.COMPLAINED)]
    for each in (letter, other):
        assert list(leaving.hearing(letter_id=each.pk)) == []
    assert not leaving.hears(signature=signature)
    who = leaving.subscriber(signature=second)
    assert leaving.standing(who) == {"all"}
    leaving.come_back(who)
    assert suppressed() == []


@pytest.mark.parametrize("provider", ["brevo", "mailgun", "mailjet", "postmark", "sparkpost"])
def test_nothing_is_believed_without_the_secret(
    client: Client, letter: Letter, provider: str
) -> None:
    token = token_of(sent(letter))
    told = of_each_provider(token)[provider]
    if provider == "mailgun":
        told = mailgun(token, key="another key")
    assert [tell(client, provider, told, wrong) for wrong in ("", "hooks:", "x:y")] == [403] * 3
    assert client.post(f"/hooks/mail/{provider}/", {}).status_code == 403
    assert ReturnedMail.objects.count() == 0


def test_a_signature_of_mailguns_is_good_for_one_event(client: Client, letter: Letter) -> None:
    """It is not of the body: who saw one could send another body with it."""
    first = sent(letter)
    assert tell(client, "mailgun", mailgun(token_of(first))) == 200
    other = token_for(MailRow("delivery", first.pk + 1))
    assert tell(client, "mailgun", mailgun(other, event="complained")) == 200
    assert list(ReturnedMail.objects.values_list("row_id", "outcome")) == [(first.pk, "hard")]


NONSENSE = (
    *("", "{", "[]", "null", "1", '"x"', "{}", "[1]", "[[]]", "[null]", '[{"event": 1}]'),
    *('{"RecordType": []}', '{"RecordType": "Inbound"}', '{"Metadata": 1, "RecordType": "Bounce"}'),
    *('{"signature": 1}', '{"signature": {"token": 1, "timestamp": [], "signature": {}}}'),
    *('{"event-data": []}', '[{"msys": 1}]', '[{"msys": {"a": 1, "b": 2}}]', '{"items": []}'),
    *("\x00\ufffe", "[" * 20_000, '{"a":' * 20_000, '{"time": 1e308, "event": "bounce"}'),
    *('{"event": "hard_bounce", "ts_epoch": 1e300}', '[{"event": "bounce", "timestamp": 1e99}]'),
)


def test_nonsense_is_refused_and_never_an_error(client: Client) -> None:
    for provider in django_settings.MAIL_WEBHOOKS:
        for body in NONSENSE:
            with capture_logs() as logs:
                status = tell(client, provider, body)
            assert (provider, body[:60], status in (200, 400, 403)) == (provider, body[:60], True)
            assert [line for line in logs if line["log_level"] == "error"] == []
    for body in ("{", "null", '"x"', "[[]]"):
        assert tell(client, "postmark", body) == 400
    assert ReturnedMail.objects.count() == 0


def test_a_body_of_more_than_a_quarter_of_a_megabyte_is_refused(client: Client) -> None:
    told = postmark("x", Details="x" * 300_000)
    assert tell(client, "postmark", told) == 413


@pytest.mark.parametrize(
    "token",
    [
        *("", "d1-", "d1-aaaaaaaaaaaaaaaaaaaaaaaaaa", "D1", "z1-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
        *("d0-aaaaaaaaaaaaaaaaaaaaaaaaaa", "d99999999999999999999-aaaaaaaaaaaaaaaaaaaaaaaaaa"),
    ],
)
def test_what_is_about_no_mail_of_ours_is_answered_and_forgotten(
    client: Client, token: str
) -> None:
    assert tell(client, "postmark", postmark(token)) == 200
    assert tell(client, "postmark", postmark(token, Metadata={})) == 200
    assert ReturnedMail.objects.count() == 0


def test_a_message_id_of_ours_names_the_mail_where_the_service_keeps_it(
    client: Client, letter: Letter
) -> None:
    delivery = sent(letter)
    message_id = f"delivery-{delivery.pk}.{delivery.signature.public_id}@letters.example"
    told = mailgun("", message={"headers": {"message-id": message_id}})
    assert tell(client, "mailgun", told) == 200
    assert list(ReturnedMail.objects.values_list("row_id", flat=True)) == [delivery.pk]


def test_what_is_opened_or_delivered_is_not_kept(client: Client, letter: Letter) -> None:
    token = token_of(sent(letter))
    for kind in ("Open", "Delivery", "Click"):
        assert tell(client, "postmark", postmark(token, RecordType=kind)) == 200
    assert ReturnedMail.objects.count() == 0


def test_a_mail_that_is_gone_is_no_trouble(client: Client, letter: Letter) -> None:
    delivery = sent(letter)
    tell(client, "postmark", postmark(token_of(delivery)))
    delivery.delete()
    assert (bounces.process() > 0, bounces.process()) == (True, 0)


@pytest.mark.parametrize("when", ["2999-01-01T00:00:00Z", "2026-01-01T00:00:00", "nonsense", ""])
def test_whenever_it_says_that_it_happened_it_is_stored(
    client: Client, letter: Letter, when: str
) -> None:
    token = token_of(sent(letter))
    assert tell(client, "postmark", postmark(token, BouncedAt=when)) == 200
    [row] = ReturnedMail.objects.all()
    assert datetime(2026, 1, 1, tzinfo=UTC) <= row.happened_at <= row.received_at


@pytest.mark.parametrize(
    ("method", "status", "allow"),
    [("HEAD", 200, None), ("GET", 405, "HEAD, POST"), ("PUT", 405, "HEAD, POST")],
)
def test_only_a_post_tells(client: Client, method: str, status: int, allow: str | None) -> None:
    answer = client.generic(method, "/hooks/mail/postmark/", headers=basic())
    assert (answer.status_code, answer.headers.get("Allow")) == (status, allow)
    assert answer["Cache-Control"] == "no-store"
