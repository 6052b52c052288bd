"""What happens when someone signs: a pending signature, and a confirmation owed by e-mail."""

import hashlib
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from campaign import engine
from campaign.celery import kick_on_commit
from campaign.letters.models import Letter, Translation
from signatures import consent
from signatures.addresses import address_key
from signatures.details import Details
from signatures.errors import LetterNotOpen
from signatures.models import Delivery, DeliveryState, Message, Signature, SignatureState
from signatures.press.search_key import search_key
from signatures.record.commitment import fresh_salt

# One mailbox gets at most this many mails about one letter that it did not ask for.
MAILS_A_DAY = 6

_COLUMNS = (
    "letter_id",
    "translation_id",
    "version",
    "public_id",
    "state",
    "level",
    "email",
    "email_key",
    "name",
    "name_key",
    "profession",
    "country",
    "credit",
    "affiliation",
    "kind",
    "language",
    "consent_publish",
    "consent_updates",
    "consent_version",
    "consented_at",
    "revision",
    "salt",
    "nonce",
    "code_tries",
    "network_key",
    "created_at",
    "asked_at",
)
# Signing again starts over, but keeps what guards the mailbox: the nonce and the tries.
_KEPT = {"letter_id", "email_key", "revision", "nonce", "code_tries", "created_at"}
_SIGN = f"""
    INSERT INTO signatures_signature ({", ".join(_COLUMNS)})
    VALUES ({", ".join(["%s"] * len(_COLUMNS))})
    ON CONFLICT (letter_id, email_key) DO UPDATE SET
        {", ".join(f"{column} = excluded.{column}" for column in _COLUMNS if column not in _KEPT)},
        revision = signatures_signature.revision + 1, number = NULL, withdrawn_at = NULL
    WHERE signatures_signature.state IN ('pending', 'withdrawn')
    RETURNING id, revision
"""  # noqa: S608
_OWE = """
    INSERT INTO signatures_delivery (signature_id, message, state, due_at, attempts, created_at)
    SELECT written.id, %s, 'owed', %s, 0, %s FROM written
    WHERE NOT EXISTS (
        SELECT 1 FROM signatures_delivery
        WHERE signature_id = written.id AND message = %s AND state = 'owed'
    ) AND (
        SELECT count(*) FROM signatures_delivery
        WHERE signature_id = written.id AND created_at > %s
    ) < %s
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Signed:
    """What signing led to. `fresh` tells that this very call made the row; nobody may see it."""

    signature_id: int
    revision: int
    fresh: bool


def sign(
    *,
    letter: Letter,
    translation: Translation,
    email: str,
    details: Details,
    language: str,
    network_key: bytes | None = None,
) -> Signed:
    """Store a pending signature and owe its confirmation, both or neither; one statement.

    The same address again replaces what is pending or withdrawn, and is sent the mail again. One
    that has signed already is left as it is and gets another e-mail; the caller cannot tell.
    Raises LetterNotOpen.
    """
    now = timezone.now()
    if not letter.is_open(now=now):
        raise LetterNotOpen
    key = email_key(email)
    row = engine.insert_after(
        first=_SIGN,
        first_params=_values(
            letter=letter,
            translation=translation,
            email=email,
            key=key,
            details=details,
            language=language,
            network_key=network_key,
            now=now,
        ),
        columns=("id", "revision"),
        then=_OWE,
        params=_owed(Message.CONFIRMATION, now),
    )
    signed = (
        Signed(signature_id=row[0], revision=row[1], fresh=row[1] == 1)
        if row
        else _signed_before(letter=letter, key=key, now=now)
    )
    ask_for_mail()
    return signed


def send_again(*, signature_id: int) -> None:
    """Owe the same person their mail once more, within the daily measure; safe to repeat."""
    now = timezone.now()
    row = engine.insert_after(
        first="""
            UPDATE signatures_signature SET asked_at = %s
            WHERE id = %s AND state = 'pending' RETURNING id
        """,
        first_params=(now, signature_id),
        columns=("id",),
        then=_OWE,
        params=_owed(Message.CONFIRMATION, now),
    )
    if row is None:
        _remind(signature_id=signature_id, now=now)
    ask_for_mail()


def discard(*, signed: Signed) -> bool:
    """Take back a pending signature that this signer made with a mistyped address."""
    if not signed.fresh:
        return False
    with transaction.atomic():
        # Locked first: who signs over it or confirms it at this very moment keeps what is theirs.
        mine = (
            Signature.objects.select_for_update()
            .filter(pk=signed.signature_id, revision=signed.revision, state=SignatureState.PENDING)
            .first()
        )
        if mine is None:
            return False
        mine.delete()
    return True


def email_key(email: str) -> bytes:
    """What makes an address unique on a letter: keyed, so that the table tells no addresses."""
    key = hashlib.sha256(b"undersigned-email-key\0" + settings.SECRET_KEY.encode()).digest()
    return address_key(email, key=key)


def ask_for_mail() -> None:
    from signatures.tasks import send_owed_mail

    kick_on_commit(send_owed_mail)


def new_public_id() -> str:
    """Sixteen random bytes that name a signature in the record."""
    return urlsafe_b64encode(secrets.token_bytes(16)).decode().rstrip("=")


def _values(
    *,
    letter: Letter,
    translation: Translation,
    email: str,
    key: bytes,
    details: Details,
    language: str,
    network_key: bytes | None,
    now: datetime,
) -> list[object]:
    values: dict[str, object] = {
        "letter_id": letter.pk,
        "translation_id": translation.pk,
        "version": translation.text.number,
        "public_id": new_public_id(),
        "state": SignatureState.PENDING.value,
        "level": 0,
        "email": email,
        "email_key": key,
        "name": details.name,
        "name_key": search_key(details.name),
        "profession": str(details.profession),
        "country": details.country,
        "credit": details.credit,
        "affiliation": details.affiliation,
        "kind": str(details.kind),
        "language": language,
        "consent_publish": details.consent_publish,
        "consent_updates": details.consent_updates,
        "consent_version": consent.version_in(language),
        "consented_at": now,
        "revision": 1,
        "salt": fresh_salt(),
        "nonce": secrets.token_bytes(8),
        "code_tries": 0,
        "network_key": network_key,
        "created_at": now,
        "asked_at": now,
    }
    return [values[column] for column in _COLUMNS]


def _owed(message: Message, now: datetime) -> tuple[object, ...]:
    return (message.value, now, now, message.value, now - timedelta(days=1), MAILS_A_DAY)


def _signed_before(*, letter: Letter, key: bytes, now: datetime) -> Signed:
    found = Signature.objects.filter(letter=letter, email_key=key).values_list("pk", flat=True)
    signature_id = found.first() or 0
    _remind(signature_id=signature_id, now=now)
    return Signed(signature_id=signature_id, revision=0, fresh=False)


def _remind(*, signature_id: int, now: datetime) -> None:
    """Tell the owner of an address that it has signed already, within the same measure."""
    recent = Delivery.objects.filter(signature_id=signature_id)
    if recent.filter(message=Message.ALREADY_SIGNED, state=DeliveryState.OWED).exists():
        return
    if recent.filter(created_at__gt=now - timedelta(days=1)).count() >= MAILS_A_DAY:
        return
    if Signature.objects.filter(pk=signature_id).exists():
        Delivery.objects.create(
            signature_id=signature_id,
            message=Message.ALREADY_SIGNED,
            due_at=now,
            created_at=now,
        )
