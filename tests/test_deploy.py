"""How the site is started: docs/running.md and deploy/systemd/ say the same, and all of it."""

import re
from pathlib import Path

from django.conf import settings

ROOT = Path(__file__).resolve().parents[1]
UNITS = ROOT / "deploy/systemd"
QUEUES = {queue.name for queue in settings.CELERY_TASK_QUEUES}


def documented_commands() -> list[str]:
    """The commands that run for good, one to a line, without the remarks behind them."""
    text = (ROOT / "docs/running.md").read_text().replace("\\\n", "")
    found = re.findall(r"(?m)^    ((?:granian|celery) .*?)(?:\s+#.*)?$", text)
    return [" ".join(command.split()) for command in found]


def _of_unit(name: str, **values: str) -> str:
    started = re.search(r"(?m)^ExecStart=(.*)$", (UNITS / name).read_text())
    assert started
    command = started[1]
    for placeholder, value in ({"%%": "%"} | values).items():
        command = command.replace(placeholder, value)
    return Path(command.split()[0]).name + command[len(command.split()[0]) :]


def test_every_queue_has_a_worker() -> None:
    assert set(re.findall(r"--queues (\w+)", "\n".join(documented_commands()))) == QUEUES
    assert {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()} <= QUEUES


def test_units_start_what_the_documentation_says() -> None:
    workers = {
        re.sub(r"-n \S+ | --concurrency \d", "", each)
        for each in documented_commands()
        if " worker " in each
    }
    unit = "undersigned-worker@.service"
    started = {_of_unit(unit, **{"%i": queue, "$CONCURRENCY": "1"}) for queue in QUEUES}
    assert {re.sub(r"-n \S+ | --concurrency \d", "", each) for each in started} == workers
    [beat] = [each for each in documented_commands() if each.endswith(" beat")]
    assert _of_unit("undersigned-beat.service") == beat
    [web] = [each for each in documented_commands() if each.startswith("granian ")]
    here = "--host 127.0.0.1 --port 8000 "
    assert _of_unit("undersigned-web.service").replace(here, "") == web


def test_backup_is_made_each_night_as_the_documentation_says() -> None:
    text = (ROOT / "docs/running.md").read_text()
    [documented] = re.findall(r"(?m)^    (python manage\.py backup .*)$", text)
    assert _of_unit("undersigned-backup.service") == documented
    unit = (UNITS / "undersigned-backup.service").read_text()
    [writable] = re.findall(r"(?m)^ReadWritePaths=(.*)$", unit)
    assert documented.split()[3] in writable.split()
    assert (UNITS / "undersigned-backup.timer").read_text().count("OnCalendar=") == 1


def test_no_two_workers_of_a_machine_have_one_name() -> None:
    names = re.findall(r" -n (\S+)", "\n".join(documented_commands()))
    assert len(set(names)) == len(names) == len(QUEUES)
    assert "-n %i@%%h" in (UNITS / "undersigned-worker@.service").read_text()


def test_script_installs_what_the_documentation_says_and_starts_every_unit() -> None:
    script = (ROOT / "deploy/install.sh").read_text()
    text = (ROOT / "docs/running.md").read_text()
    [documented] = re.findall(r"(?m)^    apt-get install (python3-venv .*?)\s+#", text)
    installed = re.findall(r"(?<!-)\bdebian ([a-z].*?);? }", script)
    assert set(documented.split()) <= {name for line in installed for name in line.split()}
    [started] = re.findall(r"systemctl enable --quiet --now (.*\n.*)\n", script)
    [queues] = re.findall(r"undersigned-worker@\{(.*?)\}", started)
    assert set(queues.split(",")) == QUEUES
    units = {path.name.removesuffix(".service") for path in UNITS.iterdir() if path.is_file()}
    # The timer starts its service.
    units -= {"undersigned-backup"}
    named = {re.sub(r"@\{.*\}", "@", unit) for unit in started.replace("\\", "").split()}
    assert named == units


def test_every_service_has_a_limit_of_memory() -> None:
    for unit in UNITS.glob("*.service"):
        assert re.search(r"(?m)^MemoryMax=\d+[MG]$", unit.read_text()), unit.name
