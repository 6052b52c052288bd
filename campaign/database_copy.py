"""The whole database as one stream of bytes, and back into an empty one.

PostgreSQL's own programs do it there: `pg_dump` has to be as new as the server. No password stands
on their command line.
"""

import re
import subprocess
import tempfile
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from os import get_exec_path
from pathlib import Path
from sqlite3 import DatabaseError as BrokenFile
from sqlite3 import connect
from typing import IO, cast

from django.db import connection

from campaign import environment

Take = Callable[[IO[bytes]], None]
Fill = Callable[[IO[bytes]], None]

# Where Debian keeps the programs of each version.
_DEBIAN = Path("/usr/lib/postgresql")
# What libpq reads, by the name that Django has for it.
_PLACES = {
    "HOST": "PGHOST",
    "PORT": "PGPORT",
    "USER": "PGUSER",
    "PASSWORD": "PGPASSWORD",
}
_OPTIONS = {
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "options": "PGOPTIONS",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
}
_SQLITE_DRAFT = ".copy"


class CannotCopy(Exception):
    """One sentence for the operator, without any secret."""


def suffix() -> str:
    """What the copy is called by the programs that read it without us."""
    return "pgdump" if _is_postgresql() else "sqlite3"


def version() -> str:
    """Of the server, as `postgresql 15.14`; only copies of the same engine can be loaded."""
    if _is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute("SHOW server_version")
            return f"postgresql {cursor.fetchone()[0].split()[0]}"
    return "sqlite 3"


def is_loadable(made_by: str) -> bool:
    """Whether a copy that this version made can be loaded here: not into an older server."""
    engine, _, number = made_by.partition(" ")
    here, _, own = version().partition(" ")
    return engine == here and _major(number) <= _major(own)


def is_empty() -> bool:
    """No table of anybody's, but what extensions brought along."""
    query = (
        """
        SELECT NOT EXISTS (
            SELECT FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f')
              AND n.nspname <> 'information_schema' AND left(n.nspname, 3) <> 'pg_'
              AND NOT EXISTS (
                SELECT FROM pg_depend d
                WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e'))
        """
        if _is_postgresql()
        else "SELECT NOT EXISTS (SELECT 1 FROM sqlite_master)"
    )
    with connection.cursor() as cursor:
        cursor.execute(query)
        return bool(cursor.fetchone()[0])


def dump(take: Take) -> None:
    """Give the copy to `take`, as a stream. Inside `database.consistent_read`, which has read
    something: the copy is of the same moment as that.

    Raises CannotCopy, also when the stream had ended: only after this it is whole.
    """
    if _is_postgresql():
        _dump_postgresql(take)
    else:
        _dump_sqlite(take)


def load(fill: Fill) -> None:
    """Load what `fill` writes into the empty database, all of it or nothing. Raises CannotCopy."""
    if _is_postgresql():
        _load_postgresql(fill)
    else:
        _load_sqlite(fill)


