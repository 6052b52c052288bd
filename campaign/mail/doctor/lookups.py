"""What the checks ask the DNS, within a deadline. Tests put a table in its place."""

import re
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Protocol

import dns.exception
import dns.resolver
import dns.reversename
from dns.rdatatype import RdataType

Address = IPv4Address | IPv6Address

QUERY_SECONDS = 2.5
# More than any honest name has.
MAX_ANSWERS = 50
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
_NAME_LENGTH = 253


class NotAnswered(Exception):
    """The DNS did not say whether there is such a record."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class Dns(Protocol):
    """Each answers with nothing where there is no such record, and raises NotAnswered."""

    def texts(self, name: str) -> Sequence[str]: ...

    def addresses(self, name: str) -> Sequence[Address]: ...

    def exchanges(self, name: str) -> Sequence[str]:
        """The mail servers of a domain, best first; "." stands for none (RFC 7505)."""
        ...

    def names(self, address: Address) -> Sequence[str]: ...


class Resolver:
    """The machine's own. Remembers, so that checks may ask the same again."""

    def __init__(self, *, deadline: float) -> None:
        """`deadline` by the monotonic clock."""
        self._deadline = deadline
        self._known: dict[tuple[str, RdataType], Sequence[str]] = {}
        self._resolver: dns.resolver.Resolver | None = None

    def texts(self, name: str) -> Sequence[str]:
        return self._ask(
            name,
            RdataType.TXT,
            lambda each: b"".join(each.strings).decode("utf-8", "replace"),
        )

    def addresses(self, name: str) -> Sequence[Address]:
        found = [*self._ask(name, RdataType.A, str), *self._ask(name, RdataType.AAAA, str)]
        return [ip_address(each) for each in found]

    def exchanges(self, name: str) -> Sequence[str]:
        found = self._ask(name, RdataType.MX, lambda each: f"{each.preference:05} {each.exchange}")
        return [each.partition(" ")[2].rstrip(".").lower() or "." for each in sorted(found)]

    def names(self, address: Address) -> Sequence[str]:
        reverse = dns.reversename.from_address(str(address)).to_text()
        found = self._ask(reverse, RdataType.PTR, str)
        return [each.rstrip(".").lower() for each in found]

    def _ask(self, name: str, kind: RdataType, read: Callable[..., str]) -> Sequence[str]:
        key = (name.lower(), kind)
        if key not in self._known:
            self._known[key] = [read(each) for each in self._answers(name, kind)]
        return self._known[key]

    def _answers(self, name: str, kind: RdataType) -> Sequence[object]:
        left = min(QUERY_SECONDS, self._deadline - time.monotonic())
        if left <= 0:
            raise NotAnswered(name)
        try:
            if self._resolver is None:
                self._resolver = dns.resolver.Resolver()
            answer = self._resolver.resolve(name, kind, search=False, lifetime=left)
            return list(answer)[:MAX_ANSWERS]
        except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
            return ()
        except (dns.exception.DNSException, OSError) as error:
            raise NotAnswered(name) from error


def is_name(text: str) -> bool:
    """Whether it can be asked for: in ASCII, with a dot. Names of records may begin with `_`."""
    labels = text.lower().removesuffix(".").split(".")
    return (
        len(text) <= _NAME_LENGTH
        and len(labels) > 1
        and all(_LABEL.fullmatch(label) for label in labels)
    )
