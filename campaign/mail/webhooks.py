"""What mail services tell by HTTP of the mail that they sent for us, read by anymail.

Anymail authenticates, and knows what each service's words mean; it sends nothing here. What it
leaves out is whether a bounce is for good: that is read from each service's own words, and from
what the mail server answered.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from anymail.exceptions import AnymailWebhookValidationFailure
from anymail.signals import AnymailTrackingEvent, EventType
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest
from django.utils.module_loading import import_string

from campaign.mail.refusals import is_lasting, judge_report
from campaign.mail.return_tokens import MailRow, row_behind, row_named_by
from campaign.mail.returned import Outcome, Returned, key_of, moment
from campaign.mail_providers import CARRIED, SIGNS

_VIEWS = {
    "brevo": "anymail.webhooks.brevo.BrevoTrackingWebhookView",
    "mailgun": "anymail.webhooks.mailgun.MailgunTrackingWebhookView",
    "mailjet": "anymail.webhooks.mailjet.MailjetTrackingWebhookView",
    "postmark": "anymail.webhooks.postmark.PostmarkTrackingWebhookView",
    "sparkpost": "anymail.webhooks.sparkpost.SparkPostTrackingWebhookView",
}
_FAILED = {EventType.BOUNCED, EventType.REJECTED, EventType.FAILED}


class Forged(Exception):
    """Without the secret, or with another one."""


class Unreadable(Exception):
    """Not what this service sends."""


def read(*, provider: str, secret: str, request: HttpRequest) -> list[Returned]:
    """What the request tells of mails of ours; what is of no interest is left out.

    Raises Forged, Unreadable, and RequestDataTooBig.
    """
    view = _view(provider, secret)
    try:
        view.run_validators(request)
        return list(_returned(provider, view.parse_events(request)))
    except RequestDataTooBig:
        raise
    except AnymailWebhookValidationFailure:
        raise Forged from None
    except Exception:
        # Anymail takes each body for what it should be. Without the cause, which may quote it.
        raise Unreadable from None


def _view(provider: str, secret: str) -> Any:
    made = import_string(_VIEWS[provider])
    if provider in SIGNS:
        return made(webhook_secret=[], webhook_signing_key=secret)
    return made(webhook_secret=[secret])


def _returned(provider: str, events: Sequence[AnymailTrackingEvent]) -> Iterator[Returned]:
    for event in events:
        row, outcome = _row(event), _outcome(provider, event)
        if row is None or outcome is None:
            continue
        # A signature of Mailgun's is not of the whole: its token alone must name the event.
        identity = [event.event_id] if event.event_id else [event.event_type, event.timestamp, row]
        yield Returned(
            source=provider,
            outcome=outcome,
            row=row,
            reply=_refusal(event).reply if outcome != Outcome.COMPLAINT else "",
            happened_at=moment(event.timestamp),
            key=key_of(provider, *identity),
        )


def _row(event: AnymailTrackingEvent) -> MailRow | None:
    """By the token that the mail carried, else by its Message-ID: a service is believed."""
    metadata = event.metadata if isinstance(event.metadata, Mapping) else {}
    return row_behind(str(metadata.get(CARRIED, ""))) or row_named_by(str(event.message_id or ""))


def _outcome(provider: str, event: AnymailTrackingEvent) -> Outcome | None:
    if event.event_type == EventType.COMPLAINED:
        return Outcome.COMPLAINT
    if event.event_type == EventType.DEFERRED:
        return Outcome.SOFT
    if event.event_type not in _FAILED:
        return None
    if not _IS_FINAL[provider](event.esp_event):
        return Outcome.SOFT
    refusal = _refusal(event)
    return Outcome.HARD if not refusal.reply or is_lasting(refusal) else Outcome.SOFT


def _refusal(event: AnymailTrackingEvent) -> Any:
    return judge_report(status="", diagnostic=str(event.mta_response or ""))


def _mailgun(told: Any) -> bool:
    data = told.get("event-data", {})
    return bool(data.get("event") == "failed" and data.get("severity") == "permanent")


def _sparkpost(told: Any) -> bool:
    [event] = told["msys"].values()
    return str(event.get("bounce_class")) in {"10", "30"}


# Whether the service calls it final and the mailbox's.
_IS_FINAL: Mapping[str, Callable[[Any], bool]] = {
    "brevo": lambda told: told.get("event") in {"hard_bounce", "invalid_email"},
    "mailgun": _mailgun,
    "mailjet": lambda told: bool(told.get("hard_bounce")),
    "postmark": lambda told: told.get("Type") in {"HardBounce", "BadEmailAddress"},
    "sparkpost": _sparkpost,
}
