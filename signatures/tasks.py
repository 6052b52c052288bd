"""Celery's entrances. Each is safe to run twice, in two places, or not at all: sweeps make good."""

import structlog
from celery import shared_task
from django.conf import settings
from django.utils import timezone

from campaign import stopping
from campaign.letters import organisations, reporters
from campaign.letters.together import keeping
from campaign.operations.models import Feature
from campaign.operations.switches import is_on
from campaign.organizers import applications
from signatures import forgetting, new_text, retention
from signatures.importing import asking as imports
from signatures.importing import forgetting as imported
from signatures.importing import working as import_work
from signatures.invitations import inviting
from signatures.listing import spelling_names
from signatures.moderation import attacks, claimants, precautions, repeats, reports, rescreening
from signatures.moderation.bulk import forgetting as bulk_forgetting
from signatures.moderation.bulk import working
from signatures.notifications import (
    bounce_mailbox,
    bounces,
    fan_out,
    inquiries,
    invitation_mails,
    mail_check,
    press_followers,
    press_mails,
    reminding,
    report_mails,
    update_deliveries,
    update_sending,
    update_tests,
)
from signatures.notifications.deliveries import send_until_done
from signatures.notifications.notices import mails as notice_mails
from signatures.notifications.notices import telling
from signatures.notifications.webhooks import sending as webhook_sending
from signatures.press.handover import packing
from signatures.press.paper import making
from signatures.record import halting, sequencer, site_log, snapshots
from signatures.record.format.merkle import BrokenTree
from signatures.record.rollback_guard import DatabaseBehind
from signatures.sampling import drawing, ending
from signatures.screening import turned_away
from signatures.verification import checking, proofs, vouches
from signatures.verification.evidence import looking_up
from signatures.verification.rosters import upload
from signatures.verification.vouching import giving

log = structlog.get_logger(__name__)

# A task ends after this many batches, so that no letter or queue keeps a worker for itself.
_MAX_BATCHES = 50


@shared_task
def sequence_letter(letter_id: int) -> None:
    try:
        for _batch in range(_MAX_BATCHES):
            if (
                stopping.is_asked()
                or sequencer.sequence(letter_id=letter_id) < sequencer.BATCH_EVENTS
            ):
                return
    except (DatabaseBehind, BrokenTree) as error:
        halting.halt(letter_id=letter_id, reason=str(error), now=timezone.now())


@shared_task
def watch_records() -> None:
    halting.watch()


@shared_task
def sequence_waiting() -> None:
    """The sweep: every letter that has events waiting."""
    for letter_id in sequencer.letters_waiting():
        sequence_letter(letter_id)


@shared_task
def extend_site_log() -> None:
    """Extend the site's log. Who attests it is asked by another task, which may have to wait."""
    try:
        for _batch in range(_MAX_BATCHES):
            if site_log.extend() < site_log.BATCH_LEAVES:
                return
    except (DatabaseBehind, BrokenTree) as error:
        log.error("record_refused", reason=str(error))


@shared_task
def attest_site_log() -> None:
    """Ask others to attest the site's log, where that is set."""
    # Few sites have either, and what they need is large.
    if settings.WITNESSES:
        from signatures.record import witness_client  # noqa: PLC0415 -- slow import

        witness_client.ask_all()
    if settings.TIMESTAMP_URL:
        from signatures.record import timestamping  # noqa: PLC0415 -- slow import

        timestamping.stamp()


@shared_task
def send_owed_mail() -> None:
    send_until_done(batches=_MAX_BATCHES)
    report_mails.send_until_done(batches=_MAX_BATCHES)
    inquiries.send_until_done(batches=_MAX_BATCHES)
    invitation_mails.send_until_done(batches=_MAX_BATCHES)


@shared_task
def send_press_mail() -> None:
    press_mails.owe(now=timezone.now())
    press_mails.send_until_done(batches=_MAX_BATCHES)


@shared_task
def fan_out_updates() -> None:
    fan_out.fan_out_due(now=timezone.now())


