"""Making a private export: for an owner, with a purpose, sealed, and kept nowhere.

There is no file on this site that could be left behind, forwarded by a link or found in a backup:
it is made while its owner waits, sealed in memory, and goes out with the answer to their press.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Lock

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from campaign.letters import owner_mail
from campaign.letters.models import Letter
from campaign.letters.texts import current_text, main_translation
from campaign.organizers import audit
from campaign.organizers.models import AuditEntry, Membership, Organizer, Role
from signatures.errors import ExportBusy, NoOwner
from signatures.exports import contents, passphrases
from signatures.exports.contents import What

ACTIONS = {
    What.ADDRESSES: "export_addresses",
    What.NAMES: "export_names",
    What.ANSWERS: "export_answers",
}
# The same for the same purpose is told once in so long; the audit trail tells of each.
TELL_AGAIN_AFTER = timedelta(hours=1)
_WAIT_SECONDS = 10
# Each takes 128 MB for a second, and as much as the file.
_one_at_a_time = Lock()


@dataclass(frozen=True, slots=True)
class Export:
    name: str
    content: bytes


def export(
    *,
    letter: Letter,
    organizer: Organizer,
    what: What,
    purpose: str,
    passphrase: str,
    after: int = 0,
) -> Export:
    """The sealed file. Raises NoOwner, NobodyFits, ExportTooLarge, ExportBusy and TooSlow.

    Entry and e-mails are written once it is made, in one transaction that asks again whether they
    are an owner: it leaves the site only with both. Who was removed meanwhile gets nothing.
    """
    if not _one_at_a_time.acquire(timeout=_WAIT_SECONDS):
        raise ExportBusy
    try:
        now = timezone.now()
        rows = contents.read(letter=letter, what=what, after=after)
        packed = contents.packed(
            letter=letter,
            what=what,
            rows=rows,
            purpose=purpose,
            by=str(organizer),
            title=_title_of(letter),
            now=now,
        )
        sealed = passphrases.seal(packed, passphrase=passphrase)
    finally:
        _one_at_a_time.release()
    with transaction.atomic():
        _still_owner(letter, organizer)
        is_told = _was_told(letter, organizer, what, purpose, now)
        audit.record(
            team=letter.team,
            organizer=organizer,
            action=ACTIONS[what],
            subject=subject_of(letter),
            detail=purpose,
        )
        if not is_told:
            tell_owners(letter=letter, by=organizer, what=what)
    return Export(f"{letter.slug}-{what}-{now:%Y-%m-%d}.zip.age", sealed)


def subject_of(letter: Letter) -> str:
    """As the audit trail names it."""
    return f"letter {letter.slug}"


def tell_owners(*, letter: Letter, by: Organizer, what: What) -> None:
    """Each other owner, in the language of the letter: nobody carries data out unseen. No word of
    the purpose, which stands in the audit trail: a mail of ours leads nowhere by others' words."""
    owner_mail.tell(
        template="signatures/email/private_export",
        letter=letter,
        named=owner_mail.title_of(letter=letter),
        by=by,
        path=reverse("desk_team_audit", args=[letter.team.slug]),
        context={"what": what.label},
    )


def _still_owner(letter: Letter, organizer: Organizer) -> None:
    """Locked, so that who removes them comes before this or after it."""
    owners = Membership.objects.select_for_update().filter(
        team=letter.team_id, organizer=organizer, role=Role.OWNER, organizer__is_active=True
    )
    if not owners.values_list("pk", flat=True).first():
        raise NoOwner


def _was_told(
    letter: Letter, organizer: Organizer, what: What, purpose: str, now: datetime
) -> bool:
    """Behind the lock of their membership: two presses at once are told once."""
    return AuditEntry.objects.filter(
        team=letter.team_id,
        organizer=organizer,
        action=ACTIONS[what],
        subject=subject_of(letter),
        detail=purpose,
        at__gt=now - TELL_AGAIN_AFTER,
    ).exists()


def _title_of(letter: Letter) -> str:
    text = current_text(letter=letter)
    found = main_translation(text) if text else None
    return found.title if found else letter.slug
