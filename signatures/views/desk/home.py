"""The letters of an organizer's teams: how each stands, what waits there, what it comes to next."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language

from campaign.letters.models import Letter, Translation
from campaign.letters.texts import current_texts, letters_with_titles
from campaign.letters.views.desk import DeskRequest, desk_page, desk_view, standing
from campaign.organizers.access import owned_by_teams_of, teams_writing
from campaign.organizers.models import Membership, Role
from campaign.pages import PageContext
from signatures.notifications.progress import Progress, of_letters
from signatures.overview import waiting, words
from signatures.overview.milestones import Milestone, ahead
from signatures.press import standing as counting
from signatures.press.standing import Standing
from signatures.record import tally


@dataclass(frozen=True, slots=True)
class Waits:
    words: str
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LetterRow:
    letter: Letter
    translation: Translation | None
    standing: Mapping[str, str]
    # None before it is published.
    signed: Standing | None
    last_hour: int
    last_day: int
    progress: Progress
    # What this organizer can do something about.
    for_me: Sequence[Waits]
    milestones: Sequence[Milestone]


@dataclass(frozen=True, slots=True, kw_only=True)
class HomeContext(PageContext):
    rows: Sequence[LetterRow]
    # Those that were put away, or else all others.
    is_archive: bool
    archived: int
    several_teams: bool
    may_begin: bool


@desk_view("GET", "HEAD")
def home(request: DeskRequest) -> HttpResponse:
    mine = Letter.objects.filter(owned_by_teams_of(organizer=request.user)).select_related("team")
    is_archive = "archived" in request.GET
    shown = mine.filter(archived_at__isnull=not is_archive)
    newest = shown.order_by("-created_at", "-pk")
    found = list(letters_with_titles(newest, language=get_language() or ""))
    context = HomeContext(
        rows=_rows(request, found, now=timezone.now()),
        is_archive=is_archive,
        archived=mine.filter(archived_at__isnull=False).count(),
        several_teams=len({letter.team_id for letter, _translation in found}) > 1,
        may_begin=teams_writing(organizer=request.user).exists(),
    )
    return desk_page(request, "signatures/desk/home.html", context)


def _rows(
    request: DeskRequest, found: Sequence[tuple[Letter, Translation | None]], *, now: datetime
) -> Sequence[LetterRow]:
    """In as many queries for one as for any number."""
    letters = [letter for letter, _translation in found]
    signed = counting.of_several(texts=current_texts(letters=letters), letters=letters)
    moments = [now - timedelta(days=1), now - timedelta(hours=1), now]
    signings = tally.signings_at(letters=letters, moments=moments)
    progress = of_letters(letters)
    keys = [letter.pk for letter in letters]
    waits = waiting.of_letters(letter_ids=keys, organizer=request.user)
    memberships = Membership.objects.filter(organizer=request.user)
    roles = dict(memberships.values_list("team", "role"))
    rows = []
    for letter, translation in found:
        day, hour, until = signings[letter.pk]
        counted = signed.get(letter.pk)
        total = counted.everybody if counted else None
        rows.append(
            LetterRow(
                letter=letter,
                translation=translation,
                standing=standing(letter),
                signed=counted,
                last_hour=until - hour,
                last_day=until - day,
                progress=progress[letter.pk],
                for_me=_waits(letter, Role(roles[letter.team_id]), waits[letter.pk]),
                milestones=ahead(letter=letter, now=now, total=total),
            )
        )
    return rows


def _waits(letter: Letter, role: Role, waits: waiting.Waiting) -> Sequence[Waits]:
    return [
        Waits(words.short(kind, count), reverse(words.PAGES[kind], args=[letter.slug]))
        for kind, count in waits.items()
        if count and role in kind.roles
    ]
