"""One named limit for each place that strangers can press on, with its reason.

They fail open: without Redis the site goes on, and says so in the log.
"""

import hashlib
import hmac
from enum import Enum
from functools import cache
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

import structlog
from django.conf import settings
from django.http import HttpRequest
from limits import parse
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)


class Limit(Enum):
    # A theatre or newsroom signs from one address; a script does not stop at this.
    SIGN_FROM_NETWORK = "400/hour"
    # Five tries are allowed for each code anyway; this slows those who try many signatures.
    CODE_FROM_NETWORK = "60/hour"
    # A person has a few sites and mistypes some; each start may send a mail or make us look.
    PROOFS_OF_SIGNATURE = "10/day"
    # DNS takes its time, so people ask again; a look is up to three pages from somebody's site.
    CHECKS_OF_SIGNATURE = "30/day"
    # However many ask: no site shall notice us.
    CHECKS_OF_DOMAIN = "6/hour"
    # Nobody's mailbox is ours to fill, nor are codes there to be guessed.
    CODES_TO_ADDRESS = "3/day"
    # A large team is invited in an afternoon; the site's name is not for mailing strangers.
    INVITE_FROM_TEAM = "60/hour"


def network_of(request: HttpRequest) -> str:
    """The address that the request came from; IPv6 as its /64, which is one household.

    X-Forwarded-For counts only as far as proxies we trust have written it.
    """
    hops = [request.META.get("REMOTE_ADDR", "")]
    forwarded = request.META.get("HTTP_X_FORWARDED_FOR", "")
    hops += [hop.strip() for hop in reversed(forwarded.split(",")) if hop.strip()]
    trusted = _trusted_networks()
    found = ""
    for hop in hops:
        try:
            address = ip_address(hop)
            if address.version == 6:
                # A socket for both families writes 192.0.2.1 as ::ffff:192.0.2.1.
                address = address.ipv4_mapped or address
            found = str(
                ip_network((address, 64), strict=False) if address.version == 6 else address
            )
        except ValueError:
            break
        if not any(address in network for network in trusted):
            break
    return found


def network_key(request: HttpRequest) -> bytes:
    """Keyed hash of the network, 16 bytes: says whether two are the same, and nothing else."""
    key = settings.SECRET_KEY.encode()
    return hmac.digest(key, b"network\0" + network_of(request).encode(), hashlib.sha256)[:16]


def allows(limit: Limit, who: bytes) -> bool:
    """Count one use; False when it is one too many."""
    try:
        return _limiter().hit(parse(limit.value), limit.name, who.hex())
    except (RedisError, OSError) as error:
        log.warning("limit_not_counted", limit=limit.name, error=type(error).__name__)
        return True


@cache
def _trusted_networks() -> tuple[IPv4Network | IPv6Network, ...]:
    return tuple(ip_network(network) for network in settings.TRUSTED_PROXIES)


@cache
def _limiter() -> FixedWindowRateLimiter:
    if not settings.REDIS_URL:
        return FixedWindowRateLimiter(MemoryStorage())
    storage = RedisStorage(settings.REDIS_URL, socket_timeout=0.25, socket_connect_timeout=0.25)
    return FixedWindowRateLimiter(storage)
