"""What happens when a letter gets a new text: who signed the one before is asked, and may sign it.

Whoever does nothing stays under what they signed. Of a correction of a slip, under which they stand
as well, they are told.
"""

from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from campaign.letters.models import Letter, LetterState, Text, Translation
from campaign.letters.slips import chain_of
from campaign.letters.texts import versions
from signatures import events, opening, transitions
from signatures.details import Details
from signatures.errors import DetailsChanged, LetterNotOpen, NotSigned, TextReplaced
from signatures.models import Asked, Message, Signature, SignatureState
from signatures.record.format.commitment import fresh_salt

# Who confirms the text before at the very moment in which it is replaced is asked as well.
ASK_AFTER = timedelta(minutes=1)

_MAY_SIGN = f"""version = %s
      AND EXISTS (
        SELECT 1 FROM letters_letter WHERE id = letter_id AND state = 'published'
          AND halted_at IS NULL
          AND (opens_at IS NULL OR opens_at <= %s OR {opening.IS_INVITED})
          AND (closes_at IS NULL OR closes_at > %s)
      )
      AND NOT EXISTS (
        SELECT 1 FROM letters_text AS newer WHERE newer.letter_id = signatures_signature.letter_id
          AND newer.published_at IS NOT NULL AND newer.number > %s
      )"""  # noqa: S608
# After all others: nobody waits for a confirmation because of these.
_ASK = """
    INSERT INTO signatures_delivery
        (signature_id, message, state, due_at, attempts, created_at, version, priority)
    SELECT id, %s, 'owed', %s, 0, %s, %s, 1 FROM signatures_signature
    WHERE letter_id = %s AND state IN ('confirmed', 'held') AND version >= %s AND version < %s
    ON CONFLICT DO NOTHING
"""


def sign_new_text(*, signature: Signature, expected_revision: int, translation_id: int) -> bool:
    """Put the signature under the text that stands; False if it stands there already.

    `expected_revision` and `translation_id` are those of what the signer read. Number and proofs
    stay; the record gets one `edit` line that names the text. Of one that is held nothing is
    written. Raises NotSigned, LetterNotOpen, TextReplaced when another text stands by now, and
    DetailsChanged when it was edited elsewhere meanwhile.
    """
    if signature.state not in (SignatureState.CONFIRMED, SignatureState.HELD):
        raise NotSigned
    found = Translation.objects.filter(
        pk=translation_id, text__letter=signature.letter_id, text__published_at__isnull=False
    )
    number = found.values_list("text__number", flat=True).first()
    if number is None:
        raise TextReplaced
    if number == signature.version:
        return False
    now, salt, is_held = timezone.now(), fresh_salt(), signature.state == SignatureState.HELD
    row = transitions.apply(
        transition=transitions.SIGN_NEW_TEXT_HELD if is_held else transitions.SIGN_NEW_TEXT,
        signature=signature,
        expected_revision=expected_revision,
        changes={"translation_id": translation_id, "version": number, "salt": salt},
        provided=transitions.Clause(_MAY_SIGN, (signature.version, now, now, number)),
        content=Details.of(signature).content(
            salt=salt, level=signature.level, version=number, translation_id=translation_id
        ),
    )
    if row is None:
        _say_why(signature, number, now=now)
    if not is_held:
        events.ask_for_sequencing(letter_id=signature.letter_id)
    return True


def ask_signers(*, now: datetime) -> int:
    """Owe one e-mail to each who signed a text that was replaced by another, or in which a slip was
    corrected; how many are owed.

    Once for each version, however often and in however many places this runs: a row says that a
    version was asked about, written with the mails or not at all. Closed letters ask nobody.
    """
    fresh = Text.objects.filter(
        number__gt=1,
        published_at__lte=now - ASK_AFTER,
        letter__state=LetterState.PUBLISHED,
        asked=None,
    )
    return sum(_ask(text, now=now) for text in fresh.select_related("letter").order_by("pk"))


def _ask(text: Text, *, now: datetime) -> int:
    letter_id = text.letter_id
    with transaction.atomic():
        _asked, mine = Asked.objects.get_or_create(text=text, defaults={"at": now})
        # One that was replaced before anybody was asked is asked about no more.
        standing = [each.number for each in chain_of(versions(letters=[text.letter])[letter_id])]
        if not mine or text.number not in standing:
            return 0
        told = (Message.NEW_TEXT, 1) if text.corrects is None else (Message.SLIP, min(standing))
        message, earliest = told
        params = (message.value, now, now, text.number, letter_id, earliest, text.number)
        with connection.cursor() as cursor:
            cursor.execute(_ASK, params)
            return int(cursor.rowcount)


def _say_why(signature: Signature, number: int, *, now: datetime) -> None:
    letter = Letter.objects.get(pk=signature.letter_id)
    signature.letter = letter
    if not opening.is_open_to(signature=signature, now=now):
        raise LetterNotOpen
    newer = Text.objects.filter(letter=letter, published_at__isnull=False, number__gt=number)
    raise TextReplaced if newer.exists() else DetailsChanged
