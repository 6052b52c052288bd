"""What members of the team say of single paragraphs while a text is being written.

A comment keeps the beginning of its paragraph, so it says what it is about also when somebody has
changed that. Nobody but the team ever reads it, and it goes with the drafts.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime

from django.db import transaction
from django.db.models import Count, Prefetch, Q, QuerySet

from campaign.letters import errors
from campaign.letters.models import Draft, DraftAnswer, DraftComment, Text
from campaign.letters.together.paragraphs import Paragraph
from campaign.organizers.models import Organizer

MAX_COMMENTS = 500
MAX_ANSWERS = 50
MAX_WORDS_LETTERS = 2_000
_QUOTED_LETTERS = 600


def comment(
    *,
    draft: Draft,
    language: str,
    paragraph: Paragraph,
    words: str,
    organizer: Organizer,
    now: datetime,
) -> DraftComment:
    """On one paragraph as this draft has it, whatever was saved since. The same words twice are one
    comment. Raises TextFrozen, TooManyComments."""
    with _written(draft.text):
        said, _is_new = DraftComment.objects.filter(resolved_at=None).get_or_create(
            text=draft.text,
            language=language,
            paragraph_sha256=paragraph.sha256,
            place=paragraph.place,
            words=words,
            said_by=organizer,
            defaults={
                "draft_number": draft.number,
                "paragraph": paragraph.words[:_QUOTED_LETTERS],
                "said_at": now,
            },
        )
        if DraftComment.objects.filter(text=draft.text).count() > MAX_COMMENTS:
            raise errors.TooManyComments
    return said


def answer(*, comment: DraftComment, words: str, organizer: Organizer, now: datetime) -> None:
    """Raises TextFrozen, TooManyComments. The same words by the same person twice are one."""
    with _written(comment.text):
        DraftAnswer.objects.get_or_create(
            comment=comment, words=words, said_by=organizer, defaults={"said_at": now}
        )
        if DraftAnswer.objects.filter(comment=comment).count() > MAX_ANSWERS:
            raise errors.TooManyComments


def resolve(*, comment: DraftComment, organizer: Organizer, now: datetime) -> bool:
    """Whether it was open until now."""
    mine = DraftComment.objects.filter(pk=comment.pk, resolved_at=None)
    return bool(mine.update(resolved_by=organizer, resolved_at=now))


def reopen(*, comment: DraftComment) -> None:
    DraftComment.objects.filter(pk=comment.pk).update(resolved_by=None, resolved_at=None)


def take_back(*, comment: DraftComment, organizer: Organizer) -> bool:
    """Delete their own comment, while nobody has answered it. Raises TextFrozen."""
    with _written(comment.text):
        own = DraftComment.objects.filter(pk=comment.pk, said_by=organizer, answers=None)
        return bool(own.delete()[0])


def take_back_answer(*, comment: DraftComment, answer_id: int, organizer: Organizer) -> bool:
    """Delete their own answer. Raises TextFrozen."""
    with _written(comment.text):
        own = DraftAnswer.objects.filter(pk=answer_id, comment=comment, said_by=organizer)
        return bool(own.delete()[0])


def comments_on(*, text: Text, language: str) -> QuerySet[DraftComment]:
    """Oldest first, with all answers."""
    answers = DraftAnswer.objects.select_related("said_by").order_by("said_at", "pk")
    return (
        DraftComment.objects.filter(text=text, language=language)
        .select_related("said_by", "resolved_by")
        .prefetch_related(Prefetch("answers", queryset=answers))
        .order_by("said_at", "pk")
    )


def open_comments(*, text: Text) -> dict[str, int]:
    """How many in each language that has any."""
    counted = DraftComment.objects.filter(text=text).values("language").order_by("language")
    return {
        each["language"]: each["open"]
        for each in counted.annotate(open=Count("pk", filter=Q(resolved_at=None)))
    }


def by_paragraph(
    comments: Sequence[DraftComment], paragraphs: Sequence[Paragraph]
) -> tuple[dict[int, list[DraftComment]], list[DraftComment]]:
    """Each comment under the place of its paragraph, wherever that stands now, and those whose
    paragraph changed. Of equal paragraphs it is the nearest."""
    places: dict[str, list[int]] = {}
    for each in paragraphs:
        places.setdefault(each.sha256, []).append(each.place)
    found: dict[int, list[DraftComment]] = {}
    lost = []
    for comment in comments:
        if same := places.get(comment.paragraph_sha256):
            nearest = min(same, key=lambda place: abs(place - comment.place))
            found.setdefault(nearest, []).append(comment)
        else:
            lost.append(comment)
    return found, lost


@contextmanager
def _written(text: Text) -> Iterator[None]:
    """The text's row, locked until the end, if it is still being written."""
    with transaction.atomic():
        if not Text.objects.select_for_update().filter(pk=text.pk, published_at=None).first():
            raise errors.TextFrozen
        yield
