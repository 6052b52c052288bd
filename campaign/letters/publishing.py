import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction

from campaign.letters import characters, errors
from campaign.letters.models import Event, EventKind, Letter, LetterState, Text, Translation


def publish(*, letter: Letter, now: datetime, seen: str | None = None) -> Text:
    """Make the text that is being written public, and freeze it for good.

    In one transaction: the text gets its date; with the first text the letter becomes public and
    its record gets its name; each translation gets the SHA-256 of its bytes, after which a
    trigger in the database lets nobody alter it; events tell the record. The first publication
    writes `publish` with the authoritative translation's hash and `text` for each other one; a
    later version writes `text` for each, the authoritative one first.

    Of two at once, or of two clicks, one publishes and the other gets NothingToPublish. `seen` is
    the seal of what the publisher looked at: ChangedMeanwhile, if it is another by now. Also
    raises AlreadyClosed, ClosingTimePassed and TextIncomplete. Whatever is raised, nothing changed.
    """
    with transaction.atomic():
        held = Letter.objects.select_for_update().get(pk=letter.pk)
        if held.state == LetterState.CLOSED:
            raise errors.AlreadyClosed
        text = Text.objects.filter(letter=held, published_at=None).first()
        if not text or not Text.objects.filter(pk=text.pk, published_at=None).update(
            published_at=now
        ):
            raise errors.NothingToPublish
        if held.closes_at is not None and held.closes_at <= now:
            raise errors.ClosingTimePassed
        first = bool(
            Letter.objects.filter(pk=held.pk, state=LetterState.DRAFT).update(
                state=LetterState.PUBLISHED,
                published_at=now,
                origin=f"{settings.SITE_HOST}/letters/{held.slug}/record",
            )
        )
        translations = list(
            Translation.objects.filter(text=text).order_by("-is_authoritative", "language")
        )
        if not any(each.is_authoritative for each in translations):
            raise errors.TextIncomplete
        if seen is not None and seen != seal_of(translations):
            raise errors.ChangedMeanwhile(None)
        for translation in translations:
            _freeze(translation)
        Event.objects.bulk_create(
            Event(
                letter=held,
                kind=EventKind.PUBLISH if first and each.is_authoritative else EventKind.TEXT,
                text_sha256=each.sha256,
            )
            for each in translations
        )
    text.published_at = now
    return text


def missing_parts(translation: Translation) -> list[str]:
    """Names of the fields that are still blank: with any, the text cannot be published."""
    parts = ("title", "addressee", "body")
    return [part for part in parts if characters.says_nothing(getattr(translation, part))]


def is_complete(translations: Sequence[Translation]) -> bool:
    return any(each.is_authoritative for each in translations) and not any(
        missing_parts(each) for each in translations
    )


def seal_of(translations: Sequence[Translation]) -> str:
    """One hash over all languages and the choice of the authoritative one."""
    lines = sorted(
        f"{each.language} {each.is_authoritative} {each.hash_of_source()}" for each in translations
    )
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _freeze(translation: Translation) -> None:
    """Stores the very form that is hashed, so that anyone can hash it again."""
    translation.title = characters.one_line(translation.title)
    translation.addressee = characters.one_line(translation.addressee)
    translation.body = characters.many_lines(translation.body)
    if missing_parts(translation):
        raise errors.TextIncomplete(translation.language)
    translation.sha256 = translation.hash_of_source()
    translation.save(update_fields=["title", "addressee", "body", "sha256"])
