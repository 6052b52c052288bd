"""What every test stands on: servers of its own, a settings environment, a clean start.

The process that starts the tests (not its xdist workers) starts PostgreSQL and Redis, and hands
the addresses to Django and to the workers through the environment. Each worker has a database,
a Redis number and a DATA_DIR of its own. ENGINE=sqlite runs on SQLite, in one process, instead.
"""

import atexit
import gc
import math
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import hypothesis
import pytest
from django.conf import settings as django_settings
from redis import Redis

from tests import services

SERVERS = ExitStack()
# At the very end, also when Django cannot be set up at all.
atexit.register(SERVERS.close)
SQLITE = os.environ.get("ENGINE") == "sqlite"
IN_WORKER = "PYTEST_XDIST_WORKER" in os.environ

# How many may be made before somebody looks which of them are garbage; Python's own is 700.
GARBAGE_OBJECTS = 50_000

# On a busy machine everything takes its time; pytest-timeout ends what hangs.
hypothesis.settings.register_profile(
    "busy", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
)
hypothesis.settings.load_profile("busy")

# Settings that the tests do not get from the shell they run in.
OUTSIDE = (
    *("ACCOUNT_PROVIDERS", "ALLOWED_HOSTS", "LOG_LEVEL", "MAIL_FROM"),
    *("DATABASE_URL_FILE", "REDIS_URL_FILE", "EMAIL_URL_FILE"),
    *("OPERATOR_NAME", "OPERATOR_ADDRESS", "OPERATOR_CONTACT", "OPERATOR_FUNDING"),
    *("RECORD_KEY_FILE", "TRUSTED_PROXIES"),
    *("BOUNCE_ADDRESS", "BOUNCE_MAILBOX_URL", "BOUNCE_MAILBOX_URL_FILE", "MAIL_WEBHOOKS"),
    *("MAIL_DKIM_SELECTORS", "MAIL_SENDING_ADDRESSES"),
    *("BACKUP_RECIPIENTS", "BACKUP_PASSPHRASE", "BACKUP_PASSPHRASE_FILE"),
)


def _start_everything() -> None:
    """Before Django reads its settings, so here, and not in a fixture."""
    if "DJANGO_SETTINGS_MODULE" in os.environ:
        raise pytest.UsageError("Unset DJANGO_SETTINGS_MODULE: the tests set their own.")
    data = Path(SERVERS.enter_context(tempfile.TemporaryDirectory(prefix="undersigned-data-")))
    # WhiteNoise warns about a missing folder; files come straight from the sources here.
    (data / "static").mkdir()
    for name in OUTSIDE:
        os.environ.pop(name, None)
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "campaign.settings",
        "DEMO": "1",
        "SECRET_KEY": "a secret for tests only, long enough to be one",
        "SITE_URL": "http://127.0.0.1:8000",
        "ALLOWED_HOSTS": "testserver,127.0.0.1,localhost",
        "EMAIL_URL": "memory:",
        "DATA_DIR": str(data),
        # A page shows what is so now; tests of the keeping set their own.
        "SHARED_PAGE_SECONDS": "0",
        "DATABASE_URL": f"sqlite:///{data}/undersigned.sqlite3",
        "REDIS_URL": "",
        # Playwright's event loop runs in the main thread, where Django would refuse the database.
        "DJANGO_ALLOW_ASYNC_UNSAFE": "1",
    }
    if not SQLITE:
        os.environ["DATABASE_URL"] = SERVERS.enter_context(services.postgres())
        os.environ["REDIS_URL"] = SERVERS.enter_context(services.redis())


if not IN_WORKER:
    _start_everything()

import django  # noqa: E402

django.setup()
# Each client of a test begins anew, and would read every static file to learn its size.
django_settings.WHITENOISE_AUTOREFRESH = True

from campaign import counters  # noqa: E402
from tests import migrated  # noqa: E402

# On a busy machine Redis takes longer than a web process would wait.
django_settings.REDIS_PATIENCE_SECONDS.update(socket_connect_timeout=30, socket_timeout=30)
# What is counted goes where DATA_DIR is now, whatever a test makes of it.
counters.folder()


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_setupnodes(specs: list[Any]) -> None:
    """Called in the starting process, before the workers: what they may not share."""
    for number, spec in enumerate(specs, start=1):
        data = Path(os.environ["DATA_DIR"]) / f"worker-{number}"
        (data / "static").mkdir(parents=True)
        spec.env["DATA_DIR"] = str(data)
        if redis_url := os.environ["REDIS_URL"]:
            spec.env["REDIS_URL"] = urlsplit(redis_url)._replace(path=f"/{number}").geturl()


