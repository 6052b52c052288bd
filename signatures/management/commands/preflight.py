from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from campaign import connections
from campaign.connections import Unreachable
from signatures.data_key import WrongDataKey, check_data_key
from signatures.record.keys import UnusableKey, load_key


class Command(BaseCommand):
    help = (
        "Say whether this machine reaches all that the site stands on, as the user that runs it. "
        "Run before the processes start; `check --deploy` looks at the settings alone."
    )
    requires_system_checks = ()

    def handle(self, *_args: Any, **_options: Any) -> None:
        failed = 0
        for name, check in self._checks().items():
            try:
                check()
            except (Unreachable, UnusableKey, WrongDataKey) as error:
                failed += 1
                self.stdout.write(f"{name}: {error}")
            else:
                self.stdout.write(f"{name}: ok")
        if failed:
            raise CommandError(f"{failed} of {len(self._checks())} checks failed.")

    def _checks(self) -> dict[str, Callable[[], object]]:
        return connections.CHECKS | {
            "Record key": lambda: load_key(settings.RECORD_KEY_FILE),
            "Data key": check_data_key,
        }
