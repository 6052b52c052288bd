"""What the desk's pages about updates show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cached_property
from typing import TypedDict

from django.forms import BoundField
from django.utils import timezone
from django.utils.safestring import SafeString
from django.utils.translation import get_language

from campaign import languages
from campaign.letters import markdown, publishing, updates
from campaign.letters.difference import Piece
from campaign.letters.models import Letter, Update, UpdateState, UpdateWords
from campaign.letters.views.desk import AboutLetter, DeskRequest, about, may_change
from campaign.letters.views.preview import PreviewedText, rendered
from campaign.mail import warm_up
from campaign.organizers import seconding
from campaign.organizers.models import Organizer
from campaign.pages import PageContext
from campaign.templatetags.locale_format import language_name
from signatures.forms.desk.updates import Group, UpdateForm, audience_in_words
from signatures.models import Signature
from signatures.notifications import audience as choosing
from signatures.notifications import releasing, update_holds
from signatures.notifications.update_mail import UpdateMail
from signatures.notifications.update_progress import progress

# As in the bar's viewBox.
_BAR_WIDTH = 1000
# In the order in which the bar shows them.
_IN_BAR = ("sent", "unknown", "failed", "suppressed", "cancelled")
_CHIPS = {
    UpdateState.DRAFT: "draft",
    UpdateState.PROPOSED: "waiting",
    UpdateState.SCHEDULED: "waiting",
    UpdateState.HELD: "wrong",
    UpdateState.SENDING: "open",
    UpdateState.PAUSED: "wrong",
    UpdateState.SENT: "open",
    UpdateState.CANCELLED: "closed",
}


@dataclass(frozen=True, slots=True)
class Segment:
    name: str
    start: int
    width: int


@dataclass(frozen=True)
class Bar:
    """How far an update has come: `counts` as `update_progress` gives them."""

    counts: Mapping[str, int]

    @property
    def is_moving(self) -> bool:
        return bool(self.counts["waiting"] or self.counts["claimed"])

    @property
    def settled(self) -> int:
        return sum(self.counts[name] for name in _IN_BAR)

    @property
    def done(self) -> int:
        """Of those that are settled, all that were tried."""
        return self.settled - self.counts["cancelled"]

    @property
    def left(self) -> int:
        return self.counts["waiting"] + self.counts["claimed"]

    @cached_property
    def segments(self) -> Sequence[Segment]:
        total = max(1, self.counts["total"])
        found, start = [], 0
        for name in _IN_BAR:
            end = start + self.counts[name]
            first, last = (min(each * _BAR_WIDTH // total, _BAR_WIDTH) for each in (start, end))
            found.append(Segment(name, first, last - first))
            start = end
        return found


@dataclass(frozen=True, slots=True)
class Titled:
    """An update as a list or a heading calls it."""

    update: Update
    words: UpdateWords
    bar: Bar

    @property
    def chip(self) -> str:
        return _CHIPS[UpdateState(self.update.state)]


@dataclass(frozen=True, slots=True)
class Written:
    """One language of the form, and what was typed as it will be read."""

    language: str
    name: str
    direction: str
    subject: BoundField
    body: BoundField
    preview: PreviewedText


@dataclass(frozen=True, slots=True)
class Mail:
    """What everybody gets who signed in a language: the words as HTML, and what stands around."""

    words: UpdateWords
    name: str
    before: str
    body: SafeString
    after: str
    links: Sequence[markdown.Link]


@dataclass(frozen=True, slots=True)
class Missing:
    """Names of the languages without words of their own, and of the one that is sent instead."""

    languages: Sequence[str]
    instead: str


@dataclass(frozen=True, slots=True)
class Second:
    """Another writer of the team, and from when they count as one of two, if later."""

    organizer: Organizer
    since: datetime | None


class Difference(TypedDict):
    """In one language, what another organizer saved against what was typed here."""

    language: str
    pieces: Sequence[Sequence[Piece]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Recipients:
    """Who would get an update that is not on its way yet."""

    count: int
    # By the name of the language that they signed in, the most first.
    languages: Sequence[tuple[str, int]]
    examples: Sequence[Signature]
    needs_second: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class EditorContext(PageContext):
    """The form, where there is one."""

    form: UpdateForm | None = None
    written: Sequence[Written] = ()
    groups: Sequence[Group] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateContext(PageContext):
    about: AboutLetter
    editor: EditorContext
    titled: Titled
    update: Update
    may_change: bool
    is_editable: bool
    is_begun: bool
    is_own: bool
    is_due: bool
    chosen: Sequence[tuple[str, str]]
    mails: Sequence[Mail]
    missing: Missing
    recipients: Recipients | None
    limit: int
    others: Sequence[Second]
    # From when on who reads this is one of two, if not yet.
    counts_from: datetime | None
    # Of those who released and approved it, who may not write any more.
    gone: Sequence[Organizer]
    # On which later day the last mail goes, while a new domain sends a little more each day.
    done_on: datetime | None
    # What was typed while it went out, or while another organizer saved.
    is_frozen: bool = False
    differences: Sequence[Difference] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmContext(PageContext):
    """The question before an update is released or approved; `seen` is what was read of it."""

    about: AboutLetter
    titled: Titled
    update: Update
    is_begun: bool
    is_due: bool
    chosen: Sequence[tuple[str, str]]
    missing: Missing
    recipients: Recipients
    done_on: datetime | None
    seen: str


def is_due(update: Update, *, now: datetime) -> bool:
    """Whether it goes out as soon as it may."""
    return update.send_at is None or update.send_at <= now


def confirm_context(update: Update, *, seen: str) -> ConfirmContext:
    letter, now = update.letter, timezone.now()
    chosen = choosing.audience_of(update)
    spoken = spoken_in(letter=letter, update=update)
    recipients = _recipients(update, chosen, now=now)
    return ConfirmContext(
        about=about(letter),
        titled=titled(update, counts=progress(update=update), spoken=spoken),
        update=update,
        is_begun=False,
        is_due=is_due(update, now=now),
        chosen=audience_in_words(chosen),
        missing=_missing(spoken, update),
        recipients=recipients,
        done_on=_done_on(update, recipients.count, now=now),
        seen=seen,
    )


def spoken_in(*, letter: Letter, update: Update | None = None) -> list[str]:
    """The languages to write in: those of the letter, and any in which there are words already."""
    spoken = list(updates.languages_of(letter=letter))
    written = updates.words_of(update=update) if update else {}
    return [*spoken, *sorted(code for code in written if code not in spoken)]


def written_in(form: UpdateForm) -> list[Written]:
    found = []
    for language in form.spoken:
        direction = languages.direction(language)
        body = form[f"body_{language}"]
        found.append(
            Written(
                language=language,
                name=language_name(language),
                direction=direction,
                subject=form[f"subject_{language}"],
                body=body,
                preview=rendered(str(body.value() or ""), direction=direction),
            )
        )
    return found


def editor_context(letter: Letter, form: UpdateForm) -> EditorContext:
    form.offer(choosing.occurring(letter_id=letter.pk))
    return EditorContext(form=form, written=written_in(form), groups=form.groups())


def titled(update: Update, *, counts: Mapping[str, int], spoken: Sequence[str]) -> Titled:
    """By its words in the language of the page, or else in the first of these languages that has
    any, from `update.words`."""
    words = {each.language: each for each in update.words.all()}
    found = updates.words_for(
        words=words, language=get_language() or "", authoritative=next(iter(spoken), "")
    )
    return Titled(update, found, Bar(counts))


def update_context(
    request: DeskRequest,
    update: Update,
    *,
    form: UpdateForm | None = None,
    is_frozen: bool = False,
    differences: Sequence[Difference] = (),
) -> UpdateContext:
    """All of the page of one update; `form` where it can still be changed."""
    letter, now = update.letter, timezone.now()
    is_editable = update.state in UpdateState.editable()
    is_begun = update.state in UpdateState.begun()
    chosen = choosing.audience_of(update)
    spoken = spoken_in(letter=letter, update=update)
    mails = _mails(update, spoken=spoken)
    recipients = None if is_begun else _recipients(update, chosen, now=now)
    named = titled(update, counts=progress(update=update), spoken=spoken)
    return UpdateContext(
        about=about(letter),
        editor=editor_context(letter, form) if form else EditorContext(),
        titled=named,
        update=update,
        may_change=may_change(request, letter),
        is_editable=is_editable,
        is_begun=is_begun,
        is_own=update.released_by_id == request.user.pk,
        is_due=is_due(update, now=now),
        chosen=audience_in_words(chosen),
        mails=mails,
        missing=_missing(spoken, update),
        recipients=recipients,
        limit=releasing.MAX_RECIPIENTS_ALONE,
        others=_seconds(request, letter, now=now) if is_editable else (),
        counts_from=_counts_from(request, letter, now=now) if is_editable else None,
        gone=update_holds.gone(update=update) if update.released_by_id and not is_begun else (),
        done_on=_done_on(update, recipients.count if recipients else named.bar.left, now=now),
        is_frozen=is_frozen,
        differences=differences,
    )


def _mails(update: Update, *, spoken: Sequence[str]) -> list[Mail]:
    """The very mail in each of these languages that there are words in."""
    found = []
    by_language = updates.words_of(update=update)
    for language in (code for code in spoken if code in by_language):
        words = by_language[language]
        mail = UpdateMail(update=update, language=language)
        before, after = mail.around_words()
        reading = markdown.read(words.body, direction=words.direction)
        found.append(
            Mail(
                words=words,
                name=language_name(language),
                before=before,
                body=reading.html,
                after=after,
                links=reading.hidden_links,
            )
        )
    return found


def _recipients(update: Update, chosen: choosing.Audience, *, now: datetime) -> Recipients:
    count = choosing.count(letter_id=update.letter_id, audience=chosen)
    return Recipients(
        count=count,
        languages=[
            (language_name(code), rows)
            for code, rows in choosing.by_language(
                letter_id=update.letter_id, audience=chosen
            ).most_common()
        ],
        examples=choosing.examples(letter_id=update.letter_id, audience=chosen),
        needs_second=releasing.needs_second(update=update, recipients=count, now=now),
    )


def _missing(spoken: Sequence[str], update: Update) -> Missing:
    words = updates.words_of(update=update)
    instead = updates.words_for(words=words, language="", authoritative=spoken[0])
    missing = [language_name(code) for code in spoken if code not in words]
    return Missing(missing, language_name(instead.language))


def _counts_from(request: DeskRequest, letter: Letter, *, now: datetime) -> datetime | None:
    later = seconding.refusal(
        [request.user], team_id=letter.team_id, public_since=letter.published_at, now=now
    )
    return later.since if later else None


def _done_on(update: Update, mails: int, *, now: datetime) -> datetime | None:
    begins = max(update.send_at or now, now)
    last = warm_up.done_on(mails=mails, now=begins)
    return datetime.combine(last, time(12), tzinfo=UTC) if last > begins.date() else None


def _seconds(request: DeskRequest, letter: Letter, *, now: datetime) -> list[Second]:
    return [
        Second(each, since if since > now else None)
        for each, since in publishing.may_second(letter=letter)
        if each != request.user
    ]
