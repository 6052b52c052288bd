"""What a process remembers from one request to the next: each cache with its lifetime, in one list.

Nothing is shared between processes, so whatever is in here may be out of date by its lifetime in
each of them. Tests begin as a fresh process does, by `forget_all`.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True, slots=True)
class Registered:
    forget: Callable[[], None]
    # For how long an entry counts; None if its key names a state that never changes.
    seconds: float | None


_registered: dict[str, Registered] = {}


def register(name: str, *, forget: Callable[[], None], seconds: float | None) -> None:
    if name in _registered:
        raise ValueError(f"There are two caches of the name {name}.")
    _registered[name] = Registered(forget, seconds)


def forget_all() -> None:
    for each in _registered.values():
        each.forget()


class ProcessCache(dict[K, V]):
    """A dictionary with a bound. Reading costs what a dictionary costs; whoever reads looks whether
    an entry still counts."""

    def __init__(self, name: str, *, max_entries: int, seconds: float | None) -> None:
        super().__init__()
        self.max_entries = max_entries
        register(name, forget=self.clear, seconds=seconds)

    def keep(self, key: K, value: V) -> None:
        """All of it is dropped when it is full: what is asked for comes back."""
        if len(self) >= self.max_entries and key not in self:
            self.clear()
        self[key] = value
