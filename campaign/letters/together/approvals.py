"""Who of the team agrees to a draft, by name and word for word.

An approval is of one draft, so whatever is saved afterwards has none. It says that people agree,
and publishes nothing: who may do that, and whether it takes two, is decided in `publishing`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from campaign.letters import errors
from campaign.letters.models import Draft, DraftApproval, Letter, Text, Translation
from campaign.letters.texts import seal_of
from campaign.letters.together import keeping
from campaign.organizers import audit
from campaign.organizers.models import Membership, Organizer, Role


@dataclass(frozen=True, slots=True)
class Approved:
    by: Membership
    at: datetime


@dataclass(frozen=True, slots=True)
class Agreement:
    """Which members of the team, as it is now, approved a draft."""

    approved: Sequence[Approved]
    # Owners who have not.
    missing: Sequence[Organizer]

    @property
    def is_by_all_owners(self) -> bool:
        return not self.missing and any(each.by.role == Role.OWNER for each in self.approved)

    def has(self, organizer: Organizer) -> bool:
        return any(each.by.organizer_id == organizer.pk for each in self.approved)

    @property
    def owners(self) -> int:
        return sum(each.by.role == Role.OWNER for each in self.approved)


def approve(
    *, letter: Letter, organizer: Organizer, expected_seal: str, now: datetime
) -> tuple[Draft, Agreement]:
    """Agree to what stands now, which is what was read: ChangedMeanwhile, if it is another by now.

    Twice is once. Raises NothingToPublish if nothing is being written.
    """
    with transaction.atomic():
        text = _held(letter)
        if expected_seal != seal_of(Translation.objects.filter(text=text)):
            raise errors.ChangedMeanwhile(None)
        draft = keeping.keep(text=text, organizer=None)
        before = agreement_on(draft)
        if before.has(organizer):
            return draft, before
        # Of who left the team and came back, or got another role, it counts from now.
        DraftApproval.objects.update_or_create(
            draft=draft, organizer=organizer, defaults={"approved_at": now}
        )
        after = agreement_on(draft)
        _record(draft, organizer, "approve_draft")
        if after.is_by_all_owners and not before.is_by_all_owners:
            _record(draft, organizer, "owners_approved_draft")
    return draft, after


def take_back(*, draft: Draft, organizer: Organizer) -> None:
    """Agree no longer. Twice is fine."""
    with transaction.atomic():
        if DraftApproval.objects.filter(draft=draft, organizer=organizer).delete()[0]:
            _record(draft, organizer, "take_back_approval")


def agreement_on(draft: Draft) -> Agreement:
    return agreements(letter=draft.letter, drafts=[draft])[draft.pk]


def agreements(*, letter: Letter, drafts: Iterable[Draft]) -> dict[int, Agreement]:
    """By the id of the draft, the first who approved first: two queries for any number of them.

    Only who is of the team now counts, with an approval that is no older than their role: nobody
    agrees as an owner who was asked as a viewer.
    """
    found: dict[int, dict[int, datetime]] = {each.pk: {} for each in drafts}
    for approval in DraftApproval.objects.filter(draft__in=found).order_by("approved_at", "pk"):
        found[approval.draft_id][approval.organizer_id] = approval.approved_at
    team = Membership.objects.filter(team=letter.team_id, organizer__is_active=True)
    members = {each.organizer_id: each for each in team.select_related("organizer").order_by("pk")}
    return {draft: _agreement(approvals, members) for draft, approvals in found.items()}


def _agreement(approvals: dict[int, datetime], members: dict[int, Membership]) -> Agreement:
    approved = [
        Approved(members[organizer], at)
        for organizer, at in approvals.items()
        if organizer in members and members[organizer].role_since <= at
    ]
    agreed = {each.by.organizer_id for each in approved}
    owners = (each for each in members.values() if each.role == Role.OWNER)
    return Agreement(
        approved, [each.organizer for each in owners if each.organizer_id not in agreed]
    )


def _held(letter: Letter) -> Text:
    """Locked until the end, as whatever changes it does: the last two owners who approve at once
    see each other."""
    Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
    text = Text.objects.select_for_update().filter(letter=letter, published_at=None).first()
    if text is None:
        raise errors.NothingToPublish
    return text


def _record(draft: Draft, organizer: Organizer, action: str) -> None:
    audit.record(
        team=draft.letter.team,
        organizer=organizer,
        action=action,
        subject=f"letter {draft.letter.slug}",
        detail=f"draft {draft.number}, {draft.seal[:12]}",
    )
