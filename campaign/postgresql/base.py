"""Django's PostgreSQL, with what a web process needs so that a hung server hangs no request.

A server that is stopped, or out of reach without a word, ends no statement by its own time limit:
the client has to stop waiting. While it does not answer, requests are refused at once, and one
connection at a time tries whether it works again.
"""

import select
import time
from threading import Lock
from typing import Any

import psycopg
from django.db.backends.postgresql.base import DatabaseWrapper as PostgreSQL
from psycopg import OperationalError
from psycopg.errors import _WaitTimeout

CONNECT_SECONDS = 3
# How much longer the client waits than the server works: it may still say why it stopped.
GRACE_SECONDS = 1.0
# How often a waiting thread looks whether it was interrupted, as in psycopg.
CHECK_SECONDS = 0.1
# How long nobody asks again after the server did not answer.
REST_SECONDS = 2.0
# How long the server may be silent before a web process gives up. None: for ever, as migrations,
# workers and commands may need. `campaign.wsgi` sets it.
request_seconds: float | None = None


class Silence:
    """Whether the server has left a request of this process without an answer lately."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._until = 0.0

    def begins(self) -> None:
        with self._lock:
            self._until = time.monotonic() + REST_SECONDS

    def is_over(self) -> None:
        self._until = 0.0

    def refuses(self) -> bool:
        """False for one that may try, each time that the rest is over."""
        if not self._until:
            return False
        with self._lock:
            now = time.monotonic()
            if self._until and now < self._until:
                return True
            if self._until:
                self._until = now + CONNECT_SECONDS + REST_SECONDS
            return False


silence = Silence()


class PatientConnection(psycopg.Connection[Any]):
    """Waits for an answer no longer than `seconds`; then nobody knows its state: it is closed."""

    seconds: float | None = None

    def wait(self, gen: Any, interval: float = CHECK_SECONDS, timeout: float | None = None) -> Any:
        if timeout is not None or self.seconds is None:
            return super().wait(gen, interval, timeout)
        try:
            return super().wait(gen, interval, self.seconds)
        except _WaitTimeout:
            silence.begins()
            self.pgconn.finish()
            raise OperationalError("The database did not answer in time.") from None


class DatabaseWrapper(PostgreSQL):
    def get_new_connection(self, conn_params: dict[str, Any]) -> Any:
        if request_seconds is None:
            return super().get_new_connection(conn_params)
        if silence.refuses():
            raise OperationalError("The database does not answer.")
        started = time.monotonic()
        # Behind PgBouncer there are no options, and the role has the limit.
        if "options" in conn_params:
            limit = f"-c statement_timeout={int(request_seconds * 1000)}"
            conn_params = conn_params | {"options": f"{conn_params['options']} {limit}"}
        try:
            connection = super().get_new_connection(conn_params)
        except OperationalError:
            # Refused at once is another thing: that costs nobody time.
            if time.monotonic() - started > 1:
                silence.begins()
            raise
        silence.is_over()
        connection.__class__ = PatientConnection
        connection.seconds = request_seconds + GRACE_SECONDS
        return connection

    def be_patient(self, seconds: float) -> None:
        """Until the request ends, wait for each answer as long as the server may now work."""
        if isinstance(self.connection, PatientConnection) and self.connection.seconds:
            self.connection.seconds = max(self.connection.seconds, seconds + GRACE_SECONDS)

    def close_if_unusable_or_obsolete(self) -> None:
        if isinstance(self.connection, PatientConnection):
            self.connection.seconds = request_seconds and request_seconds + GRACE_SECONDS
        super().close_if_unusable_or_obsolete()

    def is_usable(self) -> bool:
        """Ask the socket, not the server: a `SELECT 1` before each request is a fifth of its cost.

        Nothing is under way between requests, so a connection with something to read is one that
        the server has closed.
        """
        if self.connection is None:
            return False
        try:
            poll = select.poll()
            poll.register(self.connection.fileno(), select.POLLIN)
            return not poll.poll(0)
        except OperationalError:
            return False
