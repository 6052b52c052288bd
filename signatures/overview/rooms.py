"""The rooms of a letter's desk: what the navigation offers on each of its pages, from one list.

A room that somebody's role does not open, or that the letter has not come to, is not offered.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from campaign.letters.models import Letter, LetterState
from campaign.organizers.models import Membership, Organizer, Role
from signatures.overview import waiting
from signatures.overview.waiting import Kind


def _always(_letter: Letter) -> bool:
    return True


def _is_published(letter: Letter) -> bool:
    return letter.state != LetterState.DRAFT


def _is_public(letter: Letter) -> bool:
    return _is_published(letter) and not letter.is_under_embargo


def _is_not_closed(letter: Letter) -> bool:
    return letter.state != LetterState.CLOSED


def _may_be_embargoed(letter: Letter) -> bool:
    return not _is_published(letter) or letter.embargo_until is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """A page that the navigation leads to; the pages below its address are in the same room."""

    # Of the room's first page: its only argument is the letter's slug.
    url_name: str
    title: Promise
    roles: Collection[Role] = tuple(Role)
    when: Callable[[Letter], bool] = _always
    # What waits there, for the badge.
    kinds: Sequence[Kind] = ()
    # Names of pages that belong here and have their address elsewhere.
    further: Collection[str] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    title: Promise | str
    rooms: Sequence[Room]


_WRITING, _VETTING = Role.writing(), Role.vetting()
_CURATING, _BRIEFING = Role.curating(), Role.briefing()

GROUPS = (
    Group(title="", rooms=(Room(url_name="desk_letter", title=_("Today")),)),
    Group(
        title=_("The letter"),
        rooms=(
            Room(
                url_name="desk_texts",
                title=_("Texts"),
                kinds=(Kind.TEXTS,),
                further=("desk_preview", "desk_publish"),
            ),
            Room(
                url_name="desk_drafts",
                title=_("Drafts"),
            ),
            Room(
                url_name="desk_details",
                title=_("Times and checking"),
                roles=_WRITING,
                when=_is_not_closed,
            ),
            Room(url_name="desk_form", title=_("Signing form"), roles=_WRITING),
            Room(
                url_name="desk_look",
                title=_("Look"),
                roles=_WRITING,
                further=("desk_look_picture",),
            ),
            Room(
                url_name="desk_organisations",
                title=_("Organisations"),
                roles=_WRITING,
                when=_is_published,
            ),
            Room(
                url_name="desk_embargo",
                title=_("Embargo"),
                roles=_BRIEFING,
                when=_may_be_embargoed,
            ),
            Room(url_name="desk_press", title=_("Press page")),
        ),
    ),
    Group(
        title=_("People"),
        rooms=(
            Room(
                url_name="desk_vetting",
                title=_("To check"),
                roles=_VETTING,
                kinds=(Kind.HELD,),
            ),
            Room(
                url_name="desk_reports",
                title=_("Reports"),
                roles=_VETTING,
                when=_is_published,
                kinds=(Kind.REPORTS,),
            ),
            Room(
                url_name="desk_precautions",
                title=_("Bursts"),
                roles=_VETTING,
                when=_is_published,
            ),
            Room(url_name="desk_assembly", title=_("Assembly"), when=_is_published),
            Room(
                url_name="desk_bulk",
                title=_("Many at once"),
                roles=_VETTING,
                when=_is_published,
                kinds=(Kind.BULK_DEEDS,),
            ),
            Room(
                url_name="desk_signatures",
                title=_("Signatures"),
                roles=_CURATING,
                when=_is_published,
            ),
            Room(
                url_name="desk_notables",
                title=_("Named first"),
                roles=_CURATING,
                when=_is_published,
            ),
            Room(url_name="desk_invitations", title=_("First signatories"), roles=_WRITING),
            Room(
                url_name="desk_imports",
                title=_("Signed elsewhere"),
                roles=_WRITING,
                when=_is_published,
                kinds=(Kind.IMPORTS,),
            ),
            Room(url_name="desk_watched", title=_("Watched names"), roles=_VETTING),
            Room(url_name="desk_rosters", title=_("Rosters"), roles=_VETTING),
            Room(url_name="desk_audits", title=_("Audits by sample"), when=_is_published),
        ),
    ),
    Group(
        title=_("Word out"),
        rooms=(
            Room(
                url_name="desk_updates",
                title=_("Updates"),
                when=_is_published,
                kinds=(Kind.UPDATES,),
            ),
            Room(url_name="desk_numbers", title=_("Numbers"), when=_is_published),
            Room(
                url_name="desk_mail",
                title=_("Mail"),
                roles=_VETTING,
                when=_is_published,
                kinds=(Kind.REFUSED_MAIL,),
            ),
            Room(
                url_name="desk_snapshots",
                title=_("Snapshots"),
                roles=_BRIEFING,
                when=_is_published,
            ),
            Room(url_name="desk_deliver", title=_("Deliver"), roles=_WRITING, when=_is_public),
            Room(
                url_name="desk_exports",
                title=_("Private exports"),
                roles=Role.inviting(),
                when=_is_published,
            ),
        ),
    ),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """A room as the navigation of one page shows it."""

    title: Promise
    url: str
    # How many wait there.
    waiting: int = 0
    # What `aria-current` says: `page`, `true` for a page within, or nothing.
    current: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DoorGroup:
    title: Promise | str
    doors: Sequence[Door]


@dataclass(frozen=True, slots=True, kw_only=True)
class Navigation:
    groups: Sequence[DoorGroup] = field(default_factory=tuple)

    @property
    def waiting(self) -> int:
        """How many wait in all the rooms together."""
        return sum(door.waiting for group in self.groups for door in group.doors)


def navigation(*, slug: str, organizer: Organizer, path: str, url_name: str) -> Navigation | None:
    """For the page at `path`; None where the organizer has no part in the letter. Three
    queries, one of them for the badges."""
    member = Membership.objects.filter(organizer=organizer, team__letters__slug=slug).first()
    if member is None:
        return None
    letter, role = Letter.objects.get(slug=slug), Role(member.role)
    found = waiting.of_letters(letter_ids=[letter.pk], organizer=organizer)[letter.pk]
    waits = {kind: count for kind, count in found.items() if role in kind.roles}
    groups = []
    for group in GROUPS:
        open_rooms = [each for each in group.rooms if role in each.roles and each.when(letter)]
        doors = [_door(each, slug, path, url_name, waits) for each in open_rooms]
        if doors:
            groups.append(DoorGroup(title=group.title, doors=doors))
    return Navigation(groups=groups)


def _door(room: Room, slug: str, path: str, url_name: str, waits: waiting.Waiting) -> Door:
    url = reverse(room.url_name, args=[slug])
    return Door(
        title=room.title,
        url=url,
        waiting=sum(waits.get(kind, 0) for kind in room.kinds),
        current=_current(room, url, path, url_name),
    )


def _current(room: Room, url: str, path: str, url_name: str) -> str:
    if path == url:
        return "page"
    # Every page of the letter stands below its first one.
    is_within = path.startswith(url) and room.url_name != "desk_letter"
    return "true" if is_within or url_name in room.further else ""
