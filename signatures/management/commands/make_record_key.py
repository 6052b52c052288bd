from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from signatures.record.keys import UnusableKey, load_or_create_key


class Command(BaseCommand):
    help = "Make the key that signs checkpoints, at RECORD_KEY_FILE; one that exists is kept."

    def handle(self, *_args: Any, **_options: Any) -> None:
        try:
            load_or_create_key(settings.RECORD_KEY_FILE)
        except UnusableKey as error:
            raise CommandError(str(error)) from error
        self.stdout.write("The record key is in place. Keep a copy where no one else can read it.")
