"""What happens when someone confirms: pending becomes confirmed, and one event waits."""

import hmac

from django.db.models import F
from django.utils import timezone

from campaign import engine
from campaign.celery import kick_on_commit
from campaign.letters.models import EventKind
from signatures import links
from signatures.details import Details
from signatures.errors import DetailsChanged, LetterNotOpen, LinkExpired, WrongCode
from signatures.models import Level, Signature, SignatureState

# That the letter is open is part of the condition: closing and confirming at once cannot both win.
_CONFIRM = """
    UPDATE signatures_signature SET state = 'confirmed', level = 1, confirmed_at = %s
    WHERE id = %s AND state = 'pending' AND revision = %s
      AND EXISTS (
        SELECT 1 FROM letters_letter WHERE id = letter_id AND state = 'published'
          AND (opens_at IS NULL OR opens_at <= %s) AND (closes_at IS NULL OR closes_at > %s)
      )
    RETURNING id, letter_id, public_id
"""
WRITE_EVENT = """
    INSERT INTO letters_event
        (letter_id, kind, signature_id, public_id, level, text_sha256, commitment, before, after)
    SELECT letter_id, %s, id, public_id, CAST(%s AS smallint),
        COALESCE((SELECT sha256 FROM letters_translation WHERE id = %s), ''), %s, %s, %s
    FROM written RETURNING id
"""
WRITTEN = ("id", "letter_id", "public_id")


def confirm(*, signature: Signature, seen: int) -> bool:
    """Confirm what the signer saw; True if this call did it, False if it was done before.

    `seen` is the revision that was shown to them. However often and from however many places it is
    called: one signature, one event. Raises LinkExpired, LetterNotOpen, and DetailsChanged when
    somebody signed anew with this address since.
    """
    if signature.state == SignatureState.CONFIRMED:
        return False
    now = timezone.now()
    if signature.state == SignatureState.WITHDRAWN or signature.revision != seen:
        raise DetailsChanged
    if links.has_run_out(signature, now=now):
        raise LinkExpired if signature.letter.is_open(now=now) else LetterNotOpen
    after = Signature(
        kind=signature.kind, level=Level.CONFIRMED, consent_publish=signature.consent_publish
    ).shape
    commitment = Details.of(signature).commitment(salt=bytes(signature.salt))
    row = engine.insert_after(
        first=_CONFIRM,
        first_params=(now, signature.pk, seen, now, now),
        columns=WRITTEN,
        then=WRITE_EVENT,
        params=(
            EventKind.SIGN.value,
            Level.CONFIRMED.value,
            signature.translation_id,
            commitment,
            "",
            after,
        ),
    )
    if row is None:
        return _lost_the_race(signature)
    ask_for_sequencing(letter_id=signature.letter_id)
    return True


def confirm_by_code(*, signature: Signature, seen: int, code: str) -> bool:
    """The same, by the code typed from the e-mail. At most five tries for each signature.

    A signature that is not waiting answers WrongCode like any wrong code, so that the page does
    not tell who has signed.
    """
    counted = Signature.objects.filter(
        pk=signature.pk, state=SignatureState.PENDING, code_tries__lt=links.CODE_TRIES
    ).update(code_tries=F("code_tries") + 1)
    if not counted or not hmac.compare_digest(
        links.code_for(signature=signature).encode(), code.encode(errors="replace")
    ):
        raise WrongCode
    return confirm(signature=signature, seen=seen)


def ask_for_sequencing(*, letter_id: int) -> None:
    from signatures.tasks import sequence_letter

    kick_on_commit(sequence_letter, letter_id)


def _lost_the_race(signature: Signature) -> bool:
    signature.refresh_from_db(fields=("state", "revision"))
    if signature.state == SignatureState.CONFIRMED:
        return False
    signature.letter.refresh_from_db(fields=("state", "opens_at", "closes_at"))
    if not signature.letter.is_open(now=timezone.now()):
        raise LetterNotOpen
    raise DetailsChanged
