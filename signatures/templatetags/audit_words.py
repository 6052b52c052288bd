"""What an entry of the audit trail is about, in words and with a way to it."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django import template
from django.urls import reverse

from campaign.letters.models import Letter, Update
from campaign.organizers.models import AuditEntry, Invitation, Organizer, Role
from signatures.models import Because, BulkDeed, ReportOutcome, Signature

register = template.Library()
_CODES = dict((*Because.choices, *ReportOutcome.choices, *Role.choices))


@dataclass(frozen=True, slots=True)
class Subject:
    words: str
    url: str = ""


@register.simple_tag
def audit_subjects(entries: Iterable[AuditEntry]) -> dict[int, Subject]:
    """By the id of the entry, for a whole page in six queries. What is gone keeps its old name.

    Signatures are called by their number, never by a name.
    """
    split = {entry.pk: entry.subject.partition(" ")[::2] for entry in entries}
    wanted: dict[str, set[str]] = defaultdict(set)
    for kind, key in split.values():
        wanted[kind].add(key)
    found = {
        ("letter", slug): Subject(slug, reverse("desk_letter", args=[slug]))
        for slug in Letter.objects.filter(slug__in=wanted["letter"]).values_list("slug", flat=True)
    }
    found |= {("update", key): subject for key, subject in _updates(wanted["update"])}
    found |= {("bulk", key): subject for key, subject in _bulk_deeds(wanted["bulk"])}
    signatures = Signature.objects.filter(public_id__in=wanted["signature"])
    for public_id, number, slug in signatures.values_list("public_id", "number", "letter__slug"):
        url = reverse("desk_signature", args=[slug, public_id])
        found["signature", public_id] = Subject(f"№ {number}" if number else public_id, url)
    for organizer in Organizer.objects.filter(pk__in=_ids(wanted["organizer"])):
        found["organizer", str(organizer.pk)] = Subject(str(organizer))
    invitations = Invitation.objects.filter(pk__in=_ids(wanted["invitation"]))
    for pk, email in invitations.values_list("pk", "email"):
        found["invitation", str(pk)] = Subject(email)
    return {pk: found.get(key, Subject(" ".join(key).strip())) for pk, key in split.items()}


@register.filter
def subject_of(subjects: dict[int, Subject], entry: AuditEntry) -> Subject:
    return subjects[entry.pk]


@register.filter
def audit_detail(entry: AuditEntry) -> str:
    """The reason or the role in words: `owner > editor` too. Other details as they are."""
    parts = entry.detail.split(" > ")
    if all(part in _CODES for part in parts):
        return " → ".join(str(_CODES[part]) for part in parts)
    return entry.detail


def _updates(keys: Iterable[str]) -> Iterator[tuple[str, Subject]]:
    """Each is called by its letter and its number there: `ask-first/3`."""
    slugs = {key.partition("/")[0] for key in keys}
    there = Update.objects.filter(letter__slug__in=slugs).values_list("letter__slug", "number")
    for slug, number in there:
        url = reverse("desk_update", args=[slug, number])
        yield f"{slug}/{number}", Subject(f"{slug}/{number}", url)


def _bulk_deeds(keys: Iterable[str]) -> Iterator[tuple[str, Subject]]:
    """Each is called by its letter and its id, and leads to what it looked for: `ask-first/12`."""
    ids = _ids(key.rpartition("/")[2] for key in keys)
    deeds = BulkDeed.objects.filter(pk__in=ids).values_list("letter__slug", "pk")
    for slug, pk in deeds:
        yield f"{slug}/{pk}", Subject(f"{slug}/{pk}", reverse("desk_bulk_deed", args=[slug, pk]))


def _ids(keys: Iterable[str]) -> list[int]:
    return [int(key) for key in keys if key.isdecimal()]
