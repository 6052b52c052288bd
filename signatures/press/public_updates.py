"""News that organizers show beside a letter: each of its time, with the text that stood then."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.safestring import SafeString

from campaign.keyset import Page, page_of
from campaign.letters import markdown, updates
from campaign.letters.models import Letter, Text, Update, UpdateState, UpdateWords
from signatures.models import UpdateDelivery, UpdateDeliveryState

PAGE_ROWS = 20
_LARGEST_NUMBER = 2**15 - 1


@dataclass(frozen=True, slots=True)
class PublicUpdate:
    """An update in one language; `text` is the version of the letter that stood when it began."""

    update: Update
    words: UpdateWords
    text: Text
    is_of_current_text: bool

    @property
    def at(self) -> datetime:
        began = self.update.started_at
        assert began is not None  # noqa: S101 -- of those that are public all have begun
        return began

    @property
    def html(self) -> SafeString:
        return markdown.render(self.words.body, direction=self.words.direction)


def latest(*, letters: Iterable[Letter], most: int) -> Mapping[int, Sequence[Update]]:
    """By the id of its letter, the last few that are shown, the newest first: one query."""
    found: dict[int, list[Update]] = {letter.pk: [] for letter in letters}
    shown = _shown().filter(letter__in=found).order_by("-started_at", "-number")
    for update in shown.only("letter", "number", "started_at"):
        if len(of_letter := found[update.letter_id]) < most:
            of_letter.append(update)
    return found


def shown(*, letter: Letter) -> QuerySet[Update]:
    return _shown().filter(letter=letter)


def _shown() -> QuerySet[Update]:
    """Those that are public and being sent or sent. One that was cancelled stays if somebody has
    it, or may: what was said is not unsaid."""
    mailed = UpdateDelivery.objects.filter(
        update=OuterRef("pk"), state__in=(UpdateDeliveryState.SENT, UpdateDeliveryState.UNKNOWN)
    )
    going = (UpdateState.SENDING, UpdateState.PAUSED, UpdateState.SENT)
    return Update.objects.filter(
        Q(state__in=going) | Q(Exists(mailed), state=UpdateState.CANCELLED),
        is_public=True,
        started_at__isnull=False,
    )


def page(
    *, letter: Letter, published: Sequence[Text], language: str, before: int | None
) -> Page[PublicUpdate, int]:
    """Those first that went out last, in this language where there are words in it; `before` is the
    number of the last one that was read. `published` as `texts.published_texts` gives them."""
    found = shown(letter=letter).order_by("-started_at", "-number").prefetch_related("words")
    if before is not None:
        last = Update.objects.filter(letter=letter, number=min(before, _LARGEST_NUMBER)).first()
        if last is None or last.started_at is None:
            return Page([], None)
        earlier = Q(started_at__lt=last.started_at)
        found = found.filter(earlier | Q(started_at=last.started_at, number__lt=last.number))
    rows = page_of(found, size=PAGE_ROWS, cursor=lambda update: update.number)
    return Page([_read(each, published, language) for each in rows.rows], rows.next)


def find(
    *, letter: Letter, published: Sequence[Text], language: str, number: int
) -> PublicUpdate | None:
    found = shown(letter=letter).filter(number=min(number, _LARGEST_NUMBER))
    update = found.prefetch_related("words").first()
    return None if update is None else _read(update, published, language)


def _read(update: Update, published: Sequence[Text], language: str) -> PublicUpdate:
    words: dict[str, Any] = {each.language: each for each in update.words.all()}
    text = next((each for each in published if _stood(each, update)), published[-1])
    authoritative = next(
        (each.language for each in text.translations.all() if each.is_authoritative), ""
    )
    return PublicUpdate(
        update,
        updates.words_for(words=words, language=language, authoritative=authoritative),
        text,
        text.number == published[0].number,
    )


def _stood(text: Text, update: Update) -> bool:
    return bool(text.published_at and update.started_at and text.published_at <= update.started_at)
