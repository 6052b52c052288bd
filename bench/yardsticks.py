"""What the machine can do at best, measured in the same run: PostgreSQL, nginx, bare Django."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import unquote, urlsplit

from django.db import connection

from bench.load import CONNECTIONS
from bench.site import Site, free_port, running, wait_for_answer
from tests.services import postgres_installations

# Two inserts and one commit, about as wide as a signature and a delivery.
_PAIR = """
\\set number random(1, 2000000000)
BEGIN;
INSERT INTO bench_signature (letter_id, key, name, body, at)
VALUES (1, :number, 'Ada Abara', repeat('x', 200), now());
INSERT INTO bench_delivery (signature_id, state, due_at) VALUES (:number, 'owed', now());
COMMIT;
"""


@contextmanager
def pair_tables() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("""
            DROP TABLE IF EXISTS bench_signature, bench_delivery;
            CREATE TABLE bench_signature (id bigserial PRIMARY KEY, letter_id bigint,
                key bigint, name text, body text, at timestamptz);
            CREATE INDEX ON bench_signature (letter_id, key);
            CREATE TABLE bench_delivery (id bigserial PRIMARY KEY, signature_id bigint,
                state text, due_at timestamptz);
            CREATE INDEX ON bench_delivery (due_at)
        """)
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("DROP TABLE bench_signature, bench_delivery")


def pgbench_pair(site: Site, *, seconds: float) -> float | None:
    """Transactions a second with 64 clients on the very server that the site uses."""
    installed = [folder / "pgbench" for folder in postgres_installations()]
    program = next((path for path in installed if path.exists()), None)
    if program is None:
        return None
    address = urlsplit(site.database_url)
    host, _at, _port = address.netloc.rpartition("@")[2].partition(":")
    with TemporaryDirectory() as folder, pair_tables():
        script = Path(folder) / "pair.sql"
        script.write_text(_PAIR)
        said = subprocess.run(
            [
                *(str(program), "--no-vacuum", "--protocol=prepared", f"--file={script}"),
                *(f"--client={CONNECTIONS}", "--jobs=2", f"--time={seconds:.0f}"),
                *(f"--host={unquote(host)}", f"--username={address.username}", address.path[1:]),
            ],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    found = re.search(r"tps = ([\d.]+)", said)
    return float(found[1]) if found else None


def has_nginx() -> bool:
    return shutil.which("nginx") is not None


@contextmanager
def nginx_static(content: bytes) -> Iterator[int]:
    """nginx serving a file of this content; yields its port."""
    port = free_port()
    with TemporaryDirectory(prefix="undersigned-bench-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "index.html").write_bytes(content)
        with nginx(
            folder,
            f"""
            server {{
                listen 127.0.0.1:{port};
                root {folder};
                sendfile on;
                tcp_nopush on;
                open_file_cache max=10;
                location = /healthz {{ return 200; }}
            }}
            """,
            port=port,
        ):
            yield port


@contextmanager
def nginx(folder: Path, http: str, *, port: int) -> Iterator[None]:
    """nginx with this `http` block, two worker processes, all its files in `folder`."""
    temporary = "".join(
        f"{kind}_temp_path {folder}/{kind};\n"
        for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    as_root = "user root;" if os.geteuid() == 0 else ""
    configuration = folder / "nginx.conf"
    configuration.write_text(
        f"{as_root} daemon off; worker_processes 2; pid {folder}/pid;\n"
        f"error_log {folder}/error.log warn;\n"
        "events { worker_connections 2048; }\n"
        f"http {{ {temporary} access_log off; keepalive_requests 10000000;\n{http} }}\n"
    )
    command = ["nginx", "-p", folder, "-e", folder / "error.log", "-c", configuration]
    with running(command) as process:
        wait_for_answer(port, process=process)
        yield
