"""Names into addresses and texts, by DNS alone; only addresses that the whole world can reach."""

from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

import dns.exception
import dns.resolver
import structlog
from dns.rdatatype import RdataType

from signatures.verification.network import environment
from signatures.verification.problems import NotShown, Problem

log = structlog.get_logger(__name__)

Address = IPv4Address | IPv6Address

# For one question, all servers and retries together.
QUERY_SECONDS = 4.0
# Whoever answers with more than these is not a site that we need to know.
MAX_ADDRESSES = 16
MAX_TEXTS = 50

# What ipaddress calls global in some versions of Python and nobody should be sent to: protocol
# assignments (RFC 6890), 6to4 relays (RFC 7526).
_NOT_PUBLIC = (IPv4Network("192.0.0.0/24"), IPv4Network("192.88.99.0/24"))
_UNICAST = IPv6Network("2000::/3")
# RFC 6052: the well-known prefix. The one for local use (RFC 8215) is not public.
_NAT64 = IPv6Network("64:ff9b::/96")


def addresses_of(host: str) -> list[Address]:
    """All addresses of the host, IPv4 first. Raises NotShown if even one of them leads inward."""
    found = [
        ip_address(str(each)) for kind in (RdataType.A, RdataType.AAAA) for each in _ask(host, kind)
    ]
    if not found:
        raise NotShown(Problem.NO_SUCH_NAME)
    if len(found) > MAX_ADDRESSES or not all(map(is_public, found)):
        raise NotShown(Problem.INWARD)
    return found


def texts_at(name: str) -> list[str]:
    """The TXT records of a name, each with its parts joined; none if there are none."""
    answers = list(_ask(name, RdataType.TXT))[:MAX_TEXTS]
    return [b"".join(each.strings).decode("utf-8", "replace") for each in answers]


def is_public(address: Address) -> bool:
    """Whether it is reached through the public internet, with every IPv4 address inside it."""
    if any(
        address.version == network.version and address in network
        for network in environment.world.also_public
    ):
        return True
    if isinstance(address, IPv4Address):
        return (
            address.is_global
            and not (address.is_multicast or address.is_reserved)
            and not any(address in network for network in _NOT_PUBLIC)
        )
    if address in _NAT64:
        return is_public(IPv4Address(int(address) & 0xFFFFFFFF))
    if address.scope_id or address not in _UNICAST:
        # ::1, ::ffff:0:0/96, ::/96, fc00::/7, fe80::/10, ff00::/8 and whatever comes to be.
        return False
    if address.sixtofour:
        return is_public(address.sixtofour)
    return address.is_global and address.teredo is None


def _ask(name: str, kind: RdataType) -> "dns.resolver.Answer | tuple[()]":
    try:
        return _resolver().resolve(name, kind, search=False, lifetime=QUERY_SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return ()
    except dns.exception.DNSException as error:
        log.info("dns_failed", error=type(error).__name__)
        raise NotShown(Problem.DNS_SILENT) from error


def _resolver() -> dns.resolver.Resolver:
    world = environment.world
    resolver = dns.resolver.Resolver(configure=not world.nameservers)
    if world.nameservers:
        resolver.nameservers = list(world.nameservers)
        resolver.port = world.dns_port
    return resolver
