"""What happens when someone confirms: pending becomes confirmed, and one event waits.

Or pending becomes held, and the organizers' queue gets one row: then nothing is public or counted.
"""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from campaign import counters
from campaign.letters.models import Text, Translation
from signatures import answers, events, links, naming, opening, transitions
from signatures.details import Details
from signatures.errors import DetailsChanged, LetterNotOpen, LinkExpired, TextReplaced, WrongCode
from signatures.models import Level, Signature, SignatureState
from signatures.moderation import precautions
from signatures.notifications import namesakes
from signatures.screening import holds, turned_away

# That the letter is open is part of the condition: closing and confirming at once cannot both win.
# So is that it does not vet everyone, which a process may not have heard of yet, and that the
# organizers have not turned away what this address signed before: withdrawing does not undo that.
# And the text that was read must be the one that stands: nobody signs what was replaced meanwhile.
_PROVIDED = f"""EXISTS (
        SELECT 1 FROM letters_letter WHERE id = letter_id AND state = 'published'
          AND halted_at IS NULL
          AND (opens_at IS NULL OR opens_at <= %s OR {opening.IS_INVITED})
          AND (closes_at IS NULL OR closes_at > %s)
          {{unless}}
      )
      AND NOT EXISTS (
        SELECT 1 FROM letters_text AS newer WHERE newer.letter_id = signatures_signature.letter_id
          AND newer.published_at IS NOT NULL AND newer.number > %s
      ){{but}}"""  # noqa: S608
_UNLESS_TURNED_AWAY = """
      AND NOT EXISTS (
        SELECT 1 FROM signatures_turnedaway
        WHERE signature_id = signatures_signature.id AND cleared_at IS NULL
      )"""
_MAY_CONFIRM = _PROVIDED.format(unless="AND NOT vets_everyone", but=_UNLESS_TURNED_AWAY)
_MAY_HOLD = _PROVIDED.format(unless="", but="")


@dataclass(frozen=True, slots=True)
class _Read:
    """The text that the signer read, and is to be signed."""

    translation_id: int
    version: int


def confirm(
    *,
    signature: Signature,
    expected_revision: int,
    choice: naming.Choice | None = None,
    translation_id: int | None = None,
) -> bool:
    """Confirm what the signer saw; True if this call did it, False if it was done before.

    `expected_revision` is the one that was shown to them, `choice` what they chose beside it:
    whether they are named; `translation_id` the text, if it is another than the one that they read
    when they signed. However often and from however many places it is called: one signature, one
    event, or, if it must be looked at first, one place in the queue and no event. Raises
    LinkExpired, LetterNotOpen, DetailsChanged when somebody signed anew with this address since,
    and TextReplaced when the text that they read no longer stands.
    """
    if signature.state in SignatureState.answered():
        return False
    now = timezone.now()
    if signature.state == SignatureState.WITHDRAWN or signature.revision != expected_revision:
        raise DetailsChanged
    if links.has_run_out(signature, now=now):
        is_open = opening.is_open_to(signature=signature, now=now)
        raise LinkExpired if is_open else LetterNotOpen
    read = _text_read(signature, translation_id)
    if choice:
        expected_revision = naming.choose(
            signature=signature, expected_revision=expected_revision, choice=choice
        )
    if hold := _hold_reason(signature):
        return _hold(signature, read, expected_revision=expected_revision, hold=hold, now=now)
    row = transitions.apply(
        transition=transitions.CONFIRM,
        signature=signature,
        expected_revision=expected_revision,
        changes=_changes(read, now=now),
        provided=transitions.Clause(_MAY_CONFIRM, (now, now, read.version)),
        content=Details.of(signature).content(
            salt=bytes(signature.salt),
            level=Level.CONFIRMED,
            version=read.version,
            translation_id=read.translation_id,
        ),
    )
    if row is None:
        return _lost_the_race(signature, read, expected_revision=expected_revision, now=now)
    events.ask_for_sequencing(letter_id=signature.letter_id)
    counters.count(counters.signatures, "confirmed")
    return True


def confirm_by_code(
    *, signature: Signature, expected_revision: int, code: str, choice: naming.Choice | None = None
) -> bool:
    """The same, by the code typed from the e-mail. At most five tries for each signature.

    A signature that is not waiting answers WrongCode like any wrong code, so that the page does
    not tell who has signed.
    """
    counted = Signature.objects.filter(
        pk=signature.pk, state=SignatureState.PENDING, code_tries__lt=links.MAX_CODE_TRIES
    ).update(code_tries=F("code_tries") + 1)
    if not counted or not links.is_code_of(code, signature=signature):
        raise WrongCode
    return confirm(signature=signature, expected_revision=expected_revision, choice=choice)


def _text_read(signature: Signature, translation_id: int | None) -> _Read:
    """Asks the database only for another text than the one that was read when signing."""
    if translation_id is None or translation_id == signature.translation_id:
        return _Read(signature.translation_id, signature.version)
    found = Translation.objects.filter(
        pk=translation_id, text__letter=signature.letter_id, text__published_at__isnull=False
    )
    number = found.values_list("text__number", flat=True).first()
    if number is None:
        raise TextReplaced
    return _Read(translation_id, number)


def _changes(read: _Read, *, now: datetime) -> dict[str, object]:
    return {
        "confirmed_at": now,
        "translation_id": read.translation_id,
        "version": read.version,
    }


def _hold_reason(
    signature: Signature, *, everyone: bool = False, again: bool = False
) -> holds.Hold | None:
    words: list[str] = []
    if signature.letter.has_questions:
        words = answers.words_in(answers.given(signature=signature))
    hold = holds.hold_reason(
        letter_id=signature.letter_id,
        name=signature.name,
        texts=(signature.credit, signature.affiliation, *words),
        signature_id=signature.pk,
        address=bytes(signature.email_key),
        everyone=everyone,
        again=again,
    )
    return precautions.also(hold, signature=signature)


def _hold(
    signature: Signature, read: _Read, *, expected_revision: int, hold: holds.Hold, now: datetime
) -> bool:
    with transaction.atomic():
        row = transitions.apply(
            transition=transitions.HOLD,
            signature=signature,
            expected_revision=expected_revision,
            changes=_changes(read, now=now),
            provided=transitions.Clause(_MAY_HOLD, (now, now, read.version)),
            follow=transitions.Clause(holds.OPEN, hold.params(now=now)),
        )
        if row is not None:
            namesakes.tell(hold=hold)
    if row is not None:
        counters.count(counters.signatures, "held")
    return row is not None or _lost_the_race(
        signature, read, expected_revision=expected_revision, now=now
    )


def _lost_the_race(
    signature: Signature, read: _Read, *, expected_revision: int, now: datetime
) -> bool:
    try:
        signature.refresh_from_db(fields=("state", "revision"))
    except Signature.DoesNotExist:
        # Erased in another tab.
        raise DetailsChanged from None
    if signature.state in SignatureState.answered():
        return False
    letter = signature.letter
    letter.refresh_from_db(fields=("state", "halted_at", "opens_at", "closes_at", "vets_everyone"))
    if not opening.is_open_to(signature=signature, now=now):
        raise LetterNotOpen
    if signature.state == SignatureState.PENDING and signature.revision == expected_revision:
        if Text.objects.filter(
            letter=letter, published_at__isnull=False, number__gt=read.version
        ).exists():
            raise TextReplaced
        again = turned_away.of(signature=signature).exists()
        hold = _hold_reason(signature, everyone=letter.vets_everyone, again=again)
        if hold:
            return _hold(signature, read, expected_revision=expected_revision, hold=hold, now=now)
    raise DetailsChanged
