"""The signer's link and typed code: no account, no password, nothing secret in the database.

Both are keyed hashes of the signature's id and nonce, so they can be written into an e-mail at
any later time, and a new nonce makes them void.
"""

from datetime import datetime, timedelta

from campaign import link_token
from campaign.keyed_hash import Purpose, code, is_code, is_keyed_hash, keyed_hash
from signatures.errors import LinkUnknown
from signatures.models import (
    Delivery,
    Message,
    SampleQuestion,
    Signature,
    SignatureState,
    SigningInvitation,
)

MAX_CODE_TRIES = 5
TIME_TO_CONFIRM = timedelta(days=7)
TIME_TO_ERASE = timedelta(days=1)

_CAN_BE_UNDONE = (Message.WITHDRAWN, Message.RENAMED)

# Each column by its name: a prepared `*` breaks in the minute in which a migration adds one.
_COLUMNS = ", ".join(field.attname for field in Signature._meta.concrete_fields)
_BY_ID = f"SELECT {_COLUMNS} FROM {Signature._meta.db_table} WHERE id = %s"  # noqa: S608


def token_for(*, signature: Signature) -> str:
    """The 32 characters after /s/."""
    return link_token.write(signature.pk, keyed_hash(Purpose.LINK, *_parts(signature)))


def code_for(*, signature: Signature) -> str:
    """Six digits to type from the e-mail into the page that waits for them."""
    return code(Purpose.CODE, *_parts(signature))


def is_code_of(typed: str, *, signature: Signature) -> bool:
    return is_code(typed, Purpose.CODE, *_parts(signature))


def signature_behind(token: str) -> Signature:
    """Raises LinkUnknown for any token but the signature's own."""
    read = link_token.read(token)
    if read is None:
        raise LinkUnknown
    pk, given = read
    # Raw: to make a query of thirty columns takes three times as long as PostgreSQL needs for it.
    signature = next(iter(Signature.objects.raw(_BY_ID, [pk])), None)
    if signature is None or not is_keyed_hash(given, Purpose.LINK, *_parts(signature)):
        raise LinkUnknown
    return signature


def confirm_until(signature: Signature) -> datetime:
    """When the link and the code end: a week after they were asked for, or with the letter."""
    week = signature.asked_at + TIME_TO_CONFIRM
    closes_at = signature.letter.closes_at
    return min(week, closes_at) if closes_at else week


def undo_token_for(*, delivery: Delivery) -> str:
    return _token_of_mail(Purpose.UNDO_LINK, delivery)


def notice_behind(token: str) -> Delivery:
    """The notice with its signature, letter and text. Raises LinkUnknown, also once it was used."""
    return _mail_behind(token, Purpose.UNDO_LINK, _CAN_BE_UNDONE)


def erasing_token_for(*, delivery: Delivery) -> str:
    return _token_of_mail(Purpose.ERASE_LINK, delivery)


def erasing_behind(token: str, *, now: datetime) -> Delivery:
    """The mail that was asked for to erase. Raises LinkUnknown, also when it is a day old."""
    delivery = _mail_behind(token, Purpose.ERASE_LINK, (Message.ERASING,))
    if now >= delivery.created_at + TIME_TO_ERASE:
        raise LinkUnknown
    return delivery


def sample_token_for(*, question: SampleQuestion) -> str:
    """For the e-mail that asks who was drawn: it answers, and does nothing else. Its signature is
    loaded and there."""
    return link_token.write(question.pk, keyed_hash(Purpose.SAMPLE_LINK, *_parts_asked(question)))


def question_behind(token: str) -> SampleQuestion:
    """With its audit, and the signature with letter and text. Raises LinkUnknown, also where the
    one that was drawn was erased, or withdrawn and signed anew."""
    read = link_token.read(token)
    if read is None:
        raise LinkUnknown
    pk, given = read
    related = ("audit", "signature__letter", "signature__translation")
    asked = SampleQuestion.objects.filter(pk=pk, signature__isnull=False)
    question = asked.select_related(*related).first()
    if (
        question is None
        or not is_keyed_hash(given, Purpose.SAMPLE_LINK, *_parts_asked(question))
        or not question.is_of_drawn
    ):
        raise LinkUnknown
    return question


def invitation_token_for(*, invitation: SigningInvitation) -> str:
    return link_token.write(
        invitation.pk, keyed_hash(Purpose.SIGNING_INVITATION_LINK, *_parts_invited(invitation))
    )


def invitation_behind(token: str) -> SigningInvitation:
    """With its letter, also once it was answered or revoked. Raises LinkUnknown for any token but
    its own."""
    read = link_token.read(token)
    if read is None:
        raise LinkUnknown
    pk, given = read
    found = SigningInvitation.objects.select_related("letter").filter(pk=pk).first()
    if found is None or not is_keyed_hash(
        given, Purpose.SIGNING_INVITATION_LINK, *_parts_invited(found)
    ):
        raise LinkUnknown
    return found


def _token_of_mail(purpose: Purpose, delivery: Delivery) -> str:
    """For a link that was sent to the address, and stands in no other mail or page."""
    return link_token.write(delivery.pk, keyed_hash(purpose, *_parts_of_mail(delivery)))


def _mail_behind(token: str, purpose: Purpose, messages: tuple[Message, ...]) -> Delivery:
    read = link_token.read(token)
    if read is None:
        raise LinkUnknown
    pk, given = read
    found = (
        Delivery.objects.select_related("signature__letter", "signature__translation")
        .filter(pk=pk, message__in=messages)
        .first()
    )
    if found is None or not is_keyed_hash(given, purpose, *_parts_of_mail(found)):
        raise LinkUnknown
    return found


def has_run_out(signature: Signature, *, now: datetime) -> bool:
    return signature.state == SignatureState.PENDING and now >= signature.asked_at + TIME_TO_CONFIRM


def _parts(signature: Signature) -> tuple[bytes, bytes]:
    return str(signature.pk).encode(), bytes(signature.nonce)


def _parts_of_mail(delivery: Delivery) -> tuple[bytes, bytes, bytes]:
    return str(delivery.pk).encode(), *_parts(delivery.signature)


def _parts_invited(invitation: SigningInvitation) -> tuple[bytes, bytes]:
    return str(invitation.pk).encode(), bytes(invitation.nonce)


def _parts_asked(question: SampleQuestion) -> tuple[bytes, bytes, bytes]:
    if question.signature is None:
        raise LinkUnknown
    return str(question.pk).encode(), *_parts(question.signature)
