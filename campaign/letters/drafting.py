"""Writing a letter before it is public, and the next version of one that is.

Whatever changes a text holds its row first, as publishing does, so that nothing slips into a text
while it is being frozen; and each change is kept as a draft (`together.keeping`) under the name of
the organizer who made it.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from itertools import count
from typing import Any

from django.db import IntegrityError, transaction

from campaign.letters import characters, errors, slugs
from campaign.letters.models import Draft, Letter, LetterState, Proposal, Text, Translation
from campaign.letters.texts import current_text, draft_text, seal_of
from campaign.letters.together import keeping
from campaign.organizers.models import Organizer, Team

_FALLBACK_SLUG = "letter"


def create_letter(
    *,
    team: Team,
    slug: str | None,
    language: str,
    title: str,
    addressee: str,
    body: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
    organizer: Organizer | None = None,
) -> Letter:
    """A draft letter with text number 1, authoritative in this language.

    Without a slug, one is made from the title and numbered until it is free; a title without
    letters and digits gets `letter`. A given slug is taken as it is, or raises AddressTaken.
    """
    _check_times(opens_at=opens_at, closes_at=closes_at)
    with transaction.atomic():
        for candidate in [slug] if slug else _slugs_for(title):
            try:
                with transaction.atomic():
                    letter = Letter.objects.create(
                        team=team, slug=candidate, opens_at=opens_at, closes_at=closes_at
                    )
                break
            except IntegrityError:
                continue
        else:
            raise errors.AddressTaken
        text = Text.objects.create(letter=letter, number=1)
        Translation.objects.create(
            text=text, language=language, is_authoritative=True, **_wording(title, addressee, body)
        )
        keeping.keep(text=text, organizer=organizer)
    return letter


def save_details(
    *,
    letter: Letter,
    slug: str,
    opens_at: datetime | None,
    closes_at: datetime | None,
    vets_everyone: bool | None = None,
    identity_days: int | None = None,
) -> None:
    """Change address, times, whether everyone is vetted, and for how long it is kept who is vetted
    without being named (None leaves these two as they are).

    The address until publication only; nothing once closed. Who waits already goes on waiting.
    """
    _check_times(opens_at=opens_at, closes_at=closes_at)
    changes: dict[str, Any] = {"opens_at": opens_at, "closes_at": closes_at}
    if vets_everyone is not None:
        changes["vets_everyone"] = vets_everyone
    if identity_days is not None:
        changes["identity_days"] = identity_days
    mine = Letter.objects.filter(pk=letter.pk)
    try:
        with transaction.atomic():
            if mine.filter(state=LetterState.DRAFT).update(slug=slug, **changes):
                return
    except IntegrityError as error:
        raise errors.AddressTaken from error
    if mine.filter(state=LetterState.PUBLISHED, slug=slug).update(**changes):
        return
    if mine.filter(state=LetterState.CLOSED).exists():
        raise errors.AlreadyClosed
    raise errors.AddressFixed


def save_translation(
    *,
    text: Text,
    language: str,
    title: str,
    addressee: str,
    body: str,
    expected_hash: str | None = None,
    organizer: Organizer | None = None,
) -> Translation:
    """Create or change the text in one language while it is a draft.

    `expected_hash` is the hash of the wording that the writer started from, or "" for none: if
    somebody saved another one meanwhile, ChangedMeanwhile is raised and nothing is overwritten.
    """
    with _changed_draft(text, organizer, saved_language=language):
        stored = Translation.objects.filter(text=text, language=language).first()
        if expected_hash is not None and expected_hash != (
            stored.hash_of_source() if stored else ""
        ):
            raise errors.ChangedMeanwhile(stored)
        translation, _created = Translation.objects.update_or_create(
            text=text,
            language=language,
            defaults=_wording(title, addressee, body),
            create_defaults={
                **_wording(title, addressee, body),
                "is_authoritative": not text.translations.exists(),
            },
        )
    return translation


def remove_translation(*, translation: Translation, organizer: Organizer | None = None) -> None:
    """Take one language out of a draft. Removing it twice is fine; the authoritative one stays."""
    with _changed_draft(translation.text, organizer):
        mine = Translation.objects.filter(pk=translation.pk)
        if mine.filter(is_authoritative=True).exists():
            raise errors.AuthorityNeeded
        mine.delete()


def mark_authoritative(*, translation: Translation, organizer: Organizer | None = None) -> None:
    """Make this language the one that counts where translations differ."""
    with _changed_draft(translation.text, organizer) as text:
        if not text.translations.filter(pk=translation.pk).exists():
            raise errors.TextFrozen
        text.translations.exclude(pk=translation.pk).update(is_authoritative=False)
        text.translations.filter(pk=translation.pk).update(is_authoritative=True)


def bring_back(*, text: Text, draft: Draft, expected_seal: str, organizer: Organizer) -> Draft:
    """Say again what the draft says, in all its languages and no others, as a new draft.

    `expected_seal` is that of what stood when it was asked for: ChangedMeanwhile, if it is another
    by now.
    """
    with _changed_draft(text, organizer, brought_back=draft) as held:
        if seal_of(held.translations.all()) != expected_seal:
            raise errors.ChangedMeanwhile(None)
        held.translations.all().delete()
        for each in keeping.translations_of(draft):
            each.text = held
            each.save(force_insert=True)
    found = keeping.latest_draft(text=text)
    assert found is not None  # noqa: S101 - it was kept a moment ago
    return found


def start_revision(*, letter: Letter, organizer: Organizer | None = None) -> Text:
    """The next version as a draft that begins with the wording of the current one.

    If one is being written already, that one: a double click starts no second.
    """
    with transaction.atomic():
        state = Letter.objects.select_for_update().values_list("state", flat=True).get(pk=letter.pk)
        if state == LetterState.CLOSED:
            raise errors.AlreadyClosed
        if draft := draft_text(letter=letter):
            return draft
        current = current_text(letter=letter)
        if current is None:
            raise errors.NotPublished
        draft = Text.objects.create(letter=letter, number=current.number + 1)
        Translation.objects.bulk_create(
            Translation(
                text=draft,
                language=each.language,
                title=each.title,
                addressee=each.addressee,
                body=each.body,
                is_authoritative=each.is_authoritative,
            )
            for each in current.translations.all()
        )
        keeping.keep(text=draft, organizer=organizer)
        return draft


def discard_revision(*, text: Text, expected_seal: str | None = None) -> None:
    """Throw a later version's text away, with its drafts. The first text of a letter cannot be.

    `expected_seal` is that of the words that were read: ChangedMeanwhile, if others are there by
    now.
    """
    if text.number == 1:
        raise errors.FirstText
    with _held_draft(text) as held:
        if expected_seal not in (None, seal_of(held.translations.all())):
            raise errors.ChangedMeanwhile(None)
        Proposal.objects.filter(text=text).delete()
        Translation.objects.filter(text=text).delete()
        Text.objects.filter(pk=text.pk).delete()


def delete_letter(*, letter: Letter) -> None:
    """A letter that was never published, with all that was written for it: texts, press page,
    watched names, rosters. Raises AlreadyPublished; whatever the public ever saw stays."""
    with transaction.atomic():
        drafts = Letter.objects.select_for_update().filter(state=LetterState.DRAFT)
        held = drafts.filter(pk=letter.pk, published_at=None).first()
        if held is None:
            raise errors.AlreadyPublished
        Translation.objects.filter(text__letter=held).delete()
        Text.objects.filter(letter=held).delete()
        held.delete()


@contextmanager
def _changed_draft(
    text: Text,
    organizer: Organizer | None,
    *,
    saved_language: str = "",
    brought_back: Draft | None = None,
) -> Iterator[Text]:
    """The same, of which another draft is kept at the end. What stood there before is one, too,
    also if it was written before drafts were kept."""
    with _held_draft(text) as held:
        keeping.keep(text=held, organizer=None)
        yield held
        keeping.keep(
            text=held,
            organizer=organizer,
            saved_language=saved_language,
            brought_back=brought_back,
        )


@contextmanager
def _held_draft(text: Text) -> Iterator[Text]:
    """The text's row, locked until the end, if it is still a draft; what was proposed of it before
    is proposed no longer. First its letter, as publishing does."""
    with transaction.atomic():
        Letter.objects.select_for_update(no_key=True).filter(pk=text.letter_id).first()
        held = Text.objects.select_for_update().filter(pk=text.pk, published_at=None).first()
        if held is None:
            raise errors.TextFrozen
        yield held
        Proposal.objects.filter(text=held).delete()


def _wording(title: str, addressee: str, body: str) -> dict[str, str]:
    return {
        "title": characters.one_line(title),
        "addressee": characters.one_line(addressee),
        "body": characters.many_lines(body),
    }


def _check_times(*, opens_at: datetime | None, closes_at: datetime | None) -> None:
    if opens_at and closes_at and closes_at <= opens_at:
        raise errors.ClosesTooEarly


def suggested_slug(*, title: str) -> str:
    """The address that a letter of this title would get now; empty without a title."""
    if not title.strip():
        return ""
    free = (slug for slug in _slugs_for(title) if not Letter.objects.filter(slug=slug).exists())
    return next(free)


def _slugs_for(title: str) -> Iterator[str]:
    stem = slugs.slug_of(title) or _FALLBACK_SLUG
    yield stem
    yield from (f"{stem}-{number}" for number in count(2))
