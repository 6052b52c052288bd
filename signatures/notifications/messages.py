"""What each e-mail says, in the signer's language."""

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters.models import Text
from campaign.letters.texts import current_text, translation_for
from campaign.mail.composing import compose
from signatures import links
from signatures.listing.proof_text import subject_shown
from signatures.models import (
    Delivery,
    Message,
    Removal,
    Report,
    ReportMail,
    Signature,
    SignatureState,
)
from signatures.moderation import contact, decisions, removal, reports
from signatures.notifications import sample_mails
from signatures.press import standing
from signatures.record import tally
from signatures.verification.work_email import mailed_code


def build(delivery: Delivery) -> EmailMultiAlternatives:
    """The message for a delivery whose signature, letter and translation are loaded.

    The Message-ID depends on the delivery alone, so that a repeat can be told by the mailbox.
    """
    signature, proof = delivery.signature, delivery.proof
    with translation.override(signature.language):
        language = languages.interface_for(signature.language)
        removal = _removal(delivery)
        asks_back = removal or delivery.message == Message.CLAIMED
        organizers = (
            contact.address_of(letter=signature.letter, language=language) if asks_back else ""
        )
        replaced = standing.replaced_by(signature=signature)
        later = (
            standing.corrected_by(signature=signature)
            if delivery.message == Message.SLIP
            else replaced
        )
        link = settings.SITE_URL + reverse("link", args=[links.token_for(signature=signature)])
        context = {
            "signature": signature,
            "letter": signature.letter,
            "translation": signature.translation,
            "link": link,
            # Of what they signed, wherever the letter says something else by now.
            "letter_url": settings.SITE_URL
            + (
                reverse("version", args=[signature.letter.slug, signature.version])
                if replaced
                else reverse("letter", args=[signature.letter.slug])
            ),
            "replaced": replaced,
            "new_title": (
                _new_title(signature, replaced) if delivery.message == Message.NEW_TEXT else ""
            ),
            "changes_url": settings.SITE_URL
            + reverse("changes", args=[signature.letter.slug, signature.version, later.number])
            if later
            else "",
            "undo_link": (
                settings.SITE_URL
                + reverse("link_undo", args=[links.undo_token_for(delivery=delivery)])
            ),
            "erase_link": (
                settings.SITE_URL
                + reverse("link_erase_now", args=[links.erasing_token_for(delivery=delivery)])
            ),
            "not_me_url": _not_me_url(signature) or link,
            "earlier_name": delivery.earlier_name,
            **(_asked(signature) if delivery.message == Message.SAMPLE else {}),
            "code": _code(delivery),
            "proof": proof,
            "proof_shown": subject_shown(proof) if proof else "",
            "told": (
                decisions.told_to_signer(signature=signature)
                if delivery.message == Message.REJECTED
                else ""
            ),
            "removal": removal,
            "organizers_address": organizers,
            "until": links.confirm_until(signature),
            "checkpoint": tally.latest(letter_id=signature.letter_id),
        }
        return compose(
            template=f"signatures/email/{Message(delivery.message).value}",
            context=context,
            why=_why(delivery),
            to=_address(delivery),
            message_id=f"delivery-{delivery.pk}.{signature.public_id}",
            reply_to=organizers,
        )


def _not_me_url(signature: Signature) -> str:
    """Where anyone says that the name on the list is not theirs; empty for who is on none, and
    while nobody can open the list."""
    is_listed = signature.state == SignatureState.CONFIRMED and signature.consent_publish
    if not is_listed or signature.number is None or signature.letter.is_under_embargo:
        return ""
    where = [signature.letter.slug, signature.number]
    return settings.SITE_URL + reverse("report", args=where)


def build_report(report: Report) -> EmailMultiAlternatives:
    """The message that a report owes, whose letter and case are loaded.

    It holds nothing that the claimant typed, and no name from the list: whoever typed this address
    may not own it.
    """
    with translation.override(report.language):
        language = languages.interface_for(report.language)
        text = current_text(letter=report.letter)
        shown = translation_for(text=text, language=language) if text else None
        is_answer = report.mail == ReportMail.ANSWER
        organizers = (
            contact.address_of(letter=report.letter, language=language) if is_answer else ""
        )
        context = {
            "letter": report.letter,
            "organizers_address": organizers,
            "translation": shown,
            "outcome": report.case.get_outcome_display() if report.case else "",
            "link": settings.SITE_URL
            + reverse("report_link", args=[reports.token_for(report=report)]),
            "letter_url": settings.SITE_URL + reverse("letter", args=[report.letter.slug]),
            "days": reports.TIME_TO_CONFIRM.days,
            "checkpoint": tally.latest(letter_id=report.letter_id),
        }
        return compose(
            template=f"signatures/email/{report.mail}",
            context=context,
            why=_(
                "You get this e-mail because a name under an open letter at %(host)s was reported "
                "with this address."
            )
            % {"host": settings.SITE_HOST},
            to=report.email,
            message_id=f"{report.mail}-{report.pk}",
            reply_to=organizers,
        )


def _new_title(signature: Signature, replaced: Text | None) -> str:
    """Of the text that stands, in the language of what was signed; empty where it is the same."""
    shown = (
        translation_for(text=replaced, language=signature.translation.language)
        if replaced
        else None
    )
    return shown.title if shown and shown.title != signature.translation.title else ""


def _asked(signature: Signature) -> dict[str, object]:
    """Of an audit by sample; nothing once the question does not wait any more."""
    question = sample_mails.question_of(signature=signature)
    if question is None:
        return {}
    audit = question.audit
    link = reverse("sample_question", args=[links.sample_token_for(question=question)])
    page = reverse("audits", args=[signature.letter.slug])
    return {
        "answer_link": settings.SITE_URL + link,
        "audits_url": settings.SITE_URL + page,
        "answer_until": audit.ends_at,
        "sample_size": len(audit.drawn or ()),
    }


def _why(delivery: Delivery) -> str:
    if delivery.message == Message.WORK_EMAIL:
        sentence = _(
            "You get this e-mail because somebody typed this address at %(host)s to show where "
            "they work."
        )
    else:
        sentence = _(
            "You get this e-mail because an open letter at %(host)s was signed with this address."
        )
    return sentence % {"host": settings.SITE_HOST}


def _address(delivery: Delivery) -> str:
    if delivery.message == Message.WORK_EMAIL and delivery.proof is not None:
        return delivery.proof.private
    return delivery.signature.email


def _removal(delivery: Delivery) -> Removal | None:
    """What they must know who ask, or are told, why they are not on the list."""
    if delivery.signature.state != SignatureState.REMOVED:
        return None
    return removal.standing(signature=delivery.signature).first()


def _code(delivery: Delivery) -> str:
    if delivery.message == Message.WORK_EMAIL and delivery.proof is not None:
        return mailed_code.code_for(proof=delivery.proof)
    return links.code_for(signature=delivery.signature)
