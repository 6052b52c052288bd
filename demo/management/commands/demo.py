from argparse import ArgumentParser
from http.client import HTTPConnection
from pathlib import Path
from threading import Thread
from time import sleep
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from demo.seeding import ORGANIZER, PASSWORD, SECOND_ORGANIZER, is_seeded, seed


class Command(BaseCommand):
    help = "Set up the demonstration on first use, and serve it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--setup-only", action="store_true", help="do not serve")

    def handle(self, *, setup_only: bool, **_options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demonstration runs with DEMO=1 only: use `make demo`.")
        settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
        call_command("migrate", verbosity=0)
        if not is_seeded():
            self.stdout.write("Inviting 10,500 invented signatories (once, some seconds)…")
            seed()
        if not setup_only:
            self._serve()

    def _serve(self) -> None:
        from granian import Granian  # noqa: PLC0415 -- slow import
        from granian.constants import Interfaces  # noqa: PLC0415 -- slow import
        from granian.log import LogLevels  # noqa: PLC0415 -- slow import

        address = settings.SITE_URL
        server = Granian(
            "demo.wsgi:application",
            address="127.0.0.1",
            port=urlsplit(address).port or 80,
            interface=Interfaces.WSGI,
            # One process: the worker and beat live in it as threads, and SQLite has one writer.
            workers=1,
            # One that is stopped while it starts would never notice.
            workers_kill_timeout=3,
            blocking_threads=4,
            log_level=LogLevels.warning,
            working_dir=Path(settings.BASE_DIR),
        )

        @server.on_startup
        def watch() -> None:
            Thread(target=self._say_when_ready, args=(address,), daemon=True).start()

        server.serve()

    def _say_when_ready(self, address: str) -> None:
        """The server tells that it starts, but not that it answers."""
        parts = urlsplit(address)
        while True:
            sleep(0.1)
            connection = HTTPConnection("127.0.0.1", parts.port or 80, timeout=5)
            try:
                connection.request("GET", "/healthz", headers={"Host": parts.netloc})
                connection.getresponse()
                break
            except OSError:
                continue
            finally:
                connection.close()
        self.stdout.write(
            f"\nReady: {address}/\n"
            f"  The letter      {address}/letters/ask-before-you-train/\n"
            f"  In Arabic       {address}/ar/letters/ask-before-you-train/\n"
            f"  Mail sent       {address}/demo/mail/\n"
            f"  All kinds of it {address}/demo/mails/\n"
            f"  Ways to verify  {address}/demo/proofs/\n"
            f"  Organizers      {address}/desk/   {ORGANIZER}   {PASSWORD}\n"
            f"  a second one    {SECOND_ORGANIZER}, the same password\n"
            "Stop with Ctrl-C.\n"
        )
        self.stdout.flush()
