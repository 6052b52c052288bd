"""Rows that take long to make: made once in a process, and put back for each test that wants them.

For tests that commit, whose tables are emptied afterwards. PostgreSQL alone: its COPY writes and
reads whole tables, generated columns left out.
"""

from django.db import connection, transaction

# The same for every test.
MADE_WITH_THE_DATABASE = frozenset({"auth_permission", "django_content_type"})

Rows = dict[str, bytes]


def take() -> Rows:
    """What each table holds now that is not made with the database itself."""
    names = connection.introspection.django_table_names(only_existing=True, include_views=False)
    rows: Rows = {}
    with transaction.atomic(), connection.cursor() as cursor:
        for name in sorted(set(names) - MADE_WITH_THE_DATABASE):
            with cursor.copy(f'COPY "{name}" TO STDOUT (FORMAT BINARY)') as copied:
                rows[name] = b"".join(copied)
    return rows


def put_back(rows: Rows) -> None:
    """Into empty tables. Sequences need no help: emptying a table does not set them back."""
    with transaction.atomic(), connection.cursor() as cursor:
        # As a replica, the server fires no trigger and checks no foreign key.
        cursor.execute("SET LOCAL session_replication_role = replica")
        for name, held in rows.items():
            with cursor.copy(f'COPY "{name}" FROM STDIN (FORMAT BINARY)') as copying:
                copying.write(held)
