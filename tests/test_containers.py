"""deploy/Dockerfile and deploy/compose.yml: the same steps and commands as on a machine."""

import os
import re
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.kit import image
from tests.test_deploy import documented_commands

ROOT = Path(__file__).resolve().parents[1]
COMPOSE: dict[str, Any] = yaml.safe_load((ROOT / "deploy/compose.yml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name: each for name, each in SERVICES.items() if each["image"] == "undersigned"}
SECRETS = Path("/run/secrets")


def test_image_takes_the_steps_of_a_machine_and_runs_as_its_user() -> None:
    script = (ROOT / "deploy/install.sh").read_text()
    assert image.steps() == ["packages", "user", "site"]
    for step in image.steps():
        assert f"\n{step}() " in script
    assert image.said("USER") == ["undersigned"]
    # The last of these lines is behind the last that needs root.
    text = (ROOT / "deploy/Dockerfile").read_text()
    assert text.rindex("\nRUN ") < text.index("\nUSER ") < text.index("\nCMD ")


def test_containers_run_what_the_documentation_says() -> None:
    web = " ".join(image.command()).replace("--host 0.0.0.0 --port 8000 ", "")
    started = [web] + [each["command"] for each in OURS.values() if "command" in each]
    celery = {each for each in started if each.startswith("celery ")}
    assert {web, *celery} == {each.replace("%%", "%") for each in documented_commands()}
    backup = OURS["backup"]["command"]
    assert f"    {backup}\n" in (ROOT / "docs/running.md").read_text()
    assert OURS["schema"]["command"] == "deploy/install.sh schema"
    for command in started:
        assert shlex.split(command)[0] in {"granian", "celery", "python", "deploy/install.sh"}


@pytest.mark.parametrize("name", OURS)
def test_containers_of_ours_may_do_little_and_read_their_secrets_from_files(name: str) -> None:
    service = OURS[name]
    assert service["read_only"]
    assert service["cap_drop"] == ["ALL"]
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert "user" not in service
    settings = service["environment"]
    files = {Path(path) for key, path in settings.items() if key.endswith("_FILE")}
    assert files == {SECRETS / secret for secret in service["secrets"]}
    known = (ROOT / ".env.example").read_text()
    assert all(f"\n{key}=" in known for key in settings)


def test_every_secret_is_a_file_that_git_and_the_image_leave_alone() -> None:
    used = {secret for each in SERVICES.values() for secret in each.get("secrets", ())}
    assert used == set(COMPOSE["secrets"])
    for name, secret in COMPOSE["secrets"].items():
        assert secret == {"file": f"secrets/{name}"}
    for ignored in (".gitignore", ".dockerignore"):
        lines = (ROOT / ignored).read_text().splitlines()
        assert any(line.rstrip("/") == "deploy/secrets" for line in lines)


def test_every_server_is_asked_whether_it_lives() -> None:
    assert image.health_check()[0] == "python"
    for name in ("database", "redis", "nginx"):
        assert SERVICES[name]["healthcheck"]["test"][0] == "CMD"
    for name, service in OURS.items():
        # The image's own asks a web process.
        assert ("healthcheck" in service) == (name != "web")


def test_documented_secrets_are_all_that_containers_want(tmp_path: Path) -> None:
    text = (ROOT / "docs/running.md").read_text()
    [block] = re.findall(r"(?m)^    umask 022; mkdir -m 700 deploy/secrets\n(?:    .*\n)+", text)
    (tmp_path / "deploy").mkdir()
    commands = re.sub(r"(?m)^    ", "", block)
    subprocess.run(["bash", "-eu", "-c", commands], cwd=tmp_path, check=True, env=os.environ)
    made = {path.name: path.read_text() for path in (tmp_path / "deploy/secrets").iterdir()}
    assert set(made) == set(COMPOSE["secrets"])
    assert made["database-password"].strip() in made["database-url"]
    assert made["record-key.pem"].startswith("-----BEGIN PRIVATE KEY-----")
    assert len(set(made.values())) == len(made)
