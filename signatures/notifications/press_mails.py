"""Milestones and corrections, as they are mailed to those who follow a letter for the press."""

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from datetime import time as clock

from django.conf import settings
from django.core.mail import EmailMessage, EmailMultiAlternatives
from django.db import connection
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign.letters.models import Text, Translation
from campaign.letters.texts import current_text, published_texts, translation_for
from campaign.mail.composing import compose, list_headers
from campaign.mail.outbox import Outbox
from campaign.templatetags.locale_format import day as day_in_words
from signatures.models import PressFollower, PressMail, PressMessage
from signatures.notifications import press_followers
from signatures.press import corrections, milestones
from signatures.press import standing as standings

# What could not be owed for longer is owed no more.
OWED_FOR = timedelta(days=3)
# After midnight, until what the sequencer was writing is there to be read.
SETTLING = timedelta(minutes=10)
# As long as a day could be owed again, and some more.
DAYS_FOR = timedelta(days=30)

_COLUMNS = "follower_id, message, snapshot_id, day, due_at, created_at"
_OWE_MILESTONES = f"""
    INSERT INTO signatures_pressmail ({_COLUMNS})
    SELECT follower.id, 'press_milestone', snapshot.id, NULL, %s, %s
    FROM signatures_snapshot AS snapshot
    JOIN signatures_checkpoint AS checkpoint ON checkpoint.id = snapshot.checkpoint_id
    JOIN signatures_pressfollower AS follower ON follower.letter_id = snapshot.letter_id
    WHERE snapshot.cause <> 'by_hand' AND checkpoint.as_of > %s
      AND checkpoint.as_of >= follower.confirmed_at
    ON CONFLICT DO NOTHING
"""  # noqa: S608
_OWE_DAY = f"""
    INSERT INTO signatures_pressmail ({_COLUMNS})
    SELECT follower.id, 'press_corrections', NULL, %s, %s, %s
    FROM signatures_pressfollower AS follower
    WHERE follower.confirmed_at < %s AND EXISTS (
        SELECT 1 FROM signatures_correction AS correction
        WHERE correction.letter_id = follower.letter_id
          AND correction.at >= %s AND correction.at < %s
          AND correction.at >= follower.confirmed_at
    )
    ON CONFLICT DO NOTHING
"""  # noqa: S608


class PressMails(Outbox[PressMail]):
    model = PressMail
    owed = "settled_at IS NULL"
    urgency = ("message",)

    def rows(self) -> QuerySet[PressMail]:
        return PressMail.objects.select_related("follower__letter", "snapshot__checkpoint").defer(
            "snapshot__breakdown"
        )

    def build(self, row: PressMail) -> Sequence[EmailMessage]:
        # They may have stopped while others of the batch were sent.
        return [compose_mail(row)] if self.held([row]).exists() else []

    def settle(
        self, rows: QuerySet[PressMail], row: PressMail, *, is_sent: bool, reply: str
    ) -> None:
        if row.message == PressMessage.CONFIRM:
            rows.delete()
        else:
            rows.update(settled_at=timezone.now(), leased_until=None, reply=reply)

    def refused_for_good(self, row: PressMail, *, reply: str, at: datetime) -> None:
        press_followers.stop(follower=row.follower)

    def owed_since(self, row: PressMail) -> datetime:
        return row.created_at


outbox = PressMails()


def owe(*, now: datetime) -> int:
    """What happened since each confirmed, each once, however often and in how many places this
    runs; how many mails are owed. Corrections once a day, when the day is over."""
    owed = _execute(_OWE_MILESTONES, now, now, now - OWED_FOR)
    for over in _days_over(now=now):
        start, end = _bounds(over)
        owed += _execute(_OWE_DAY, over, now, now, end, start, end)
    return owed


def send_until_done(*, batches: int) -> None:
    outbox.send_until_done(batches=batches)


def forget_days() -> int:
    old = PressMail.objects.filter(message=PressMessage.CORRECTIONS)
    return old.filter(created_at__lt=timezone.now() - DAYS_FOR).delete()[0]


def _days_over(*, now: datetime) -> Iterator[date]:
    today = (now - SETTLING).astimezone(UTC).date()
    for back in range(1, OWED_FOR.days + 1):
        yield today - timedelta(days=back)


def _bounds(day: date) -> tuple[datetime, datetime]:
    start = datetime.combine(day, clock.min, tzinfo=UTC)
    return start, start + timedelta(days=1)


def _execute(statement: str, *params: date) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            statement,
            [
                connection.ops.adapt_datetimefield_value(each)
                if isinstance(each, datetime)
                else connection.ops.adapt_datefield_value(each)
                for each in params
            ],
        )
        return int(cursor.rowcount)


def compose_mail(row: PressMail) -> EmailMultiAlternatives:
    follower = row.follower
    letter, slug = follower.letter, follower.letter.slug
    with translation.override(follower.language):
        link = settings.SITE_URL + reverse(
            "press_follow_link", args=[press_followers.token_for(follower)]
        )
        message = compose(
            template=f"signatures/email/{row.message}",
            context={
                "letter": letter,
                "letter_url": settings.SITE_URL + reverse("letter", args=[slug]),
                "link": link,
                **_about(row),
            },
            why=_(
                "You get this e-mail because somebody asked with this address for milestones and "
                "corrections of an open letter at %(host)s."
            )
            % {"host": settings.SITE_HOST},
            to=follower.email,
            message_id=f"{row.message}-{row.pk}-{row.created_at:%Y%m%d%H%M%S%f}",
        )
    if row.message != PressMessage.CONFIRM:
        message.extra_headers |= list_headers(leave_link=link, list_id=f"{slug}.press")
    return message


def _about(row: PressMail) -> dict[str, object]:
    follower, slug = row.follower, row.follower.letter.slug
    match row.message:
        case PressMessage.MILESTONE if row.snapshot is not None:
            published = list(published_texts(letter=follower.letter))
            [(snapshot, standing)] = standings.at_snapshots(
                letter=follower.letter, published=published, snapshots=[row.snapshot]
            )
            return {
                # What was signed then, whatever the letter says by now.
                "translation": _translation(follower, standing.text),
                "reached": milestones.in_words(snapshot, standing),
                "as_of": row.snapshot.checkpoint.as_of,
                "url": settings.SITE_URL + reverse("snapshot", args=[slug, row.snapshot.number]),
            }
        case PressMessage.CORRECTIONS if row.day is not None:
            return _corrections(follower, row.day)
    return {"translation": _translation(follower, current_text(letter=follower.letter))}


def _translation(follower: PressFollower, text: Text | None) -> Translation | None:
    return translation_for(text=text, language=follower.language) if text else None


def _corrections(follower: PressFollower, day: date) -> dict[str, object]:
    start, end = _bounds(day)
    since = max(start, follower.confirmed_at or start)
    return {
        "translation": _translation(follower, current_text(letter=follower.letter)),
        "lines": corrections.digest(letter=follower.letter, since=since, until=end),
        "day": day_in_words(start),
        "url": settings.SITE_URL + reverse("corrections", args=[follower.letter.slug]),
    }
