"""“What have I signed?”: one e-mail that lists it, to whoever reads the mail of that address.

Whoever asks learns nothing: the request owes a row, whatever the address, and only the worker looks
who signed. The links go to each address as it stands with its signature, never to the spelling that
was typed: that two spellings are one mailbox is a provider's promise, and a mailbox is not ours to
give away.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import groupby
from operator import attrgetter

from django.conf import settings
from django.core.mail import EmailMessage
from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign.letters.models import Letter
from campaign.mail.composing import compose
from campaign.mail.outbox import Outbox
from campaign.templatetags.locale_format import moment, number
from campaign.wake import Task, wake
from signatures import links, opening
from signatures.addresses import email_key
from signatures.models import Inquiry, Signature, SignatureState, Suppression, SuppressionReason
from signatures.notifications import leaving

GIVE_UP_AFTER = timedelta(days=1)

# That who reads there has nothing to do with the letter: then no mail tells of it.
_DENIED = Suppression.objects.filter(
    letter=OuterRef("letter_id"),
    address_key=OuterRef("email_key"),
    reason=SuppressionReason.DENIED,
)


def ask(*, email: str, language: str, now: datetime) -> None:
    """Owe the answer, whether or not there is one. Asking again before it is sent adds none."""
    asked = Inquiry(address_key=email_key(email), language=language, asked_at=now, due_at=now)
    Inquiry.objects.bulk_create([asked], ignore_conflicts=True)
    wake(Task.SEND_OWED_MAIL)


def signed_with(address_key: bytes) -> QuerySet[Signature]:
    """Of all letters, by address and then in the order of signing."""
    # Each letter by itself, since the index of addresses begins with the letter. What was taken
    # back as mistyped has no address.
    letters = list(Letter.objects.values_list("pk", flat=True))
    found = Signature.objects.filter(~Exists(_DENIED), letter__in=letters, email_key=address_key)
    related = found.exclude(email="").select_related("letter", "translation")
    return related.defer("translation__body").order_by("email", "created_at", "pk")


class Inquiries(Outbox[Inquiry]):
    model = Inquiry
    owed = "TRUE"
    give_up_after = GIVE_UP_AFTER

    def build(self, row: Inquiry) -> Sequence[EmailMessage]:
        by_address = groupby(signed_with(bytes(row.address_key)), key=attrgetter("email"))
        return [
            _mail(row, email, list(signed), place)
            for place, (email, signed) in enumerate(by_address)
        ]

    def settle(self, rows: QuerySet[Inquiry], row: Inquiry, *, is_sent: bool, reply: str) -> None:
        rows.delete()

    def owed_since(self, row: Inquiry) -> datetime:
        return row.asked_at


outbox = Inquiries()


def send_until_done(*, batches: int) -> None:
    """What nobody could send for a day is given up, also while the mail server is down."""
    outbox.send_until_done(batches=batches)
    give_up_old()


def give_up_old() -> int:
    old = Inquiry.objects.filter(asked_at__lt=timezone.now() - GIVE_UP_AFTER)
    return old.delete()[0]


def _mail(row: Inquiry, email: str, signed: Sequence[Signature], place: int) -> EmailMessage:
    now = timezone.now()
    with translation.override(row.language):
        leave = reverse("leave", args=[leaving.token_for(leaving.subscriber(signature=signed[0]))])
        return compose(
            template="signatures/email/what_signed",
            context={
                "entries": [_entry(each, now=now) for each in signed],
                "leave_link": settings.SITE_URL + leave,
            },
            why=_(
                "You get this e-mail because somebody asked at %(host)s what was signed with this "
                "address."
            )
            % {"host": settings.SITE_HOST},
            to=email,
            message_id=f"inquiry-{row.pk}-{place}-{row.asked_at:%Y%m%d%H%M%S%f}",
        )


def _entry(signature: Signature, *, now: datetime) -> dict[str, object]:
    """As the mail lists it. The name only where whoever reads there confirmed it."""
    is_pending = signature.state == SignatureState.PENDING
    return {
        "letter": signature.letter,
        "title": signature.translation.title,
        "language": signature.translation.language,
        "name": "" if is_pending else signature.name,
        "state": _state(signature, now=now),
        "link": settings.SITE_URL + reverse("link", args=[links.token_for(signature=signature)]),
    }


def _state(signature: Signature, *, now: datetime) -> str:
    match signature.state:
        case SignatureState.PENDING:
            until = links.confirm_until(signature)
            if opening.is_open_to(signature=signature, now=now) and now < until:
                return _(
                    "Not confirmed yet: neither shown nor counted. It can be confirmed until "
                    "%(when)s."
                ) % {"when": moment(until)}
            return _("Not confirmed: neither shown nor counted.")
        case SignatureState.HELD:
            return _("Confirmed, and being checked by the organizers: not shown or counted yet.")
        case SignatureState.REJECTED:
            return _("Not accepted by the organizers: neither shown nor counted.")
        case SignatureState.WITHDRAWN:
            return _("Withdrawn: neither shown nor counted.")
        case SignatureState.REMOVED:
            return _("Taken off the list by the organizers.")
    return _confirmed(signature)


def _confirmed(signature: Signature) -> str:
    if signature.is_anonymous:
        return _("Confirmed: counted without the name.")
    if signature.number is None:
        return _("Confirmed: shown and counted within a minute.")
    return _("Confirmed: shown and counted, as number %(number)s.") % {
        "number": number(signature.number)
    }
