"""The e-mails to those who are invited to sign first, the invitation and one reminder; and the one
to those who signed elsewhere, as the organizers say."""

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db.models import F, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters.texts import current_text, translation_for
from campaign.mail.composing import compose, list_headers
from campaign.mail.outbox import Outbox
from signatures import links
from signatures.addresses import email_key
from signatures.models import InvitationMail, Signature, SigningInvitation, Suppression
from signatures.moderation import contact


class InvitationMails(Outbox[SigningInvitation]):
    model = SigningInvitation
    # What is prepared for a draft waits until it is published.
    owed = """mail <> '' AND state = 'open' AND EXISTS (
        SELECT 1 FROM letters_letter WHERE letters_letter.id = letter_id
          AND letters_letter.state = 'published'
          AND (letters_letter.closes_at IS NULL OR letters_letter.closes_at > %s)
      )"""

    # First signatories, before any number of an import.
    urgency = ("collected",)

    def owed_params(self, now: datetime) -> Sequence[datetime]:
        return (now,)

    def rows(self) -> QuerySet[SigningInvitation]:
        return SigningInvitation.objects.select_related("letter")

    def build(self, row: SigningInvitation) -> Sequence[EmailMessage]:
        # Answered or revoked while others of the batch were sent.
        if not self.held([row]).exclude(mail="").exists():
            return []
        if _wants_no_mail(row) or (row.collected and _has_signed(row)):
            self.held([row]).update(returned_at=timezone.now())
            return []
        return [compose_mail(row)]

    def settle(
        self,
        rows: QuerySet[SigningInvitation],
        row: SigningInvitation,
        *,
        is_sent: bool,
        reply: str,
    ) -> None:
        now = timezone.now()
        settled = {"mail": InvitationMail.NONE, "leased_until": None, "reply": reply}
        if not is_sent:
            rows.update(**settled, returned_at=now)
            return
        rows.filter(returned_at=None).update(**settled, mailed_at=Coalesce(F("mailed_at"), now))
        rows.update(**settled)

    def owed_since(self, row: SigningInvitation) -> datetime:
        times = (row.created_at, row.reminded_at, row.letter.published_at)
        return max(when for when in times if when is not None)


outbox = InvitationMails()


def send_until_done(*, batches: int) -> None:
    outbox.send_until_done(batches=batches)


def compose_mail(row: SigningInvitation) -> EmailMultiAlternatives:
    """In the language that the organizers chose. Under embargo it does not name the letter: that
    stands behind the link, as long as the invitation does."""
    letter = row.letter
    with translation.override(row.language):
        language = languages.interface_for(row.language)
        text = current_text(letter=letter)
        link = settings.SITE_URL + reverse(
            "invitation_to_sign", args=[links.invitation_token_for(invitation=row)]
        )
        organizers = contact.address_of(letter=letter, language=language)
        message = compose(
            template=f"signatures/email/{row.mail}",
            context={
                "letter": letter,
                "translation": translation_for(text=text, language=language) if text else None,
                "invitation": row,
                # Under embargo: what is sent cannot be cut off, as the link can.
                "until": letter.embargo_until if letter.is_under_embargo else None,
                "opens_later": letter.opens_later(now=timezone.now()),
                "link": link,
            },
            why=_why(row) % {"host": settings.SITE_HOST},
            to=row.recipient,
            message_id=f"signinginvitation-{row.pk}.{row.mail}",
            reply_to=organizers,
        )
    message.extra_headers |= list_headers(leave_link=link, list_id=f"invitations.{letter.pk}")
    return message


def _why(row: SigningInvitation) -> str:
    if row.collected:
        return _(
            "You get this e-mail because the organizers of an open letter at %(host)s say that "
            "you signed it elsewhere. It is the only one."
        )
    return _(
        "You get this e-mail because the organizers of an open letter at %(host)s invited this "
        "address."
    )


def _has_signed(row: SigningInvitation) -> bool:
    """Or did once: nobody who took it back is asked by a file."""
    signed = Signature.objects.filter(letter=row.letter_id, email_key=bytes(row.address_key))
    return signed.exists()


def _wants_no_mail(row: SigningInvitation) -> bool:
    """Left all mails of the site or those of the letter, denied, complained, or comes back."""
    of_letter = Q(letter=None) | Q(letter=row.letter_id)
    keys = (bytes(row.address_key), email_key(row.recipient))
    return Suppression.objects.filter(of_letter, address_key__in=keys).exists()