def program(name: str) -> str:
    """PostgreSQL's program of the server's own version, or the next newer one. Raises CannotCopy
    where there is none."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version_num")
        needed = int(cursor.fetchone()[0]) // 10000
    folders = [*map(Path, get_exec_path()), *sorted(_DEBIAN.glob("*/bin"))]
    found = []
    for path in dict.fromkeys(folder / name for folder in folders):
        own = _version_of(path)
        if own is not None and own >= needed:
            found.append((own, str(path)))
    if not found:
        raise CannotCopy(
            f"There is no {name} of PostgreSQL {needed} or newer here: install Debian’s "
            f"postgresql-client-{needed}, or put its folder on PATH."
        )
    return min(found, key=lambda each: each[0])[1]


def _dump_postgresql(take: Take) -> None:
    _refuse_pgbouncer()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_export_snapshot()")
        snapshot = cursor.fetchone()[0]
    command = [
        *(program("pg_dump"), "--format=custom", "--compress=1", "--no-owner"),
        *("--no-privileges", f"--snapshot={snapshot}", _database()),
    ]
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=said,
            env=_environment(),
        ) as process:
            try:
                take(cast("IO[bytes]", process.stdout))
            except BaseException:
                process.kill()
                raise
        _check_end(process, said)


def _load_postgresql(fill: Fill) -> None:
    _refuse_pgbouncer()
    command = [
        # Comments belong to those who made what they are about, such as extensions.
        *(program("pg_restore"), "--no-owner", "--no-privileges", "--no-comments"),
        *("--exit-on-error", "--single-transaction", _database()),
    ]
    # What it locks has to be free.
    connection.close()
    with tempfile.TemporaryFile() as said:
        with subprocess.Popen(  # noqa: S603
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=said,
            env=_environment(),
        ) as process:
            stdin = cast("IO[bytes]", process.stdin)
            try:
                fill(stdin)
                stdin.close()
            except BaseException:
                # Its transaction ends with nothing done. Where it ended by itself, it says why.
                process.kill()
                with suppress(OSError):
                    stdin.close()
                process.wait()
                _check_end(process, said)
                raise
        _check_end(process, said)
    with connection.cursor() as cursor:
        # What the planner knows is no part of a dump.
        cursor.execute("ANALYZE")


def _check_end(process: "subprocess.Popen[bytes]", said: IO[bytes]) -> None:
    # Killed by us, it was not its fault.
    if process.returncode <= 0:
        return
    said.seek(0)
    lines = said.read().decode(errors="replace").splitlines()
    raise CannotCopy(lines[0] if lines else f"It ended with {process.returncode}.")


def _dump_sqlite(take: Take) -> None:
    """By way of a file beside the database, which is as open to read as that is."""
    draft = _sqlite_draft()
    try:
        with closing(connect(draft)) as target:
            # In the transaction that is open: of its moment.
            connection.connection.backup(target)
            target.execute("PRAGMA journal_mode = DELETE")
        with draft.open("rb") as source:
            take(source)
    finally:
        draft.unlink(missing_ok=True)


def _load_sqlite(fill: Fill) -> None:
    draft = _sqlite_draft()
    try:
        with draft.open("r+b") as file:
            fill(file)
        with closing(connect(draft)) as found:
            sound = found.execute("PRAGMA quick_check").fetchall() == [("ok",)]
        if not sound:
            raise CannotCopy("The copy is no sound SQLite database.")
        connection.close()
        draft.replace(connection.settings_dict["NAME"])
    except BrokenFile as error:
        raise CannotCopy("The copy is no SQLite database.") from error
    finally:
        draft.unlink(missing_ok=True)


def _sqlite_draft() -> Path:
    """Empty, and for its owner alone; one that a killed run left is replaced."""
    path = Path(connection.settings_dict["NAME"])
    draft = path.with_name(path.name + _SQLITE_DRAFT)
    draft.unlink(missing_ok=True)
    draft.touch(mode=0o600)
    return draft


def _refuse_pgbouncer() -> None:
    if connection.settings_dict.get("DISABLE_SERVER_SIDE_CURSORS"):
        raise CannotCopy(
            "This needs PostgreSQL itself, not PgBouncer: set DATABASE_URL to the server for this "
            "command, and DATABASE_THROUGH_PGBOUNCER=0."
        )


def _environment() -> dict[str, str]:
    told = connection.settings_dict
    options = told.get("OPTIONS", {})
    places = {variable: told.get(name) for name, variable in _PLACES.items()}
    chosen = {variable: options.get(name) for name, variable in _OPTIONS.items()}
    found = {name: str(value) for name, value in (places | chosen).items() if value}
    return environment.for_program(LC_ALL="C.UTF-8", **found)


def _database() -> str:
    return f"--dbname={connection.settings_dict['NAME']}"


def _version_of(path: Path) -> int | None:
    try:
        said = subprocess.run(  # noqa: S603
            [path, "--version"], capture_output=True, text=True, check=True, env=_environment()
        ).stdout
    except (OSError, subprocess.CalledProcessError):
        return None
    found = re.search(r"\) (\d+)", said)
    return int(found[1]) if found else None


def _major(number: str) -> int:
    found: Sequence[str] = re.findall(r"\d+", number)
    return int(found[0]) if found else 0


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"
