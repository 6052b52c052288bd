"""The one place where SQLite and PostgreSQL differ. Nothing else asks which engine runs."""

from collections.abc import Callable, Generator, Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from django.db import DatabaseError, connection, transaction
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

# Far more than any page takes; long files and counts set their own.
REQUEST_SECONDS = 6.0


def _is_postgresql() -> bool:
    return connection.vendor == "postgresql"


def write_then_insert(
    *,
    first: str,
    first_params: Sequence[Any],
    columns: Sequence[str],
    then: str,
    params: Sequence[Any],
) -> tuple[Any, ...] | None:
    """Write with `first`, then with `then` for the row that it returned: both or neither.

    `first` ends in `RETURNING` those `columns`; `then` is an `INSERT … SELECT … FROM written`,
    where `written` has them. Returns the row, or None when `first` touched nothing (and then
    `then` did not run). PostgreSQL does it as one statement, in one round trip.
    """
    with connection.cursor() as cursor:
        if _is_postgresql():
            cursor.execute(
                f"WITH written AS ({first}), chained AS ({then}) SELECT * FROM written",  # noqa: S608
                [*first_params, *params],
            )
            row: tuple[Any, ...] | None = cursor.fetchone()
            return row
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(first, first_params)
        row = cursor.fetchone()
        if row is not None:
            slots = ", ".join(["%s"] * len(columns))
            cursor.execute(
                f"WITH written ({', '.join(columns)}) AS (VALUES ({slots})) {then}",
                [*row, *params],
            )
        return row


