"""What organizers did about one signature, for those who decide about it next."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from campaign.organizers.models import Organizer
from signatures.models import Decision, Removal, ReportCase, Signature


@dataclass(frozen=True, slots=True)
class Deed:
    at: datetime
    # None where a claimant did it.
    organizer: Organizer | None
    what: str
    note: str = ""
    told_signer: bool = False


def of(*, signature: Signature) -> list[Deed]:
    """Decisions, removals, restorations, and what claimants had held, newest first."""
    decided = Decision.objects.filter(vetting__signature=signature).select_related("organizer")
    deeds = [
        Deed(
            each.at,
            each.organizer,
            each.get_verdict_display(),
            note=each.reason,
            told_signer=bool(each.message),
        )
        for each in decided
    ]
    removals = Removal.objects.filter(signature=signature)
    for removal in removals.select_related("removed_by", "restored_by"):
        what = _("taken off the list: %(because)s") % {"because": removal.get_because_display()}
        deeds.append(Deed(removal.removed_at, removal.removed_by, what, note=removal.note))
        if removal.restored_by and removal.restored_at:
            deeds.append(Deed(removal.restored_at, removal.restored_by, _("let in again")))
    by_claimant = _("held: somebody else showed that the name is theirs")
    cases = ReportCase.objects.filter(signature=signature)
    deeds += [Deed(each.held_at, None, by_claimant) for each in cases if each.held_at]
    return sorted(deeds, key=lambda deed: deed.at, reverse=True)
