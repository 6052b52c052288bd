"""A DNS that is a table, and counts what it is asked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import ip_address

from campaign.mail.doctor.lookups import Address, NotAnswered

SILENT = "silent"


@dataclass
class FakeDns:
    """Text records by name; a name whose text is SILENT is not answered."""

    txt: Mapping[str, Sequence[str]] = field(default_factory=dict)
    a: Mapping[str, Sequence[str]] = field(default_factory=dict)
    mx: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ptr: Mapping[str, Sequence[str]] = field(default_factory=dict)
    asked: int = 0

    def texts(self, name: str) -> Sequence[str]:
        return self._of(self.txt, name)

    def addresses(self, name: str) -> Sequence[Address]:
        return [ip_address(each) for each in self._of(self.a, name)]

    def exchanges(self, name: str) -> Sequence[str]:
        return self._of(self.mx, name)

    def names(self, address: Address) -> Sequence[str]:
        return self._of(self.ptr, str(address))

    def _of(self, table: Mapping[str, Sequence[str]], name: str) -> Sequence[str]:
        self.asked += 1
        found = table.get(name, ())
        if SILENT in found:
            raise NotAnswered(name)
        return found
