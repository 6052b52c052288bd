"""Until which hour a letter is hidden from the public.

The hour alone opens it (`Letter.objects.public`): what follows from that, as its lines in the
site's log, is caught up by sweeps that ask the same question. The hour is a plan until it has
come: then it stays for good, since what was public once cannot be hidden again.
"""

from datetime import datetime, timedelta

from django.db import transaction

from campaign.letters import errors
from campaign.letters.models import Letter, LetterState
from campaign.organizers import audit
from campaign.organizers.models import Organizer

# Not moved any more so shortly before: clocks of machines differ, and a reader may be faster.
SETTLED_FOR = timedelta(minutes=1)


def set_hour(
    *,
    letter: Letter,
    organizer: Organizer,
    until: datetime | None,
    expected_until: datetime | None,
    now: datetime,
) -> None:
    """Of a draft: with which embargo it will be published, or without one. Of a published letter:
    earlier or later, while the hour has not come.

    `expected_until` is the hour that was seen: EmbargoChanged if it is another by now. Raises
    EmbargoOver for a letter that is public, or is so within a minute, and EmbargoHourPassed for an
    hour that is not ahead.
    """
    if until is not None and until <= now:
        raise errors.EmbargoHourPassed
    seen = Letter.objects.filter(pk=letter.pk, embargo_until=expected_until)
    with transaction.atomic():
        changed = seen.filter(state=LetterState.DRAFT).update(embargo_until=until)
        if not changed and until is not None:
            hidden = seen.filter(
                state__in=LetterState.published(), embargo_until__gt=now + SETTLED_FOR
            )
            changed = hidden.update(embargo_until=until)
        if not changed:
            raise _why_not(letter, expected_until)
        _record(letter, organizer, "embargo", until)


def open_now(
    *, letter: Letter, organizer: Organizer, expected_until: datetime, now: datetime
) -> None:
    """End the embargo of a published letter at this moment, for good. Raises EmbargoChanged, and
    EmbargoOver where its hour has come."""
    with transaction.atomic():
        hidden = Letter.objects.filter(
            pk=letter.pk,
            state__in=LetterState.published(),
            embargo_until=expected_until,
            embargo_until__gt=now,
        )
        if not hidden.update(embargo_until=now):
            raise _why_not(letter, expected_until)
        _record(letter, organizer, "end_embargo", now)


def _why_not(letter: Letter, expected_until: datetime | None) -> errors.LetterError:
    is_as_seen = Letter.objects.filter(pk=letter.pk, embargo_until=expected_until).exists()
    return errors.EmbargoOver() if is_as_seen else errors.EmbargoChanged()


def _record(letter: Letter, organizer: Organizer, action: str, until: datetime | None) -> None:
    audit.record(
        team=letter.team,
        organizer=organizer,
        action=action,
        subject=f"letter {letter.slug}",
        detail=f"{until:%Y-%m-%dT%H:%MZ}" if until else "none",
    )
