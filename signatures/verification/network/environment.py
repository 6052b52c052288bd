"""The internet as the checks see it. Tests put one of their own in its place; nothing else does."""

from dataclasses import dataclass
from ipaddress import IPv4Network, IPv6Network


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Deliberately no settings: a mistake in one would open the inside of somebody's network."""

    # Empty: the machine's own.
    nameservers: tuple[str, ...] = ()
    dns_port: int = 53
    https_port: int = 443
    # A file of certificates to trust instead of the machine's.
    authorities: str | None = None
    # Networks that count as public although they are not.
    also_public: tuple[IPv4Network | IPv6Network, ...] = ()


world = World()
