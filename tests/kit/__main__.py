"""The site from nothing by deploy/install.sh, under its own systemd units: somebody signs, confirms
and is counted; then it is torn down. As root, on Debian. It ends with an error at the first thing
that is not as it has to be, and says what the machine here cannot do."""

import os
import sys
import tempfile
import time
from pathlib import Path

from tests.kit import image
from tests.kit.machine import (
    KitFailed,
    Machine,
    before_boot,
    booted,
    download,
    plain_debian,
    require,
)

HOST = "letters.example"
CERTIFICATE = f"/etc/ssl/{HOST}/fullchain.pem"
INSTALL = "deploy/install.sh"
PYTHON = ".venv/bin/python"
# As systemd-analyze counts: 0 can do nothing, 10 all.
MOST_EXPOSED = 2.5
UNITS = (
    "undersigned-web",
    "undersigned-beat",
    *(f"undersigned-worker@{queue}" for queue in ("celery", "mail", "updates", "outside")),
)
_begun = time.monotonic()


def main() -> None:
    require(os.geteuid() == 0, "make kit makes and boots a Debian of its own: run it as root.")
    with plain_debian() as folder, tempfile.TemporaryDirectory() as wheels:
        Path(wheels).chmod(0o755)
        _say("a plain Debian")
        for step in ("packages", "servers"):
            before_boot(folder, INSTALL, step)
        download(folder, Path(wheels))
        _say("its packages, and the site's")
        with booted(folder, wheels=Path(wheels)) as machine:
            _say("booted by systemd-nspawn, without a network")
            _install(machine)
            _say("installed; its units are started")
            _check_units(machine)
            _use(machine)
            _look_after(machine)
            _stop(machine)
    _say("torn down")


def _install(machine: Machine) -> None:
    for words in (
        ("user",),
        ("site",),
        ("settings", f"https://{HOST}"),
        ("database",),
        ("schema",),
    ):
        machine.run(INSTALL, *words)
    machine.run(INSTALL, "units")
    machine.run("sh", "-c", f"echo 127.0.0.1 {HOST} >>/etc/hosts; mkdir /etc/ssl/{HOST}")
    machine.run(INSTALL, "proxy", HOST, fails=True)
    machine.run(
        *(
            "openssl",
            "req",
            "-x509",
            "-newkey",
            "rsa:2048",
            "-nodes",
            "-days",
            "2",
            "-out",
            CERTIFICATE,
        ),
        *("-keyout", f"/etc/ssl/{HOST}/privkey.pem", "-subj", f"/CN={HOST}"),
        *("-addext", f"subjectAltName=DNS:{HOST}"),
    )
    machine.run(INSTALL, "proxy", HOST)


def _check_units(machine: Machine) -> None:
    """systemd understands each line, and finds little that the services could do to the machine."""
    machine.run("systemd-analyze", "verify", *(f"{unit}.service" for unit in UNITS))
    for unit in (*UNITS, "undersigned-backup"):
        asked = ("--no-pager", f"--threshold={MOST_EXPOSED * 10:.0f}", f"{unit}.service")
        machine.run("systemd-analyze", "security", *asked)
        shown = machine.run("systemctl", "show", f"{unit}.service", "--property=MemoryMax,User")
        require("User=undersigned" in shown and "infinity" not in shown, f"{unit}: {shown}")
    _say(f"its units are sound, and none is exposed above {MOST_EXPOSED}")


def _use(machine: Machine) -> None:
    said = machine.run(
        "runuser", "-u", "undersigned", "--", PYTHON, "manage.py", "shell", "--command", _LETTER
    )
    slug = said.split()[-1]
    machine.run(PYTHON, "-m", "tests.kit.visit", f"https://{HOST}", slug, CERTIFICATE)
    machine.run(*("env", "PATH=.venv/bin", f"SITE_URL=https://{HOST}", *image.health_check()))
    _say("someone signed, confirmed by e-mail, and is counted and named")


_LETTER = "from bench.letters import published_letter; print(published_letter().slug)"


def _look_after(machine: Machine) -> None:
    """What happens each night, and with each release."""
    machine.run("systemctl", "start", "undersigned-backup.service")
    [backup] = machine.run("ls", "/var/backups/undersigned").split()
    machine.run("logrotate", "--force", "/etc/logrotate.d/nginx")
    for step in ("site", "schema", "units"):
        machine.run(INSTALL, step)
    machine.run("systemctl", "reload", "undersigned-web")
    machine.run("systemctl", "restart", *UNITS[1:])
    machine.run("systemctl", "is-active", *UNITS, "nginx", "undersigned-backup.timer")
    failed = machine.run(
        "systemctl", "list-units", "--state=failed", "--plain", "--no-legend", "undersigned*"
    )
    require(not failed, f"failed:\n{failed}")
    _say(f"backup {backup}, logs turned over, the same release installed once more")


def _stop(machine: Machine) -> None:
    machine.run("systemctl", "stop", *UNITS)
    left = machine.run("find", "/proc", "-maxdepth", "1", "-user", "undersigned")
    require(not left, f"still running: {left}")


def _say(what: str) -> None:
    print(f"{time.monotonic() - _begun:6.1f} s  {what}", flush=True)


if __name__ == "__main__":
    try:
        main()
    except KitFailed as error:
        sys.exit(f"make kit: {error}")
