"""The words of an update, for whom and when it is: written until it is released.

What is released is sealed. Whoever changes anything afterwards makes it a draft again, so that
nobody approves, or sends, what they have not read.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from campaign.letters import characters, errors
from campaign.letters.models import Letter, LetterState, Update, UpdateState, UpdateWords
from campaign.letters.texts import current_text
from campaign.organizers.models import Organizer


@dataclass(frozen=True, slots=True)
class Words:
    subject: str
    body: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All that an update is. `words` by language; a language without words gets the authoritative
    ones. `audience` as `signatures.notifications.audience` writes it."""

    words: Mapping[str, Words]
    audience: Mapping[str, Any]
    send_at: datetime | None = None
    is_public: bool = False


def languages_of(*, letter: Letter) -> Sequence[str]:
    """Of the text that stands, the authoritative one first; none before anything is public."""
    text = current_text(letter=letter)
    return [each.language for each in text.translations.all()] if text else []


def create(*, letter: Letter, organizer: Organizer, content: Content) -> Update:
    """A draft with the letter's next number. Raises NotPublished and UpdateIncomplete."""
    with transaction.atomic():
        held = Letter.objects.select_for_update().get(pk=letter.pk)
        if held.state not in LetterState.published():
            raise errors.NotPublished
        latest = Update.objects.filter(letter=held).aggregate(Max("number"))["number__max"]
        update = Update.objects.create(
            letter=held,
            number=(latest or 0) + 1,
            created_by=organizer,
            created_at=timezone.now(),
            audience=dict(content.audience),
            send_at=content.send_at,
            is_public=content.is_public,
        )
        _write(update, content)
    return update


def save(*, update: Update, expected_revision: int, content: Content) -> None:
    """Replace all of it; what was released before is a draft again.

    `expected_revision` is the one that was read. Raises UpdateFrozen once it is on its way,
    UpdateChanged when somebody else saved meanwhile, and UpdateIncomplete.
    """
    with transaction.atomic():
        mine = Update.objects.filter(
            pk=update.pk, state__in=UpdateState.editable(), revision=expected_revision
        )
        if not mine.update(
            state=UpdateState.DRAFT,
            revision=F("revision") + 1,
            audience=dict(content.audience),
            send_at=content.send_at,
            is_public=content.is_public,
            seal="",
            released_by=None,
            approved_by=None,
            due_at=None,
        ):
            raise _why_not(update)
        UpdateWords.objects.filter(update=update).delete()
        _write(update, content)
    update.refresh_from_db()


def discard(*, update: Update, expected_revision: int) -> None:
    """Delete one that was never on its way. Raises UpdateFrozen and UpdateChanged."""
    with transaction.atomic():
        mine = Update.objects.select_for_update().filter(
            pk=update.pk, state__in=UpdateState.editable(), revision=expected_revision
        )
        if not mine.exists():
            raise _why_not(update)
        UpdateWords.objects.filter(update=update).delete()
        mine.delete()


def words_of(*, update: Update) -> dict[str, UpdateWords]:
    """By language."""
    return {each.language: each for each in UpdateWords.objects.filter(update=update)}


def words_for(
    *, words: Mapping[str, UpdateWords], language: str, authoritative: str
) -> UpdateWords:
    """In this language, or the authoritative ones, or whichever there are: the authoritative
    language of a letter can change with its text."""
    return words.get(language) or words.get(authoritative) or next(iter(words.values()))


def seal_of(*, update: Update) -> str:
    """One hash over words, recipients, time and whether it becomes public."""
    parts = [
        sorted(
            [each.language, each.subject, each.body] for each in words_of(update=update).values()
        ),
        update.audience,
        update.send_at.isoformat() if update.send_at else None,
        update.is_public,
    ]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _write(update: Update, content: Content) -> None:
    written = [
        UpdateWords(
            update=update,
            language=language,
            subject=characters.one_line(each.subject),
            body=characters.many_lines(each.body),
        )
        for language, each in content.words.items()
    ]
    complete = [
        each
        for each in written
        if not characters.says_nothing(each.subject) and not characters.says_nothing(each.body)
    ]
    languages = languages_of(letter=update.letter)
    if languages[0] not in {each.language for each in complete} or len(complete) < len(written):
        raise errors.UpdateIncomplete
    UpdateWords.objects.bulk_create(complete)


def _why_not(update: Update) -> errors.LetterError:
    now = Update.objects.filter(pk=update.pk).values_list("state", flat=True).first()
    if now in UpdateState.editable():
        return errors.UpdateChanged()
    return errors.UpdateFrozen()
