"""One moment of the database, for so long and no longer."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import OperationalError

from campaign import database
from signatures.errors import TooSlow


@contextmanager
def in_time(*, seconds: float) -> Iterator[None]:
    """Raises TooSlow for a statement that takes longer."""
    with database.consistent_read(seconds=seconds):
        try:
            yield
        except OperationalError as error:
            raise TooSlow from error
