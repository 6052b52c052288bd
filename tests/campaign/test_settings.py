"""What the settings read, what they tell about it, and what they start with."""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

ROOT = Path(__file__).resolve().parent.parent.parent
CONTRACT = {
    *("DATABASE_URL", "REDIS_URL", "SECRET_KEY", "SITE_URL", "ALLOWED_HOSTS", "EMAIL_URL"),
    *("RECORD_KEY_FILE", "DATA_DIR"),
}
PRODUCTION = {
    "SECRET_KEY": "long, random, never changed, and only for this test",
    "SITE_URL": "https://letters.example",
}


# What reads NAME, or the file that NAME_FILE names.
READ_SECRETS = {"secret", "secret_lines", "database", "redis_address", "mail", "mailbox"}


def names_read() -> set[str]:
    """Of every `environment.something("NAME", …)` in the settings."""
    tree = ast.parse((ROOT / "campaign/settings.py").read_text())
    return {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "environment"
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
        for name in (
            [node.args[0].value, f"{node.args[0].value}_FILE"]
            if node.func.attr in READ_SECRETS
            else [node.args[0].value]
        )
    }


def names_documented() -> list[str]:
    return re.findall(r"^([A-Z_]+)=", (ROOT / ".env.example").read_text(), re.MULTILINE)


def test_every_setting_is_documented_and_nothing_else_is() -> None:
    documented = names_documented()
    assert sorted(documented) == sorted(names_read())
    assert set(documented) >= CONTRACT


def test_each_documented_setting_has_a_word_before_it() -> None:
    lines = (ROOT / ".env.example").read_text().splitlines()
    for number, line in enumerate(lines):
        if re.match(r"[A-Z_]+=", line):
            assert lines[number - 1].startswith("# "), line


def test_nothing_else_reads_the_environment() -> None:
    # One of them writes there, as a library reads it nowhere else.
    allowed = {"environment.py", "wsgi.py", "celery.py", "counters.py"}
    for path in [*ROOT.glob("campaign/**/*.py"), *ROOT.glob("signatures/**/*.py")]:
        if path.name not in allowed:
            assert "os.environ" not in path.read_text(), path


def settings_with(tmp_path: Path, names: str, **environ: str) -> subprocess.CompletedProcess[str]:
    """What a process of its own makes of this environment."""
    program = f"from campaign import settings as s; print([{names}])"
    clean = {name: value for name, value in os.environ.items() if name not in names_documented()}
    clean.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-W", "error", "-c", program],
        cwd=ROOT,
        env=clean | {"DATA_DIR": str(tmp_path), "ENV_FILE": os.devnull} | environ,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_needs_two_settings_and_is_safe_without_more(tmp_path: Path) -> None:
    names = (
        "s.DEBUG, s.ALLOWED_HOSTS, s.SESSION_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0, "
        "'demo' in s.INSTALLED_APPS, s.ALLOW_RESERVED_ADDRESSES, s.SECURE_PROXY_SSL_HEADER"
    )
    done = settings_with(tmp_path, names, **PRODUCTION)
    assert done.stdout == "[False, ['letters.example'], True, True, False, False, None]\n"
    assert not (tmp_path / "secret-key").exists()


POSTGRESQL = {"DATABASE_URL": "postgresql://u:p@db.example/u", "REDIS_URL": "redis://db.example/0"}
OPTIONS = "s.DATABASES['default']['OPTIONS']"


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("", {"connect_timeout": 3, "options": "-c jit=off"}),
        (
            "?connect_timeout=9&sslmode=require&options=-c%20search_path%3Dletters",
            {
                "connect_timeout": 9,
                "sslmode": "require",
                "options": "-c jit=off -c search_path=letters",
            },
        ),
        ("?prepare_threshold=0", {"connect_timeout": 3, "options": "-c jit=off"}),
    ],
)
def test_what_the_database_address_asks_for_is_kept(
    tmp_path: Path, query: str, found: dict[str, object]
) -> None:
    asked = POSTGRESQL | {"DATABASE_URL": POSTGRESQL["DATABASE_URL"] + query}
    done = settings_with(tmp_path, OPTIONS, **PRODUCTION | asked)
    [options] = ast.literal_eval(done.stdout)
    prepared = options.pop("prepare_threshold")
    assert options == {"server_side_binding": True} | found
    assert int(prepared) == (0 if "prepare" in query else 3)


def test_through_pgbouncer_nothing_is_asked_for_that_it_does_not_know(tmp_path: Path) -> None:
    names = f"{OPTIONS}, s.DATABASES['default']['DISABLE_SERVER_SIDE_CURSORS']"
    asked = POSTGRESQL | {"DATABASE_THROUGH_PGBOUNCER": "1"}
    done = settings_with(tmp_path, names, **PRODUCTION | asked)
    assert ast.literal_eval(done.stdout) == [
        {"server_side_binding": True, "prepare_threshold": None, "connect_timeout": 3},
        True,
    ]


