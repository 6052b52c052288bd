"""Members with equal values are one member by two names, silently."""

import importlib
import pkgutil
from collections.abc import Iterator
from enum import Enum

import campaign
import demo
import signatures


def _enums() -> Iterator[type[Enum]]:
    for package in (campaign, signatures, demo):
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            if ".migrations." in found.name or found.name in NO_MODULES:
                continue
            for each in vars(importlib.import_module(found.name)).values():
                if isinstance(each, type) and issubclass(each, Enum):
                    yield each


# They act when they are imported.
NO_MODULES = {"demo.wsgi", "campaign.wsgi", "demo.development_settings"}


def test_no_member_of_an_enum_is_another_one() -> None:
    enums = set(_enums())
    aliases = {
        f"{each.__module__}.{each.__name__}.{name}": member.name
        for each in enums
        if each.__module__.split(".")[0] in ("campaign", "signatures", "demo")
        for name, member in each.__members__.items()
        if name != member.name
    }
    assert aliases == {}
    assert len(enums) > 50
