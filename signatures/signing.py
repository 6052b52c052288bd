"""What happens when someone signs: a pending signature, and a confirmation owed by e-mail."""

import secrets
import string
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import ngettext

from campaign import counters, database
from campaign.letters.models import Letter, Translation
from campaign.templatetags.locale_format import number
from signatures import answers, consent, transitions
from signatures.addresses import email_key
from signatures.details import Details
from signatures.errors import LetterNotOpen
from signatures.models import (
    Delivery,
    DeliveryState,
    Kind,
    Profession,
    Signature,
    SignatureState,
)
from signatures.names.folding import search_key
from signatures.names.latin_key import latin_key
from signatures.outbox import MAX_MAILS_PER_DAY, ask_for_mail
from signatures.record.format.commitment import fresh_salt

ID_LENGTH = 22
_ID_LETTERS = string.ascii_letters + string.digits

# What is left of a signature whose address was mistyped. No link, code or ticket leads to it.
_EMPTY: dict[str, Any] = {
    "revision": 0,
    "email": "",
    "name": "",
    "name_key": "",
    "name_latin": "",
    "profession": Profession.OTHER,
    "country": "",
    "credit": "",
    "affiliation": "",
    "kind": Kind.PERSON,
    "consent_publish": False,
    "consent_updates": False,
    "network_key": None,
    "without_work": False,
    "came_from": "",
}

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
    "name_latin",
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
    "without_work",
    "came_from",
    "created_at",
    "asked_at",
)
# What a signature says, and what was agreed to: equal in all of these, signing again is a repeat.
_SAID = (
    "translation_id",
    "name",
    "profession",
    "country",
    "credit",
    "affiliation",
    "kind",
    "consent_publish",
    "consent_updates",
    "consent_version",
)
# The mailbox's guard is kept when somebody signs again: the nonce of its links, and the tries.
_KEPT = {"letter_id", "email_key", "nonce", "code_tries"}
# States in which signing again with the same address starts over.
_REPLACED = ", ".join(f"'{state}'" for state in transitions.SIGN.from_states if state)
_OPEN = f"signatures_signature.state IN ({_REPLACED})"
_WITHDRAWN = "signatures_signature.state = 'withdrawn'"
_SAME = " AND ".join(f"signatures_signature.{column} = excluded.{column}" for column in _SAID)
# Each column takes the new value in its own case. No case holds for a signature that somebody has
# confirmed: it is written again as it is, so that a known address takes the same way, and time.
_CASES = {
    "public_id": _WITHDRAWN,
    "salt": _WITHDRAWN,
    # Discarded before: see `discard`.
    "created_at": "signatures_signature.revision = 0",
} | dict.fromkeys(set(_COLUMNS) - _KEPT - {"public_id", "salt", "created_at", "revision"}, _OPEN)
_SIGN = f"""
    INSERT INTO signatures_signature ({", ".join(_COLUMNS)})
    VALUES ({", ".join(["%s"] * len(_COLUMNS))})
    ON CONFLICT (letter_id, email_key) DO UPDATE SET
        {
    ", ".join(
        f"{column} = CASE WHEN {case} THEN excluded.{column} ELSE signatures_signature.{column} END"
        for column, case in sorted(_CASES.items())
    )
},
        revision = signatures_signature.revision + CASE
            WHEN {_WITHDRAWN} THEN 1
            WHEN signatures_signature.state = 'pending' AND NOT ({_SAME}) THEN 1 ELSE 0 END,
        number = CASE WHEN {_OPEN} THEN NULL ELSE signatures_signature.number END,
        withdrawn_at = CASE WHEN {_OPEN} THEN NULL ELSE signatures_signature.withdrawn_at END
    RETURNING id, revision, state
"""  # noqa: S608
_ASK_AGAIN = """
    UPDATE signatures_signature
    SET asked_at = CASE WHEN state = 'pending' THEN %s ELSE asked_at END
    WHERE id = %s AND revision > 0 RETURNING id, revision, state
"""
# What `_OWE` is written after.
_WRITTEN = ("id", "revision", "state")
# One that has signed already is reminded instead, in the same statement.
_OWE = """
    INSERT INTO signatures_delivery (signature_id, message, state, due_at, attempts, created_at)
    SELECT written.id,
        CASE WHEN written.state = 'pending' THEN 'confirmation' ELSE 'already_signed' END,
        'owed', %s, 0, %s
    FROM written
    WHERE (
        SELECT count(*) FROM signatures_delivery
        WHERE signature_id = written.id AND created_at > %s
    ) < %s
    ON CONFLICT DO NOTHING
    RETURNING id
"""


@dataclass(frozen=True, slots=True)
class Signed:
    """What signing led to. `fresh` tells that nobody else signed with the address before; nobody
    may see it."""

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
    without_work: bool = False,
    is_invited: bool = False,
    least_age: int | None = None,
    came_from: str = "",
    given: answers.Given = answers.NOTHING,
) -> Signed:
    """Store a pending signature and owe its confirmation, both or neither; one statement.

    The same address again replaces what is pending or withdrawn, and is sent the mail again; the
    very same details again change nothing, so what was opened or sent before goes on working. One
    that has signed already is left as it is and gets another e-mail: the caller cannot tell, nor
    by the time that it takes. `is_invited` is who has an invitation: they sign before it opens.
    `least_age` is how old they say to be at least, where they were asked. On a letter that has
    questions of its own, the answers `given` are written in the same transaction. Raises
    LetterNotOpen.
    """
    now = timezone.now()
    if not letter.is_open(now=now, to_invited=is_invited):
        raise LetterNotOpen
    key = email_key(email)
    values = _values(
        letter=letter,
        translation=translation,
        email=email,
        key=key,
        details=details,
        language=language,
        network_key=network_key,
        without_work=without_work,
        least_age=least_age,
        came_from=came_from,
        now=now,
    )
    signed = _sign_and_answer(values, given, now) if letter.has_questions else _sign(values, now)
    ask_for_mail()
    # Also of an address that signed already: nobody may learn that.
    counters.count(counters.signatures, "asked")
    return signed