@shared_task
def send_updates() -> None:
    update_tests.send_until_done(batches=_MAX_BATCHES)
    if is_on(Feature.UPDATES):
        update_sending.send_until_done(batches=_MAX_BATCHES)


@shared_task
def ask_about_new_texts() -> None:
    if new_text.ask_signers(now=timezone.now()):
        send_owed_mail()


@shared_task
def remind_unconfirmed() -> None:
    reminding.remind(now=timezone.now())


@shared_task
def tell_organizers() -> None:
    telling.tell(now=timezone.now())
    notice_mails.send_until_done(batches=_MAX_BATCHES)


@shared_task
def send_webhooks() -> None:
    webhook_sending.send_due()


@shared_task
def check_due_proofs() -> None:
    checking.check_due()
    claimants.check_due()


@shared_task
def settle_vouched() -> None:
    giving.settle_lost()


@shared_task
def look_up_evidence() -> None:
    looking_up.look_up_due()


@shared_task
def end_lost_memberships() -> None:
    upload.end_lost()


@shared_task
def process_returned_mail() -> None:
    last = 0
    for _batch in range(_MAX_BATCHES):
        if stopping.is_asked() or not (last := bounces.process(after=last)):
            break
    imports.stop_refused(now=timezone.now())


@shared_task
def read_bounce_mailbox() -> None:
    bounce_mailbox.read_due()


@shared_task
def check_mail() -> None:
    mail_check.check(now=timezone.now())


@shared_task
def screen_standing() -> None:
    rescreening.screen_standing()


@shared_task
def guard_letters() -> None:
    attacks.watch(now=timezone.now())


@shared_task
def work_off_bulk_deeds() -> None:
    working.work_off()


@shared_task
def work_off_imports() -> None:
    import_work.work_off()


@shared_task
def seek_repeats() -> None:
    repeats.seek()


@shared_task
def spell_names() -> None:
    spelling_names.spell_names()


@shared_task
def forget_old_data() -> None:
    end_lost_memberships()
    log.info(
        "forgotten",
        unconfirmed=retention.forget_unconfirmed(),
        networks=retention.forget_networks(),
        identities=forgetting.forget_due(now=timezone.now()),
        deliveries=retention.forget_deliveries(),
        update_routes=update_deliveries.forget_routes(),
        applications=applications.forget_old(now=timezone.now()),
        sessions=retention.forget_sessions(),
        proofs=proofs.forget_unfinished(),
        vouches=vouches.forget_ended(),
        turned_away=turned_away.forget_closed(),
        reports=reports.forget_unconfirmed(),
        precautions=precautions.forget_old(),
        returned_mail=bounces.forget_old(),
        bounces_lifted=bounces.lift(),
        inquiries=inquiries.give_up_old(),
        press_followers=press_followers.forget_unconfirmed(),
        press_mails=press_mails.forget_days(),
        webhooks=webhook_sending.forget_old(now=timezone.now()),
        notices=telling.forget_old(now=timezone.now()),
        packages=packing.forget_old(now=timezone.now()),
        bulk_deeds=bulk_forgetting.forget_old(now=timezone.now()),
        sample_answers=ending.forget_old(now=timezone.now()),
        imports=imported.forget_old(now=timezone.now()),
        signing_invitations=inviting.forget_old(now=timezone.now()),
        organisations=organisations.forget_old(now=timezone.now()),
        reporters=reporters.forget_old(now=timezone.now()),
        drafts=keeping.forget_published(now=timezone.now()),
    )


@shared_task
def run_sample_audits() -> None:
    now = timezone.now()
    drawing.draw_due(now=now)
    ending.end_due(now=now)


@shared_task
def take_decided_snapshots() -> None:
    snapshots.take_decided()


@shared_task
def make_letter_pdfs() -> None:
    if is_on(Feature.PDF):
        making.make_due()


@shared_task
def make_packages() -> None:
    packing.make_due()
