from typing import Any

from django.core.management.base import BaseCommand, CommandError

from campaign.letters.models import Letter, LetterState
from signatures.record import halting, rollback_guard, site_log, tally


class Command(BaseCommand):
    help = (
        "Believe that this database is the newest, on a machine where no checkpoint is kept yet: "
        "keep the last checkpoint of each record in DATA_DIR."
    )

    def handle(self, *_args: Any, **_options: Any) -> None:
        if rollback_guard.has_folder():
            raise CommandError(
                "Checkpoints are kept in DATA_DIR already, so there is nothing to believe."
            )
        rollback_guard.adopt()
        letters = list(Letter.objects.filter(state__in=LetterState.published()))
        for letter_id, last in tally.latest_of(letters=letters).items():
            letter = next(each for each in letters if each.pk == letter_id)
            rollback_guard.keep(origin=letter.origin, note=last.note)
            self.stdout.write(f"{letter.origin}: {last.size} lines")
        if site := site_log.latest():
            rollback_guard.keep(
                origin=site_log.verifier_of_site().name, note=site_log.own_note(site)
            )
        halting.watch()
