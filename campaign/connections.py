"""Whether this machine reaches all that the site stands on: for `manage.py preflight`.

Each check raises Unreachable with one sentence for the operator, without any secret.
"""

import tempfile
from collections.abc import Callable
from datetime import timedelta

from django.conf import settings
from django.core.mail import get_connection
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from redis import Redis
from redis.exceptions import RedisError

CONNECT_TIMEOUT_SECONDS = 5
# Records, links and codes tell the time by the clock of whichever process is at it.
CLOCK_TOLERANCE = timedelta(seconds=30)


class Unreachable(Exception):
    pass


def data_folder() -> None:
    try:
        with tempfile.NamedTemporaryFile(dir=settings.DATA_DIR) as file:
            file.write(b"written")
            file.flush()
    except OSError as error:
        raise Unreachable(f"DATA_DIR cannot be written to: {error.strerror}.") from error


def database() -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT CURRENT_TIMESTAMP")
        executor = MigrationExecutor(connection)
        waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise Unreachable(f"The database does not answer: {_first_line(error)}") from error
    if waiting:
        raise Unreachable(f"{len(waiting)} migrations wait: run `manage.py migrate`.")


def clocks() -> None:
    """Of this machine and the database's: what differs ends up in the record."""
    if connection.vendor != "postgresql":
        return
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT clock_timestamp()")
            apart = abs(cursor.fetchone()[0] - timezone.now())
    except DatabaseError as error:
        raise Unreachable("Without the database, its clock cannot be compared.") from error
    if apart > CLOCK_TOLERANCE:
        raise Unreachable(f"The clocks of this machine and the database are {apart} apart.")


def redis() -> None:
    if not settings.REDIS_URL:
        return
    try:
        with Redis.from_url(
            settings.REDIS_URL,
            socket_connect_timeout=CONNECT_TIMEOUT_SECONDS,
            socket_timeout=CONNECT_TIMEOUT_SECONDS,
        ) as server:
            server.ping()
    except (RedisError, OSError) as error:
        raise Unreachable(f"Redis does not answer: {_first_line(error)}") from error


def mail_server() -> None:
    """Connects and logs in; sends nothing."""
    try:
        # Other backends have no such argument, and nothing to connect to.
        with get_connection(timeout=CONNECT_TIMEOUT_SECONDS):
            pass
    except OSError as error:
        raise Unreachable(f"The mail server refuses us: {_first_line(error)}") from error


CHECKS: dict[str, Callable[[], None]] = {
    "DATA_DIR": data_folder,
    "Database": database,
    "Clocks": clocks,
    "Redis": redis,
    "Mail server": mail_server,
}


def _first_line(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]
