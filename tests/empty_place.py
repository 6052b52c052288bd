"""A second, empty database on the same server, or in another file, where a backup comes back."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
from django.db import connection


@contextmanager
def empty_database(folder: Path) -> Iterator[None]:
    """Inside, it is the site's database. For tests that commit."""
    told = connection.settings_dict
    before = told["NAME"]
    connection.close()
    if connection.vendor == "postgresql":
        told["NAME"] = f"elsewhere_{secrets.token_hex(6)}"
        _run(f'CREATE DATABASE "{told["NAME"]}"')
    else:
        told["NAME"] = str(folder / "elsewhere.sqlite3")
    try:
        yield
    finally:
        connection.close()
        if connection.vendor == "postgresql":
            _run(f'DROP DATABASE "{told["NAME"]}" WITH (FORCE)')
        else:
            Path(told["NAME"]).unlink(missing_ok=True)
        told["NAME"] = before


def _run(statement: str) -> None:
    told = connection.settings_dict
    with psycopg.connect(
        dbname="postgres", host=told["HOST"], user=told["USER"], autocommit=True
    ) as server:
        server.execute(statement.encode())
