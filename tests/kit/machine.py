"""A plain Debian in a folder: made by debootstrap, booted by systemd-nspawn, deleted afterwards."""

import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from packaging.markers import Marker

ROOT = Path(__file__).resolve().parents[2]
SITE = "srv/undersigned"
WHEELS = "/wheels"
BOOT_SECONDS = 60
POWER_OFF_SECONDS = 90
# It is no machine of the host's: registered nowhere, and what is in it ends with it.
_NSPAWN = ("systemd-nspawn", "--quiet", "--register=no", "--keep-unit")


class KitFailed(Exception):
    pass


@dataclass(frozen=True, slots=True)
class Machine:
    """Booted: with no network but its own loopback."""

    folder: Path
    init: int

    def run(self, *words: str, fails: bool = False) -> str:
        """In the machine, as root, in the checkout."""
        done = subprocess.run(
            [
                *("nsenter", "--target", str(self.init), "--all", "--"),
                *("env", "--ignore-environment", f"--chdir=/{SITE}", "PATH=/usr/sbin:/usr/bin"),
                *("LANG=C.UTF-8", "PIP_NO_INDEX=1", f"PIP_FIND_LINKS={WHEELS}", *words),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        require(bool(done.returncode) is fails, f"{' '.join(words)}:\n{done.stdout}")
        return done.stdout


def require(holds: bool, otherwise: str) -> None:
    if not holds:
        raise KitFailed(otherwise)


@contextmanager
def plain_debian() -> Iterator[Path]:
    """With systemd, apt's settings of this machine, and the checkout in its place."""
    with tempfile.TemporaryDirectory(prefix="undersigned-kit-", ignore_cleanup_errors=True) as name:
        folder = Path(name) / "root"
        mirror, release = _mirror()
        _do(
            "debootstrap",
            "--variant=minbase",
            "--include=systemd,systemd-sysv,dbus",
            release,
            folder,
            mirror,
        )
        (folder / "etc/apt/apt.conf.d/90-of-the-host").write_text(
            _do("apt-config", "dump", "Acquire")
        )
        _copy_checkout(folder / SITE)
        yield folder


def before_boot(folder: Path, *words: str) -> str:
    """In the folder as root, with the network of this machine: for apt."""
    inside = ("--resolv-conf=copy-host", f"--chdir=/{SITE}", "--setenv=LANG=C.UTF-8")
    return _do(*_NSPAWN, "--directory", folder, *inside, "--", *words)


@contextmanager
def booted(folder: Path, *, wheels: Path) -> Iterator[Machine]:
    log = (folder.parent / "console.log").open("w+")
    nspawn = subprocess.Popen(
        [
            *(*_NSPAWN, "--boot", "--private-network", "--directory", str(folder)),
            *("--console=pipe", f"--bind-ro={wheels}:{WHEELS}"),
        ],
        stdin=subprocess.DEVNULL,
        stdout=log,
        stderr=log,
    )
    try:
        init = _init_of(nspawn)
        require(init is not None, f"systemd-nspawn does not boot here:\n{_tail(log.name)}")
        machine = Machine(folder, init or 0)
        until = time.monotonic() + BOOT_SECONDS
        state = ""
        while time.monotonic() < until and state not in ("running", "degraded"):
            time.sleep(0.5)
            state = _state(init or 0)
        require(bool(state), f"systemd does not start here:\n{_tail(log.name)}")
        try:
            yield machine
        except KitFailed as failed:
            said = machine.run("journalctl", "--no-pager", "--lines=60", "--priority=info")
            raise KitFailed(f"{failed}\nThe journal:\n{said}") from failed
    finally:
        # nspawn powers its machine off.
        nspawn.terminate()
        try:
            nspawn.wait(timeout=POWER_OFF_SECONDS)
        except subprocess.TimeoutExpired:
            nspawn.kill()
            nspawn.wait()
        log.close()


def download(folder: Path, into: Path) -> None:
    """The packages of the lock file, for the Python of that Debian, by this machine's own pip."""
    program = "import platform; print(platform.python_version())"
    python = before_boot(folder, "python3", "-c", program).strip()
    wanted = into / "requirements.txt"
    wanted.write_text(_wanted_by(python))
    _do(
        *(sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--no-deps"),
        *("--python-version", python, "--require-hashes", "--requirement", wanted, "--dest", into),
    )


def _wanted_by(python: str) -> str:
    """The lock file without its conditions: pip would ask them of the Python here."""
    asked = {"python_full_version": python, "python_version": python.rpartition(".")[0]}
    kept = []
    for package in re.split(r"(?m)^(?=\S)", (ROOT / "requirements/runtime.txt").read_text()):
        condition = re.search(r" ; ([^\\\n]*)", package)
        if not condition:
            kept.append(package)
        elif Marker(condition[1].strip()).evaluate(asked):
            kept.append(package.replace(condition[0], " "))
    return "".join(kept)


def _mirror() -> tuple[str, str]:
    """Where this machine gets its Debian from, and which it is."""
    listed = _do(
        *("apt-get", "indextargets", "--format", "$(REPO_URI) $(CODENAME)"),
        *("Created-By: Packages", "Label: Debian", "Component: main"),
    )
    # Not its updates, nor its backports.
    releases = [line.split() for line in listed.splitlines() if "-" not in line.split()[1]]
    require(bool(releases), "apt knows no mirror of Debian: run this on Debian.")
    mirror, release = releases[0]
    return mirror, release


def _copy_checkout(into: Path) -> None:
    """What is in git, as it is here now; nothing that was made."""
    names = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (into / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, into / name)


def _init_of(nspawn: "subprocess.Popen[bytes]") -> int | None:
    children = Path(f"/proc/{nspawn.pid}/task/{nspawn.pid}/children")
    until = time.monotonic() + BOOT_SECONDS
    while time.monotonic() < until and nspawn.poll() is None:
        for child in children.read_text().split():
            if Path(f"/proc/{child}/comm").read_text().strip() == "systemd":
                return int(child)
        time.sleep(0.2)
    return None


def _state(init: int) -> str:
    asked = subprocess.run(
        ["nsenter", "--target", str(init), "--all", "--", "systemctl", "is-system-running"],
        capture_output=True,
        text=True,
        check=False,
    )
    return asked.stdout.strip()


def _do(*words: object) -> str:
    done = subprocess.run(
        [str(word) for word in words],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    require(
        not done.returncode,
        f"{words[0]} ended with {done.returncode}:\n{(done.stdout + done.stderr)[-3000:]}",
    )
    return done.stdout


def _tail(log: str) -> str:
    return Path(log).read_text()[-2000:]
