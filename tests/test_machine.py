"""tests/machine.sh on machines that lack everything: what it installs, and what it says."""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

SCRIPT = Path(__file__).with_name("machine.sh")
# What every machine has.
BASICS = ("bash", "dirname", "timeout", "env")


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A checkout with a virtual environment whose Python finds nothing, and a bare PATH."""
    (tmp_path / "tests").mkdir()
    shutil.copy(SCRIPT, tmp_path / "tests")
    for name in BASICS:
        found = shutil.which(name)
        assert found
        (tmp_path / "bin").mkdir(exist_ok=True)
        (tmp_path / "bin" / name).symlink_to(found)
    _program(tmp_path / ".venv" / "bin" / "python", 'echo "python $*" >>"$LOG"; exit 1')
    return tmp_path


def _program(path: Path, line: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/bash\n{line}\n")
    path.chmod(0o755)


def _run(checkout: Path, purpose: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [checkout / "bin" / "bash", checkout / "tests" / "machine.sh", purpose],
        env={"PATH": str(checkout / "bin"), "LOG": str(checkout / "log")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_machine_without_anything_is_told_in_one_sentence(bare: Path) -> None:
    done = _run(bare, "test")
    assert done.returncode == 1
    assert done.stderr == (
        "make test needs chromium openssl libfribidi0, which can't be installed from here: "
        "on Debian, run 'apt-get install chromium openssl libfribidi0' as root.\n"
    )
    assert "python -m playwright install chromium" in (bare / "log").read_text().splitlines()


def test_machine_without_anything_is_told_before_packages_are_installed(bare: Path) -> None:
    shutil.rmtree(bare / ".venv")
    done = _run(bare, "test")
    assert done.returncode == 1
    assert done.stderr == (
        "make test needs openssl libfribidi0, which can't be installed from here: "
        "on Debian, run 'apt-get install openssl libfribidi0' as root.\n"
    )


def test_machine_without_gettext_is_told_in_one_sentence(bare: Path) -> None:
    done = _run(bare, "lint")
    assert (done.returncode, done.stderr) == (
        1,
        "make lint needs gettext, which can't be installed from here: "
        "on Debian, run 'apt-get install gettext' as root.\n",
    )
    assert not (bare / "log").exists()


def test_machine_with_all_that_is_needed_stays_as_it_is(bare: Path) -> None:
    _program(bare / "bin" / "xgettext", "exit 0")
    done = _run(bare, "lint")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("works", [True, False])
def test_root_installs_what_is_missing(bare: Path, works: bool) -> None:
    made = bare / "bin" / "xgettext"
    installs = f"printf '#!/bin/bash\\nexit 0\\n' >{made}; /bin/chmod +x {made}"
    _program(bare / "bin" / "apt-get", f'echo "$*" >>"$LOG"; {installs if works else "exit 1"}')
    done = _run(bare, "lint")
    assert done.returncode == (0 if works and os.geteuid() == 0 else 1)
    asked = (bare / "log").read_text() if (bare / "log").exists() else ""
    assert ("gettext" in asked) == (works and os.geteuid() == 0)


def test_unknown_purpose_is_refused(bare: Path) -> None:
    assert _run(bare, "dance").returncode == 2
