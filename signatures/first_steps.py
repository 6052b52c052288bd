"""From the first log-in to a published letter: what is done, and what comes next.

Derived from what is there each time, and stored nowhere. It is guidance: publishing asks for
nothing but the text.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.urls import reverse
from django.utils.translation import gettext as _

from campaign.letters.models import Letter, PressKit
from campaign.letters.texts import draft_text, main_translation
from campaign.letters.together import approvals, keeping
from campaign.mail.doctor import results
from campaign.organizers.access import teams_inviting, vetters, writers
from campaign.organizers.models import Organizer, Team
from campaign.pages import PageContext
from signatures.models import Watched


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    words: str
    why: str
    # Nowhere, if somebody else in the team does it, or another step comes first.
    url: str
    # None of what cannot be told from what is there.
    is_done: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSteps(PageContext):
    steps: Sequence[Step]
    done: int
    # How many can be told.
    of: int


def of_letter(*, letter: Letter, organizer: Organizer, now: datetime) -> FirstSteps | None:
    """For those who may write it, until it is published."""
    is_writer = writers(team_id=letter.team_id).filter(organizer=organizer).exists()
    if letter.published_at or not is_writer:
        return None
    return _first_steps(
        _text(letter),
        _contact(letter),
        _watched(letter, organizer),
        _second(letter.team, organizer),
        _mail(now),
        _preview(letter),
        _agreement(letter),
        _publish(letter),
    )


def of_team(*, team: Team, organizer: Organizer, now: datetime) -> FirstSteps:
    """Before it has a letter."""
    return _first_steps(
        _text(None),
        _contact(None),
        _watched(None, organizer),
        _second(team, organizer),
        _mail(now),
        _preview(None),
        _agreement(None),
        _publish(None),
    )


def _first_steps(*steps: Step) -> FirstSteps:
    told = [each.is_done for each in steps if each.is_done is not None]
    return FirstSteps(steps=steps, done=sum(told), of=len(told))


def _text(letter: Letter | None) -> Step:
    url, is_done = reverse("desk_letter_new"), False
    if letter and (translation := main_translation(draft_text(letter=letter))):
        url = reverse("desk_translation", args=[letter.slug, translation.language])
        is_done = bool(translation.body)
    elif letter:
        url = reverse("desk_texts", args=[letter.slug])
    return Step(
        words=_("Write the text"),
        why=_("It stays a draft, which only the team sees, until you publish it."),
        url=url,
        is_done=is_done,
    )


def _contact(letter: Letter | None) -> Step:
    kits = PressKit.objects.filter(letter=letter) if letter else PressKit.objects.none()
    return Step(
        words=_("Name a contact"),
        why=_("An address or telephone number on the press page, where readers reach the team."),
        url=_of(letter, "desk_press"),
        is_done=kits.exclude(contact_email="", contact_phone="").exists(),
    )


def _watched(letter: Letter | None, organizer: Organizer) -> Step:
    is_vetter = letter and vetters(team_id=letter.team_id).filter(organizer=organizer).exists()
    return Step(
        words=_("List the names to watch"),
        why=_("Well-known people whom somebody could sign for. Such a name waits for you."),
        url=_of(letter, "desk_watched") if is_vetter else "",
        is_done=letter is not None and Watched.objects.filter(letter=letter).exists(),
    )


def _second(team: Team, organizer: Organizer) -> Step:
    may_invite = teams_inviting(organizer=organizer).filter(pk=team.pk).exists()
    return Step(
        words=_("Invite a second organizer"),
        why=_("Some decisions take two. Anyone who joins before you publish counts at once."),
        url=reverse("desk_team", args=[team.slug]) if may_invite else "",
        is_done=writers(team_id=team.pk).count() > 1,
    )


def _mail(now: datetime) -> Step:
    looked = results.latest(now=now).checked_at is not None
    return Step(
        words=_("See whether the site’s mail is believed"),
        why=_("Each signature is confirmed by e-mail. The mail doctor tells what is wrong."),
        url=reverse("desk_mail_doctor"),
        is_done=looked and results.worst(now=now) is None,
    )


def _preview(letter: Letter | None) -> Step:
    return Step(
        words=_("Look at it as readers will"),
        why=_("In each language, on a phone, too."),
        url=_of(letter, "desk_preview"),
        is_done=None,
    )


def _agreement(letter: Letter | None) -> Step:
    text = draft_text(letter=letter) if letter else None
    latest = keeping.latest_draft(text=text) if text else None
    return Step(
        words=_("Agree on the text"),
        why=_("Each owner approves the same draft by name. Publishing does not wait for it."),
        url=_of(letter, "desk_drafts"),
        is_done=latest is not None and approvals.agreement_on(latest).is_by_all_owners,
    )


def _publish(letter: Letter | None) -> Step:
    return Step(
        words=_("Publish"),
        why=_("From then on anyone can read and sign it, and this text stays as it is."),
        url=_of(letter, "desk_publish"),
        is_done=False,
    )


def _of(letter: Letter | None, view_name: str) -> str:
    return reverse(view_name, args=[letter.slug]) if letter else ""
