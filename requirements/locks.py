"""Proves that each lock file is closed: nothing that a pinned package asks for is without a pin.

Follows the requirements of `<name>.in` through the metadata of the installed packages, extras
included, for each Python that we support on Linux. A requirement whose pin is missing or does not
satisfy it is reported, because an installer would look for its newest release on the day; so is
a pin that nothing asks for. Packages that are pinned for other machines only are named, since
their metadata isn't here. Exit status 1 when something was reported.
"""

import re
import sys
from collections.abc import Callable
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

FOLDER = Path(__file__).parent
PYTHONS = ("3.11", "3.12", "3.13")
LOCKS = ("runtime", "development")

# By canonical name; several where versions differ between machines, told apart by their markers.
Pins = dict[str, list[Requirement]]
# The requirements of an installed package.
RequirementsOf = Callable[[str], list[str] | None]


def main() -> int:
    complete = True
    for name in LOCKS:
        pinned = pins((FOLDER / f"{name}.txt").read_text())
        found = problems(roots=roots(FOLDER / f"{name}.in"), pins=pinned)
        for line in found:
            print(f"requirements/{name}.txt: {line}")
        complete = complete and not found
        unseen = ", ".join(str(pin) for each in pinned.values() for pin in each if not holds(pin))
        print(f"requirements/{name}.txt: {len(pinned)} packages; not looked into: {unseen or '-'}")
    return 0 if complete else 1


def roots(path: Path) -> list[Requirement]:
    """What an `.in` file asks for, with that of the files that it includes."""
    found = []
    for line in path.read_text().splitlines():
        if line.startswith("-r "):
            found += roots(path.parent / line[3:].strip())
        elif line and not line.startswith(("#", "-")):
            found.append(Requirement(line))
    return found


def pins(lock: str) -> Pins:
    found: Pins = {}
    for line in re.findall(r"^([A-Za-z0-9].*?)\s*\\$", lock, flags=re.MULTILINE):
        pin = Requirement(line)
        found.setdefault(canonicalize_name(pin.name), []).append(pin)
    return found


def problems(
    *,
    roots: list[Requirement],
    pins: Pins,
    requirements_of: RequirementsOf = metadata.requires,
) -> list[str]:
    """In words, sorted."""
    found: set[str] = set()
    reached: set[str] = set()
    for python in PYTHONS:
        # Who asks, for what, and for which extra of the asker's.
        waiting = [("the .in file", each, "") for each in roots]
        done: set[tuple[str, str]] = set()
        while waiting:
            asker, wanted, extra = waiting.pop()
            if not _applies(wanted, python=python, extra=extra):
                continue
            name = canonicalize_name(wanted.name)
            pin = next((each for each in pins.get(name, ()) if holds(each, python=python)), None)
            if pin is None or not _satisfies(pin, wanted):
                found.add(f"{asker} asks for {wanted} on {python}, pinned is {pin or 'nothing'}")
                continue
            reached.add(name)
            for asked in {(name, each) for each in ("", *wanted.extras)} - done:
                done.add(asked)
                if holds(pin):
                    lines = requirements_of(name) or []
                    waiting += [(name, Requirement(line), asked[1]) for line in lines]
    here = {name for name, each in pins.items() if any(holds(pin) for pin in each)}
    found |= {f"nothing asks for {name}" for name in here - reached}
    return sorted(found)


def _applies(wanted: Requirement, *, python: str, extra: str) -> bool:
    """Whether it is asked for on that Python with that extra; what is without one counts there."""
    if wanted.marker is None:
        return not extra
    return holds(wanted, python=python, extra=extra)


def holds(requirement: Requirement, *, python: str = "", extra: str = "") -> bool:
    """Whether the marker holds on Linux on that Python, else on this very machine."""
    there = {
        "python_version": python,
        # The latest of that line, as a distribution has it.
        "python_full_version": f"{python}.99",
        "sys_platform": "linux",
    }
    marker = requirement.marker
    return marker is None or marker.evaluate({"extra": extra} | (there if python else {}))


def _satisfies(pin: Requirement, wanted: Requirement) -> bool:
    (version,) = pin.specifier
    return wanted.specifier.contains(version.version, prereleases=True)


if __name__ == "__main__":
    sys.exit(main())
