"""What every page about letters rests on."""

from contextlib import AbstractContextManager
from dataclasses import dataclass

from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from campaign.letters.models import Letter, LetterState, Text, Translation
from campaign.letters.texts import (
    draft_text,
    named_in,
    published_texts,
)
from campaign.organizers import audit
from campaign.organizers.access import (
    owned_by_teams_briefing,
    owned_by_teams_curating,
    owned_by_teams_of,
    owned_by_teams_vetting,
    owned_by_teams_writing,
    teams_inviting,
)
from campaign.organizers.views.desk import DeskRequest, desk_page, desk_view
from campaign.pages import PageContext

__all__ = [
    "AboutLetter",
    "DeskRequest",
    "about",
    "desk_page",
    "desk_view",
    "letter_to_brief",
    "letter_to_change",
    "letter_to_curate",
    "letter_to_run",
    "letter_to_see",
    "letter_to_vet",
    "may_brief",
    "may_change",
    "may_run",
    "may_vet",
    "named_here",
    "recorded",
    "standing",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutLetter(PageContext):
    """The letter that a page is about, and what it goes by: nothing until a text is begun."""

    letter: Letter
    translation: Translation | None


def named_here(*texts: Text | None) -> Translation | None:
    """What the letter is called in the language of the page, or else what it goes by."""
    return named_in(get_language() or "", *texts)


def about(letter: Letter) -> AboutLetter:
    """By the text that stands, or else by its draft; in the language of the page if it can be."""
    published = published_texts(letter=letter)[:1]
    named = named_here(*published, draft_text(letter=letter))
    return AboutLetter(letter=letter, translation=named)


def letter_to_see(request: DeskRequest, slug: str) -> Letter:
    return get_object_or_404(Letter, owned_by_teams_of(organizer=request.user), slug=slug)


def letter_to_change(request: DeskRequest, slug: str) -> Letter:
    return get_object_or_404(Letter, owned_by_teams_writing(organizer=request.user), slug=slug)


def may_change(request: DeskRequest, letter: Letter) -> bool:
    mine = Letter.objects.filter(owned_by_teams_writing(organizer=request.user), pk=letter.pk)
    return mine.exists()


def letter_to_brief(request: DeskRequest, slug: str) -> Letter:
    return get_object_or_404(Letter, owned_by_teams_briefing(organizer=request.user), slug=slug)


def may_brief(request: DeskRequest, letter: Letter) -> bool:
    mine = Letter.objects.filter(owned_by_teams_briefing(organizer=request.user), pk=letter.pk)
    return mine.exists()


def letter_to_run(request: DeskRequest, slug: str) -> Letter:
    """For those alone who look after the team: its owners."""
    mine = Letter.objects.filter(team__in=teams_inviting(organizer=request.user))
    return get_object_or_404(mine.select_related("team"), slug=slug)


def may_run(request: DeskRequest, letter: Letter) -> bool:
    return teams_inviting(organizer=request.user).filter(pk=letter.team_id).exists()


def letter_to_vet(request: DeskRequest, slug: str) -> Letter:
    vetted = Letter.objects.filter(owned_by_teams_vetting(organizer=request.user))
    return get_object_or_404(vetted.select_related("team"), slug=slug)


def may_vet(request: DeskRequest, letter: Letter) -> bool:
    mine = Letter.objects.filter(owned_by_teams_vetting(organizer=request.user), pk=letter.pk)
    return mine.exists()


def letter_to_curate(request: DeskRequest, slug: str) -> Letter:
    curated = Letter.objects.filter(owned_by_teams_curating(organizer=request.user))
    return get_object_or_404(curated.select_related("team"), slug=slug)


def recorded(
    request: DeskRequest, letter: Letter, action: str, *, detail: str = ""
) -> AbstractContextManager[None]:
    """Around what is done to a letter: the audit trail tells of it, or neither happens."""
    return audit.recorded(
        team=letter.team,
        organizer=request.user,
        action=action,
        subject=f"letter {letter.slug}",
        detail=detail,
    )


def standing(letter: Letter) -> dict[str, str]:
    """How the letter stands now: a name for the style sheet, and words."""
    now = timezone.now()
    if letter.state == LetterState.DRAFT:
        return {"name": "draft", "words": _("Draft")}
    if letter.taken_down_at:
        return {"name": "wrong", "words": _("Taken down")}
    if letter.is_under_embargo:
        return {"name": "waiting", "words": _("Under embargo")}
    if letter.opens_later(now=now):
        return {"name": "waiting", "words": _("Opens later")}
    if letter.is_paused:
        return {"name": "waiting", "words": _("Paused")}
    if letter.is_open(now=now):
        return {"name": "open", "words": _("Open")}
    return {"name": "closed", "words": _("Closed")}
