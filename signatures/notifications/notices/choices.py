"""Who is told of what: each member of a team chooses, and a role limits what there is to choose."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from campaign.organizers.models import Membership, Organizer, Role, Team
from signatures.models import NoticeKind, NoticeSettings, NoticeSwitch

_ON_BY_DEFAULT = frozenset(NoticeKind) - {NoticeKind.DIGEST}
# Of what only those hear who may see private data of signers.
_FOR_VETTING = frozenset((NoticeKind.VETTING, NoticeKind.REPORT))


@dataclass(frozen=True, slots=True)
class Times:
    hour: int
    time_zone: str
    # Empty: that of the letter.
    language: str


def kinds_for(role: str) -> list[NoticeKind]:
    return [kind for kind in NoticeKind if role in Role.vetting() or kind not in _FOR_VETTING]


def told(*, kind: NoticeKind, team: Team | None = None) -> QuerySet[Membership]:
    """The memberships, of this team or of all, whose organizer is told of this now."""
    switches = NoticeSwitch.objects.filter(membership=OuterRef("pk"), kind=kind)
    is_on = kind in _ON_BY_DEFAULT
    chose_otherwise = Exists(switches.filter(is_on=not is_on))
    found = Membership.objects.filter(
        ~chose_otherwise if is_on else chose_otherwise, organizer__is_active=True
    )
    if kind in _FOR_VETTING:
        found = found.filter(role__in=Role.vetting())
    return found.filter(team=team) if team else found


def chosen(*, membership: Membership) -> list[NoticeKind]:
    switches = dict(NoticeSwitch.objects.filter(membership=membership).values_list("kind", "is_on"))
    return [
        kind for kind in kinds_for(membership.role) if switches.get(kind, kind in _ON_BY_DEFAULT)
    ]


def times(*, organizer: Organizer) -> Times:
    found = NoticeSettings.objects.filter(organizer=organizer).first()
    found = found or NoticeSettings(organizer=organizer)
    return Times(found.hour, found.time_zone, found.language)


def choose(
    *,
    organizer: Organizer,
    times: Times,
    kinds: Mapping[Membership, Collection[str]],
) -> None:
    """Of each membership, all that its role may be told: what is not among `kinds` is off. One that
    has ended meanwhile is passed by."""
    wanted_in = {membership.pk: wanted for membership, wanted in kinds.items()}
    with transaction.atomic():
        # Locked, so that none ends before its switches are written.
        mine = Membership.objects.select_for_update().filter(organizer=organizer, pk__in=wanted_in)
        switches = [
            NoticeSwitch(membership=membership, kind=kind, is_on=kind in wanted_in[membership.pk])
            for membership in mine.order_by("pk")
            for kind in kinds_for(membership.role)
        ]
        NoticeSettings.objects.update_or_create(
            organizer=organizer,
            defaults={
                "hour": times.hour,
                "time_zone": times.time_zone,
                "language": times.language,
            },
        )
        NoticeSwitch.objects.bulk_create(
            switches,
            update_conflicts=True,
            unique_fields=["membership", "kind"],
            update_fields=["is_on"],
        )
