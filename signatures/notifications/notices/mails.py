"""Sending the e-mails that notices owe. Whether the organizer is still to be told is asked again
when one is built: they may have left the team, or switched the kind off, since it was owed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from campaign import languages
from campaign.letters.models import Letter, Translation
from campaign.letters.texts import letters_with_titles
from campaign.mail.composing import compose
from campaign.mail.outbox import Outbox
from signatures.models import Happening, Notice, NoticeKind
from signatures.notifications.notices import choices, digest, wording


@dataclass(frozen=True, slots=True)
class LetterDay:
    """What a digest says of one letter."""

    title: str
    link: str
    rows: Sequence[tuple[str, str]]


class NoticeMails(Outbox[Notice]):
    model = Notice
    owed = "settled_at IS NULL"
    # Nobody wants to hear later that many are signing just now.
    give_up_after = timedelta(days=2)

    def rows(self) -> QuerySet[Notice]:
        return Notice.objects.select_related("organizer", "happening__letter__team")

    def build(self, row: Notice) -> Sequence[EmailMultiAlternatives]:
        message = _of_happening(row, row.happening) if row.happening else _of_day(row)
        return [message] if message else []

    def settle(self, rows: QuerySet[Notice], row: Notice, *, is_sent: bool, reply: str) -> None:
        rows.update(settled_at=timezone.now(), leased_until=None, reply=reply)

    def owed_since(self, row: Notice) -> datetime:
        return row.created_at


outbox = NoticeMails()


def send_until_done(*, batches: int) -> None:
    outbox.send_until_done(batches=batches)


def _of_happening(row: Notice, happening: Happening) -> EmailMultiAlternatives | None:
    letter = happening.letter
    told = choices.told(kind=NoticeKind(happening.kind), team=letter.team if letter else None)
    if not told.filter(organizer=row.organizer).exists():
        return None
    title = _title(letter) if letter else None
    with translation.override(_language(row, title)):
        words = wording.words_of(happening)
        context = {
            "headline": words.headline,
            "sentences": words.sentences,
            "link": settings.SITE_URL + words.path,
            "button": words.button,
            "title": (title.title if title else letter.slug) if letter else "",
        }
        return _compose(row, "organizer_notice", context)


def _of_day(row: Notice) -> EmailMultiAlternatives | None:
    told = choices.told(kind=NoticeKind.DIGEST).filter(organizer=row.organizer)
    roles = dict(told.values_list("team", "role"))
    letters = Letter.objects.filter(pk__in=map(int, row.figures), team__in=roles)
    with translation.override(_language(row, None)):
        days = []
        for letter, title in letters_with_titles(letters.order_by("pk")):
            figures = digest.visible(row.figures[str(letter.pk)], role=roles[letter.team_id])
            if rows := wording.digest_rows(figures):
                link = settings.SITE_URL + reverse("desk_letter", args=[letter.slug])
                days.append(LetterDay(title.title if title else letter.slug, link, rows))
        if not days or row.day is None:
            return None
        day = datetime.combine(row.day, time(), UTC)
        return _compose(row, "organizer_digest", {"day": day, "letters": days})


def _compose(row: Notice, template: str, context: Mapping[str, object]) -> EmailMultiAlternatives:
    return compose(
        template=f"signatures/email/{template}",
        context={**context, "settings_link": settings.SITE_URL + reverse("desk_notices")},
        why=_("You get this e-mail because you are in a team at %(host)s and chose to be told.")
        % {"host": settings.SITE_HOST},
        to=row.organizer.email,
        message_id=f"notice-{row.pk}",
    )


def _title(letter: Letter) -> Translation | None:
    [(_letter, title)] = letters_with_titles(Letter.objects.filter(pk=letter.pk))
    return title


def _language(row: Notice, title: Translation | None) -> str:
    chosen = choices.times(organizer=row.organizer).language
    return languages.interface_for(chosen or (title.language if title else settings.LANGUAGE_CODE))
