"""The methods that this site knows, for all that asks by a proof's code.

They are handed in when the app is ready (`methods.py`), so that the behaviours that every method
stands on can ask, and know none of them.
"""

from collections.abc import Callable, Iterable

from signatures.verification.method import Method

_methods: dict[str, Method] = {}


def install(methods: Iterable[Method]) -> None:
    _methods.clear()
    _methods.update({each.code: each for each in methods})


def of(code: str) -> Method:
    return _methods[code]


def find(code: str) -> Method | None:
    """None for one that newer code knows, which may write rows while this one still reads them."""
    return _methods.get(code)


def of_service(kind: str) -> Method | None:
    """The one that takes what this kind of service tells; None where it is an account like any."""
    return next((each for each in _methods.values() if each.service and each.service == kind), None)


def every() -> tuple[Method, ...]:
    """In the order in which pages tell them."""
    return tuple(_methods.values())


def codes(fits: Callable[[Method], bool]) -> tuple[str, ...]:
    """For queries."""
    return tuple(each.code for each in _methods.values() if fits(each))


def looked_at() -> tuple[str, ...]:
    """Those whose evidence is public and may go away."""
    return codes(lambda each: each.look is not None)


def by_signers() -> tuple[str, ...]:
    return codes(lambda each: each.is_by_signer)


def of_hosts() -> tuple[str, ...]:
    """What shows that who signs decides about a domain, or has mail there."""
    return codes(lambda each: each.is_of_host)
