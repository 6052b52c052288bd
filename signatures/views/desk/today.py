"""A letter at the desk as it stands: what waits for whom, its figures, what happened just now."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone

from campaign.letters.models import Letter, LetterState, Update, UpdateState
from campaign.letters.texts import current_text
from campaign.letters.views.desk import (
    AboutLetter,
    DeskRequest,
    about,
    desk_page,
    desk_view,
    letter_to_see,
    standing,
)
from campaign.organizers.models import AuditEntry, Membership, Role
from campaign.organizers.views.audit import in_words
from signatures.moderation import bursts
from signatures.moderation.bursts import Finding
from signatures.notifications.progress import Progress, of_letters
from signatures.notifications.update_progress import progress
from signatures.overview import happenings, hours, waiting, words
from signatures.overview.happenings import Happening
from signatures.overview.hours import Hours
from signatures.overview.milestones import Milestone, ahead
from signatures.press import standing as counting
from signatures.press.standing import Standing
from signatures.record import tally
from signatures.views.desk.update_context import Titled, spoken_in, titled

# In so short a time an attack is told while it goes on.
_BURST_WITHIN = timedelta(minutes=15)
_UNDER_WAY = (UpdateState.SENDING, UpdateState.PAUSED)


@dataclass(frozen=True, slots=True)
class Waits:
    """One sentence, how long it is so, and where something is done about it."""

    sentence: str
    since: datetime | None
    url: str
    link: str


@dataclass(frozen=True, slots=True)
class Told:
    """What happened, and the words for a deed of an organizer."""

    happening: Happening
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    signed: Standing | None
    last_hour: int
    last_day: int
    progress: Progress
    # Of all signings, those that do not count any more.
    gone: int
    # Of those that count, above the level of a confirmed address.
    showed: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TodayContext(AboutLetter):
    standing: dict[str, str]
    now: datetime
    is_draft: bool
    is_closed: bool
    may_change: bool
    may_vet: bool
    for_me: Sequence[Waits]
    bursts: Sequence[Finding]
    # Sentences.
    for_others: Sequence[str]
    figures: Figures | None
    hours: Hours | None
    milestones: Sequence[Milestone]
    told: Sequence[Told]
    entries: Sequence[AuditEntry]
    under_way: Sequence[Titled]


@desk_view("GET", "HEAD")
def today(request: DeskRequest, slug: str) -> HttpResponse:
    letter, now = letter_to_see(request, slug), timezone.now()
    role = Role(Membership.objects.get(team=letter.team_id, organizer=request.user).role)
    named = about(letter)
    is_draft = letter.state == LetterState.DRAFT
    for_me, for_others = waiting.of_letter(letter=letter, organizer=request.user, role=role)
    told = happenings.latest(letter=letter, with_deeds=role in Role.inviting())
    figures = None if is_draft else _figures(letter, now)
    signed = figures.signed if figures else None
    context = TodayContext(
        letter=letter,
        translation=named.translation,
        standing=standing(letter),
        now=now,
        is_draft=is_draft,
        is_closed=letter.state == LetterState.CLOSED,
        may_change=role in Role.writing(),
        may_vet=role in Role.vetting(),
        for_me=[_waits(each, slug) for each in for_me],
        bursts=_bursts(letter, now) if role in Role.vetting() else (),
        for_others=[words.sentence(each.kind, each.count) for each in for_others],
        figures=figures,
        hours=None if is_draft else hours.of_letter(letter=letter, now=now),
        milestones=ahead(letter=letter, now=now, total=signed.everybody if signed else None),
        told=[Told(each, in_words(each.entry) if each.entry else "") for each in told],
        entries=[each.entry for each in told if each.entry],
        under_way=_under_way(letter),
    )
    return desk_page(request, "signatures/desk/today/today.html", context)


def _waits(wait: waiting.Wait, slug: str) -> Waits:
    return Waits(
        words.sentence(wait.kind, wait.count),
        wait.since,
        reverse(words.PAGES[wait.kind], args=[slug]),
        words.link_words(wait.kind),
    )


def _bursts(letter: Letter, now: datetime) -> Sequence[Finding]:
    """Those that are not held yet. Only the newest signatures are read, and none while fewer came
    than a burst has."""
    if not letter.is_open(now=now):
        return ()
    moments = [now - _BURST_WITHIN, now]
    before, after = tally.signings_at(letters=[letter], moments=moments)[letter.pk]
    if after - before < bursts.MIN_ALIKE:
        return ()
    found = bursts.lately(letter=letter, within=_BURST_WITHIN, now=now)
    return [each for each in found.findings if not each.is_held]


def _figures(letter: Letter, now: datetime) -> Figures:
    text = current_text(letter=letter)
    signed = counting.now(letter=letter, text=text) if text else None
    checkpoint = signed.checkpoint if signed else None
    moments = [now - timedelta(days=1), now - timedelta(hours=1), now]
    day, hour, until = tally.signings_at(letters=[letter], moments=moments)[letter.pk]
    counted = sum(checkpoint.levels.values()) if checkpoint else 0
    return Figures(
        signed=signed,
        last_hour=until - hour,
        last_day=until - day,
        progress=of_letters([letter])[letter.pk],
        gone=checkpoint.signings - counted if checkpoint else 0,
        showed=counted - checkpoint.level_1 if checkpoint else 0,
    )


def _under_way(letter: Letter) -> Sequence[Titled]:
    """Updates that are on their way, the newest first."""
    rows = Update.objects.filter(letter=letter, state__in=_UNDER_WAY).prefetch_related("words")
    found = list(rows.order_by("-number"))
    spoken = spoken_in(letter=letter) if found else ()
    return [titled(each, counts=progress(update=each), spoken=spoken) for each in found]
