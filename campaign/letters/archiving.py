"""Letters that their team is done with: put away from its list, and nothing else.

What the public reads stays as it is. Reports, held signatures and failures of an archived letter
are told as ever; only the digest of a day leaves it out.
"""

from datetime import datetime

from campaign.letters import errors
from campaign.letters.models import Letter, LetterState


def archive(*, letter: Letter, now: datetime) -> None:
    """Raises NotOver while it can be signed, and ArchivedMeanwhile the second time."""
    listed = Letter.objects.filter(pk=letter.pk, archived_at=None)
    if listed.exclude(state=LetterState.PUBLISHED).update(archived_at=now):
        return
    raise errors.NotOver if listed.exists() else errors.ArchivedMeanwhile


def bring_back(*, letter: Letter) -> None:
    """Into the list. Publishing a draft does the same. Raises ArchivedMeanwhile for one that is
    there."""
    archived = Letter.objects.filter(pk=letter.pk, archived_at__isnull=False)
    if not archived.update(archived_at=None):
        raise errors.ArchivedMeanwhile