def _sign(values: list[object], now: datetime) -> Signed:
    row = database.write_then_insert(
        first=_SIGN, first_params=values, columns=_WRITTEN, then=_OWE, params=_owed(now)
    )
    if row is None:
        # Only a row that a trigger swallows: the database answers each signing.
        raise RuntimeError("signing wrote nothing")
    signature_id, revision, state = row
    if state != SignatureState.PENDING:
        return Signed(signature_id=signature_id, revision=0, fresh=False)
    return Signed(signature_id=signature_id, revision=revision, fresh=revision == 1)


def _sign_and_answer(values: list[object], given: answers.Given, now: datetime) -> Signed:
    """Other answers are another revision: nobody confirms what they have not seen."""
    with transaction.atomic():
        signed = _sign(values, now)
        differ = answers.write_pending(signature_id=signed.signature_id, given=given)
        mine = Signature.objects.filter(pk=signed.signature_id, state=SignatureState.PENDING)
        mine.update(revision=F("revision") + int(differ))
    return replace(signed, revision=signed.revision and signed.revision + int(differ))


def send_again(*, signature_id: int) -> None:
    """Owe the same person their mail once more, within the daily measure; safe to repeat."""
    now = timezone.now()
    database.write_then_insert(
        first=_ASK_AGAIN,
        first_params=(now, signature_id),
        columns=_WRITTEN,
        then=_OWE,
        params=_owed(now),
    )
    ask_for_mail()


def measure() -> str:
    """What can be promised of a mail that is asked for again, whether or not the address signed."""
    return ngettext(
        "At most %(n)s e-mail about one letter goes to one address in 24 hours; "
        "beyond that, none is sent.",
        "At most %(n)s e-mails about one letter go to one address in 24 hours; "
        "beyond that, none is sent.",
        MAX_MAILS_PER_DAY,
    ) % {"n": number(MAX_MAILS_PER_DAY)}


def came_from(*, signed: Signed) -> str:
    """What is kept of how this signer came here, if nobody else signed with the address before."""
    if not signed.fresh:
        return ""
    mine = Signature.objects.filter(pk=signed.signature_id)
    return mine.values_list("came_from", flat=True).first() or ""


def discard(*, signed: Signed) -> bool:
    """Take back a pending signature that this signer made with a mistyped address.

    All that was typed goes, the link and code that were sent open nothing, and what was not sent
    yet is not sent. The empty row stays, under the address's keyed hash, until retention takes it:
    it remembers how many mails went there, and how often a code was tried.
    """
    if not signed.fresh:
        return False
    with transaction.atomic():
        # Who signs over it or confirms it at this very moment keeps what is theirs.
        emptied = Signature.objects.filter(
            pk=signed.signature_id, revision=signed.revision, state=SignatureState.PENDING
        ).update(**_EMPTY, nonce=secrets.token_bytes(8))
        if emptied:
            answers.forget(signature_id=signed.signature_id)
            Delivery.objects.filter(
                signature=signed.signature_id, state__in=DeliveryState.unsent()
            ).delete()
    return bool(emptied)


def anybody_signed(letter_id: int) -> bool:
    """Whether anybody ever confirmed a signature of this letter, shown and counted or not."""
    return Signature.objects.filter(letter_id=letter_id, confirmed_at__isnull=False).exists()


def new_public_id() -> str:
    """22 random letters and digits that name a signature in the record: more than 16 bytes.

    No hyphen, with which a spreadsheet would take it for a formula.
    """
    drawn = secrets.randbelow(len(_ID_LETTERS) ** ID_LENGTH)
    letters = []
    for _place in range(ID_LENGTH):
        drawn, letter = divmod(drawn, len(_ID_LETTERS))
        letters.append(_ID_LETTERS[letter])
    return "".join(letters)


def _values(
    *,
    letter: Letter,
    translation: Translation,
    email: str,
    key: bytes,
    details: Details,
    language: str,
    network_key: bytes | None,
    without_work: bool,
    least_age: int | None,
    came_from: str,
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
        "name_latin": latin_key(details.name),
        "profession": str(details.profession),
        "country": details.country,
        "credit": details.credit,
        "affiliation": details.affiliation,
        "kind": str(details.kind),
        "language": language,
        "consent_publish": details.consent_publish,
        "consent_updates": details.consent_updates,
        "consent_version": consent.version_in(language, least_age=least_age),
        "consented_at": now,
        "revision": 1,
        "salt": fresh_salt(),
        "nonce": secrets.token_bytes(8),
        "code_tries": 0,
        "network_key": network_key,
        "without_work": without_work,
        "came_from": came_from,
        "created_at": now,
        "asked_at": now,
    }
    return [values[column] for column in _COLUMNS]


def _owed(now: datetime) -> tuple[object, ...]:
    return (now, now, now - timedelta(days=1), MAX_MAILS_PER_DAY)
