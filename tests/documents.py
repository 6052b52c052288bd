"""The documents that are made from the code: API description, diagrams, licences, and the tables
of both verifiers.

`make documents` writes them; a test holds them equal to what the code says now.
"""

import json
from collections.abc import Callable, Iterator
from importlib import metadata
from pathlib import Path

import django
from django.apps import apps
from django.db.models import Field, Model
from django.test import Client
from packaging.requirements import Requirement

from requirements import locks

ROOT = Path(__file__).resolve().parents[1]
APPS = ("operations", "mail", "organizers", "letters", "signatures")
# How packages spell a licence, and how it is called in SPDX's list.
SPDX = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "BSD": "BSD-3-Clause",
    "New BSD": "BSD-3-Clause",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",
}
# Where the package's own words say less than its licence files.
LICENCES_READ = {"fido2": "BSD-2-Clause AND Apache-2.0 AND MPL-2.0", "pyrage": "MIT"}


def main() -> None:
    for path, make in DOCUMENTS.items():
        (ROOT / path).write_text(make())


def openapi() -> str:
    description = Client(headers={"host": "127.0.0.1"}).get("/api/v1/openapi.json").json()
    return json.dumps(description, indent=1, ensure_ascii=False) + "\n"


def entities() -> str:
    lines = [
        "# Entities",
        "",
        "Every table of ours and what it refers to, made from the models by `make documents`. "
        "A letter has many signatures, a signature many proofs, and so on.",
    ]
    for label in APPS:
        models = sorted(apps.get_app_config(label).get_models(), key=lambda each: each.__name__)
        lines += ["", f"## {label}", "", "```mermaid", "erDiagram"]
        lines += [f"    {each.__name__}" for each in models]
        lines += [line for each in models for line in _relations(each)]
        lines.append("```")
    return "\n".join(lines) + "\n"


def verifier_in_python() -> str:
    lines = [f'    "{code}": {level},' for code, level in _levels().items()]
    return _with("signatures/record/verifier/verify.py", "_LIFTS = {\n", lines, "\n}")


def verifier_in_javascript() -> str:
    lines = [f"  {code}: {level}," for code, level in _levels().items()]
    return _with("static/js/verifier.js", "const LIFTS = {\n", lines, "\n};")


def record() -> str:
    levels = _levels()
    lifts = [
        f"`{' '.join(code for code, each in levels.items() if each == level)}` to {level}"
        for level in sorted(set(levels.values()))
    ]
    words = "the methods beside it lift to: "
    return _with("docs/record.md", words, [", ".join(lifts)], ", any with `by_other_name`")


def _levels() -> dict[str, int]:
    """What each method of proof lifts to."""
    # Models can be imported only once `main` has set up Django.
    from signatures.verification.methods import METHODS

    return {each.code: each.level.value for each in METHODS}


def _with(path: str, before: str, lines: list[str], after: str) -> str:
    """The file, with these lines between the two."""
    head, found, rest = (ROOT / path).read_text().partition(before)
    _old, also_found, tail = rest.partition(after)
    assert found, path
    assert also_found, path
    return head + before + "\n".join(lines) + after + tail


def _relations(model: type[Model]) -> Iterator[str]:
    for field in model._meta.get_fields():
        if isinstance(field, Field) and field.is_relation and isinstance(field.related_model, type):
            many = "o|" if field.one_to_one else "o{"
            one = "}o" if field.many_to_many else "|o" if field.null else "||"
            whose = field.related_model.__name__
            yield f"    {whose} {one}--{many} {model.__name__} : {field.name}"


def states() -> str:
    # Its models need Django's set-up.
    from tests import state_document

    return state_document.made()


def licences() -> str:
    pins = locks.pins((ROOT / "requirements/runtime.txt").read_text())
    names = sorted(name for name, each in pins.items() if any(map(_is_for_us, each)))
    rows = [f"| {name} | {licence_of(name)} |" for name in names]
    return "\n".join(
        [
            "# Licences",
            "",
            "Undersigned itself is under BSD-3-Clause ([LICENSE](../LICENSE)). "
            "What it contains or runs on is listed here; `make documents` renews the list.",
            "",
            "## In this repository",
            "",
            "| what | from | licence |",
            "|---|---|---|",
            *_vendored(),
            "",
            "## Python packages",
            "",
            "As `requirements/runtime.txt` pins them, by the words of the packages themselves, in "
            "SPDX's names. Packages for other machines only (Windows, older Pythons) are left out.",
            "",
            "| package | licence |",
            "|---|---|",
            *rows,
            "",
        ]
    )


def _is_for_us(pin: Requirement) -> bool:
    """Whether it is for a Python that we support, on Linux."""
    return any(locks.holds(pin, python=python) for python in locks.PYTHONS)


def _vendored() -> list[str]:
    """The rows of the fonts' own table, without versions and faces, and what is JavaScript."""
    table = (ROOT / "static/fonts/README.md").read_text()
    rows = [line.strip("| ").split(" | ") for line in table.splitlines() if "`@" in line]
    return [
        *(f"| {family} (`static/fonts/`) | {source} | OFL-1.1 |" for family, source, *_ in rows),
        "| noble-ed25519 (`static/js/noble/`) | `@noble/ed25519` | MIT |",
    ]


def licence_of(package: str) -> str:
    """In SPDX's names."""
    if package in LICENCES_READ:
        return LICENCES_READ[package]
    about = metadata.metadata(package)
    fields = ("License-Expression", "License")
    named = next((about[field] for field in fields if field in about), "")
    if named and len(named) < 40:
        return SPDX.get(named, named)
    classified = [each for each in about.get_all("Classifier") or [] if each.startswith("License")]
    words = [each.rpartition(" :: ")[2] for each in classified]
    return " OR ".join(SPDX.get(each, each) for each in words)


DOCUMENTS: dict[str, Callable[[], str]] = {
    "docs/openapi.json": openapi,
    "docs/entities.md": entities,
    "docs/licences.md": licences,
    "docs/record.md": record,
    "docs/states.md": states,
    "signatures/record/verifier/verify.py": verifier_in_python,
    "static/js/verifier.js": verifier_in_javascript,
}

if __name__ == "__main__":
    django.setup()
    main()