def insert_many(*, table: str, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write many rows of plain values in the open transaction, by COPY where there is one."""
    # Quoted: `index` is a word of SQLite's own.
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if _is_postgresql():
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        slots = ", ".join(["%s"] * len(columns))
        insert = f"INSERT INTO {table} ({names}) VALUES ({slots})"  # noqa: S608
        cursor.executemany(insert, list(rows))


@contextmanager
def consistent_read(*, seconds: float) -> Iterator[None]:
    """All that is read inside is of one moment, and no statement runs for longer than this.

    It belongs to the thread's own connection, ends in the same thread, and writes nothing. In a
    transaction of the caller's, that transaction is it.
    """
    if connection.in_atomic_block:
        yield
        return
    if _is_postgresql():
        begin = "BEGIN TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"
    else:
        # Not through `atomic`, which would keep writers out.
        begin = "BEGIN DEFERRED"
    with connection.cursor() as cursor:
        cursor.execute(begin)
    try:
        set_statement_timeout(seconds=seconds)
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK")
        except DatabaseError:
            # What state it is in, nobody knows.
            connection.close()


def set_statement_timeout(*, seconds: float) -> None:
    """From here to the end of the transaction no statement runs for longer: OperationalError."""
    if _is_postgresql():
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL statement_timeout = {int(seconds * 1000)}")
        # The server ends it, and says so; the client has to wait for that.
        connection.be_patient(seconds)  # type: ignore[attr-defined]


def end_requests_in_time() -> None:
    """For web processes: a database that is silent for so long ends the request (OperationalError),
    and those that follow at once, so that threads stay free for what needs no database."""
    if _is_postgresql():
        from campaign.postgresql import base  # noqa: PLC0415 -- slow import

        base.request_seconds = REQUEST_SECONDS


def copy_out(
    *, query: str, params: Sequence[Any], otherwise: Callable[[], Iterator[bytes]]
) -> Generator[bytes, None, None]:
    """What is in a query's one column of bytes, row by row as the server finds it, in flat memory.

    `otherwise` gives the same where there is no COPY. Close the iterator to end it early: the
    server is told to stop, and the connection is free again.
    """
    if not _is_postgresql():
        yield from otherwise()
        return
    # COPY takes no parameters: the driver writes them into the statement, quoted.
    written = connection.ops.compose_sql(  # type: ignore[attr-defined]
        f"COPY ({query}) TO STDOUT (FORMAT binary)", params
    )
    with (
        connection.cursor() as cursor,
        # What goes wrong in a query Django names by itself, but not in a COPY.
        connection.wrap_database_errors,
        cursor.copy(written) as copy,
    ):
        copy.set_types(["bytea"])
        for (found,) in copy.rows():
            if found:
                yield bytes(found)


def try_lock_letter(*, letter_id: int) -> bool:
    """Be the only sequencer of this letter until the transaction ends; False if another is.

    On SQLite the IMMEDIATE transaction around the caller is the lock already.
    """
    if not _is_postgresql():
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [0x5169, letter_id % 2**31])
        return bool(cursor.fetchone()[0])


def skip_locked() -> str:
    """What to append to a claiming SELECT so that two claimers pass each other by."""
    return "FOR UPDATE SKIP LOCKED" if _is_postgresql() else ""


def without_waiting_for_disk() -> str:
    """What to append to the WHERE of a statement, outside a transaction, whose loss in a crash of
    the server costs little. The next one that waits has it on disk as well."""
    if not _is_postgresql():
        return ""
    return "AND (SELECT set_config('synchronous_commit', 'off', TRUE)) = 'off'"


def add_substring_index(
    editor: BaseDatabaseSchemaEditor, *, name: str, table: str, expression: str, where: str
) -> None:
    """An index for `LIKE '%…%'`. SQLite has none and does well without at its size.

    From an index of some of the rows the planner does not learn how often a part is found; it is
    told by statistics.
    """
    if editor.connection.vendor != "postgresql":
        return
    editor.execute("CREATE EXTENSION IF NOT EXISTS pg_trgm")
    editor.execute(
        f"CREATE INDEX {name} ON {table} USING gin (({expression}) gin_trgm_ops) WHERE {where}"
    )
    editor.execute(f"CREATE STATISTICS {name}_often ON ({expression}) FROM {table}")
    # By default a part that is in one of a hundred looked at is taken for frequent.
    editor.execute(f"ALTER STATISTICS {name}_often SET STATISTICS 600")


def forbid_change(
    editor: BaseDatabaseSchemaEditor, *, table: str, columns: Sequence[str], when: str
) -> None:
    """A trigger that lets nobody alter these columns `when` it holds (it speaks of OLD).

    Raises IntegrityError, from whatever door the change comes.
    """
    name = f"{table}_frozen"
    if editor.connection.vendor == "postgresql":
        changed = " OR ".join(f"NEW.{column} IS DISTINCT FROM OLD.{column}" for column in columns)
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'frozen' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW "
            f"WHEN (({when}) AND ({changed})) EXECUTE FUNCTION {name}()"
        )
        return
    changed = " OR ".join(f"NEW.{column} IS NOT OLD.{column}" for column in columns)
    editor.execute(
        f"CREATE TRIGGER {name} BEFORE UPDATE ON {table} FOR EACH ROW "
        f"WHEN ({when}) AND ({changed}) BEGIN SELECT RAISE(ABORT, 'frozen'); END"
    )


def forbid_removal(editor: BaseDatabaseSchemaEditor, *, table: str, when: str) -> None:
    """A trigger that lets nobody delete a row `when` it holds (it speaks of OLD).

    On PostgreSQL neither TRUNCATE, whatever is in the table. Raises IntegrityError.
    """
    name = f"{table}_kept"
    if editor.connection.vendor == "postgresql":
        editor.execute(
            f"CREATE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            "RAISE EXCEPTION 'kept' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        editor.execute(
            f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW "
            f"WHEN ({when}) EXECUTE FUNCTION {name}()"
        )
        editor.execute(
            f"CREATE TRIGGER {name}_all BEFORE TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {name}()"
        )
        return
    editor.execute(
        f"CREATE TRIGGER {name} BEFORE DELETE ON {table} FOR EACH ROW "
        f"WHEN {when} BEGIN SELECT RAISE(ABORT, 'kept'); END"
    )
