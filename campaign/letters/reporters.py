"""Who of the press reads a letter under embargo: added, let in by their own link, cut off.

The link is a keyed hash, so nothing secret is stored. Anyone who has it gets in, until the
embargo's hour at the latest.
"""

import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from campaign import languages, link_token
from campaign.keyed_hash import Purpose, is_keyed_hash, keyed_hash
from campaign.letters import errors
from campaign.letters.models import Letter, LetterState, Reporter
from campaign.mail.composing import render
from campaign.organizers import account_mail, audit
from campaign.organizers.models import Organizer

MAX_REPORTERS = 200
# After the hour, for the organizers to see who looked.
KEPT_FOR = timedelta(days=30)


def add(
    *,
    letter: Letter,
    organizer: Organizer,
    name: str,
    outlet: str,
    email: str,
    expires_at: datetime | None,
    language: str,
    now: datetime,
) -> Reporter:
    """With an address, the link is mailed there. Without `expires_at` it holds until the hour,
    wherever that is moved.

    Raises NotPublished for a draft, EmbargoOver for a letter that is public, TooManyReporters.
    """
    with transaction.atomic():
        held = Letter.objects.select_for_update(no_key=True).get(pk=letter.pk)
        if held.state == LetterState.DRAFT:
            raise errors.NotPublished
        if not held.is_under_embargo:
            raise errors.EmbargoOver
        if Reporter.objects.filter(letter=held).count() >= MAX_REPORTERS:
            raise errors.TooManyReporters
        reporter = Reporter.objects.create(
            letter=held,
            name=name,
            outlet=outlet,
            email=email,
            expires_at=expires_at,
            nonce=secrets.token_bytes(8),
            added_at=now,
        )
        _record(reporter, organizer, "add_reporter")
        if email:
            _owe_link(reporter, organizer=organizer, language=language)
    return reporter


def cut_off(*, reporter: Reporter, organizer: Organizer, now: datetime) -> None:
    """Their link stops working at once, for good. Twice is fine."""
    with transaction.atomic():
        if Reporter.objects.filter(pk=reporter.pk, cut_off_at=None).update(cut_off_at=now):
            _record(reporter, organizer, "cut_off_reporter")


def token_for(reporter: Reporter) -> str:
    return link_token.write(reporter.pk, keyed_hash(Purpose.EMBARGO_LINK, *_parts(reporter)))


def link_for(reporter: Reporter) -> str:
    return settings.SITE_URL + reverse("embargoed", args=[token_for(reporter)])


def reporter_behind(token: str, *, now: datetime) -> Reporter:
    """With the letter. Raises ReporterUnknown for any token but its own, and for one that was cut
    off or ran out before the embargo did. Whether the letter is public by now is not asked."""
    read = link_token.read(token)
    if read is None:
        raise errors.ReporterUnknown
    pk, given = read
    reporter = Reporter.objects.select_related("letter").filter(pk=pk).first()
    if reporter is None or not is_keyed_hash(given, Purpose.EMBARGO_LINK, *_parts(reporter)):
        raise errors.ReporterUnknown
    if not is_let_in(reporter, now=now):
        raise errors.ReporterUnknown
    return reporter


def is_let_in(reporter: Reporter, *, now: datetime) -> bool:
    """As far as the link itself goes: it leads to nothing hidden once the embargo is over."""
    has_expired = reporter.expires_at is not None and reporter.expires_at <= now
    return reporter.cut_off_at is None and not has_expired


def count_opening(*, reporter: Reporter, now: datetime) -> None:
    Reporter.objects.filter(pk=reporter.pk).update(opened=F("opened") + 1, last_opened_at=now)


def forget_old(*, now: datetime) -> int:
    return Reporter.objects.filter(letter__embargo_until__lt=now - KEPT_FOR).delete()[0]


def _owe_link(reporter: Reporter, *, organizer: Organizer, language: str) -> None:
    """In the language that the organizer's pages are in, and without the letter's title: that is
    cut off with the link."""
    with translation.override(languages.interface_for(language)):
        content = render(
            template="campaign/letters/email/embargo_link",
            context={
                "reporter": reporter,
                "organizer": " ".join(str(organizer).split()),
                "until": reporter.letter.embargo_until,
                "link": link_for(reporter),
            },
            why=_("You get this e-mail because the organizers of a letter gave your address."),
        )
    account_mail.owe(content=content, to=reporter.email)


def _record(reporter: Reporter, organizer: Organizer, action: str) -> None:
    """By its number and outlet: the name goes with the row."""
    audit.record(
        team=reporter.letter.team,
        organizer=organizer,
        action=action,
        subject=f"letter {reporter.letter.slug}",
        detail=f"{reporter.pk}, {reporter.outlet}",
    )


def _parts(reporter: Reporter) -> tuple[bytes, bytes]:
    return str(reporter.pk).encode(), bytes(reporter.nonce)
