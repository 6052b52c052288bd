"""For a newsroom: keep watch over logs, and cosign what only grew."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from campaign.parsing import whole_number
from signatures.record.format.cosignatures import Cosigner
from signatures.record.format.notes import MalformedNote, Verifier
from signatures.record.keys import load_or_create_key
from signatures.record.witness_server import MAX_REQUEST, Answer, Witness


class Command(BaseCommand):
    help = (
        "Answers add-checkpoint requests (c2sp.org/tlog-witness) for the logs that are named, and "
        "prints the key to hand to them. Put a proxy that speaks TLS in front of it. It needs no "
        "database; SITE_URL and SECRET_KEY must be set, as for every command, but are not used."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("folder", type=Path, help="where the key and what was seen are kept")
        parser.add_argument("--name", required=True, help="such as witness.newsroom.example")
        parser.add_argument(
            "--log", action="append", required=True, help="verifier key of a log; may be repeated"
        )
        parser.add_argument("--port", type=int, default=8765, help="on 127.0.0.1")

    def handle(self, *_args: Any, **options: Any) -> None:
        folder: Path = options["folder"]
        folder.mkdir(parents=True, exist_ok=True)
        key = load_or_create_key(folder / "witness-key.pem")
        try:
            logs = [Verifier.parse(vkey) for vkey in options["log"]]
            cosigner = Cosigner.of(name=options["name"], private_key=key)
        except MalformedNote as error:
            raise CommandError(str(error)) from error
        witness = Witness(folder=folder, name=cosigner.name, private_key=key, logs=logs)
        with server_for(witness, port=options["port"]) as server:
            self.stdout.write(f"{cosigner}\nListening at http://127.0.0.1:{server.server_port}")
            # Or it stays in a buffer, where what is written goes to a file or a service's log.
            self.stdout.flush()
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")


def server_for(witness: Witness, *, port: int) -> ThreadingHTTPServer:
    """Answers on 127.0.0.1 only; port 0 takes any that is free."""

    class Handler(BaseHTTPRequestHandler):
        # The specification would have it so, and connections are kept by it.
        protocol_version = "HTTP/1.1"
        timeout = 10

        def do_POST(self) -> None:
            length = whole_number(self.headers.get("Content-Length", ""), most=MAX_REQUEST)
            if not self.path.endswith("/add-checkpoint"):
                self._refuse(Answer(404, "only add-checkpoint is answered here\n"))
            elif length is None:
                self._refuse(Answer(400, "this is no request to add a checkpoint\n"))
            else:
                self._answer(witness.add_checkpoint(self.rfile.read(length)))

        def _refuse(self, answer: Answer) -> None:
            """Without reading what was sent: it must not be taken for the next request."""
            self.close_connection = True
            self._answer(answer)

        def _answer(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            if self.close_connection:
                self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Nothing about who asked is kept."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