@pytest.mark.parametrize("name", ["ALLOWED_HOSTS", "TRUSTED_PROXIES"])
def test_what_would_take_everybody_is_refused_at_start(tmp_path: Path, name: str) -> None:
    value = "*" if name == "ALLOWED_HOSTS" else "0.0.0.0/0"
    done = settings_with(tmp_path, "", **PRODUCTION | {name: value})
    assert done.returncode == 1
    assert f"{name} must name" in done.stderr


@pytest.mark.parametrize("missing", PRODUCTION)
def test_production_does_not_start_without_them(tmp_path: Path, missing: str) -> None:
    given = {name: value for name, value in PRODUCTION.items() if name != missing}
    done = settings_with(tmp_path, "", **given)
    assert done.returncode == 1
    assert f"{missing} is not set. .env.example says what it is for." in done.stderr


def test_an_empty_secret_is_no_secret(tmp_path: Path) -> None:
    done = settings_with(tmp_path, "", **PRODUCTION | {"SECRET_KEY": ""})
    assert done.returncode == 1
    assert "SECRET_KEY is not set." in done.stderr


def test_a_key_is_not_replaced_before_what_is_kept_has_its_own(tmp_path: Path) -> None:
    names = "s.SECRET_KEY_FALLBACKS, s.DATA_KEY"
    done = settings_with(tmp_path, names, **PRODUCTION, SECRET_KEY_FALLBACKS="a, b\nc")
    assert done.returncode == 1
    assert "SECRET_KEY_FALLBACKS is set and DATA_KEY is not. Set DATA_KEY to" in done.stderr
    done = settings_with(
        tmp_path, names, **PRODUCTION, SECRET_KEY_FALLBACKS="a, b\nc", DATA_KEY="c"
    )
    assert done.stdout == "[['a, b', 'c'], 'c']\n"


def example(tmp_path: Path) -> Path:
    """A copy with its blanks filled in."""
    text = (ROOT / ".env.example").read_text()
    for name, value in (PRODUCTION | {"DATA_DIR": str(tmp_path)}).items():
        text = re.sub(rf"^{name}=.*$", f'{name}="{value}"', text, flags=re.MULTILINE)
    path = tmp_path / ".env"
    path.write_text(text)
    return path


SHOWN = "s.ALLOWED_HOSTS, s.DEMO, s.EMAIL_PORT, s.TRUSTED_PROXIES, s.DEFAULT_FROM_EMAIL"
AS_IN_THE_EXAMPLE = (
    "[['letters.example'], False, 25, ['127.0.0.1/32'], 'Undersigned <letters@letters.example>']\n"
)


def test_the_example_is_read_as_a_file(tmp_path: Path) -> None:
    done = settings_with(tmp_path, SHOWN, ENV_FILE=str(example(tmp_path)))
    assert (done.stdout, done.stderr) == (AS_IN_THE_EXAMPLE, "")


def test_the_example_is_read_by_a_shell(tmp_path: Path) -> None:
    path = example(tmp_path)
    told = subprocess.run(
        ["bash", "-c", f"set -a; . {path}; env -0"],
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stderr == ""
    given = dict(each.split("=", 1) for each in told.stdout.strip("\0").split("\0"))
    done = settings_with(tmp_path, SHOWN, **given | {"ENV_FILE": os.devnull})
    assert (done.stdout, done.stderr) == (AS_IN_THE_EXAMPLE, "")


def test_the_environment_wins_over_the_file(tmp_path: Path) -> None:
    path = example(tmp_path)
    done = settings_with(
        tmp_path, "s.SITE_URL", ENV_FILE=str(path), SITE_URL="https://other.example"
    )
    assert done.stdout == "['https://other.example']\n"


def test_the_demo_reads_no_file(tmp_path: Path) -> None:
    done = settings_with(tmp_path, "s.SITE_URL", ENV_FILE=str(example(tmp_path)), DEMO="1")
    assert done.stdout == "['http://127.0.0.1:8000']\n"


def test_the_demo_makes_its_own_secret_once(tmp_path: Path) -> None:
    first, second = (settings_with(tmp_path, "s.SECRET_KEY, s.SITE_URL", DEMO="1") for _ in "12")
    assert (first.returncode, first.stderr) == (0, "")
    assert first.stdout == second.stdout
    assert (tmp_path / "secret-key").stat().st_mode & 0o777 == 0o600
    assert "'http://127.0.0.1:8000'" in first.stdout


def test_cross_site_posts_are_refused_before_any_view() -> None:
    assert "campaign.csrf.CsrfMiddleware" in settings.MIDDLEWARE
    assert settings.DEBUG is False
