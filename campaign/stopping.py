"""Whether this worker was asked to stop: long work looks between its parts, and ends early.

One byte of shared memory, made before the worker forks: the signal reaches the parent, and the
work runs in its children.
"""

import mmap

_asked = mmap.mmap(-1, 1)


def ask_to_stop(*_args: object, **_kwargs: object) -> None:
    _asked[0] = 1


def is_asked() -> bool:
    return _asked[0] == 1


def forget() -> None:
    _asked[0] = 0
