"""An audit by sample, step by step, as the site's workers take them."""

from datetime import datetime, timedelta

from django.utils import timezone

from campaign.letters.models import Letter
from campaign.organizers.models import Organizer
from signatures import links
from signatures.models import MIN_SAMPLE, SampleAudit, SampleQuestion, Signature
from signatures.record import sequencer, site_log
from signatures.sampling import announcing, drawing
from tests.signatures.factories import confirmed, someone

LATER = timedelta(minutes=11)


def announced(letter: Letter, organizer: Organizer, *, size: int = MIN_SAMPLE) -> SampleAudit:
    """And told of by the site's log."""
    announcing.announce(letter=letter, organizer=organizer, sample_size=size, now=timezone.now())
    site_log.extend()
    return SampleAudit.objects.latest("pk")


def drawn(
    letter: Letter, organizer: Organizer, *, size: int = MIN_SAMPLE, at: datetime | None = None
) -> SampleAudit:
    """By the line of somebody who signs eleven minutes later."""
    audit = announced(letter, organizer, size=size)
    at = at or timezone.now() + LATER
    confirmed(letter, someone(700 + audit.number))
    sequencer.sequence(letter_id=letter.pk, now=lambda: at)
    site_log.extend(now=lambda: at)
    assert drawing.draw_due(now=at) == 1
    return SampleAudit.objects.select_related("letter", "checkpoint").get(pk=audit.pk)


def question_of(signature: Signature) -> SampleQuestion:
    related = SampleQuestion.objects.select_related("audit", "signature__letter__team")
    return related.get(signature=signature)


def url_of(signature: Signature) -> str:
    return f"/s/{links.sample_token_for(question=question_of(signature))}/audit/"
