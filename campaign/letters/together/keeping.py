"""Each saved state of a text that is being written, as a numbered draft.

Kept in the transaction that changes the text, by anyone who holds its row. Words are stored once
for all drafts that have them, so a draft costs as much as what changed.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db.models import Max, Prefetch, QuerySet
from django.utils import timezone

from campaign.letters.models import (
    Draft,
    DraftComment,
    DraftTranslation,
    DraftWording,
    Letter,
    Text,
    Translation,
)
from campaign.letters.texts import seal_of
from campaign.organizers.models import Organizer

# Of one text: then the oldest go.
MAX_DRAFTS = 200
# After the text is published, with comments and approvals.
KEPT_FOR = timedelta(days=90)


def keep(
    *,
    text: Text,
    organizer: Organizer | None,
    saved_language: str = "",
    brought_back: Draft | None = None,
) -> Draft:
    """The draft of what stands now: a new one, or the latest if it has these very words.

    `saved_language` was saved a moment ago, and so follows what the authoritative text says now,
    also where no word of it changed.
    """
    translations = list(Translation.objects.filter(text=text).order_by("language"))
    latest, seal = latest_draft(text=text), seal_of(translations)
    rows = _rows(text, translations, before=brought_back or latest, saved_language=saved_language)
    if latest and latest.seal == seal:
        for row in rows:
            mine = DraftTranslation.objects.filter(draft=latest, wording=row.wording)
            mine.exclude(made_from=row.made_from).update(made_from=row.made_from)
        return latest
    draft = Draft.objects.create(
        letter_id=text.letter_id,
        text=text,
        number=_next_number(text.letter_id),
        seal=seal,
        saved_by=organizer,
        saved_at=timezone.now(),
        brings_back=brought_back.number if brought_back else None,
    )
    for row in rows:
        row.draft = draft
    DraftTranslation.objects.bulk_create(rows)
    _drop_oldest(text)
    return draft


def drafts_of(*, text: Text) -> QuerySet[Draft]:
    """The latest first; `translations_of` asks nothing more for them, but has no bodies."""
    slim = DraftTranslation.objects.select_related("wording").defer("wording__body")
    return (
        Draft.objects.filter(text=text)
        .select_related("saved_by")
        .prefetch_related(Prefetch("translations", queryset=slim))
        .order_by("-number")
    )


def latest_draft(*, text: Text) -> Draft | None:
    return _whole().filter(text=text).order_by("-number").first()


def numbered(*, letter: Letter, number: int) -> Draft | None:
    return _whole().filter(letter=letter, number=number).first()


def wording_of(*, text: Text, language: str, sha256: str) -> DraftWording | None:
    """What was saved once, by its hash, while any draft still says it."""
    return DraftWording.objects.filter(text=text, language=language, sha256=sha256).first()


def translations_of(draft: Draft) -> list[Translation]:
    """What the draft says, as if it stood in its text; the authoritative one first."""
    found = [
        translation_from(each.wording, is_authoritative=each.is_authoritative)
        for each in draft.translations.all()
    ]
    return sorted(found, key=lambda each: (not each.is_authoritative, each.language))


def translation_from(wording: DraftWording, *, is_authoritative: bool = False) -> Translation:
    """Of no row, and so saved by nobody by mistake."""
    return Translation(
        language=wording.language,
        title=wording.title,
        addressee=wording.addressee,
        body=wording.body,
        is_authoritative=is_authoritative,
    )


def forget_published(*, now: datetime) -> int:
    """Drafts and comments of texts that were published some time ago; safe to run twice."""
    old = Text.objects.filter(published_at__lt=now - KEPT_FOR)
    DraftComment.objects.filter(text__in=old).delete()
    forgotten = Draft.objects.filter(text__in=old)
    count = forgotten.count()
    forgotten.delete()
    DraftWording.objects.filter(text__in=old).delete()
    return count


def _whole() -> QuerySet[Draft]:
    rows = DraftTranslation.objects.select_related("wording", "made_from")
    return Draft.objects.select_related("text", "saved_by").prefetch_related(
        Prefetch("translations", queryset=rows)
    )


def _rows(
    text: Text, translations: Sequence[Translation], *, before: Draft | None, saved_language: str
) -> list[DraftTranslation]:
    wordings = _wordings(text, translations)
    authority = next(
        (wordings[each.language] for each in translations if each.is_authoritative), None
    )
    followed = (
        {row.wording.language: row.made_from for row in before.translations.all()} if before else {}
    )
    if saved_language:
        followed.pop(saved_language, None)
    return [
        DraftTranslation(
            wording=wordings[each.language],
            is_authoritative=each.is_authoritative,
            made_from=None if each.is_authoritative else followed.get(each.language, authority),
        )
        for each in translations
    ]


def _wordings(text: Text, translations: Sequence[Translation]) -> dict[str, DraftWording]:
    """Of each language, as stored; what nobody said before is stored first."""
    hashes = {each.language: each.hash_of_source() for each in translations}
    mine = DraftWording.objects.filter(text=text, sha256__in=hashes.values())
    known = {(each.language, each.sha256) for each in mine}
    DraftWording.objects.bulk_create(
        DraftWording(
            text=text,
            language=each.language,
            title=each.title,
            addressee=each.addressee,
            body=each.body,
            sha256=hashes[each.language],
        )
        for each in translations
        if (each.language, hashes[each.language]) not in known
    )
    stored = {(each.language, each.sha256): each for each in mine.all()}
    return {language: stored[language, sha256] for language, sha256 in hashes.items()}


def _next_number(letter_id: int) -> int:
    highest = Draft.objects.filter(letter=letter_id).aggregate(highest=Max("number"))["highest"]
    return (highest or 0) + 1


def _drop_oldest(text: Text) -> None:
    kept = Draft.objects.filter(text=text).order_by("-number").values_list("pk", flat=True)
    if not Draft.objects.filter(pk__in=list(kept[MAX_DRAFTS:])).delete()[0]:
        return
    rows = DraftTranslation.objects.filter(draft__text=text)
    unsaid = DraftWording.objects.filter(text=text).exclude(pk__in=rows.values("wording"))
    unsaid.exclude(pk__in=rows.exclude(made_from=None).values("made_from")).delete()