def pytest_collection_finish() -> None:
    """Thousands of tests and all that they import are never garbage: let nobody look through them
    again and again, nor for what a test leaves before it has left much.

    Who imports `campaign.wsgi` here would make every test as impatient with the database as a web
    process is with its requests.
    """
    assert "campaign.wsgi" not in sys.modules
    gc.collect()
    gc.freeze()
    gc.set_threshold(GARBAGE_OBJECTS, 20, 20)


@pytest.fixture(scope="session")
def django_db_modify_db_settings(django_db_modify_db_settings: None) -> None:
    """SQLite in a file: its in-memory databases share one lock and know no WAL."""
    if SQLITE:
        test = django_settings.DATABASES["default"].setdefault("TEST", {})
        test["NAME"] = str(django_settings.DATA_DIR / "test.sqlite3")


@pytest.fixture(scope="session")
def _migrated(django_db_modify_db_settings: None) -> Iterator[Callable[[], None]]:
    """Begins from what an earlier process kept; the function ends the others' waiting."""
    with ExitStack() as waiting:
        if not SQLITE:
            waiting.enter_context(migrated.alone())
            migrated.begin_from_kept(django_settings.DATABASES["default"].setdefault("TEST", {}))
        yield waiting.close


@pytest.fixture(scope="session")
def django_db_setup(_migrated: Callable[[], None], django_db_setup: None) -> Iterator[None]:
    """Asked for in this order: what is kept, Django's own set-up, then it is kept. Before Django
    drops the database, nobody else is in it."""
    if not SQLITE:
        migrated.keep()
    _migrated()
    yield
    if not SQLITE:
        migrated.end_other_sessions()


@pytest.fixture(scope="session", autouse=True)
def _fast_passwords() -> Iterator[None]:
    """Real password hashing takes a tenth of a second by design."""
    from django.test import override_settings

    with override_settings(PASSWORD_HASHERS=["django.contrib.auth.hashers.MD5PasswordHasher"]):
        yield


@pytest.fixture(scope="session", autouse=True)
def _tables_are_emptied_quickly() -> Iterator[None]:
    """After a test that commits, the rows of all tables go, also where triggers forbid it.

    Django truncates every table and makes permissions and content types anew, which takes longer
    than most tests; here, only tables that hold rows are touched.
    """
    from django.test import TransactionTestCase

    from tests.kept_rows import MADE_WITH_THE_DATABASE

    def empty_tables(_case: TransactionTestCase) -> None:
        from django.db import connection

        names = connection.introspection.django_table_names(only_existing=True, include_views=False)
        tables = sorted(set(names) - MADE_WITH_THE_DATABASE)
        (_empty_on_sqlite if SQLITE else _empty_on_postgres)(tables)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", empty_tables)
        yield


def _empty_on_postgres(tables: list[str]) -> None:
    from django.db import connection

    deletions = "".join(
        f'IF EXISTS (SELECT FROM "{name}") THEN DELETE FROM "{name}"; END IF;' for name in tables
    )
    with connection.cursor() as cursor:
        # As a replica, the server fires no trigger and checks no foreign key.
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(f"DO $$ BEGIN {deletions} END $$")
        cursor.execute("RESET session_replication_role")


def _empty_on_sqlite(tables: list[str]) -> None:
    from django.db import connection, transaction

    with (
        connection.constraint_checks_disabled(),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f"DROP TRIGGER {name}")
        for name in tables:
            cursor.execute(f'DELETE FROM "{name}"')
        for _name, sql in triggers:
            cursor.execute(sql)


@cache
def _own_redis(url: str) -> Redis:
    return Redis.from_url(url)


@pytest.fixture(autouse=True)
def _nothing_remembered() -> None:
    """Each test starts as a fresh process on an empty Redis and DATA_DIR would."""
    from django.core.cache import caches

    from campaign import process_cache
    from campaign.operations import standing

    for name in django_settings.CACHES:
        # The whole of Redis is emptied below.
        if name != "default" or not django_settings.REDIS_URL:
            caches[name].clear()
    process_cache.forget_all()
    # Operators have set nothing. Who sets something in a test has it read again.
    standing._kept = (math.inf, standing.Standing())
    shutil.rmtree(django_settings.DATA_DIR / "checkpoints", ignore_errors=True)
    (django_settings.DATA_DIR / "backup-made").unlink(missing_ok=True)
    if django_settings.REDIS_URL:
        _own_redis(django_settings.REDIS_URL).flushdb()
