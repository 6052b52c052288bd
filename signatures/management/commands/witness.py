"""For a newsroom: keep watch over logs, and cosign what only grew."""

from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from signatures.record.cosignatures import Cosigner
from signatures.record.keys import load_or_create_key
from signatures.record.notes import MalformedNote, Verifier
from signatures.record.witness import MAX_REQUEST, Answer, Witness


class Command(BaseCommand):
    help = (
        "Answers add-checkpoint requests (c2sp.org/tlog-witness) for the logs that are named, and "
        "prints the key to hand to them. Put a proxy that speaks TLS in front of it."
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
            try:
                server.serve_forever()
            except KeyboardInterrupt:
                self.stdout.write("Stopped.")


def server_for(witness: Witness, *, port: int) -> ThreadingHTTPServer:
    """Answers on 127.0.0.1 only; port 0 takes any that is free."""

    class Handler(BaseHTTPRequestHandler):
        timeout = 10

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not self.path.endswith("/add-checkpoint"):
                self._answer(Answer(404, "only add-checkpoint is answered here\n"))
            elif not (length.isascii() and length.isdigit()) or int(length) > MAX_REQUEST:
                self._answer(Answer(400, "this is no request to add a checkpoint\n"))
            else:
                self._answer(witness.add_checkpoint(self.rfile.read(int(length))))

        def _answer(self, answer: Answer) -> None:
            body = answer.body.encode()
            self.send_response(answer.status)
            self.send_header("Content-Type", answer.content_type)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_args: Any) -> None:
            """Nothing about who asked is kept."""

    return ThreadingHTTPServer(("127.0.0.1", port), Handler)
